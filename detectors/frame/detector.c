/* SPDX-License-Identifier: Apache-2.0
 *
 * What all detectors share: their place in the list, uids, buckets, the options all have.
 * Thread: the worker's; nothing here has state.
 */
#include "detectors/frame/detector.h"

#include <assert.h>

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
