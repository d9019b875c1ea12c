/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the reader share: reader.c (its life, and a record given to its parser),
 * reader_text.c (a text cut into values), reader_resume.c (the rest of a batch that broke), reader_lines.c (its lines and frames), reader_payload.c
 * (what an envelope holds), reader_wrappers.c (an object opened until a record is found). They call
 * each other once per envelope, READER_ENVELOPES_MAX deep at most.
 */
#ifndef PARSERS_READER_READER_INSIDE_H
#define PARSERS_READER_READER_INSIDE_H

#include "parsers/reader/envelopes.h"
#include "parsers/reader/record.h"
#include "parsers/reader/shapes.h"

/* A text being read: the message, or what an envelope holds. */
struct text {
    struct slice bytes;
    size_t offset;      /* in the message: where it begins, or the string that holds it */
    unsigned envelopes; /* around it */
    bool exact;         /* its bytes are the message's own, so offsets inside it can be told */
    bool outermost;     /* no tape is in use around it: the arena may begin again between records */
    bool line;          /* all of it is one line, whatever stands in it */
    bool broken;        /* after a break: commas and closing brackets belong to what was reported */
    uint32_t first;     /* tape before it */
};

struct reader {
    struct json doc;
    struct arena *arena;
    struct record record;
    struct reader_counts counts;
    struct reader_shape shape; /* of the last record that nobody knew */
    const struct paths_parser *envelopes, *beside;
    struct paths paths;
    bool bodies[KEYS_MAX]; /* key ids of members that are a part of some format's record */

    struct inflater inflater;
    char *inflated; /* room for READER_MESSAGE_MAX, NULL without inflater */
    size_t inflated_n;

    const struct record_sink *sink; /* of the message being read, as all below */
    struct text *text;              /* the innermost */
    size_t message_len;
    uint32_t index;
    bool full;         /* READER_EVENTS_MAX reached */
    bool trying;       /* nothing known was found yet in what may hold a record, or prose */
    size_t read_twice; /* bytes looked at again after breaks */
    size_t resumed;    /* bytes looked at for the records behind one that broke, each time anew */
};

/* ---- reader.c ---- */

/* A refusal, unless it is of an unknown format and the reader is only trying. */
void reader_bad(struct reader *reader, enum bad_reason reason, size_t offset);

/* A node of the tape is a record that nobody knows. */
void reader_unknown(struct reader *reader, uint32_t node, size_t offset);

/* False if there is no room for one more; the first one refused is reported. */
bool reader_has_room(struct reader *reader, size_t offset);

/* The parser of the object that the record was opened at, NULL if nobody's. */
const struct paths_parser *reader_recognise(struct reader *reader);

/* Gives the record, which its parser uses, to that parser and the answer to the sink. */
void reader_parse(struct reader *reader, const struct parser *parser, size_t offset);

/* ---- reader_text.c ---- */

/* Reads all values and lines of a text; the text around it, if any, goes on afterwards. */
void reader_text(struct reader *reader, struct text text);

/* Bytes from the start of the message to a place in the innermost text. */
size_t reader_offset(const struct reader *reader, const char *at);

const char *reader_text_end(const struct reader *reader);

/* After the last use of a record's texts by a parser. */
void reader_record_over(struct reader *reader);

/* The input ends where the message ends; a string that ends too early is not JSON. */
enum bad_reason reader_reason(const struct reader *reader, struct json_fault fault);

/* An element of a batch, or what is wrong with it; false if there is room for no more. */
bool reader_element(struct reader *reader, uint32_t node, const char *text,
                    struct json_fault fault);

/* ---- reader_resume.c ---- */

/* Reads the elements of a batch, `value`, behind the one that broke, as far as it is certain where
 * they begin; none stands behind `end`. Returns the end of the batch, NULL if that is uncertain:
 * nothing was read then. */
const char *reader_resume(struct reader *reader, const struct json_value *value, const char *end);

/* ---- reader_lines.c ---- */

/* One line or counted frame, all of `frame`. */
void reader_frame(struct reader *reader, struct slice frame);

/* The line at a place of the text, or the counted frames from there on; return where to go on. */
const char *reader_line(struct reader *reader, const char *at);
const char *reader_counted(struct reader *reader, const char *at);

/* Behind the line end that follows, or `end`. */
const char *reader_behind_line(const char *at, const char *end);

/* ---- reader_payload.c ---- */

struct payload {
    uint32_t node; /* 0: none */
    size_t offset;
    struct origin origin;
};

/* Bytes from the start of the message; for text inside a string that was opened, that string's.
 * Ask before the string is decoded: what is decoded stands elsewhere. */
size_t reader_node_offset(const struct reader *reader, uint32_t node, size_t outside);

/* Could a string be a message? Ordinary words such as `message` hold prose more often than not; but
 * where a program is named beside it, it is what that program wrote. */
bool reader_looks_like_message(struct slice text, struct slice program);

/* What the envelope of the list with this number holds, if the record is one. */
struct payload reader_payload(struct reader *reader, size_t i, size_t offset);

/* What an envelope does not say is as it was around it, but for who wrote the line: the envelope's
 * own, or nobody known. */
void reader_use_origin(struct reader *reader, const struct payload *payload);

/* Where the broker gave no time, that of a header or envelope tells the year of one without. */
void reader_year(struct reader *reader, struct slice time);

/* ---- reader_wrappers.c ---- */

/* A value on the tape. `whole`: all names of an object's members are there, not only wanted ones.
 */
void reader_node(struct reader *reader, uint32_t node, size_t offset, unsigned envelopes,
                 bool whole);

#endif
