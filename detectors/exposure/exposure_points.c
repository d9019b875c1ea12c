/* SPDX-License-Identifier: Apache-2.0
 *
 * The points of a finding about a tenant: each with its state, its users and what could not be
 * seen. A yes is a measure of the verdict, so that it stays one when the words are older than what
 * they cover; every other state follows from the flags, as of now.
 */
#include "detectors/exposure/exposure.h"

#include "detectors/frame/tried.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

/* As an administrator knows them. */
static const char *const protocols[LEGACY_N] = {
    [LEGACY_ACTIVESYNC] = "Exchange ActiveSync",
    [LEGACY_AUTODISCOVER] = "Autodiscover",
    [LEGACY_EWS] = "Exchange Web Services",
    [LEGACY_IMAP] = "IMAP",
    [LEGACY_MAPI] = "MAPI over HTTP",
    [LEGACY_OUTLOOK] = "Outlook Anywhere",
    [LEGACY_POP] = "POP",
    [LEGACY_POWERSHELL] = "Exchange Online PowerShell",
    [LEGACY_SMTP] = "SMTP",
    [LEGACY_OTHER] = "Other clients",
    [LEGACY_UNNAMED] = "unnamed",
};
_Static_assert((int)LEGACY_N - 1 <= (int)POINT_PROTOCOLS_MAX, "each fits into a point");

/* What describing needs at hand. */
struct telling {
    const struct windows *w;
    const struct verdict *v;
    struct finding *f;
    struct exposure_span span;
    uint64_t tenant;
};

static struct distinct_count users_of(const struct telling *t, enum crowd_kind kind, uint64_t what)
{
    return crowd_count(t->w, crowd_row(t->w, t->tenant, kind, what), t->span.to_ms, t->span.days);
}

/* First and last of the row, as far as they fall into the span, and the names of its sample. */
static void add_row(const struct telling *t, struct finding_point *p, enum crowd_kind kind)
{
    uint32_t row = crowd_row(t->w, t->tenant, kind, 0);
    if (row == TABLE_NONE)
        return;
    const struct table *table = t->w->table[WINDOWS_CROWD];
    int64_t first_ms = (int64_t)~word_load(row_words(table, row, &crowd_fields[CROWD_FIRST]));
    int64_t last_ms = (int64_t)word_load(row_words(table, row, &crowd_fields[CROWD_LAST]));
    p->first_ms = first_ms > t->span.from_ms ? first_ms : t->span.from_ms;
    p->last_ms = last_ms < t->span.to_ms ? last_ms : t->span.to_ms - 1;
    const struct word *sample = row_words(table, row, &crowd_fields[CROWD_SAMPLE]);
    for (unsigned i = 0; i < crowd_fields[CROWD_SAMPLE].words; i++) {
        uint64_t word = word_load(&sample[i]);
        int64_t time_ms = (int64_t)(word >> 48) * DAY_MS;
        if (word == 0 || time_ms < t->span.from_ms || time_ms >= t->span.to_ms ||
            windows_name_find(t->w, tried_sample_user(word), p->names[p->names_n]) == 0)
            continue;
        bool known = false;
        for (unsigned k = 0; k < p->names_n; k++)
            known |= strcmp(p->names[k], p->names[p->names_n]) == 0;
        p->names_n += !known;
    }
    for (unsigned i = 0; i < p->names_n; i++)
        finding_add_user(t->f, p->names[i]);
}

/* A point that is seen, with its users; otherwise as `state` and `note` say. */
static struct finding_point *add_point(const struct telling *t, const char *name,
                                       enum crowd_kind kind, enum measure_id id,
                                       enum point_state state, const char *note)
{
    struct finding_point *p = &t->f->points[t->f->points_n++];
    *p = (struct finding_point){.name = name, .state = state};
    p->users = (unsigned)verdict_measured(t->v, id);
    if (p->users == 0) {
        snprintf(p->note, sizeof p->note, "%s", note);
        return p;
    }
    p->state = POINT_YES;
    add_row(t, p, kind);
    return p;
}

static void add_command_line(const struct telling *t)
{
    uint64_t flags = t->span.flags;
    if (flags & EXPOSURE_CLI_TRIED)
        add_point(t, "azure_cli", CROWD_CLI, MEASURE_AZURE_CLI_USERS, POINT_ATTACKED,
                  "attacked; use was not seen");
    else if (flags & EXPOSURE_APP)
        add_point(t, "azure_cli", CROWD_CLI, MEASURE_AZURE_CLI_USERS, POINT_NO, "");
    else
        add_point(t, "azure_cli", CROWD_CLI, MEASURE_AZURE_CLI_USERS, POINT_UNKNOWN,
                  "the records do not name applications");
}

/* How many never used a second factor: all who succeeded less those who once gave one. Sets that
 * are no longer exact differ by more than their error or say nothing (distinct.h: 4 to 7 % rms). */
static void write_never(const struct telling *t, struct distinct_count all, struct finding_point *p)
{
    struct distinct_count multi = users_of(t, CROWD_MULTI, 0);
    unsigned never = all.n > multi.n ? all.n - multi.n : 0;
    bool exact = all.exact && multi.exact;
    if (users_of(t, CROWD_UNTOLD, 0).n > 0)
        snprintf(p->note, sizeof p->note,
                 "how many never used a second factor is unknown: some records do not say");
    else if (!exact && never * 5 < all.n)
        snprintf(p->note, sizeof p->note,
                 "how many never used a second factor is unknown: too few to be estimated");
    else
        snprintf(p->note, sizeof p->note, "%s%u never used a second factor", exact ? "" : "about ",
                 never);
}

static void add_single_factor(const struct telling *t)
{
    struct distinct_count all = users_of(t, CROWD_ALL, 0), untold = users_of(t, CROWD_UNTOLD, 0);
    bool told = all.n > 0 && untold.n * 5 <= all.n;
    struct finding_point *p = add_point(
        t, "single_factor", CROWD_SINGLE, MEASURE_SINGLE_FACTOR_USERS,
        told ? POINT_NO : POINT_UNKNOWN,
        told ? "" : "the records of more than a fifth of the users do not tell the factor");
    if (p->state == POINT_YES)
        write_never(t, all, p);
}

static void add_password_only(const struct telling *t)
{
    uint64_t flags = t->span.flags;
    if (flags & EXPOSURE_ROPC_STOPPED)
        add_point(t, "ropc", CROWD_ROPC, MEASURE_ROPC_USERS, POINT_BLOCKED,
                  "a control answered right passwords so far");
    else if (flags & EXPOSURE_ROPC_TRIED)
        add_point(t, "ropc", CROWD_ROPC, MEASURE_ROPC_USERS, POINT_NOT_SHOWN_BLOCKED,
                  "requests got as far as the password; whether a right one would be refused was "
                  "not seen");
    else
        add_point(t, "ropc", CROWD_ROPC, MEASURE_ROPC_USERS, POINT_UNKNOWN,
                  "no password-only request was seen");
}

static void add_legacy(const struct telling *t)
{
    bool stopped = t->span.flags & EXPOSURE_LEGACY_STOPPED, told = t->span.flags & EXPOSURE_CLIENT;
    struct finding_point *p = add_point(t, "legacy", CROWD_LEGACY, MEASURE_LEGACY_USERS,
                                        stopped ? POINT_BLOCKED
                                        : told  ? POINT_NO
                                                : POINT_UNKNOWN,
                                        stopped || told ? "" : "the records do not name clients");
    for (unsigned i = LEGACY_NOT + 1; p->state == POINT_YES && i < LEGACY_N; i++) {
        unsigned users = users_of(t, CROWD_LEGACY, i).n;
        if (users == 0)
            continue;
        p->protocols[p->protocols_n].name = protocols[i];
        p->protocols[p->protocols_n++].users = users;
    }
}

static void add_all(const struct telling *t)
{
    bool access = t->span.flags & EXPOSURE_ACCESS;
    add_command_line(t);
    add_single_factor(t);
    add_password_only(t);
    add_point(t, "passwords", CROWD_LEAKED, MEASURE_LEAKED_PASSWORD_USERS, POINT_UNKNOWN,
              "cannot be seen in sign-ins");
    add_legacy(t);
    add_point(t, "report_only", CROWD_REPORT, MEASURE_REPORT_ONLY_USERS,
              access ? POINT_NO : POINT_UNKNOWN,
              access ? "" : "the records do not say what Conditional Access did");
}

/* --- in words --- */

struct label {
    const char *name, *en, *ja, *sentence;
};
static const struct label labels[] = {
    {"azure_cli", "Azure CLI in use", "Azure CLI", "Azure CLI"},
    {"single_factor", "single factor", "単一要素", "Single factor"},
    {"ropc", "ROPC permitted", "ROPC", "ROPC"},
    {"passwords", "leaked passwords", "漏えいパスワード", "Reused or simple passwords"},
    {"legacy", "legacy protocols", "レガシー認証", "Legacy protocols"},
    {"report_only", "report-only policies", "レポート専用ポリシー", "Report-only policies"},
};

static const char *state_text(enum point_state state)
{
    static const char *const texts[] = {
        [POINT_UNKNOWN] = "unknown",
        [POINT_NO] = "not seen",
        [POINT_YES] = "yes",
        [POINT_ATTACKED] = "attacked, not in use",
        [POINT_NOT_SHOWN_BLOCKED] = "not shown to be blocked",
        [POINT_BLOCKED] = "blocked",
    };
    return texts[state];
}

/* The points that are seen, joined; returns how many. */
static unsigned join(const struct finding *f, bool ja, char text[static 160])
{
    unsigned n = 0;
    size_t len = 0;
    text[0] = '\0';
    for (unsigned i = 0; i < f->points_n; i++)
        if (f->points[i].state == POINT_YES && len < 150)
            len += (size_t)snprintf(text + len, 160 - len, "%s%s",
                                    n++ == 0 ? ""
                                    : ja     ? "・"
                                             : ", ",
                                    ja ? labels[i].ja : labels[i].en);
    return n;
}

static void write_titles(const struct verdict *v, struct finding *f)
{
    char points[160], points_ja[160];
    join(f, true, points_ja);
    if (join(f, false, points) == 0) {
        snprintf(f->title, sizeof f->title,
                 "%.60s: none of the points of the Azure CLI campaign applies: watch only",
                 f->tenant);
        snprintf(f->title_ja, sizeof f->title_ja, "該当判定: いずれにも該当しません（静観）");
        return;
    }
    bool can = v->severity >= SEVERITY_HIGH;
    snprintf(f->title, sizeof f->title, "%.60s: %s: %s", f->tenant,
             can ? "the Azure CLI campaign can succeed here" : "open to password attacks", points);
    snprintf(f->title_ja, sizeof f->title_ja, "該当判定: %s%s", points_ja,
             can ? "（攻撃が成立し得る構成です）" : " に該当");
}

static void write_desc(const struct exposure_span *span, struct finding *f)
{
    int n = snprintf(f->desc, sizeof f->desc, "What the sign-ins of %u days show.", span->days);
    for (unsigned i = 0; i < f->points_n && n >= 0 && (size_t)n < sizeof f->desc; i++) {
        const struct finding_point *p = &f->points[i];
        char users[32] = "";
        if (p->users > 0)
            snprintf(users, sizeof users, ", %u user%s", p->users, p->users == 1 ? "" : "s");
        n += snprintf(f->desc + n, sizeof f->desc - (size_t)n, " %s: %s%s%s%s.", labels[i].sentence,
                      state_text(p->state), users, p->note[0] ? "; " : "", p->note);
    }
}

void exposure_describe(const struct detection *d, const struct report *report, struct finding *f)
{
    char where[WHERE_TEXT_MAX]; /* of no use but that it looks the witnesses' addresses up */
    finding_where(d->enricher, f, where);
    struct telling t = {.w = d->windows,
                        .v = &report->verdict,
                        .f = f,
                        .span = exposure_span(d, report->subject, report->bucket),
                        .tenant = report->subject};
    f->subject_type = "tenant";
    snprintf(f->subject, sizeof f->subject, "%s", report->witness.tenant);
    add_all(&t);
    write_titles(&report->verdict, f);
    write_desc(&t.span, f);
    if (report->verdict.rank < 1) {
        f->remediation = "None of the points applies: watch only.";
        f->remediation_ja = "いずれにも該当しません。静観で問題ありません。";
    }
}
