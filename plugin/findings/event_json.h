/* SPDX-License-Identifier: Apache-2.0
 *
 * The normalised event as `spoor parse` prints it: one JSON object a line, fields in a fixed order,
 * a field that the record does not give left out. The field names are a contract with users.
 */
#ifndef PLUGIN_FINDINGS_EVENT_JSON_H
#define PLUGIN_FINDINGS_EVENT_JSON_H

#include "parsers/values/event.h"
#include "plugin/base/json_write.h"

/* Writes the event as one object, without a line end. Each of the 16 texts is at most
 * READER_TEXT_MAX bytes and each byte at most 6 of output (\u0000). */
enum { EVENT_JSON_MAX = 16 * 6 * 4096 + 2048 };
void event_json(struct json_out *out, const struct event *ev);

/* Writes {"error": reason, "offset": byte} for a record that could not be read; the reason is a
 * name of parsers/reader/parser.h, the offset counts from the start of the message. */
void event_json_bad(struct json_out *out, const char *reason, size_t offset);

#endif
