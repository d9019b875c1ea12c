/* SPDX-License-Identifier: Apache-2.0
 *
 * The one JSON writer: into a buffer of fixed size, compact, in the order of the calls, the same
 * bytes on every machine. Commas and colons are its business. Text from outside may hold anything:
 * bytes that are not UTF-8 become U+FFFD, and what a terminal might obey (control characters of
 * ASCII and Latin-1, line separators) is escaped.
 *
 *   struct json_out out = json_begin(buffer, sizeof buffer);
 *   json_begin_object(&out);
 *   json_key(&out, "user");
 *   json_string(&out, ev->user);
 *   json_end_object(&out);
 *   if (!json_complete(&out)) ...
 *
 * When full, the value that did not fit and all after it are left out, and json_complete says no:
 * what is in the buffer is then no JSON and must not be sent. Thread: any, one per struct json_out.
 */
#ifndef PLUGIN_BASE_JSON_WRITE_H
#define PLUGIN_BASE_JSON_WRITE_H

#include "parsers/values/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_NESTING_MAX = 32 }; /* our own documents are far below; deeper counts as overflow */

struct json_out {
    char *ptr;
    size_t len, cap;
    bool overflow;
    bool after_key;    /* the next value belongs to a key: no comma */
    uint8_t depth;     /* objects and arrays open */
    uint64_t nonempty; /* bit d: the container at depth d already has a member */
};

/* Starts a document in a buffer of `cap` bytes, which the caller keeps. */
struct json_out json_begin(char *buffer, size_t cap);

/* True if everything fitted and everything opened is closed: ptr[0..len) is one JSON text. */
bool json_complete(const struct json_out *out);

/* Ends the line after a complete document. What follows is a new document in the same buffer. */
void json_newline(struct json_out *out);

void json_begin_object(struct json_out *out);
void json_end_object(struct json_out *out);
void json_begin_array(struct json_out *out);
void json_end_array(struct json_out *out);

/* A member's name: a text of ours, written as it is, so without anything to escape. */
void json_key(struct json_out *out, const char *key);

void json_string(struct json_out *out, struct slice text);
void json_text(struct json_out *out, const char *text); /* the same for a C string; NULL is null */
void json_number_i64(struct json_out *out, int64_t value);
void json_number_u64(struct json_out *out, uint64_t value);
void json_bool(struct json_out *out, bool value);
void json_null(struct json_out *out);

/* The fewest digits that read back as the same double; null for infinities and NaN. */
void json_number_double(struct json_out *out, double value);

/* Rounded half away from zero to at most `decimals` (0 to 6) places, zeros at the end left out.
 * What is too large for that has no places and goes to json_number_double. */
void json_fixed(struct json_out *out, double value, unsigned decimals);

/* A value that is JSON already, made by this writer. */
void json_raw(struct json_out *out, struct slice json);

/* Members: key and value in one call. The first leaves out an empty text, with its key. */
void json_member_string(struct json_out *out, const char *key, struct slice text);
void json_member_text(struct json_out *out, const char *key, const char *text); /* NULL: left out */
void json_member_i64(struct json_out *out, const char *key, int64_t value);
void json_member_bool(struct json_out *out, const char *key, bool value);

#endif
