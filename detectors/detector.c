/* SPDX-License-Identifier: Apache-2.0
 *
 * What all detectors share: asking for rows, making uids and buckets, handing over verdicts.
 * Thread: the worker's; nothing here has state.
 */
#include "detectors/detector.h"

#include "detectors/accounts.h"
#include "detectors/chain.h"
#include "detectors/detectors.h"
#include "detectors/learning.h"

#include <assert.h>
#include <stdio.h>

enum { DAY_MS = 24 * 60 * 60 * 1000 };

const struct advisory advisory_ropc_spray = {
    "Password spray by ROPC as Azure CLI from 2a0a:d683::/32, June 2026 (Huntress report)",
    "2a0a:d683::/32 からの Azure CLI・ROPC パスワードスプレーに関する注意喚起（2026 年 6 月、"
    "Huntress の公開レポート）",
};
const struct advisory advisory_session_theft = {
    "AiTM phishing, theft of session cookies and business email compromise",
    "AiTM フィッシングによるセッション Cookie の窃取とビジネスメール詐欺に関する注意喚起",
};

uint8_t sighting_touch(struct sighting *s, struct table *table, uint64_t key, bool promote)
{
    for (uint8_t i = 0; i < s->touches_n; i++)
        if (s->touches[i].table == table && s->touches[i].key == key) {
            s->touches[i].promote |= promote;
            return i;
        }
    if (s->touches_n == TOUCHES_MAX)
        return UINT8_MAX;
    s->touches[s->touches_n] = (struct touch){table, key, TABLE_NONE, promote};
    return s->touches_n++;
}

uint64_t detector_user_hash(const struct windows *w, uint64_t tenant_hash, struct slice user)
{
    uint64_t words[] = {tenant_hash, hash_slice(&w->key, user)};
    return user.len > 0 ? table_lawful_key(hash_words(&w->key, words, 2)) : 0;
}

unsigned detector_index(const struct detector *detector)
{
    unsigned i = 0;
    while (detectors_all[i] != detector) {
        assert(detectors_all[i]);
        i++;
    }
    return i;
}

void detector_uid(const struct detection *d, uint64_t subject, int64_t bucket,
                  uint8_t ret_uid[static FINDING_UID_BYTES])
{
    struct {
        char name[32];
        uint64_t version, subject, bucket;
    } text = {.version = d->detector->version, .subject = subject, .bucket = (uint64_t)bucket};
    size_t len = strlen(d->detector->name);
    assert(len < sizeof text.name);
    memcpy(text.name, d->detector->name, len);
    hash_128(&d->windows->key, &text, sizeof text, ret_uid);
}

int64_t detector_bucket(const struct detector *detector, int64_t time_ms)
{
    return time_ms / DAY_MS / (int64_t)detector->bucket_days; /* times are after 1970 */
}

void detector_own(struct verdict *verdict)
{
    verdict->own = true;
    verdict->rank += 65536; /* above what any predicate ranks by: claims lets it pass once */
}

const char *const shared_severities[] = {"found", "informational", "low", "medium",
                                         "high",  "critical",      NULL};
const char *const shared_learning[] = {"off", "low", "full", NULL};
const char *const shared_doubt[] = {"off", "low", NULL};

const struct shared_options *detector_shared(const struct detection *d)
{
    static const struct shared_options none = {0};
    size_t at = d->detector->shared_at;
    return at ? (const struct shared_options *)((const char *)d->options + at) : &none;
}

enum suppression sighting_vouched(const struct sighting *s)
{
    return s->service ? SUPPRESSED_SERVICE : s->trusted ? SUPPRESSED_TRUSTED : SUPPRESSED_NOT;
}

/* What the operator wants, after what was found: a function of config and subject, so that it does
 * not matter who says it. A service account outside its networks is one step graver: it has no
 * holidays. */
static void weigh(const struct detection *d, uint64_t subject, struct slice user, struct verdict *v)
{
    const struct shared_options *shared = detector_shared(d);
    if (!v->fires || v->suppressed != SUPPRESSED_NOT)
        return;
    if (accounts_about_service(d, subject, user)) {
        v->severity += v->severity < SEVERITY_CRITICAL;
        verdict_measure(v, "service_account_outside", "", 1);
    }
    if (shared->severity != SEVERITY_NONE)
        v->severity = (enum severity)shared->severity;
    if (shared->mute)
        v->suppressed = SUPPRESSED_MUTED;
}

bool detector_recheck_row(const struct detection *d, const struct report *report, unsigned table,
                          struct verdict (*evaluate)(const struct detection *d, uint32_t row,
                                                     int64_t bucket),
                          struct verdict *ret_verdict)
{
    uint32_t row = table_find(d->windows->table[table], report->subject);
    if (row == TABLE_NONE)
        return false;
    *ret_verdict = evaluate(d, row, report->bucket);
    return ret_verdict->fires;
}

bool detector_recheck(const struct detection *d, const struct report *report,
                      struct verdict *ret_verdict)
{
    if (!d->detector->recheck(d, report, ret_verdict))
        return false;
    weigh(d, report->subject, slice_of(report->witness.user), ret_verdict);
    return true;
}

void detector_describe(const struct detection *d, const struct report *report, struct finding *f)
{
    d->detector->describe(d, report, f);
    learning_tell(f);
    size_t len = strlen(f->desc);
    if (verdict_measured(&f->verdict, "service_account_outside") > 0)
        snprintf(f->desc + len, sizeof f->desc - len,
                 " It is a service account outside its networks: one step graver than a person's.");
    len = strlen(f->desc);
    if (detector_shared(d)->severity != SEVERITY_NONE)
        snprintf(f->desc + len, sizeof f->desc - len, " Severity is set by the configuration.");
}

void detector_say(const struct detection *d, const struct sighting *s, uint64_t subject,
                  int64_t bucket, const struct verdict *verdict)
{
    if (!verdict->fires)
        return;
    struct report report = {.detector = d->detector,
                            .subject = subject,
                            .bucket = bucket,
                            .at_ms = s->e->ev.time_ms,
                            .verdict = *verdict};
    detector_uid(d, subject, bucket, report.uid);
    verdict = &report.verdict;
    weigh(d, subject, s->e->ev.user, &report.verdict);
    if (s->service && verdict->suppressed == SUPPRESSED_TRUSTED)
        report.verdict.suppressed = SUPPRESSED_SERVICE;
    if (verdict->last_ms == 0) /* of what is excused before any word is read */
        report.verdict.first_ms = report.verdict.last_ms = report.at_ms;
    const struct report_sink *sink = d->sink;
    bool held = verdict->suppressed != SUPPRESSED_NOT;
    if (!held) /* before claims: they hold back what was said, not what is true */
        chain_note(d, s, subject, bucket);
    if (held ? !sink->first_held(sink->ctx, report.uid, report.at_ms, verdict->suppressed)
             : !sink->due(sink->ctx, report.uid, report.at_ms,
                          verdict->own ? SEVERITY_N : verdict->severity))
        return;
    witness_of(s->e, &s->ref, &report.witness);
    if (held && report.verdict.last_ms == 0) /* excused by the event in hand, no words were asked */
        report.verdict.first_ms = report.verdict.last_ms = report.at_ms;
    (held ? sink->held : sink->report)(sink->ctx, &report);
}
