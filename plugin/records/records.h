/* SPDX-License-Identifier: Apache-2.0
 *
 * The writers of records: one line of a table for each kind of act (act.h), with the vendor's
 * record as a template, the codes it can say, and how its log delivers. Made once, then immutable:
 * any thread.
 */
#ifndef PLUGIN_RECORDS_RECORDS_H
#define PLUGIN_RECORDS_RECORDS_H

#include "plugin/records/act.h"
#include "plugin/records/pen.h"

struct records;

/* How records travel: alone, or several in one message. */
enum batch_form {
    BATCH_NONE,      /* a message each */
    BATCH_EVENT_HUB, /* {"records":[...]} */
    BATCH_TRAIL      /* {"Records":[...]}, as CloudTrail writes its files */
};

/* A vendor's way from the act to the topic. Sources: formats.md of the project's notes for the
 * kinds of lag; the spans within them are guesses. */
struct delivery_model {
    enum batch_form form;
    int64_t least_ms, most_ms; /* usual lag */
    int64_t tick_ms;           /* what an organisation's log delivers at once; 0: each by itself */
};

struct record_kind {
    const char *name;     /* "entra.sign_in" */
    const char *template; /* file of data/ */
    struct delivery_model delivery;
    int32_t codes[20]; /* what it can say, CODE_OK first; tests write each */
    size_t codes_n;
};

extern const struct record_kind record_kinds[ACT_KINDS];

enum { RECORD_BYTES_MAX = 40 * 1024, RECORD_ID_MAX = 40 };

/* NULL: out of memory, or a template is damaged (a fault of the build). */
struct records *records_new(void);
void records_free(struct records *records);

/* Appends the record of an act that leaves the vendor's pipeline at sent_ms. False: no room. */
bool records_write(const struct records *records, const struct act *act, int64_t sent_ms,
                   struct pen *to);

/* The id that the record carries, as spoor's parsers give it in event_id; "" for OpenSSH, which has
 * none. */
void records_id(const struct act *act, char id[static RECORD_ID_MAX]);

#endif
