/* SPDX-License-Identifier: Apache-2.0
 *
 * exposure: no attack, but whether the published Azure CLI and ROPC campaign could succeed in this
 * tenant, from what its sign-ins show. Use that was observed beats policy that was written: 55 of
 * the campaign's 78 victims had a policy for a second factor.
 *
 * One finding for each tenant and seven days, of the two weeks that end with them: severe when a
 * command line of Azure, a single factor and ROPC were all seen; "none of the points" once enough
 * sign-ins were. Every yes is a set that only grows; exposure_points.c has the words, and the
 * states that are no yes.
 */
#include "detectors/exposure/exposure.h"

#include "detectors/frame/tried.h"
#include "detectors/known/detector_say.h"
#include "parsers/codes/microsoft.h"
#include "parsers/values/timestamp.h"

enum { BUCKET_DAYS = 7 };

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct exposure_options, enabled),
     .fallback = "true",
     .help = "say for each tenant whether the published campaign could succeed there"},
    {.name = "window",
     .type = OPTION_DURATION,
     .offset = offsetof(struct exposure_options, window_ms),
     .fallback = "14d",
     .min = BUCKET_DAYS * DAY_MS,
     .max = CROWD_DAYS * DAY_MS,
     .help = "what counts as seen lately, in whole days; two weeks hold what is done weekly"},
    {.name = "min_sign_ins",
     .type = OPTION_COUNT,
     .offset = offsetof(struct exposure_options, min_sign_ins),
     .fallback = "20",
     .min = 1,
     .max = CROWD_IDS_MAX,
     .help = "successes of a week before \"none of the points\" is said; fewer prove nothing"},
    OPTIONS_SHARED(exposure_options),
    {.name = NULL},
};

/* --- what an event shows --- */

struct acts {
    uint16_t kinds;   /* 1 << (enum crowd_kind - CROWD_SIGN_INS), of rows with users */
    uint8_t protocol; /* enum event_legacy, with CROWD_LEGACY */
    uint8_t flags;    /* enum exposure_flag, and */
};
enum { TELLS = 1 << 7 }; /* a success that would have shown a point if there were one */

static uint16_t bit(enum crowd_kind kind)
{
    return (uint16_t)(1u << (kind - CROWD_SIGN_INS));
}

/* Read in the first phase, kept in the sighting for the others. */
static uint32_t pack(const struct acts *a)
{
    return (uint32_t)a->kinds | (uint32_t)a->protocol << 16 | (uint32_t)a->flags << 24;
}

static struct acts acts_of(const struct sighting *s)
{
    return (struct acts){(uint16_t)s->shows, (uint8_t)(s->shows >> 16), (uint8_t)(s->shows >> 24)};
}

/* Rows that make a point true. The others only say what the absence of one is worth. */
#define POINTS (~(bit(CROWD_MULTI) | bit(CROWD_UNTOLD)))

/* The password was right and the user has no second factor: whoever holds it may enrol one. */
static bool is_unenrolled(const struct event *ev)
{
    return ev->reason == REASON_PASSWORD_OK && ev->control == CONTROL_ENROLMENT;
}

/* A control refused what the password would have opened: not an expired password, which refuses
 * nobody who knows it, nor an application that this user has no use for. */
static bool is_controlled(const struct event *ev)
{
    enum {
        CONTROLS = 1 << CONTROL_FACTOR | 1 << CONTROL_ENROLMENT | 1 << CONTROL_POLICY |
                   1 << CONTROL_DEVICE | 1 << CONTROL_LOCATION | 1 << CONTROL_RISK
    };
    return ev->reason == REASON_PASSWORD_OK && 1 << ev->control & CONTROLS;
}

/* ROPC has no step at which a second factor could be given: not said to be single, it still is. */
static void read_success(const struct event *ev, struct acts *a)
{
    bool multi = ev->factor == FACTOR_MULTI, ropc = ev->ropc && !multi;
    bool told = multi || ropc || ev->factor == FACTOR_SINGLE;
    a->kinds = bit(multi ? CROWD_MULTI : told ? CROWD_SINGLE : CROWD_UNTOLD);
    if (microsoft_is_command_line(ev->app_id, ev->app))
        a->kinds |= bit(CROWD_CLI);
    if (ropc)
        a->kinds |= bit(CROWD_ROPC);
    if (ev->legacy != LEGACY_NOT)
        a->kinds |= bit(CROWD_LEGACY);
    if (ev->access == ACCESS_REPORT_ONLY)
        a->kinds |= bit(CROWD_REPORT);
    a->protocol = (uint8_t)ev->legacy;
    if (ev->app_id.len + ev->app.len > 0)
        a->flags |= EXPOSURE_APP;
    if (ev->client.len + ev->protocol.len > 0)
        a->flags |= EXPOSURE_CLIENT;
    if (ev->access != ACCESS_ABSENT)
        a->flags |= EXPOSURE_ACCESS;
    if (told || a->flags & EXPOSURE_APP)
        a->flags |= TELLS;
}

static void read_attempt(const struct sighting *s, struct acts *a)
{
    const struct event *ev = &s->e->ev;
    if (tried_class_of(s) != TRIED_USER)
        return;
    if (is_unenrolled(ev))
        a->kinds |= bit(CROWD_SINGLE);
    if (microsoft_is_command_line(ev->app_id, ev->app))
        a->flags |= EXPOSURE_CLI_TRIED;
    if (ev->ropc && (ev->reason == REASON_WRONG_PASSWORD || ev->reason == REASON_UNKNOWN_USER))
        a->flags |= EXPOSURE_ROPC_TRIED;
    if (ev->ropc && is_controlled(ev))
        a->flags |= EXPOSURE_ROPC_STOPPED;
    if (ev->legacy != LEGACY_NOT && is_controlled(ev))
        a->flags |= EXPOSURE_LEGACY_STOPPED;
}

/* Programs (service principals, managed identities) have no user. */
static struct acts read_acts(const struct sighting *s)
{
    const struct event *ev = &s->e->ev;
    struct acts a = {0};
    if (s->user_hash == 0 || ev->tenant.len == 0 || ev->program)
        return a;
    if (ev->kind == KIND_RISK && ev->leaked)
        a.kinds = bit(CROWD_LEAKED);
    else if (ev->kind == KIND_SIGN_IN && ev->outcome == OUTCOME_SUCCESS)
        read_success(ev, &a);
    else if (ev->kind == KIND_SIGN_IN)
        read_attempt(s, &a);
    return a;
}

/* --- memory --- */

static void plan(const struct detection *d, struct sighting *s)
{
    struct acts a = read_acts(s);
    s->shows = pack(&a);
    if (s->shows == 0)
        return;
    int64_t bucket = detector_bucket(d->detector, s->e->ev.time_ms);
    crowd_touch(d->windows, s, CROWD_SIGN_INS, (uint64_t)bucket);
    for (enum crowd_kind kind = CROWD_MULTI; kind <= CROWD_REPORT; kind++)
        if (a.kinds & bit(kind))
            crowd_touch(d->windows, s, kind, 0);
    if (a.protocol != 0)
        crowd_touch(d->windows, s, CROWD_LEGACY, a.protocol);
}

/* Different ones, up to CROWD_IDS_MAX. */
static int64_t sign_ins(const struct windows *w, uint32_t row)
{
    const struct field *ids = &crowd_fields[CROWD_IDS];
    const struct word *words = row_words(w->table[WINDOWS_CROWD], row, ids);
    int64_t n = 0;
    for (unsigned i = 0; i < ids->words; i++)
        n += word_load(&words[i]) != 0;
    return n;
}

static void see(struct windows *w, const struct sighting *s, const struct acts *a, uint8_t touch)
{
    struct table *t = w->table[WINDOWS_CROWD];
    uint32_t row = s->touches[touch].row;
    uint64_t time = (uint64_t)s->e->ev.time_ms;
    if (row == TABLE_NONE)
        return;
    row_merge(t, row, &crowd_fields[CROWD_TENANT], 0, s->tenant_hash);
    row_merge(t, row, &crowd_fields[CROWD_FLAGS], 0, a->flags & (TELLS - 1u));
    if (a->kinds == 0)
        return;
    row_merge(t, row, &crowd_fields[CROWD_FIRST], 0, ~time);
    row_merge(t, row, &crowd_fields[CROWD_LAST], 0, time);
    /* A full field has more than is asked for; which ids it holds is all the same. */
    if (a->flags & TELLS && sign_ins(w, row) < CROWD_IDS_MAX)
        row_merge(t, row, &crowd_fields[CROWD_IDS], 0, s->id_hash);
}

/* The touches are those of plan, in its order: keys of one event differ. When it could have no
 * more (TOUCHES_MAX), the last of them are missing. */
static void update(const struct detection *d, struct sighting *s)
{
    unsigned index = detector_index(d->detector);
    uint8_t touch = s->first[index], end = s->first[index + 1];
    if (touch == end)
        return;
    struct acts a = acts_of(s);
    bool listed = false;
    see(d->windows, s, &a, touch++);
    for (enum crowd_kind kind = CROWD_MULTI; kind <= CROWD_REPORT && touch < end; kind++)
        if (a.kinds & bit(kind))
            listed |= crowd_add(d->windows, s, touch++) && bit(kind) & POINTS;
    if (a.protocol != 0 && touch < end)
        crowd_add(d->windows, s, touch);
    if (listed)
        windows_name(d->windows, tried_user(s), s->e->ev.user, s->e->ev.time_ms);
}

/* --- the verdict --- */

static uint64_t flags_of(const struct windows *w, uint32_t row)
{
    if (row == TABLE_NONE)
        return 0;
    return word_load(row_words(w->table[WINDOWS_CROWD], row, &crowd_fields[CROWD_FLAGS]));
}

struct exposure_span exposure_span(const struct detection *d, uint64_t tenant_hash, int64_t bucket)
{
    const struct exposure_options *o = d->options;
    const struct windows *w = d->windows;
    struct exposure_span span = {.to_ms = (bucket + 1) * BUCKET_DAYS * DAY_MS,
                                 .days = (unsigned)(o->window_ms / DAY_MS)};
    span.from_ms = span.to_ms - span.days * DAY_MS;
    span.flags = flags_of(w, crowd_row(w, tenant_hash, CROWD_SIGN_INS, (uint64_t)bucket));
    if (span.days > BUCKET_DAYS)
        span.flags |= flags_of(w, crowd_row(w, tenant_hash, CROWD_SIGN_INS, (uint64_t)bucket - 1));
    return span;
}

/* Adds the users of a point, if there are any, and returns 1 for it. */
static unsigned point(const struct detection *d, uint64_t tenant_hash, enum crowd_kind kind,
                      const struct exposure_span *span, enum measure_id id, struct verdict *v)
{
    uint32_t row = crowd_row(d->windows, tenant_hash, kind, 0);
    unsigned users = crowd_count(d->windows, row, span->to_ms, span->days).n;
    if (users > 0)
        verdict_measure(v, id, users);
    return users > 0;
}

/* Whatever was seen, a marks that only say what was tried. They are measures so that a finding is
 * said again when they come. */
static void mark(const struct exposure_span *span, struct verdict *v)
{
    if (span->flags & EXPOSURE_CLI_TRIED)
        verdict_measure(v, MEASURE_AZURE_CLI_TRIED, 1);
    if (span->flags & EXPOSURE_ROPC_TRIED)
        verdict_measure(v, MEASURE_ROPC_TRIED, 1);
    if (span->flags & EXPOSURE_ROPC_STOPPED)
        verdict_measure(v, MEASURE_ROPC_STOPPED, 1);
    if (span->flags & EXPOSURE_LEGACY_STOPPED)
        verdict_measure(v, MEASURE_LEGACY_STOPPED, 1);
}

/* False: the tenant has no success in the bucket, so nothing is said. */
static bool evaluate(const struct detection *d, uint64_t tenant_hash, int64_t bucket,
                     struct verdict *v)
{
    const struct exposure_options *o = d->options;
    const struct windows *w = d->windows;
    uint32_t row = crowd_row(w, tenant_hash, CROWD_SIGN_INS, (uint64_t)bucket);
    *v = (struct verdict){0};
    if (row == TABLE_NONE)
        return false;
    struct table *t = w->table[WINDOWS_CROWD];
    v->last_ms = (int64_t)word_load(row_words(t, row, &crowd_fields[CROWD_LAST]));
    v->first_ms = (int64_t)~word_load(row_words(t, row, &crowd_fields[CROWD_FIRST]));
    if (v->last_ms == 0)
        return false;
    struct exposure_span span = exposure_span(d, tenant_hash, bucket);
    int64_t seen = sign_ins(w, row);
    seen = seen < o->min_sign_ins ? seen : o->min_sign_ins;
    verdict_threshold(v, MEASURE_SIGN_INS, (double)seen, (double)o->min_sign_ins);
    unsigned cli = point(d, tenant_hash, CROWD_CLI, &span, MEASURE_AZURE_CLI_USERS, v);
    unsigned single = point(d, tenant_hash, CROWD_SINGLE, &span, MEASURE_SINGLE_FACTOR_USERS, v);
    unsigned ropc = point(d, tenant_hash, CROWD_ROPC, &span, MEASURE_ROPC_USERS, v);
    unsigned n = cli + single + ropc;
    n += point(d, tenant_hash, CROWD_LEAKED, &span, MEASURE_LEAKED_PASSWORD_USERS, v);
    n += point(d, tenant_hash, CROWD_LEGACY, &span, MEASURE_LEGACY_USERS, v);
    n += point(d, tenant_hash, CROWD_REPORT, &span, MEASURE_REPORT_ONLY_USERS, v);
    mark(&span, v);
    v->fires = n > 0 || seen == o->min_sign_ins;
    v->severity = cli && single && ropc ? SEVERITY_HIGH
                  : n > 1               ? SEVERITY_MEDIUM
                  : n == 1              ? SEVERITY_LOW
                                        : SEVERITY_INFORMATIONAL;
    v->confidence = n > 0 ? 3 : 2;
    v->rank = n;
    return true;
}

/* Is this the earliest event of a point's row? Then it may be the one that makes it true. */
static bool is_first(const struct detection *d, const struct sighting *s, const struct acts *a)
{
    uint8_t touch = (uint8_t)(s->first[detector_index(d->detector)] + 1);
    uint8_t end = s->first[detector_index(d->detector) + 1];
    for (enum crowd_kind kind = CROWD_MULTI; kind <= CROWD_REPORT && touch < end; kind++) {
        uint32_t row = a->kinds & bit(kind) ? s->touches[touch++].row : TABLE_NONE;
        if (row == TABLE_NONE || !(bit(kind) & POINTS))
            continue;
        const struct table *t = d->windows->table[WINDOWS_CROWD];
        if ((int64_t)~word_load(row_words(t, row, &crowd_fields[CROWD_FIRST])) == s->e->ev.time_ms)
            return true;
    }
    return false;
}

/* Reports are few: what says something of the tenant at all (due is asked for time 0: was it ever
 * said?), and the first event of a point, which is worth keeping as evidence. Numbers that only
 * rise the speaker reads from the words, as it reviews what is open. */
static void judge_bucket(const struct detection *d, const struct sighting *s, bool first,
                         int64_t bucket)
{
    uint8_t uid[FINDING_UID_BYTES];
    struct verdict v;
    detector_uid(d, s->tenant_hash, bucket, uid);
    bool due = first ? d->sink->due(d->sink->ctx, uid, s->e->ev.time_ms, SEVERITY_HIGH)
                     : d->sink->due(d->sink->ctx, uid, 0, SEVERITY_NONE);
    if (due && evaluate(d, s->tenant_hash, bucket, &v))
        detector_say(d, s, s->tenant_hash, bucket, &v);
}

/* A late event also belongs to what is said of the bucket after its own. Marks alone make nothing
 * true; what they say is told with the next success. */
static void judge(const struct detection *d, const struct sighting *s)
{
    unsigned index = detector_index(d->detector);
    if (s->first[index] == s->first[index + 1])
        return;
    struct acts a = acts_of(s);
    if (a.kinds == 0)
        return;
    int64_t bucket = detector_bucket(d->detector, s->e->ev.time_ms);
    bool first = is_first(d, s, &a);
    judge_bucket(d, s, first, bucket);
    int64_t newest_ms = (int64_t)table_watermark(d->windows->table[WINDOWS_CROWD]) * 60000;
    if (newest_ms / DAY_MS / BUCKET_DAYS > bucket)
        judge_bucket(d, s, first, bucket + 1);
}

static bool recheck(const struct detection *d, const struct report *report,
                    struct verdict *ret_verdict)
{
    return evaluate(d, report->subject, report->bucket, ret_verdict);
}

static const struct attack attacks[] = {
    {"T1078.004", "Cloud Accounts", "TA0001", "Initial Access"},
    {.technique = NULL},
};
static const char *const types[] = {"Exposure", NULL};
#define POLICIES "POST https://graph.microsoft.com/v1.0/identity/conditionalAccess/policies "
#define EVERYBODY                                                                                  \
    "\"applications\":{\"includeApplications\":[\"All\"]},\"users\":{\"includeUsers\":[\"All\"],"  \
    "\"excludeUsers\":[\"<break-glass id>\"]}"
/* Learn, "conditionalAccessPolicy resource type"; first to look on, then to be enabled. */
static const char *const commands[] = {
    POLICIES "{\"displayName\":\"Second factor for everybody and everything\","
             "\"state\":\"enabledForReportingButNotEnforced\",\"conditions\":{"
             "\"clientAppTypes\":[\"all\"]," EVERYBODY
             "},\"grantControls\":{\"operator\":\"OR\",\"builtInControls\":[\"mfa\"]}}",
    POLICIES "{\"displayName\":\"Block legacy authentication\","
             "\"state\":\"enabledForReportingButNotEnforced\",\"conditions\":{"
             "\"clientAppTypes\":[\"exchangeActiveSync\",\"other\"]," EVERYBODY
             "},\"grantControls\":{\"operator\":\"OR\",\"builtInControls\":[\"block\"]}}",
    "Set-TransportConfig -SmtpClientAuthenticationDisabled $true",
    NULL,
};

const struct detector detector_exposure = {
    .name = "exposure",
    .summary = "whether the Azure CLI and ROPC campaign could succeed in a tenant",
    .version = 1,
    .bucket_days = BUCKET_DAYS,
    .silence_ms = 0,
    .update_ms = DAY_MS,
    .attacks = attacks,
    .types = types,
    .remediation = "Disable or restrict ROPC and migrate; enforce MFA and a strong password policy "
                   "(ban leaked and reused passwords); look for suspicious Azure CLI sign-ins.",
    .remediation_ja = "ROPC を無効化または制限し先進認証へ移行、MFA と強力なパスワード "
                      "ポリシー（漏えい・使い回しの禁止）を徹底、Azure CLI "
                      "経由の不審なサインインを確認してください。",
    .commands = commands,
    .options = {"exposure", options, sizeof(struct exposure_options)},
    .shared_at = offsetof(struct exposure_options, shared),
    .plan = plan,
    .update = update,
    .judge = judge,
    .recheck = recheck,
    .describe = exposure_describe,
};
