/* SPDX-License-Identifier: Apache-2.0
 *
 * One mail, section by section. Our own lines begin at column 0; whatever comes from a finding is
 * indented, also where it goes on, so that no name can pass for a heading. Lists of several
 * findings are joined and hold each entry once.
 */
#include "plugin/notice.h"

#include "detectors/detector.h"
#include "parsers/timestamp.h"
#include "plugin/columns.h"
#include "plugin/defang.h"
#include "plugin/notice_texts.h"

#include <string.h>

#define AZURE_CLI_APP                                                                              \
    "04b07795-8ddb-461a-bbee-02f9e1bf7b46" /* learn.microsoft.com, first-party                     \
                                            */

enum { BODY = 2, DEEP = 4, SET_MAX = 512 };

struct mail {
    struct columns c;
    const struct notice *notice;
    enum notice_lang lang;
};

/* Different texts in the order of appearance. Beyond its capacity they are counted, and so is what
 * the records themselves had no room for. */
struct set {
    struct slice items[SET_MAX];
    unsigned n, more;
};

static void set_add(struct set *set, struct slice item)
{
    if (item.len == 0)
        return;
    for (unsigned i = 0; i < set->n; i++)
        if (slice_equal(set->items[i], item))
            return;
    if (set->n < SET_MAX)
        set->items[set->n++] = item;
    else
        set->more++;
}

static void set_add_names(struct set *set, const struct read_names *names)
{
    for (unsigned i = 0; i < names->n; i++)
        set_add(set, names->items[i]);
    set->more += names->total - names->n;
}

/* --- lines --- */

static const char *phrase(const struct mail *m, enum notice_phrase which)
{
    return notice_phrases[which][m->lang];
}

static void put_plain(void *ctx, struct slice text)
{
    columns_put(ctx, text);
}

/* A text of the finding. */
static void put(struct mail *m, struct slice text)
{
    if (m->notice->defang)
        defang(text, put_plain, &m->c);
    else
        columns_put(&m->c, text);
}

static void put_phrase(struct mail *m, enum notice_phrase which)
{
    columns_text(&m->c, phrase(m, which));
}

/* A number between two phrases, if it is not 0. */
static void put_more(struct mail *m, enum notice_phrase before, enum notice_phrase after,
                     unsigned n)
{
    char text[16];
    if (n == 0)
        return;
    snprintf(text, sizeof text, "%u", n);
    put_phrase(m, before);
    columns_text(&m->c, text);
    put_phrase(m, after);
}

static void blank(struct mail *m)
{
    fputc('\n', m->c.to);
}

static void line(struct mail *m, unsigned indent, const char *text)
{
    columns_begin(&m->c, indent, indent);
    columns_text(&m->c, text);
    columns_end(&m->c);
}

static void heading(struct mail *m, enum notice_phrase which)
{
    blank(m);
    line(m, 0, phrase(m, which));
}

/* "Label: a, b, c", left out when there is none. */
static void listed(struct mail *m, enum notice_phrase label, const struct set *set)
{
    if (set->n == 0)
        return;
    columns_begin(&m->c, BODY, DEEP);
    put_phrase(m, label);
    for (unsigned i = 0; i < set->n; i++) {
        columns_text(&m->c, i == 0 ? "" : ", ");
        put(m, set->items[i]);
    }
    /* Those that several findings leave out may be the same ones. */
    if (set->more > 0 && m->notice->n > 1)
        put_phrase(m, PHRASE_OTHERS);
    else
        put_more(m, PHRASE_MORE_BEFORE, PHRASE_MORE_AFTER, set->more);
    columns_end(&m->c);
}

/* The label, then one entry a line. */
static void column(struct mail *m, enum notice_phrase label, const struct set *set)
{
    if (set->n == 0)
        return;
    line(m, BODY, phrase(m, label));
    for (unsigned i = 0; i < set->n; i++) {
        columns_begin(&m->c, DEEP, DEEP + 2);
        put(m, set->items[i]);
        columns_end(&m->c);
    }
}

/* --- sections --- */

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
    put_phrase(m, PHRASE_SUBJECT);
    columns_text(&m->c, m->lang ? "[" : "【");
    columns_text(&m->c, grade->prefix[m->lang]);
    columns_text(&m->c, m->lang ? "] " : "】");
    put(m, title_of(m, f));
    put_more(m, PHRASE_ALSO_BEFORE, PHRASE_ALSO_AFTER, m->notice->n - 1);
    if (m->notice->parts > 1) {
        char part[32];
        snprintf(part, sizeof part, " %u/%u", m->notice->part, m->notice->parts);
        columns_text(&m->c, part);
    }
    columns_end(&m->c);
    blank(m);
    line(m, 0, phrase(m, PHRASE_DRAFT));
    blank(m);
    line(m, 0, phrase(m, PHRASE_GREETING));
    columns_begin(&m->c, 0, 0);
    put_phrase(m, PHRASE_INTRO);
    columns_text(&m->c, topic);
    put_phrase(m, PHRASE_ABOUT);
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
    columns_begin(&m->c, DEEP, DEEP + 2);
    put_phrase(m, PHRASE_PERIOD);
    put_time(m, f->first_ms);
    if (f->last_ms > f->first_ms) {
        columns_text(&m->c, m->lang ? " to " : " ～ ");
        put_time(m, f->last_ms);
    }
    columns_end(&m->c);
}

static void counts(struct mail *m, const struct read_finding *f)
{
    for (unsigned i = 0; i < f->measures_n; i++) {
        const struct read_measure *measure = &f->measures[i];
        const char *name = notice_measure(measure->name, m->lang);
        const char *unit = notice_unit(measure->unit, m->lang);
        if (!name || (measure->unit.len > 0 && !unit))
            continue; /* nothing in this language to call it by */
        columns_begin(&m->c, DEEP, DEEP + 2);
        columns_text(&m->c, name);
        columns_text(&m->c, ": ");
        columns_put(&m->c, measure->value);
        columns_text(&m->c, unit ? unit : "");
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

static void overview(struct mail *m, const struct notice_campaign *campaign)
{
    const struct notice *notice = m->notice;
    heading(m, PHRASE_OVERVIEW);
    line(m, BODY, notice_topic(notice->findings[0].detector->name)->meaning[m->lang]);
    for (unsigned i = 0; i < notice->n; i++) {
        const struct read_finding *f = &notice->findings[i];
        char number[16] = "";
        if (notice->n > 1)
            snprintf(number, sizeof number, "(%u) ", i + 1);
        columns_begin(&m->c, BODY, DEEP);
        columns_text(&m->c, number);
        put(m, m->lang == NOTICE_EN && f->desc.len > 0 ? f->desc : title_of(m, f));
        columns_end(&m->c);
        period(m, f);
        counts(m, f);
    }
    if (campaign)
        line(m, BODY, campaign->overview[m->lang]);
}

/* A state, or with no such point in the record that it is unknown. */
static void put_state(struct mail *m, enum notice_phrase label, const struct read_point *p,
                      bool permitted)
{
    put_phrase(m, label);
    columns_text(&m->c, notice_state(p ? p->state : POINT_UNKNOWN, permitted, m->lang));
}

/* The applicability check in a line: every point, seen or not. */
static void check(struct mail *m, const struct read_finding *f)
{
    const struct read_point *single = finding_point(f, "single_factor");
    const struct read_point *legacy = finding_point(f, "legacy");
    columns_begin(&m->c, BODY, DEEP);
    put_phrase(m, PHRASE_APPLIES);
    put_state(m, PHRASE_CLI, finding_point(f, "azure_cli"), false);
    columns_text(&m->c, " / ");
    if (single && (single->state == POINT_YES || single->state == POINT_NO)) {
        char users[16];
        snprintf(users, sizeof users, "%u", single->users);
        put_phrase(m, PHRASE_SINGLE);
        columns_text(&m->c, users);
        put_phrase(m, PHRASE_SINGLE_AFTER);
    } else {
        put_state(m, PHRASE_SINGLE, single, false);
    }
    columns_text(&m->c, " / ");
    put_state(m, PHRASE_ROPC, finding_point(f, "ropc"), true);
    columns_text(&m->c, " / ");
    if (legacy && legacy->protocols_n > 0)
        put_phrase(m, PHRASE_LEGACY_POINT);
    else
        put_state(m, PHRASE_LEGACY_POINT, legacy, false);
    for (unsigned i = 0; legacy && i < legacy->protocols_n; i++) {
        columns_text(&m->c, i > 0 ? ", " : "");
        put(m, legacy->protocols[i].name);
    }
    columns_end(&m->c);
    if (!finding_applies(f))
        line(m, BODY, phrase(m, PHRASE_NO_POINT));
}

/* What of the configuration was seen; what was not seen is not mentioned. */
static void applies(struct mail *m)
{
    bool cli = false, ropc = false;
    struct set legacy = {.n = 0};
    for (unsigned i = 0; i < m->notice->n; i++) {
        const struct read_finding *f = &m->notice->findings[i];
        bool is_legacy = strcmp(f->detector->name, "legacy_auth") == 0;
        for (unsigned j = 0; j < f->evidences_n; j++) {
            const struct read_evidence *e = &f->evidences[j];
            cli = cli || slice_equal_nocase(e->app_id, SLICE(AZURE_CLI_APP));
            ropc = ropc ||
                   (slice_equal(e->protocol, SLICE("ropc")) && slice_equal(e->reason, SLICE("ok")));
            if (is_legacy)
                set_add(&legacy, e->client);
        }
    }
    if (!cli && !ropc && legacy.n == 0)
        return;
    columns_begin(&m->c, BODY, DEEP);
    put_phrase(m, PHRASE_APPLIES);
    columns_text(&m->c, cli ? phrase(m, PHRASE_CLI_SEEN) : "");
    columns_text(&m->c, cli && ropc ? " / " : "");
    columns_text(&m->c, ropc ? phrase(m, PHRASE_ROPC_ALLOWED) : "");
    for (unsigned i = 0; i < legacy.n; i++) {
        columns_text(&m->c, cli || ropc || i > 0 ? " / " : "");
        put_phrase(m, PHRASE_LEGACY);
        put(m, legacy.items[i]);
    }
    columns_end(&m->c);
}

static void scope(struct mail *m, const struct notice_campaign *campaign)
{
    struct set tenant = {.n = 0}, users = {.n = 0}, apps = {.n = 0};
    for (unsigned i = 0; i < m->notice->n; i++) {
        const struct read_finding *f = &m->notice->findings[i];
        set_add(&tenant, f->tenant);
        set_add_names(&users, &f->users);
        for (unsigned j = 0; j < f->evidences_n && f->points_n == 0; j++)
            set_add(&apps, f->evidences[j].app);
    }
    heading(m, PHRASE_SCOPE);
    listed(m, PHRASE_TENANT, &tenant);
    listed(m, PHRASE_USERS, &users);
    listed(m, PHRASE_APPS, &apps);
    if (m->notice->findings[0].points_n == 0)
        applies(m);
    for (unsigned i = 0; i < m->notice->n; i++)
        if (m->notice->findings[i].points_n > 0)
            check(m, &m->notice->findings[i]);
    if (campaign)
        line(m, BODY, campaign->scope[m->lang]);
}

/* Bytes up to the end of the first sentence, with its full stop. */
static size_t sentence(const char *text, enum notice_lang lang)
{
    const char *stop = strstr(text, lang == NOTICE_JA ? "。" : ". ");
    if (!stop)
        return strlen(text);
    return (size_t)(stop - text) + (lang == NOTICE_JA ? strlen("。") : 1);
}

static void step(struct mail *m, unsigned number, struct slice text)
{
    char label[16];
    snprintf(label, sizeof label, "%u. ", number);
    columns_begin(&m->c, BODY, BODY + 3);
    columns_text(&m->c, label);
    columns_put(&m->c, text);
    columns_end(&m->c);
}

static void commands(struct mail *m)
{
    struct set all = {.n = 0};
    for (unsigned i = 0; i < m->notice->n; i++)
        for (unsigned j = 0; j < m->notice->findings[i].commands_n; j++)
            set_add(&all, m->notice->findings[i].commands[j]);
    if (all.n == 0)
        return;
    line(m, BODY, phrase(m, PHRASE_COMMANDS));
    for (unsigned i = 0; i < all.n; i++)
        columns_command(&m->c, 1, all.items[i], phrase(m, PHRASE_WITHHELD));
}

static void actions(struct mail *m, const struct notice_campaign *campaign)
{
    const struct detector *detector = m->notice->findings[0].detector;
    const char *text = m->lang == NOTICE_JA ? detector->remediation_ja : detector->remediation;
    unsigned number = 1;
    heading(m, PHRASE_ACTIONS);
    if (!finding_applies(&m->notice->findings[0])) /* the gravest: the others ask for nothing too */
        text = phrase(m, PHRASE_NO_POINT);
    for (size_t n; text && *text; text += n) {
        n = sentence(text, m->lang);
        step(m, number++, (struct slice){text, n});
        n += strspn(text + n, " ");
    }
    for (size_t i = 0; campaign && i < sizeof campaign->actions / sizeof *campaign->actions; i++)
        step(m, number++, slice_of(campaign->actions[i][m->lang]));
    commands(m);
}

static void indicators(struct mail *m)
{
    struct set networks = {.n = 0}, addresses = {.n = 0}, apps = {.n = 0}, agents = {.n = 0};
    if (m->notice->findings[0].points_n > 0)
        return; /* its events are the organisation's own; no attacker's */
    for (unsigned i = 0; i < m->notice->n; i++) {
        const struct read_finding *f = &m->notice->findings[i];
        set_add(&networks, f->feed_cidr);
        set_add_names(&networks, &f->networks);
        for (unsigned j = 0; j < f->evidences_n; j++) {
            set_add(&addresses, f->evidences[j].ip);
            set_add(&apps, f->evidences[j].app_id);
            set_add(&agents, f->evidences[j].user_agent);
        }
    }
    if (networks.n + addresses.n + apps.n + agents.n == 0)
        return;
    heading(m, PHRASE_INDICATORS);
    column(m, PHRASE_NETWORKS, &networks);
    column(m, PHRASE_ADDRESSES, &addresses);
    column(m, PHRASE_APP_IDS, &apps);
    column(m, PHRASE_AGENTS, &agents);
}

static void reference(struct mail *m, const struct notice_campaign *campaign)
{
    struct set feeds = {.n = 0}, findings = {.n = 0}, events = {.n = 0};
    for (unsigned i = 0; i < m->notice->n; i++) {
        const struct read_finding *f = &m->notice->findings[i];
        set_add(&feeds, f->feed_name);
        set_add(&findings, f->uid);
        for (unsigned j = 0; j < f->evidences_n; j++)
            set_add(&events, f->evidences[j].event_id);
    }
    heading(m, PHRASE_REFERENCE);
    if (campaign)
        line(m, BODY, campaign->reference[m->lang]);
    listed(m, PHRASE_FEED, &feeds);
    listed(m, PHRASE_FINDING, &findings);
    listed(m, PHRASE_EVENTS, &events);
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
    blank(&m);
    columns_begin(&m.c, 0, 0);
    put_phrase(&m, PHRASE_PRIORITY);
    columns_text(&m.c, grade->priority[m.lang]);
    columns_text(&m.c, "   ");
    put_phrase(&m, PHRASE_DEADLINE);
    columns_text(&m.c, grade->deadline[m.lang]);
    columns_end(&m.c);
}
