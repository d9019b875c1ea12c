/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables of what vendors call things: the acts a log records, and the reasons it gives. Each parser
 * has its own tables; here is how they are looked up and put into an event.
 */
#ifndef PARSERS_CODES_VENDOR_H
#define PARSERS_CODES_VENDOR_H

#include "parsers/codes/reason.h"
#include "parsers/values/event.h"

/* How it ended, and whether the password is proved by it. As in reason.c, and one more: a success
 * that did not need the password (a token exchanged, an administrator standing in). */
#define VENDOR_PASSED(class)                                                                       \
    {                                                                                              \
        REASON_##class, OUTCOME_SUCCESS, true                                                      \
    }
#define VENDOR_DONE(class)                                                                         \
    {                                                                                              \
        REASON_##class, OUTCOME_SUCCESS, false                                                     \
    }
#define VENDOR_STOPPED(class)                                                                      \
    {                                                                                              \
        REASON_##class, OUTCOME_FAILURE, true                                                      \
    }
#define VENDOR_ASKED(class)                                                                        \
    {                                                                                              \
        REASON_##class, OUTCOME_INTERRUPTED, true                                                  \
    }
#define VENDOR_HALTED(class)                                                                       \
    {                                                                                              \
        REASON_##class, OUTCOME_INTERRUPTED, false                                                 \
    }
#define VENDOR_FAILED(class)                                                                       \
    {                                                                                              \
        REASON_##class, OUTCOME_FAILURE, false                                                     \
    }
#define VENDOR_SILENT                                                                              \
    {                                                                                              \
        REASON_NONE, OUTCOME_UNKNOWN, false                                                        \
    }

/* An act a log records. A name that ends in * stands for all that begin so; the first match
 * counts. What `reason` means where the record has a result of its own is the parser's business. */
struct vendor_act {
    const char *name;
    enum event_kind kind;
    struct reason reason;
    enum event_tri interactive;
    bool ropc;
};

/* NULL: not in the table, so the record is not ours. */
const struct vendor_act *vendor_act_of(const struct vendor_act *table, size_t n, struct slice name);

/* The same for reasons, which vendors write as codes or as sentences: a name between two * may
 * stand anywhere. False leaves *ret unchanged. */
bool vendor_reason_of(const struct reason_name *table, size_t n, struct slice name,
                      struct reason *ret);

/* How a second factor was refused, by the vendor's word for it; patterns as above. ABSENT: not in
 * the table. */
struct denial_name {
    const char *name;
    enum event_denial denial;
};
enum event_denial vendor_denial_of(const struct denial_name *table, size_t n, struct slice name);

/* Likewise which control stopped a right password, and what an act changed. ABSENT: not in the
 * table. */
struct control_name {
    const char *name;
    enum event_control control;
};
enum event_control vendor_control_of(const struct control_name *table, size_t n, struct slice name);

struct change_name {
    const char *name;
    enum event_change change;
};
enum event_change vendor_change_of(const struct change_name *table, size_t n, struct slice name);

/* True if a text is one of the names, ended by NULL, in any case. */
bool vendor_is_one_of(const char *const *names, struct slice text);

/* Sets reason, outcome and password_valid; and the control where a second factor is what failed. */
void vendor_judge(struct reason reason, struct event *ev);

/* True if `word` stands somewhere in the text, in any case. */
bool vendor_has_word(struct slice text, struct slice word);

#endif
