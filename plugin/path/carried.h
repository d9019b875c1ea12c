/* SPDX-License-Identifier: Apache-2.0
 *
 * Which formats each topic was seen to carry, so that the log can say it once: a topic that is
 * meant for one vendor and carries another's records is a mistake somewhere. Only said, never used
 * to recognise a record: what a record is must not depend on what came before it.
 * And which formats none of whose records is ours: then spoor sees nothing of what the topic is for.
 * Any thread; a lock, taken when a worker meets a format other than that of its last event, and for
 * each record that is not ours.
 * When full (CARRIED_MAX topics): further topics are not remembered.
 */
#ifndef PLUGIN_PATH_CARRIED_H
#define PLUGIN_PATH_CARRIED_H

#include <stdbool.h>

enum {
    CARRIED_MAX = 256,     /* as many as a consumer keeps names of */
    CARRIED_IGNORED = 1000 /* records without an event, after which a format is said to have none */
};

struct carried;

struct carried *carried_new(void); /* NULL: out of memory */
void carried_free(struct carried *carried);

/* True if this topic was not seen to carry this format before. topic: compared as text, kept, and
 * lives as long as the process; format: a parser's name, static. */
bool carried_take(struct carried *carried, const char *topic, const char *format);

/* Of a record of this topic and format that is not ours. True once: if it is the CARRIED_IGNORED-th
 * and carried_take was not told of an event. topic, format: as above. */
bool carried_ignore(struct carried *carried, const char *topic, const char *format);

#endif
