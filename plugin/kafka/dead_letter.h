/* SPDX-License-Identifier: Apache-2.0
 *
 * What could not be read goes to the dead-letter topic as it came: key, value, headers and
 * timestamp unchanged, and headers that say why and where (the names Kafka Connect uses, with our
 * prefix). A bad record inside a batch takes the whole message with it; `index` says which one. At
 * least once: (topic, partition, offset, index) identifies repeats. Thread: any.
 */
#ifndef PLUGIN_KAFKA_DEAD_LETTER_H
#define PLUGIN_KAFKA_DEAD_LETTER_H

#include "detectors/words/finding.h"
#include "parsers/reader/parser.h"
#include "plugin/kafka/producer.h"

/* Of one message at most so many are written; each has the whole message. Further bad records of it
 * are counted only: a message of a thousand bad records must not become a thousand messages. */
enum { DEAD_LETTERS_PER_MESSAGE = 16 };

/* A copy of the message's headers with spoor.errors.topic, partition, offset, index, stage, reason,
 * message, byte and version added; a message that has been through here before keeps only the new
 * ones. The caller destroys them. message: an rd_kafka_message_t; NULL: no
 * headers to keep. */
struct rd_kafka_headers_s *dead_letter_headers(const void *message, const struct event_ref *ref,
                                               enum bad_reason reason, size_t byte);

/* Queues the dead letter; waits while the queue is full. The message may be freed afterwards. */
void dead_letter_send(struct producer *producer, const void *message, const struct event_ref *ref,
                      enum bad_reason reason, size_t byte);

#endif
