/* SPDX-License-Identifier: Apache-2.0
 *
 * Verdicts on their way to the sink; see the header.
 */
#include "detectors/known/detector_say.h"

#include "detectors/known/accounts.h"
#include "detectors/known/learning.h"

#include <stdio.h>

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
        verdict_measure(v, MEASURE_SERVICE_ACCOUNT_OUTSIDE, 1);
    }
    if (shared->severity != SEVERITY_NONE)
        v->severity = (enum severity)shared->severity;
    if (shared->mute)
        v->suppressed = SUPPRESSED_MUTED;
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
    if (verdict_measured(&f->verdict, MEASURE_SERVICE_ACCOUNT_OUTSIDE) > 0)
        snprintf(f->desc + len, sizeof f->desc - len,
                 " It is a service account outside its networks: one step graver than a person's.");
    len = strlen(f->desc);
    if (detector_shared(d)->severity != SEVERITY_NONE)
        snprintf(f->desc + len, sizeof f->desc - len, " Severity is set by the configuration.");
}

void detector_say(const struct detection *d, const struct sighting *s, uint64_t subject,
                  int64_t bucket, const struct verdict *verdict)
{
    if (!verdict->fires || subject == 0)
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
    if (!held && d->note) /* before claims: they hold back what was said, not what is true */
        d->note(d, s, subject, bucket);
    if (held ? !sink->first_held(sink->ctx, report.uid, report.at_ms, verdict->suppressed)
             : !sink->due(sink->ctx, report.uid, report.at_ms,
                          verdict->own ? SEVERITY_N : verdict->severity))
        return;
    witness_of(s->e, &s->ref, &report.witness);
    if (held && report.verdict.last_ms == 0) /* excused by the event in hand, no words were asked */
        report.verdict.first_ms = report.verdict.last_ms = report.at_ms;
    (held ? sink->held : sink->report)(sink->ctx, &report);
}
