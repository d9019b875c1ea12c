/* SPDX-License-Identifier: Apache-2.0
 *
 * One mail, section by section. Lists of several findings are joined and hold each entry once.
 */
#include "plugin/pages/notice.h"

#include "detectors/frame/detector.h"
#include "parsers/values/timestamp.h"
#include "plugin/pages/notice_mail.h"

#include <string.h>

#define AZURE_CLI_APP                                                                              \
    "04b07795-8ddb-461a-bbee-02f9e1bf7b46" /* learn.microsoft.com, first-party                     \
                                            */

static struct slice title_of(const struct mail *m, const struct read_finding *f)
{
    if (m->lang == NOTICE_EN)
        return f->title;
    return f->title_ja.len > 0 ? f->title_ja : slice_of(notice_topic(f->detector->name)->topic[0]);
}

static void opening(struct mail *m)
{
    const struct read_finding *f = m->notice->findings;
    const struct notice_grade *grade = notice_grade(f->severity);
    const char *topic = notice_topic(f->detector->name)->topic[m->lang];
    columns_begin(&m->c, 0, 1); /* a folded header line begins with a space */
    mail_phrase(m, PHRASE_SUBJECT);
    columns_text(&m->c, m->lang ? "[" : "【");
    columns_text(&m->c, grade->prefix[m->lang]);
    columns_text(&m->c, m->lang ? "] " : "】");
    mail_put(m, title_of(m, f));
    mail_more(m, PHRASE_ALSO_BEFORE, PHRASE_ALSO_AFTER, m->notice->n - 1);
    if (m->notice->parts > 1) {
        char part[32];
        snprintf(part, sizeof part, " %u/%u", m->notice->part, m->notice->parts);
        columns_text(&m->c, part);
    }
    columns_end(&m->c);
    mail_blank(m);
    mail_line(m, 0, mail_text(m, PHRASE_DRAFT));
    mail_blank(m);
    mail_line(m, 0, mail_text(m, PHRASE_GREETING));
    columns_begin(&m->c, 0, 0);
    mail_phrase(m, PHRASE_INTRO);
    columns_text(&m->c, topic);
    mail_phrase(m, PHRASE_ABOUT);
    columns_end(&m->c);
}

static void put_time(struct mail *m, int64_t ms)
{
    char text[TIMESTAMP_TEXT_MAX];
    size_t n = timestamp_format(ms, text);
    columns_put(&m->c, (struct slice){text, n});
}

static void period(struct mail *m, const struct read_finding *f)
{
    if (f->first_ms == 0)
        return;
    columns_begin(&m->c, MAIL_DEEP, MAIL_DEEP + 2);
    mail_phrase(m, PHRASE_PERIOD);
    put_time(m, f->first_ms);
    if (f->last_ms > f->first_ms) {
        columns_text(&m->c, m->lang ? " to " : " ～ ");
        put_time(m, f->last_ms);
    }
    columns_end(&m->c);
}

static void put_number(struct mail *m, const struct read_measure *measure, const char *unit)
{
    char text[24];
    int64_t hours = read_hours(measure);
    if (hours == 0) {
        columns_put(&m->c, measure->value);
        columns_text(&m->c, unit ? unit : "");
        return;
    }
    snprintf(text, sizeof text, "%lld", (long long)hours);
    columns_text(&m->c, text);
    columns_text(&m->c, notice_unit(SLICE("h"), m->lang));
}

static void counts(struct mail *m, const struct read_finding *f)
{
    for (unsigned i = 0; i < f->measures_n; i++) {
        const struct read_measure *measure = &f->measures[i];
        const char *name = notice_measure(measure->name, m->lang);
        const char *unit = notice_unit(measure->unit, m->lang);
        bool flag = slice_equal(measure->unit, SLICE("yes/no"));
        if (!name || (measure->unit.len > 0 && !unit && !flag))
            continue; /* nothing in this language to call it by */
        columns_begin(&m->c, MAIL_DEEP, MAIL_DEEP + 2);
        columns_text(&m->c, name);
        columns_text(&m->c, ": ");
        if (flag) {
            mail_phrase(m, slice_equal(measure->value, SLICE("0")) ? PHRASE_NO : PHRASE_YES);
        } else {
            if (measure->estimated)
                mail_phrase(m, PHRASE_ABOUT_SO_MANY);
            put_number(m, measure, unit);
        }
        columns_end(&m->c);
    }
}

/* The campaign behind a finding's network, NULL: none is known. */
static const struct notice_campaign *campaign_of(const struct notice *notice)
{
    for (unsigned i = 0; i < notice->n; i++) {
        const struct read_finding *f = &notice->findings[i];
        const struct notice_campaign *campaign = notice_campaign(f->feed_cidr);
        for (unsigned j = 0; !campaign && j < f->networks.n; j++)
            campaign = notice_campaign(f->networks.items[j]);
        if (campaign)
            return campaign;
    }
    return NULL;
}

/* The first finding of its detector; a mail may hold those of a family. */
static bool is_first(const struct notice *notice, unsigned i)
{
    for (unsigned j = 0; j < i; j++)
        if (notice->findings[j].detector == notice->findings[i].detector)
            return false;
    return true;
}

static void overview(struct mail *m, const struct notice_campaign *campaign)
{
    const struct notice *notice = m->notice;
    mail_heading(m, PHRASE_OVERVIEW);
    for (unsigned i = 0; i < notice->n; i++)
        if (is_first(notice, i))
            mail_line(m, MAIL_BODY,
                      notice_topic(notice->findings[i].detector->name)->meaning[m->lang]);
    for (unsigned i = 0; i < notice->n; i++) {
        const struct read_finding *f = &notice->findings[i];
        char number[16] = "";
        if (notice->n > 1)
            snprintf(number, sizeof number, "(%u) ", i + 1);
        columns_begin(&m->c, MAIL_BODY, MAIL_DEEP);
        columns_text(&m->c, number);
        mail_put(m, m->lang == NOTICE_EN && f->desc.len > 0 ? f->desc : title_of(m, f));
        columns_end(&m->c);
        period(m, f);
        counts(m, f);
    }
    if (campaign)
        mail_line(m, MAIL_BODY, campaign->overview[m->lang]);
}

/* A state, or with no such point in the record that it is unknown. */
static void put_state(struct mail *m, enum notice_phrase label, const struct read_point *p,
                      bool permitted)
{
    mail_phrase(m, label);
    columns_text(&m->c, notice_state(p ? p->state : POINT_UNKNOWN, permitted, m->lang));
}

/* The applicability check in a line: every point, seen or not. */
static void check(struct mail *m, const struct read_finding *f)
{
    const struct read_point *single = finding_point(f, "single_factor");
    const struct read_point *legacy = finding_point(f, "legacy");
    columns_begin(&m->c, MAIL_BODY, MAIL_DEEP);
    mail_phrase(m, PHRASE_APPLIES);
    put_state(m, PHRASE_CLI, finding_point(f, "azure_cli"), false);
    columns_text(&m->c, " / ");
    if (single && (single->state == POINT_YES || single->state == POINT_NO)) {
        char users[16];
        snprintf(users, sizeof users, "%u", single->users);
        mail_phrase(m, PHRASE_SINGLE);
        columns_text(&m->c, users);
        mail_phrase(m, PHRASE_SINGLE_AFTER);
    } else {
        put_state(m, PHRASE_SINGLE, single, false);
    }
    columns_text(&m->c, " / ");
    put_state(m, PHRASE_ROPC, finding_point(f, "ropc"), true);
    columns_text(&m->c, " / ");
    if (legacy && legacy->protocols_n > 0)
        mail_phrase(m, PHRASE_LEGACY_POINT);
    else
        put_state(m, PHRASE_LEGACY_POINT, legacy, false);
    for (unsigned i = 0; legacy && i < legacy->protocols_n; i++) {
        columns_text(&m->c, i > 0 ? ", " : "");
        mail_put(m, legacy->protocols[i].name);
    }
    columns_end(&m->c);
    if (!finding_applies(f))
        mail_line(m, MAIL_BODY, mail_text(m, PHRASE_NO_POINT));
}

/* What of the configuration was seen; what was not seen is not mentioned. */
static void applies(struct mail *m)
{
    bool cli = false, ropc = false;
    struct mail_set legacy = {.n = 0};
    for (unsigned i = 0; i < m->notice->n; i++) {
        const struct read_finding *f = &m->notice->findings[i];
        bool is_legacy = strcmp(f->detector->name, "legacy_auth") == 0;
        for (unsigned j = 0; j < f->evidences_n; j++) {
            const struct read_evidence *e = &f->evidences[j];
            cli = cli || slice_equal_nocase(e->app_id, SLICE(AZURE_CLI_APP));
            ropc = ropc ||
                   (slice_equal(e->protocol, SLICE("ropc")) && slice_equal(e->reason, SLICE("ok")));
            if (is_legacy)
                mail_set_add(&legacy, e->client);
        }
    }
    if (!cli && !ropc && legacy.n == 0)
        return;
    columns_begin(&m->c, MAIL_BODY, MAIL_DEEP);
    mail_phrase(m, PHRASE_APPLIES);
    columns_text(&m->c, cli ? mail_text(m, PHRASE_CLI_SEEN) : "");
    columns_text(&m->c, cli && ropc ? " / " : "");
    columns_text(&m->c, ropc ? mail_text(m, PHRASE_ROPC_ALLOWED) : "");
    for (unsigned i = 0; i < legacy.n; i++) {
        columns_text(&m->c, cli || ropc || i > 0 ? " / " : "");
        mail_phrase(m, PHRASE_LEGACY);
        mail_put(m, legacy.items[i]);
    }
    columns_end(&m->c);
}

static void scope(struct mail *m, const struct notice_campaign *campaign)
{
    struct mail_set tenant = {.n = 0}, users = {.n = 0}, apps = {.n = 0};
    for (unsigned i = 0; i < m->notice->n; i++) {
        const struct read_finding *f = &m->notice->findings[i];
        mail_set_add(&tenant, f->tenant);
        mail_set_names(&users, &f->users);
        for (unsigned j = 0; j < f->evidences_n && f->points_n == 0; j++)
            mail_set_add(&apps, f->evidences[j].app);
    }
    mail_heading(m, PHRASE_SCOPE);
    mail_listed(m, PHRASE_TENANT, &tenant);
    mail_listed(m, PHRASE_USERS, &users);
    mail_listed(m, PHRASE_APPS, &apps);
    if (m->notice->findings[0].points_n == 0)
        applies(m);
    for (unsigned i = 0; i < m->notice->n; i++)
        if (m->notice->findings[i].points_n > 0)
            check(m, &m->notice->findings[i]);
    if (campaign)
        mail_line(m, MAIL_BODY, campaign->scope[m->lang]);
}

/* Bytes up to the end of the first sentence, with its full stop. */
static size_t sentence(const char *text, enum notice_lang lang)
{
    const char *stop = strstr(text, lang == NOTICE_JA ? "。" : ". ");
    if (!stop)
        return strlen(text);
    return (size_t)(stop - text) + (lang == NOTICE_JA ? strlen("。") : 1);
}

static void add_sentences(struct mail_set *steps, const char *text, enum notice_lang lang)
{
    for (size_t n; text && *text; text += n) {
        n = sentence(text, lang);
        mail_set_add(steps, (struct slice){text, n});
        n += strspn(text + n, " ");
    }
}

static void commands(struct mail *m)
{
    struct mail_set all = {.n = 0};
    for (unsigned i = 0; i < m->notice->n; i++)
        for (unsigned j = 0; j < m->notice->findings[i].commands_n; j++)
            mail_set_add(&all, m->notice->findings[i].commands[j]);
    if (all.n == 0)
        return;
    mail_line(m, MAIL_BODY, mail_text(m, PHRASE_COMMANDS));
    for (unsigned i = 0; i < all.n; i++)
        columns_command(&m->c, 1, all.items[i], mail_text(m, PHRASE_WITHHELD));
}

static void actions(struct mail *m, const struct notice_campaign *campaign)
{
    struct mail_set steps = {.n = 0};
    bool none = !finding_applies(&m->notice->findings[0]); /* the gravest: the others neither */
    for (unsigned i = 0; i < m->notice->n; i++) {
        const struct detector *detector = m->notice->findings[i].detector;
        const char *text = m->lang == NOTICE_JA ? detector->remediation_ja : detector->remediation;
        add_sentences(&steps, none ? mail_text(m, PHRASE_NO_POINT) : text, m->lang);
    }
    for (size_t i = 0; campaign && i < sizeof campaign->actions / sizeof *campaign->actions; i++)
        mail_set_add(&steps, slice_of(campaign->actions[i][m->lang]));
    mail_heading(m, PHRASE_ACTIONS);
    for (unsigned i = 0; i < steps.n; i++) {
        char label[16];
        snprintf(label, sizeof label, "%u. ", i + 1);
        columns_begin(&m->c, MAIL_BODY, MAIL_BODY + 3);
        columns_text(&m->c, label);
        columns_put(&m->c, steps.items[i]);
        columns_end(&m->c);
    }
    commands(m);
}

static void indicators(struct mail *m)
{
    struct mail_set networks = {.n = 0}, addresses = {.n = 0}, apps = {.n = 0}, agents = {.n = 0};
    struct mail_set systems = {.n = 0}, destinations = {.n = 0};
    if (m->notice->findings[0].points_n > 0)
        return; /* its events are the organisation's own; no attacker's */
    for (unsigned i = 0; i < m->notice->n; i++) {
        const struct read_finding *f = &m->notice->findings[i];
        mail_set_add(&networks, f->feed_cidr);
        mail_set_names(&networks, &f->networks);
        mail_set_add(&destinations, f->destination);
        for (unsigned j = 0; j < f->evidences_n; j++) {
            mail_set_add(&addresses, f->evidences[j].ip);
            mail_set_add(&systems, f->evidences[j].as_number);
            mail_set_add(&apps, f->evidences[j].app_id);
            mail_set_add(&agents, f->evidences[j].user_agent);
        }
    }
    if (networks.n + addresses.n + apps.n + agents.n + destinations.n == 0)
        return;
    mail_heading(m, PHRASE_INDICATORS);
    mail_column(m, PHRASE_NETWORKS, "", &networks);
    mail_column(m, PHRASE_ADDRESSES, "", &addresses);
    mail_column(m, PHRASE_ASNS, "AS", &systems);
    mail_column(m, PHRASE_DESTINATIONS, "", &destinations);
    mail_column(m, PHRASE_APP_IDS, "", &apps);
    mail_column(m, PHRASE_AGENTS, "", &agents);
}

static void reference(struct mail *m, const struct notice_campaign *campaign)
{
    struct mail_set feeds = {.n = 0}, findings = {.n = 0}, events = {.n = 0}, related = {.n = 0};
    struct mail_set advisories = {.n = 0};
    for (unsigned i = 0; i < m->notice->n; i++) {
        const struct read_finding *f = &m->notice->findings[i];
        mail_set_add(&feeds, f->feed_name);
        mail_set_add(&findings, f->uid);
        const struct advisory *advisory = f->detector->advisory;
        if (advisory)
            mail_set_add(&advisories,
                         slice_of(m->lang == NOTICE_JA ? advisory->name_ja : advisory->name));
        for (unsigned j = 0; j < f->related_n; j++)
            mail_set_add(&related, f->related[j].uid);
        for (unsigned j = 0; j < f->evidences_n; j++)
            mail_set_add(&events, f->evidences[j].event_id);
    }
    mail_heading(m, PHRASE_REFERENCE);
    if (campaign)
        mail_line(m, MAIL_BODY, campaign->reference[m->lang]);
    mail_listed(m, PHRASE_ADVISORY, &advisories);
    mail_listed(m, PHRASE_FEED, &feeds);
    mail_listed(m, PHRASE_FINDING, &findings);
    mail_listed(m, PHRASE_RELATED, &related);
    mail_listed(m, PHRASE_EVENTS, &events);
}

void notice_write(FILE *to, const struct notice *notice)
{
    struct mail m = {{.to = to, .limit = NOTICE_COLUMNS}, notice, notice->lang};
    const struct notice_campaign *campaign = campaign_of(notice);
    const struct notice_grade *grade = notice_grade(notice->findings[0].severity);
    opening(&m);
    overview(&m, campaign);
    scope(&m, campaign);
    actions(&m, campaign);
    indicators(&m);
    reference(&m, campaign);
    mail_blank(&m);
    columns_begin(&m.c, 0, 0);
    mail_phrase(&m, PHRASE_PRIORITY);
    columns_text(&m.c, grade->priority[m.lang]);
    columns_text(&m.c, "   ");
    mail_phrase(&m, PHRASE_DEADLINE);
    columns_text(&m.c, grade->deadline[m.lang]);
    columns_end(&m.c);
}
