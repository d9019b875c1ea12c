/* SPDX-License-Identifier: Apache-2.0
 *
 * Causes and buckets to ids; see the header.
 */
#include "plugin/findings/finding_links.h"

struct asking {
    struct finding *f;
    struct detection d; /* as the cause's detector */
    void *ctx;
    bool (*stands)(void *ctx, const uint8_t uid[static FINDING_UID_BYTES]);
};

static void relate(struct asking *a, const struct finding_cause *cause, int64_t bucket,
                   const char *why)
{
    struct finding *f = a->f;
    uint8_t uid[FINDING_UID_BYTES];
    a->d.detector = cause->detector;
    detector_uid(&a->d, cause->subject, bucket, uid);
    if (f->related_n == FINDING_RELATED_MAX || !a->stands(a->ctx, uid))
        return;
    struct finding_related *related = &f->related[f->related_n++];
    *related = (struct finding_related){.detector = cause->detector, .why = why};
    finding_uid_text(uid, related->uid);
}

void finding_links(struct finding *f, const struct detection *d, const struct report *report,
                   void *ctx,
                   bool (*stands)(void *ctx, const uint8_t uid[static FINDING_UID_BYTES]))
{
    struct asking a = {f, *d, ctx, stands};
    const struct finding_cause own = {.detector = report->detector, .subject = report->subject};
    f->related_n = 0;
    relate(&a, &own, report->bucket - 1, "the same, in the period before");
    for (unsigned i = 0; i < f->causes_n; i++) {
        const struct finding_cause *c = &f->causes[i];
        int64_t last = detector_bucket(c->detector, c->to_ms);
        for (int64_t b = detector_bucket(c->detector, c->from_ms); b <= last; b++)
            relate(&a, c, b, "the attack behind it");
    }
}

/* FNV-1a. */
uint64_t finding_links_digest(const struct finding *f)
{
    uint64_t digest = f->related_n;
    for (unsigned i = 0; i < f->related_n; i++)
        for (const char *c = f->related[i].uid; *c; c++)
            digest = (digest ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    return digest;
}
