/* SPDX-License-Identifier: Apache-2.0
 *
 * How messages become events.
 *
 *   message --reader_read--> envelopes opened (gzip, syslog, records[], HEC, ...), record by record
 *           --parser.claims--> the first parser of parsers/parsers.c that recognises the record
 *           --parser.parse--> event / not ours / bad, handed to the sink
 *
 * A reader belongs to one worker and allocates everything when it is made. It knows no threads,
 * clocks or globals: the same bytes give the same calls on every machine.
 */
#ifndef PARSERS_READER_PARSER_H
#define PARSERS_READER_PARSER_H

#include "parsers/json/limits.h"
#include "parsers/values/event.h"
#include "parsers/values/zone.h"

/* Takes what a message holds, in order. Every record ends in exactly one of event, ignored, bad. */
struct record_sink {
    void *ctx;
    /* An event; its strings live until flush or the next reader_reset. */
    void (*event)(void *ctx, const struct event *ev);
    /* A record of a known format that is none of ours. */
    void (*ignored)(void *ctx, uint32_t index);
    /* Offset: bytes from the start of the message, of gzip from that of the text in it, to where it
     * went wrong. */
    void (*bad)(void *ctx, enum bad_reason reason, size_t offset, uint32_t index);
    /* The reader needs the memory of the events given so far: finish with them now. */
    void (*flush)(void *ctx);
};

struct record; /* parsers/reader/record.h: one opened record, as the parsers see it */
struct line;   /* parsers/reader/line.h: a line of text on its way to become one */
struct reader; /* one worker's: JSON document, arena, counters */

enum parse_answer { PARSE_EVENT, PARSE_IGNORED, PARSE_NO_TIME, PARSE_BAD_TIME };

enum line_answer { LINE_OTHER, LINE_OPENED, LINE_BAD_HEADER };

/* Where a format keeps something, as in the tables of README.md:
 *   properties.status.errorCode     a dot walks objects, and JSON in a string where there is one
 *   a / b                           the first that is not null-like
 *   ^time                           from the record itself, not from its body
 *   Parameters[Identity]            the Value of the entry with that Name
 *   Actor[Type=5].ID                the first entry whose Type is 5
 *   targetResources[0].id           the first entry
 *   'source.ip'                     one member whose name has a dot
 */
struct parser_path {
    const char *path;
    size_t field; /* offset of a slice in struct event that record_fill sets; 0: none */
};

enum { PARSER_TELLS = 3 };

/* One format. The record is the last thing in its file and stands in the list of parsers.c. */
struct parser {
    const char *name;    /* as in `format:` and in the event's source */
    const char *summary; /* one line for `spoor list parsers` */
    /* What a record of this format has at its top, each line enough by itself, ended by NULL: keys
     * that all must be there, "a|b" one of them, "!a" not there. */
    const char *const *signs;
    /* Where the fields are; the parser's enum gives the places of this table their names. */
    const struct parser_path *paths;
    size_t paths_n;
    const char
        *body; /* the member that paths start from, where the record has it; NULL: the record */
    /* True if this record, which has one of the signs, is of this format, ours or not. Looks at
     * top-level keys only. NULL: the signs suffice. */
    bool (*claims)(const struct record *record);
    /* True if a record says nothing of itself, so that a line or record it carries, if it is one
     * that somebody knows, is read in its place. NULL: it never is. */
    bool (*hollow)(const struct record *record);
    /* For a format that is lines of text: puts the fields of a line that is its on the tape, to be
     * found by `paths` like those of any record. LINE_OTHER: it is not, and nothing was added.
     * NULL: the format is JSON.
     */
    enum line_answer (*line)(struct line *line);
    /* What tells the kinds of its records apart, for those that are counted as not ours: up to
     * PARSER_TELLS places of `paths`, ended by 0 if there are fewer; the first may be place 0. */
    uint8_t tells[PARSER_TELLS];
    /* The list in which each entry is an act of its own: parse is then called once for every entry,
     * which is the body, and each counts as a record. 0: the record is one act. NULL: it always is.
     */
    uint32_t (*acts)(const struct record *record);
    /* Fills *ev, which is zeroed but for source, offset and index. */
    enum parse_answer (*parse)(const struct record *record, struct event *ev);
    /* For `spoor list parsers`; a test compares them with what comes out of the golden inputs. */
    uint16_t kinds;     /* bits 1 << KIND_... */
    const char *fields; /* the members of `spoor parse` it can fill, beside time, source and kind */
    const char *example; /* a record, as short as one can be */
    const char *page;    /* where the vendor describes it */
};

/* THE LIST, in the order of recognition; ends with NULL. */
extern const struct parser *const parsers_all[];

/* NULL if there is none of that name. */
const struct parser *parsers_find(struct slice name);

/* What is chosen by a name in a config or on a command line: a parser, or with "auto" all of them
 * (NULL). False: there is none of that name; *ret_near is then the nearest one or NULL. */
bool parsers_choose(const char *name, const struct parser **ret, const char **ret_near);

/* Makes a reader for one format, or for all of them with NULL (`auto`). NULL: out of memory. */
struct reader *reader_new(const struct parser *only);
void reader_free(struct reader *reader);

/* Reads the next messages with one parser, or with all (NULL): what no other claims is then
 * unknown_format. Costs nothing, so it may change with every message. */
void reader_bind(struct reader *reader, const struct parser *only);

/* What a reader has seen since it was made. events + ignored + all bad = records. */
struct reader_counts {
    uint64_t messages, records, events, ignored;
    uint64_t bad[BAD_N];
    uint64_t unknown_codes;    /* events whose code no table knows */
    uint64_t invalid_utf8;     /* events with a broken text */
    uint64_t yearless;         /* of bad_time: times without a year, and nothing tells it */
    uint64_t unreadable_times; /* times that were there and could not be read; another one served */
};

/* Valid as long as the reader. Thread: the reader's own. */
const struct reader_counts *reader_counts(const struct reader *reader);

/* The time of the message, as the broker says, for times that name no year (RFC 3164); 0 at first
 * and in files: such times are then unreadable. Holds until it is set again. */
void reader_reference(struct reader *reader, int64_t reference_ms);

/* The zones of times that lines and envelopes write without one, by the host of their header; NULL,
 * as at first: UTC. Borrowed; holds until it is set again. */
void reader_zones(struct reader *reader, const struct zones *zones);

/* Inflates all gzip members of `packed` into to[0 .. cap). The library that can is not for parsers,
 * so whoever makes the reader gives it one. False: *ret_reason is BAD_TRUNCATED, BAD_COMPRESSION or
 * BAD_TOO_LARGE (more than cap), *ret_len how much text there was before. */
struct inflater {
    void *ctx;
    bool (*inflate)(void *ctx, struct slice packed, char *to, size_t cap, size_t *ret_len,
                    enum bad_reason *ret_reason);
};

/* Lets the reader open gzip messages; takes room for READER_MESSAGE_MAX bytes, touched only as
 * needed. Call before the first message. False: out of memory. Without it gzip is not_json. */
bool reader_use_inflater(struct reader *reader, const struct inflater *inflater);

/* What a record that became no event looks like, for the operator who wonders what it is. */
enum { READER_SHAPE_TEXT = 160 };
struct reader_shape {
    const char *format; /* whose it is but not ours, static; NULL: of unknown_format */
    /* Not ours: of format and what the parser `tells`. Else, or where the record has none of that:
     * of the names of its members, in whichever order. */
    uint64_t hash;
    /* Printable ASCII without quotes and backslashes: value / value, or {name, name, ...}; cut. */
    char example[READER_SHAPE_TEXT];
};

/* The shape of the record that sink.bad is being told of; of BAD_UNKNOWN_FORMAT only. */
const struct reader_shape *reader_shape(const struct reader *reader);

/* The shape of the record that sink.ignored is being told of: ask inside that call only. Found when
 * asked for, so that who does not ask does not pay. Allocates nothing. */
void reader_ignored_shape(struct reader *reader, struct reader_shape *ret);

/* Forgets the strings of all events given so far. Call between batches, never inside a sink. */
void reader_reset(struct reader *reader);

/* Opens one message and hands all it holds to the sink. The message must stay until the events are
 * finished with: they borrow from it. An empty message is nothing to do. */
void reader_read(struct reader *reader, struct slice message, const struct record_sink *sink);

#endif
