/* SPDX-License-Identifier: Apache-2.0
 *
 * password_spray: few passwords over many users of one tenant. Peers count per address in minutes
 * and so miss a spray that rotates addresses or takes a day; this counts along the ladder of
 * networks, with and without the fingerprint of the tool (shapes FAST, SLOW and WIDE of spray.h).
 *
 * Keeps a source row per tenant and rung, a network row per tenant, rung and fingerprint, and one
 * per tenant and fingerprint. FAST and SLOW speak about the widest rung of the ladder, so that
 * naming a narrower network later is no new finding; rungs that fire are remembered as children of
 * that row, and the most specific one that holds 80 % of the users is named. WIDE speaks about the
 * fingerprint.
 */
#include "detectors/frame/tried.h"
#include "detectors/known/crowd.h"
#include "detectors/known/detector_say.h"
#include "detectors/known/learning.h"
#include "detectors/spray/spray_verdict.h"
#include "detectors/words/commands.h"
#include "parsers/values/timestamp.h"

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct spray_options, enabled),
     .fallback = "true",
     .help = "report password sprays"},
    {.name = "min_users",
     .type = OPTION_COUNT,
     .offset = offsetof(struct spray_options, min_users),
     .fallback = "0",
     .max = 100000,
     .help = "distinct users that make a spray; 0: by the tenant's size, or while that is not "
             "known 5 from a source, 8 from a network, 15 from everywhere"},
    {.name = "size_floor",
     .type = OPTION_COUNT,
     .offset = offsetof(struct spray_options, size_floor),
     .fallback = "4",
     .min = 2,
     .max = 1000,
     .help = "never fewer users than this, however quiet the network or small the tenant"},
    {.name = "size_ceiling",
     .type = OPTION_COUNT,
     .offset = offsetof(struct spray_options, size_ceiling),
     .fallback = "30",
     .min = 4,
     .max = 100000,
     .help = "never more than this, twice from everywhere, however large the tenant"},
    {.name = "quiet_factor",
     .type = OPTION_NUMBER,
     .offset = offsetof(struct spray_options, quiet_factor),
     .fallback = "0.5",
     .min = 0.1,
     .max = 1,
     .help = "threshold of hosting, vpn and unknown networks without an honest user, as a share: "
             "nobody mistypes there"},
    {.name = "egress_share",
     .type = OPTION_NUMBER,
     .offset = offsetof(struct spray_options, egress_share),
     .fallback = "0.25",
     .max = 10,
     .help = "threshold of a network that many users of the tenant succeed from, as a share of "
             "them: an office mistypes a lot when its passwords expire"},
    {.name = "tries_per_user",
     .type = OPTION_COUNT,
     .offset = offsetof(struct spray_options, tries_per_user),
     .fallback = "3",
     .min = 1,
     .max = 100,
     .help =
         "most hours a day in which one user is tried by a spray from many networks; people who "
         "mistype try again and again"},
    OPTION_LEARNING(spray_options, "full", shared_learning,
                    "a tenant known for less than 7 days: full lowers severity, unless a password "
                    "was right or the source is a data centre's; low only confidence"),
    OPTIONS_SHARED(spray_options),
    {.name = NULL},
};

/* The rows of one event, in the order of their touches: FAST for each rung, SLOW for the wider
 * ones, then WIDE; then two that are only remembered, for links.h: who was tried from its network
 * and system by any tool. */
struct target {
    enum spray_shape shape;
    unsigned table;
    struct rung rung;
    uint64_t fp;
};
enum { TARGETS_MAX = 2 * LADDER_MAX + 3 };

struct targets {
    struct target list[TARGETS_MAX];
    unsigned n, fast_n, all_n; /* the first n are judged */
};

static void add(struct targets *t, enum spray_shape shape, const struct rung *rung, uint64_t fp)
{
    unsigned table = shape == SPRAY_FAST ? WINDOWS_SOURCE : WINDOWS_NETWORK;
    t->list[t->n++] = (struct target){shape, table, *rung, fp};
}

static void targets_of(const struct sighting *s, struct targets *t)
{
    struct rung rungs[LADDER_MAX];
    t->n = t->fast_n = t->all_n = 0;
    unsigned n = tried_class_of(s) == TRIED_NOT ? 0 : ladder_of(s->e, rungs);
    if (n == 0 || s->user_hash == 0)
        return;
    for (unsigned i = 0; i < n; i++)
        add(t, SPRAY_FAST, &rungs[i], 0);
    t->fast_n = n;
    /* A single address, or a v4 /24, cannot hide anybody over a day: FAST sees it. */
    for (unsigned i = ip_is_v4(&rungs[0].prefix.ip) ? 2 : 1; i < n; i++)
        add(t, SPRAY_SLOW, &rungs[i], s->fingerprint);
    add(t, SPRAY_WIDE, &(struct rung){.network = s->e->network}, s->fingerprint);
    t->all_n = t->n;
    for (unsigned i = LADDER_NET; i < n; i += LADDER_SYSTEM - LADDER_NET)
        t->list[t->all_n++] = (struct target){SPRAY_SLOW, WINDOWS_NETWORK, rungs[i], ANY_TOOL};
}

static void plan(const struct detection *d, struct sighting *s)
{
    /* Trusted addresses of a network have rows of their own: or the verdict on a mixed row would
     * hang on whose event comes last. */
    uint64_t owner = s->tenant_hash + s->trusted;
    struct targets t;
    targets_of(s, &t);
    for (unsigned i = 0; i < t.all_n; i++) {
        const struct target *target = &t.list[i];
        uint64_t key = ladder_key(d->windows, target->table, owner, &target->rung, target->fp);
        sighting_touch(s, d->windows->table[target->table], table_lawful_key(key), false);
    }
}

/* The touch of target i. There is one for each: keys of one event differ, and TOUCHES_MAX leaves
 * room for all detectors. */
static const struct touch *touch_of(const struct detection *d, const struct sighting *s, unsigned i)
{
    return &s->touches[s->first[detector_index(d->detector)] + i];
}

static void count_in(const struct detection *d, const struct sighting *s, const struct target *t,
                     uint32_t row)
{
    struct windows *w = d->windows;
    int64_t now = s->e->ev.time_ms;
    uint64_t user = s->user_hash;
    tried_update(w, t->table, row, s, &t->rung, t->fp);
    if (tried_class_of(s) == TRIED_HIT)
        return;
    if (tried_class_of(s) == TRIED_OK) {
        windows_add(w, t->table, row, SET_OK, user, now);
        return;
    }
    windows_add(w, t->table, row, SET_TRIED, user, now);
    if (t->shape == SPRAY_FAST)
        return;
    windows_add(w, t->table, row, SET_ADDRESSES,
                t->shape == SPRAY_WIDE ? ladder_net(w, s->e) : ladder_address(w, s->e), now);
    if (t->shape == SPRAY_WIDE)
        windows_add(w, t->table, row, SET_USER_HOURS,
                    hash_words(&w->key, (uint64_t[]){user, (uint64_t)(now / HOUR_MS)}, 2), now);
}

static void update(const struct detection *d, struct sighting *s)
{
    struct targets t;
    targets_of(s, &t);
    for (unsigned i = 0; i < t.all_n; i++)
        if (touch_of(d, s, i)->row != TABLE_NONE)
            count_in(d, s, &t.list[i], touch_of(d, s, i)->row);
    if (t.n > 0 && tried_class_of(s) == TRIED_USER)
        windows_name(d->windows, tried_user(s), s->e->ev.user, s->e->ev.time_ms);
}

/* Evaluates one rung and remembers it in the row of the widest one (or the fingerprint's own) when
 * it fires: those words say later which rows to ask, and that this source is a suspect. `known`: a
 * rung that is remembered already need not be evaluated. */
static void adopt(const struct detection *d, const struct target *t, const struct touch *touch,
                  unsigned in, uint32_t parent, struct spray_when at, bool known, struct spray *ret)
{
    int field = t->shape == SPRAY_SLOW ? SOURCE_FP_CHILDREN : SOURCE_CHILDREN;
    if (touch->row == TABLE_NONE)
        return;
    if (known && tried_has_child(d->windows, in, parent, field, touch->key)) {
        ret->fires = true;
        return;
    }
    struct spray spray = spray_evaluate(d, t->shape, touch->row, at.time_ms, at.day);
    if (spray.fires) {
        row_merge(d->windows->table[in], parent, &source_fields[field], 0, touch->key);
        row_merge(d->windows->table[in], parent, &source_fields[SOURCE_FIRED], 0,
                  (uint64_t)spray.end_ms);
    }
    ret->fires |= spray.fires;
    ret->shared |= spray.shared;
    ret->egress |= spray.egress;
}

/* All rungs; what any of them says. */
static struct spray adopt_all(const struct detection *d, const struct sighting *s,
                              const struct targets *t, uint32_t parent, struct spray_when at,
                              bool known)
{
    struct spray any = {0};
    for (unsigned i = 0; i + 1 < t->n; i++)
        adopt(d, &t->list[i], touch_of(d, s, i), WINDOWS_SOURCE, parent, at, known, &any);
    return any;
}

/* Of a rung that was held back and so is not remembered: no more than that it was. */
static struct verdict held_back(uint64_t key, const struct spray *any)
{
    return (struct verdict){.fires = true,
                            .suppressed =
                                any->shared ? SUPPRESSED_SHARED_EGRESS : SUPPRESSED_EGRESS,
                            .severity = SEVERITY_MEDIUM,
                            .confidence = 1,
                            .words = {key, WINDOWS_SOURCE, SPRAY_SLOW}};
}

/* Narrow rungs count first. Should another worker have counted between looking at them and at the
 * widest one, which then fires, a second look finds them firing too; that worker may find nothing
 * due. */
static struct verdict judge_source(const struct detection *d, const struct sighting *s,
                                   const struct targets *t, const struct touch *top,
                                   struct spray_when at)
{
    struct spray any = adopt_all(d, s, t, top->row, at, false);
    if (!any.fires && !any.shared && !any.egress)
        return (struct verdict){0};
    struct verdict v = spray_verdict_source(d, top->key, at);
    if (!any.fires)
        return v.fires ? v : held_back(top->key, &any);
    if (!v.fires)
        return v;
    adopt_all(d, s, t, top->row, at, false);
    return spray_verdict_source(d, top->key, at);
}

static struct verdict judge_wide(const struct detection *d, const struct target *t,
                                 const struct touch *touch, struct spray_when at)
{
    struct spray any = {0};
    adopt(d, t, touch, WINDOWS_NETWORK, touch->row, at, false, &any);
    if (!any.fires && !any.shared)
        return (struct verdict){0};
    return spray_verdict_wide(d, touch->key, at);
}

/* With nothing to say, a fingerprint may have become a suspect all the same. */
static void remember_wide(const struct detection *d, const struct target *t,
                          const struct touch *touch, struct spray_when at)
{
    struct spray any = {0};
    adopt(d, t, touch, WINDOWS_NETWORK, touch->row, at, true, &any);
}

/* Has this source, or fingerprint, ever met a threshold? */
static bool is_suspect(const struct table *table, uint32_t row)
{
    return word_load(row_words(table, row, &source_fields[SOURCE_CHILDREN])) != 0 ||
           word_load(row_words(table, row, &source_fields[SOURCE_FP_CHILDREN])) != 0;
}

/* Most sources are nobody's spray: fewer users were ever tried from there than any shape asks for.
 */
static bool is_quick_no(const struct detection *d, const struct target *t, uint32_t row)
{
    const struct word *tried =
        row_words(d->windows->table[t->table], row, &source_fields[SET_TRIED]);
    const struct spray_options *o = d->options;
    unsigned pairs = 0, least = spray_threshold(o, t->shape, CROWD_UNKNOWN, true);
    if (o->min_users == 0 && o->size_floor < least)
        least = (unsigned)o->size_floor; /* of a small tenant */
    for (unsigned i = 0; i < source_fields[SET_TRIED].words; i++)
        pairs += word_load(&tried[i]) != 0;
    return pairs < (least < DISTINCT_EXACT ? least : DISTINCT_EXACT);
}

static void say(const struct detection *d, const struct sighting *s, uint64_t key, int64_t day,
                struct verdict v)
{
    if (s->trusted && v.fires && v.suppressed == SUPPRESSED_NOT &&
        v.rank < 3 * spray_threshold(d->options, (enum spray_shape)v.words[2],
                                     crowd_tenant_size(d->windows, s->tenant_hash, d->tenant->users,
                                                       day * DAY_MS),
                                     false))
        v.suppressed = SUPPRESSED_TRUSTED; /* but an inside machine may spray, too */
    detector_say(d, s, key, detector_bucket(d->detector, day * DAY_MS), &v);
}

static bool is_due(const struct detection *d, const struct sighting *s, uint64_t key, int64_t day)
{
    uint8_t uid[FINDING_UID_BYTES];
    detector_uid(d, key, detector_bucket(d->detector, day * DAY_MS), uid);
    enum severity least = s->e->ev.password_valid ? SEVERITY_HIGH : SEVERITY_NONE;
    return d->sink->due(d->sink->ctx, uid, s->e->ev.time_ms, least);
}

/* A success can only make a suspect graver; whoever was tried can make one. */
static bool is_worth(const struct detection *d, const struct sighting *s, const struct target *t,
                     uint32_t row)
{
    if (row == TABLE_NONE || is_quick_no(d, t, row))
        return false;
    return tried_class_of(s) == TRIED_USER || is_suspect(d->windows->table[t->table], row);
}

/* An event in order completes windows of its own day only; a late one also those of the days after.
 */
static void judge(const struct detection *d, const struct sighting *s)
{
    struct targets t;
    targets_of(s, &t);
    if (t.n == 0)
        return;
    const struct target *source = &t.list[t.fast_n - 1], *tool = &t.list[t.n - 1];
    const struct touch *top = touch_of(d, s, t.fast_n - 1), *wide = touch_of(d, s, t.n - 1);
    struct spray_when at = {.time_ms = s->e->ev.time_ms};
    int64_t today = at.time_ms / DAY_MS;
    if (is_worth(d, s, source, top->row)) {
        int64_t until = spray_last_day(d->windows, WINDOWS_SOURCE, top->row, at.time_ms);
        for (at.day = today; at.day <= until; at.day++)
            if (is_due(d, s, top->key, at.day))
                say(d, s, top->key, at.day, judge_source(d, s, &t, top, at));
            else /* nothing to say, but a rung may have become a suspect: links.h */
                adopt_all(d, s, &t, top->row, at, true);
    }
    if (is_worth(d, s, tool, wide->row)) {
        int64_t until = spray_last_day(d->windows, WINDOWS_NETWORK, wide->row, at.time_ms);
        for (at.day = today; at.day <= until && at.day <= today + 1; at.day++)
            if (is_due(d, s, wide->key, at.day))
                say(d, s, wide->key, at.day, judge_wide(d, tool, wide, at));
            else
                remember_wide(d, tool, wide, at);
    }
}

static const struct attack attacks[] = {
    {"T1110.003", "Password Spraying", "TA0006", "Credential Access"},
    {"T1110.004", "Credential Stuffing", "TA0006", "Credential Access"},
    {.technique = NULL},
};
static const char *const types[] = {"Password spray", NULL};
static const char *const commands[] = {
    COMMAND_BLOCK_RANGE("spray"),
    COMMAND_CLOSE_ROPC,
    COMMAND_BLOCK_LEGACY,
    NULL,
};

const struct detector detector_password_spray = {
    .name = "password_spray",
    .summary = "few passwords over many users, from one source, one network or one tool",
    .version = 2,
    .bucket_days = 1,
    .silence_ms = 6 * HOUR_MS,
    .attacks = attacks,
    .types = types,
    .remediation =
        "Check the listed users for success or \"correct password\" results, reset those "
        "passwords, block the network, enforce MFA for all users and all applications "
        "without exclusions.",
    .remediation_ja =
        "対象利用者に成功または「パスワード一致」がないか確認し、該当者のパスワードを再設定、"
        "当該ネットワークを遮断し、全利用者・全アプリに例外なく MFA を強制してください。",
    .commands = commands,
    .advisory = &advisory_ropc_spray,
    .options = {"password_spray", options, sizeof(struct spray_options)},
    .shared_at = offsetof(struct spray_options, shared),
    .plan = plan,
    .update = update,
    .judge = judge,
    .recheck = spray_recheck,
    .describe = spray_describe,
};
