/* SPDX-License-Identifier: Apache-2.0
 *
 * What has been said: for each finding in the findings topic the number of its next record and a
 * digest of its last. Read from the topic at the start, so that a restart goes on with Updates
 * where an earlier process said Create, and says nothing twice. The record and the mark that it was
 * said are the same bytes and cannot part. When full: further findings are not remembered, and
 * after a restart they may be said again, under the same id. What was held back has keys of its own
 * and is not remembered. Thread: main until the publisher
 * starts, then the publisher.
 */
#ifndef PLUGIN_KAFKA_SPOKEN_H
#define PLUGIN_KAFKA_SPOKEN_H

#include "config/config.h"
#include "detectors/words/finding.h"

enum { SPOKEN_MAX = 131072 }; /* a power of two; half of it is used at most */

struct spoken;

struct spoken *spoken_new(void); /* NULL: out of memory */
void spoken_free(struct spoken *spoken);

/* Reads the findings topic as far back as a finding can be added to. 0; -ECANCELED: *stop became
 * true; -EIO, said in the log. */
int spoken_recover(struct spoken *spoken, const struct config *config,
                   const volatile _Atomic bool *stop);

/* Remembers a record that is in the topic. uid: 32 hex digits. */
void spoken_note(struct spoken *spoken, const char *uid, uint32_t sequence, uint64_t digest);

/* Was anything said under this uid? Then it is no news that a verdict of it was held back. */
bool spoken_knows(const struct spoken *spoken, const char *uid);

/* Makes of what the speaker wants to say what is to be written: the next number, and Update in
 * place of a second Create. False: exactly this was said last; nothing is to be written. */
bool spoken_next(struct spoken *spoken, struct finding *f);

uint64_t spoken_digest(const struct finding *f); /* of what makes two records differ */

#endif
