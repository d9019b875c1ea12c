/* SPDX-License-Identifier: Apache-2.0
 *
 * Naming and describing a spray; see the header.
 */
#include "detectors/spray/spray_verdict.h"

#include "detectors/frame/fingerprint.h"
#include "detectors/frame/tried.h"
#include "detectors/known/crowd.h"
#include "detectors/known/learning.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

#define SETTLE_MS (5 * 60 * 1000) /* Office and Entra records are minutes late */

/* The best of the candidates for being named, and of those held back: a crowd behind one address.
 */
struct naming {
    struct spray best, shared;
    unsigned table, most; /* most: users tried in any candidate */
    uint32_t row;
    uint64_t key;
    unsigned bits, shared_table;
    uint32_t shared_row;
    uint64_t shared_key;
    unsigned subject_table; /* of the row that the finding is about */
    uint32_t subject;
};

static void consider(const struct detection *d, struct naming *n, enum spray_shape shape,
                     unsigned table, uint64_t key, struct spray_when at)
{
    uint32_t row = key ? table_find(d->windows->table[table], key) : TABLE_NONE;
    if (row == TABLE_NONE)
        return;
    struct spray s = spray_evaluate(d, shape, row, at.time_ms, at.day);
    bool is_held = s.shared || s.egress, before = n->shared.shared || n->shared.egress;
    if (is_held && (!before || s.tried > n->shared.tried)) {
        n->shared = s;
        n->shared_table = table;
        n->shared_row = row;
        n->shared_key = key;
    }
    if (!s.fires)
        return;
    unsigned bits = ladder_labelled(d->windows, table, row).prefix.bits;
    n->most = s.tried > n->most ? s.tried : n->most;
    bool holds = s.tried * 5 >= n->most * 4, held = n->best.tried * 5 >= n->most * 4;
    bool better = !n->best.fires || (holds && !held) ||
                  (holds == held && (bits != n->bits ? bits > n->bits : s.tried > n->best.tried));
    if (better) {
        n->best = s;
        n->table = table;
        n->row = row;
        n->key = key;
        n->bits = bits;
    }
}

static void consider_field(const struct detection *d, struct naming *n, enum spray_shape shape,
                           unsigned table, uint32_t row, int field, struct spray_when at)
{
    const struct word *words =
        row_words(d->windows->table[WINDOWS_SOURCE], row, &source_fields[field]);
    for (unsigned i = 0; i < source_fields[field].words; i++)
        consider(d, n, shape, table, word_load(&words[i]), at);
}

static uint64_t reasons_of(const struct detection *d, const struct naming *n)
{
    const struct table *table = d->windows->table[n->subject_table];
    return word_load(row_words(table, n->subject, &source_fields[SOURCE_REASONS]));
}

/* Hits of the day and the one before: a right password may be tried again after the spray. Those of
 * the subject's row, the widest: which one is named may change. */
static enum severity severity_of(const struct detection *d, const struct naming *n, int64_t day,
                                 unsigned *ret_hits)
{
    uint64_t reasons = reasons_of(d, n);
    *ret_hits = tried_hits(d->windows, n->subject_table, n->subject, (day - 1) * DAY_MS,
                           (day + 1) * DAY_MS);
    if (*ret_hits > 0)
        return SEVERITY_HIGH;
    return reasons == 1ull << REASON_UNKNOWN_USER ? SEVERITY_LOW : SEVERITY_MEDIUM;
}

/* The inputs of the threshold. */
static void measure_limit(const struct detection *d, enum spray_shape shape, uint32_t row,
                          int64_t day, struct verdict *v)
{
    const struct spray_options *o = d->options;
    struct spray_limit limit = spray_limit(d, shape, row, day);
    if (limit.size != CROWD_UNKNOWN)
        verdict_measure(v, MEASURE_TENANT_USERS, limit.size);
    if (limit.quiet)
        verdict_measure(v, MEASURE_QUIET_FACTOR, o->quiet_factor);
    if (limit.established)
        verdict_measure(v, MEASURE_EGRESS_USERS, limit.egress_users);
}

/* What is learnt is which crowds are honest. In a data centre there is none, and a right password
 * is one: these stay as grave as they are. */
static void lower(const struct detection *d, unsigned table, uint32_t row, unsigned hits,
                  struct verdict *v)
{
    const struct word *tenant =
        row_words(d->windows->table[table], row, &source_fields[SOURCE_TENANT]);
    enum network_class network = ladder_labelled(d->windows, table, row).network;
    bool grave = hits > 0 || network == NETWORK_HOSTING || network == NETWORK_VPN;
    struct learner learner = {.tenant_hash = word_load(tenant),
                              .lowers = grave ? 0 : LEARNING_TENANT,
                              .to = SEVERITY_LOW};
    learning_lower(d, &learner, v);
}

/* words: the named row's key, its table, the shape, the fingerprint, the users tried there, and
 * whether no record named a reason: then the doubt is in the confidence. */
static struct verdict verdict_of(const struct detection *d, struct naming *n,
                                 enum spray_shape shape, int64_t day)
{
    struct verdict v = {.fires = n->best.fires || n->shared.shared || n->shared.egress,
                        .confidence = 2};
    if (!v.fires)
        return v;
    if (!n->best.fires) {
        v.suppressed = n->shared.shared ? SUPPRESSED_SHARED_EGRESS : SUPPRESSED_EGRESS;
        n->best = n->shared;
        n->table = n->shared_table;
        n->row = n->shared_row;
        n->key = n->shared_key;
    }
    unsigned hits;
    v.severity = severity_of(d, n, day, &hits);
    v.provisional = true;
    v.settle_ms = n->best.end_ms + SETTLE_MS;
    const struct table *table = d->windows->table[n->table];
    uint32_t row = n->row; /* found once: by now another worker may have evicted it */
    v.first_ms = (int64_t)~word_load(row_words(table, row, &source_fields[SOURCE_FIRST]));
    v.last_ms = (int64_t)word_load(row_words(table, row, &source_fields[SOURCE_LAST]));
    if (v.first_ms < n->best.end_ms - n->best.window_ms)
        v.first_ms = n->best.end_ms - n->best.window_ms;
    if (v.last_ms > n->best.end_ms)
        v.last_ms = n->best.end_ms;
    v.rank = n->most; /* not of the row that is named: which one that is may change as users join */
    v.words[0] = n->key;
    v.words[1] = n->table;
    v.words[2] = shape;
    v.words[4] = n->best.tried;
    v.words[5] = reasons_of(d, n) == 1ull << REASON_UNSAID;
    if (v.words[5])
        v.confidence = 1;
    v.words[3] = word_load(row_words(table, row, &source_fields[SOURCE_LABEL]) + LABEL_FP);
    verdict_threshold(&v, MEASURE_TRIED_USERS, n->most, n->best.threshold);
    verdict_threshold(&v, MEASURE_SUCCEEDED_USERS, n->best.ok, n->best.tried);
    verdict_measure(&v, MEASURE_RIGHT_PASSWORD_USERS, hits);
    verdict_measure(&v, MEASURE_WINDOW, (double)n->best.window_ms / 60000);
    if (n->best.addresses > 0)
        verdict_measure(&v, MEASURE_ADDRESSES, n->best.addresses);
    verdict_estimate(&v, MEASURE_TRIED_USERS, n->best.tried_about);
    verdict_estimate(&v, MEASURE_SUCCEEDED_USERS, n->best.ok_about);
    verdict_estimate(&v, MEASURE_ADDRESSES, n->best.addresses_about);
    measure_limit(d, shape, row, day, &v);
    lower(d, n->table, row, hits, &v);
    return v;
}

/* FAST and SLOW: the widest rung's source row with its children. */
struct verdict spray_verdict_source(const struct detection *d, uint64_t key, struct spray_when at)
{
    uint32_t row = table_find(d->windows->table[WINDOWS_SOURCE], key);
    struct naming n = {.subject_table = WINDOWS_SOURCE, .subject = row};
    enum spray_shape shape = SPRAY_FAST;
    if (row == TABLE_NONE)
        return (struct verdict){0};
    consider(d, &n, SPRAY_FAST, WINDOWS_SOURCE, key, at);
    consider_field(d, &n, SPRAY_FAST, WINDOWS_SOURCE, row, SOURCE_CHILDREN, at);
    if (!n.best.fires) { /* the faster shape tells more, where both hold */
        shape = SPRAY_SLOW;
        consider_field(d, &n, SPRAY_SLOW, WINDOWS_NETWORK, row, SOURCE_FP_CHILDREN, at);
    }
    return verdict_of(d, &n, shape, at.day);
}

struct verdict spray_verdict_wide(const struct detection *d, uint64_t key, struct spray_when at)
{
    uint32_t row = table_find(d->windows->table[WINDOWS_NETWORK], key);
    struct naming n = {.subject_table = WINDOWS_NETWORK, .subject = row};
    if (row == TABLE_NONE)
        return (struct verdict){0};
    consider(d, &n, SPRAY_WIDE, WINDOWS_NETWORK, key, at);
    return verdict_of(d, &n, SPRAY_WIDE, at.day);
}

/* What fired on that day was no spray after all: as long as nothing fires later, the source is no
 * suspect (links.h). */
static void clear(struct table *table, uint32_t row, int64_t day)
{
    uint64_t fired = word_load(row_words(table, row, &source_fields[SOURCE_FIRED]));
    if ((int64_t)fired / DAY_MS == day)
        row_merge(table, row, &source_fields[SOURCE_CLEARED], 0, fired);
}

/* All windows of the finding's day. False where newer ones have taken the place of the one that was
 * told last: then it stands. */
bool spray_recheck(const struct detection *d, const struct report *report,
                   struct verdict *ret_verdict)
{
    const struct verdict *v = &report->verdict;
    enum spray_shape shape = (enum spray_shape)v->words[2];
    unsigned table = shape == SPRAY_WIDE ? WINDOWS_NETWORK : WINDOWS_SOURCE;
    uint32_t row = table_find(d->windows->table[table], report->subject);
    if (row == TABLE_NONE)
        return false;
    const struct spray_when at = {.day = report->bucket};
    *ret_verdict = shape == SPRAY_WIDE ? spray_verdict_wide(d, report->subject, at)
                                       : spray_verdict_source(d, report->subject, at);
    if (ret_verdict->fires && ret_verdict->suppressed == SUPPRESSED_NOT)
        return true;
    if (ret_verdict->fires && ret_verdict->suppressed == SUPPRESSED_SHARED_EGRESS)
        clear(d->windows->table[table], row, report->bucket);
    const struct word *last = row_words(d->windows->table[table], row, &source_fields[SOURCE_LAST]);
    return (int64_t)word_load(last) <= v->settle_ms - SETTLE_MS + spray_memory_ms(shape);
}

static void name_source(const struct detection *d, const struct verdict *v, struct finding *f,
                        char text[static LADDER_TEXT_MAX])
{
    unsigned table = (unsigned)v->words[1];
    uint32_t row = table_find(d->windows->table[table], v->words[0]);
    snprintf(text, LADDER_TEXT_MAX, "many networks");
    if (row == TABLE_NONE)
        return;
    tried_describe(d->windows, table, row, d->enricher,
                   (struct tried_days){v->first_ms / DAY_MS, v->last_ms / DAY_MS}, f);
    struct rung rung = ladder_labelled(d->windows, table, row);
    if (v->words[2] == SPRAY_WIDE)
        return;
    const char *as_name = "";
    for (unsigned i = 0; i < f->addresses_n && !as_name[0]; i++)
        if (f->addresses[i].asn == rung.asn)
            as_name = f->addresses[i].as_name;
    ladder_text(&rung, as_name, text);
    finding_add_network(f, text);
    if (rung.asn == 0 && rung.prefix.bits == 128)
        ip_format(&rung.prefix.ip, text); /* in a sentence, an address is an address */
}

/* The subject is what the id is made of, the widest rung or the fingerprint; it does not change
 * when a narrower network is named later. Once the row is evicted, only the event in hand can still
 * name it. */
static void set_subject(const struct detection *d, const struct report *report, const char *tool,
                        struct finding *f)
{
    bool is_wide = report->verdict.words[2] == SPRAY_WIDE;
    f->subject_type = is_wide ? "fingerprint" : "network";
    uint32_t row = table_find(d->windows->table[WINDOWS_SOURCE], report->subject);
    char text[LADDER_TEXT_MAX] = "";
    if (!is_wide && row != TABLE_NONE) {
        struct rung widest = ladder_labelled(d->windows, WINDOWS_SOURCE, row);
        ladder_text(&widest, "", text);
    } else if (report->witness.has_ip) {
        ip_format(&report->witness.ip, text);
    }
    const char *app = report->witness.app[0] ? report->witness.app : "an unknown tool";
    snprintf(f->subject, sizeof f->subject, "%s", !is_wide ? text : tool[0] ? tool : app);
}

void spray_describe(const struct detection *d, const struct report *report, struct finding *f)
{
    const struct verdict *v = &report->verdict;
    char source[LADDER_TEXT_MAX], tool[64] = "", span[SPAN_TEXT_MAX], where[WHERE_TEXT_MAX];
    char tried[COUNT_TEXT_MAX], succeeded[COUNT_TEXT_MAX];
    double hits = verdict_measured(v, MEASURE_RIGHT_PASSWORD_USERS),
           size = verdict_measured(v, MEASURE_TENANT_USERS),
           egress = verdict_measured(v, MEASURE_EGRESS_USERS);
    name_source(d, v, f, source);
    finding_where(d->enricher, f, where);
    fingerprint_text(d->windows, v->words[3], tool);
    wording_span((int64_t)(verdict_measured(v, MEASURE_WINDOW) * 60000), span);
    set_subject(d, report, tool, f);
    bool all = (double)v->words[4] >= verdict_measured(v, MEASURE_TRIED_USERS);
    const char *mostly = all ? "" : "mostly ";
    wording_count_ja(v, MEASURE_TRIED_USERS, tried);
    snprintf(f->title_ja, sizeof f->title_ja, "%.90s%sから %s 利用者へのパスワードスプレー",
             wording_ja(source), all ? " " : " など", tried);
    wording_count(v, MEASURE_TRIED_USERS, tried);
    wording_count(v, MEASURE_SUCCEEDED_USERS, succeeded);
    snprintf(f->title, sizeof f->title, "Password spray against %.60s: %s users %sfrom %.90s%s%s",
             report->witness.tenant, tried, mostly, source, tool[0] ? ", " : "", tool);
    snprintf(f->desc, sizeof f->desc,
             "Passwords of %s different users were tried %sfrom %.90s within %s, where %s users "
             "signed in meanwhile. %s",
             tried, mostly, source, span, succeeded,
             hits > 0 ? "For at least one of them the password was right: treat it as known."
                      : "No password was right so far.");
    size_t len = strlen(f->desc);
    if (v->words[5])
        snprintf(f->desc + len, sizeof f->desc - len,
                 " No record says why a sign-in failed, so confidence is low.");
    len = strlen(f->desc);
    if (size > 0)
        snprintf(f->desc + len, sizeof f->desc - len,
                 " The threshold is that of a tenant of %.0f users.", size);
    else
        snprintf(f->desc + len, sizeof f->desc - len,
                 " How many users the tenant has is not known yet.");
    len = strlen(f->desc);
    if (egress > 0)
        snprintf(f->desc + len, sizeof f->desc - len,
                 " %.0f users are known to sign in from there, so more was asked for.", egress);
}
