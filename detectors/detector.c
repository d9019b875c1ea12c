/* SPDX-License-Identifier: Apache-2.0
 *
 * What all detectors share: asking for rows, making uids and buckets, handing over verdicts.
 * Thread: the worker's; nothing here has state.
 */
#include "detectors/detector.h"

#include "detectors/chain.h"
#include "detectors/detectors.h"

#include <assert.h>

enum { DAY_MS = 24 * 60 * 60 * 1000 };

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
    if (verdict->suppressed != SUPPRESSED_NOT) {
        d->sink->suppressed(d->sink->ctx, d->detector, verdict->suppressed, report.uid);
        return;
    }
    /* Before claims: they hold back what was said, not what is true. */
    chain_note(d, s, subject, bucket);
    if (!d->sink->due(d->sink->ctx, report.uid, report.at_ms, verdict->severity))
        return;
    witness_of(s->e, &s->ref, &report.witness);
    d->sink->report(d->sink->ctx, &report);
}
