/* SPDX-License-Identifier: Apache-2.0
 *
 * The path from message to finding in one thread: pipeline -> claims -> speaker. What `run` spreads
 * over workers and a publisher happens here in one order, so the same messages say the same
 * findings. For `replay`, tests and benchmarks. Allocates nothing after replay_new. Thread: one.
 */
#ifndef PLUGIN_FILES_REPLAY_H
#define PLUGIN_FILES_REPLAY_H

#include "plugin/findings/finding_json.h"
#include "plugin/findings/speaker.h"
#include "plugin/path/held.h"
#include "plugin/path/pipeline.h"
#include "plugin/path/setup.h"
#include "plugin/path/unread.h"

struct replay;

/* setup and out's context are borrowed. timed: account processor time by stage. NULL: memory. */
struct replay *replay_new(const struct setup *setup, const struct speaker_out *out, bool timed);
void replay_free(struct replay *replay);

/* Reads what follows as one format, or recognises each record (NULL). At first as setup says. */
void replay_bind(struct replay *replay, const struct parser *format);
/* The zones of stamps without one, in place of the config's; and when the messages that follow
 * arrived, for stamps without a year (0: not known). */
void replay_zones(struct replay *replay, const struct zones *zones);
void replay_received(struct replay *replay, int64_t received_ms);

/* From now on also says what is held back, whatever the config's output.suppressed. */
void replay_tell_held(struct replay *replay);

/* Takes one message. Its bytes must stay until replay_flush. offset: of the message in its file. */
void replay_take(struct replay *replay, struct slice message, uint64_t offset);

/* Takes all messages so far to their end: everything they make true is said, or waits for its time.
 */
void replay_flush(struct replay *replay);

/* The input is over: what waited is said or dropped. */
void replay_end(struct replay *replay);

/* Records refused because nothing tells the year of their time. */
uint64_t replay_yearless(const struct replay *replay);

struct pipeline_counts replay_counts(const struct replay *replay);
size_t replay_unread(const struct replay *replay, enum unread_why why,
                     struct unread_shape ret[static UNREAD_MAX]);
struct speaker_counts replay_speaker_counts(const struct replay *replay);

/* Findings not said; each is counted once a reason. */
const struct held *replay_held(const struct replay *replay);

#endif
