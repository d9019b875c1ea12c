/* SPDX-License-Identifier: Apache-2.0
 *
 * One opened record as the parsers see it. A parser names what it wants by its place in its own
 * table of paths (parser.h); the paths were compiled to key ids when the reader was made. What
 * recorders write in place of a value (null, "", "N/A", ...) reads as absent here, so that no
 * parser needs to know those words.
 */
#ifndef PARSERS_READER_RECORD_H
#define PARSERS_READER_RECORD_H

#include "parsers/json/json.h"
#include "parsers/reader/paths.h"
#include "parsers/syslog/origin.h"

struct record {
    struct json *doc;
    const struct paths *paths;                        /* compiled, of all parsers */
    const struct paths_parser *parser;                /* whose paths are looked up */
    const struct paths_parser *parsers, *parsers_end; /* by which records are recognised */
    struct reader_counts *counts;
    struct origin origin;         /* of the innermost header or envelope that says one */
    const struct zones *zones;    /* of times of lines and envelopes that name none; NULL: UTC */
    int64_t reference_ms;         /* what a time without a year is near to, 0: not known */
    uint32_t root, body, indexed; /* indexed: the object whose members are in body_at */
    uint32_t act;                 /* which entry of parser.acts the body is, from 0 */
    uint16_t root_at[KEYS_MAX];   /* key id -> node of the record's member, 0 if it has none */
    uint16_t body_at[KEYS_MAX];   /* likewise of the body; only where that is not the root */
};

/* Prepares a record whose node is an object. */
void record_open(struct record *record, uint32_t root);

/* Chooses the parser whose paths are looked up from now on. */
void record_use(struct record *record, const struct paths_parser *parser);

/* Makes an entry of a list the body, the `act`th from 0; what is no object has no members. */
void record_act(struct record *record, uint32_t entry, uint32_t act);

/* True if the record has one of the parser's signs. */
bool record_has_sign(const struct record *record, const struct paths_parser *parser);

/* The node a path leads to, the first alternative that is not null-like; 0 if none is. */
uint32_t record_node(const struct record *record, unsigned path);

/* The first alternative that is there, be it null, and not opened if it is a string. */
uint32_t record_find(const struct record *record, unsigned path);

/* Text or number, trimmed, at most READER_TEXT_MAX bytes; absent (ptr NULL) if null-like. */
struct slice record_text(const struct record *record, unsigned path);

/* The same in ASCII lower case. */
struct slice record_lowered(const struct record *record, struct slice text);
struct slice record_lower(const struct record *record, unsigned path);

/* "name@domain" in lower case; the name alone where it has an @ or there is no domain. */
struct slice record_joined(const struct record *record, struct slice name, struct slice domain);

/* The same for accounts of Windows: DOMAIN\name is taken apart, and a domain without a dot, which
 * is no mail domain, left out. */
struct slice record_account(const struct record *record, struct slice name, struct slice domain);

/* true, "True", "yes", 1 and their opposites. */
enum event_tri record_bool(const struct record *record, unsigned path);

/* The address and port of the first alternative, into *ev; of a list the first usable one. */
void record_ip(const struct record *record, unsigned path, struct event *ev);

/* The first readable time of all alternatives and then of the envelope, into *ev; PARSE_EVENT,
 * PARSE_NO_TIME or PARSE_BAD_TIME. */
enum parse_answer record_time(const struct record *record, unsigned path, struct event *ev);

/* The same, where a time of its own that names no zone is in `zone`. */
enum parse_answer record_time_in(const struct record *record, unsigned path, struct slice zone,
                                 struct event *ev);

/* A port, or 0: not recorded, or not one. */
uint16_t record_port(const struct record *record, unsigned path);

/* Sets every field of *ev that the paths from `from` to before `to` name. */
void record_fill(const struct record *record, unsigned from, unsigned to, struct event *ev);

/* One entry of a Name/Value list, or one member of an object in its place. */
struct record_item {
    struct slice name;
    uint32_t value; /* 0: the entry has none */
};

/* Walks the list that a path leads to: *pos is 0 before the first call. False at the end. */
bool record_next(const struct record *record, uint32_t list, uint32_t *pos,
                 struct record_item *ret);

/* The entries of an array: *pos is 0 before the first call; 0 at the end. */
uint32_t record_entry(const struct record *record, uint32_t list, uint32_t *pos);

/* A member of an object node by its key, the last step of a path; 0 if it has none. */
uint32_t record_member_node(const struct record *record, uint32_t object, unsigned path);

/* The same as text; absent if null-like. */
struct slice record_member(const struct record *record, uint32_t object, unsigned path);

/* A node as text, true and false included; absent if null-like or no scalar. */
struct slice record_value(const struct record *record, uint32_t node);

/* The text of a node as it is, an empty one included: for what users choose (rule names, words). */
struct slice record_raw(const struct record *record, uint32_t node);

/* True if the text of a node reads as true. */
bool record_is_true(const struct record *record, uint32_t node);

#endif
