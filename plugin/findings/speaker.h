/* SPDX-License-Identifier: Apache-2.0
 *
 * Who speaks: turns reports into findings, once each. Create at the first report of a uid; Update
 * when it became graver or its numbers rose, at most once per update interval (a rise to
 * Critical goes at once; numbers of some detectors less often); Close when event time has passed
 * the last evidence by the detector's silence, or for some the end of the bucket. Provisional
 * findings are evaluated again when their window is over, and confirmed or retracted. One thread:
 * the publisher in `run`, the only one in `replay`. Time is the watermark it is given. When full: a
 * new finding takes the place of the one longest closed, else of the one longest without evidence,
 * which is closed first; counted. What is held back takes no place at all: it is said as it comes,
 * unless something was said under its uid.
 */
#ifndef PLUGIN_FINDINGS_SPEAKER_H
#define PLUGIN_FINDINGS_SPEAKER_H

#include "detectors/detectors.h"

struct speaker;

/* Takes each record that is to be written, in order. f is valid during the call. */
struct speaker_out {
    void *ctx;
    void (*say)(void *ctx, const struct finding *f);
};

struct speaker *speaker_new(const struct detectors *detectors, const struct speaker_out *out,
                            size_t findings_max,
                            int64_t update_interval_ms); /* NULL: out of memory */
void speaker_free(struct speaker *speaker);
size_t speaker_bytes(size_t findings_max); /* what speaker_new will take */

/* A report whose verdict is suppressed is said once, as held back: Close, Suppressed. Its uid may
 * be created later all the same. */
void speaker_report(struct speaker *speaker, const struct report *report);

/* Says what is due at this watermark (event time, ms). Cheap when nothing is. */
void speaker_tick(struct speaker *speaker, int64_t watermark_ms);

/* Holds up to `most` open findings, in turn, against the words as they are now, and takes back what
 * a baseline that came late excuses. speaker_tick does a few; call it with SIZE_MAX before
 * stopping. */
void speaker_review(struct speaker *speaker, size_t most);

/* The end of the input settles everything: provisional findings are decided, and every finding
 * whose numbers moved since it was last said is said once more. */
void speaker_end(struct speaker *speaker);

struct speaker_counts {
    uint64_t created[DETECTORS_MAX], updated[DETECTORS_MAX], closed[DETECTORS_MAX],
        retracted[DETECTORS_MAX], held[DETECTORS_MAX];
    uint64_t open, displaced;
};
struct speaker_counts speaker_counts(const struct speaker *speaker);

#endif
