/* SPDX-License-Identifier: Apache-2.0
 *
 * What an envelope holds and says: its payload on the tape, and who wrote that.
 */
#include "parsers/reader/beside.h"
#include "parsers/reader/reader_inside.h"
#include "parsers/syslog/syslog.h"
#include "parsers/values/text.h"
#include "parsers/values/timestamp.h"

size_t reader_node_offset(const struct reader *reader, uint32_t node, size_t outside)
{
    const struct json_node *at = &reader->doc.nodes[node];
    const struct text *text = reader->text;
    uintptr_t here = (uintptr_t)at->text, begin = (uintptr_t)text->bytes.ptr;
    if (!text->exact || at->opened > 0 || here < begin || here >= begin + text->bytes.len)
        return outside;
    return reader_offset(reader, at->text) - (at->type == JSON_STRING);
}

bool reader_looks_like_message(struct slice text, struct slice program)
{
    struct syslog syslog;
    size_t head, len;
    text = text_bare(text);
    if (text.len < 2)
        return false;
    if (*text.ptr == '{' || *text.ptr == '[' || program.ptr != NULL || syslog_is_cef(text) ||
        syslog_count(text, &head, &len))
        return true;
    return syslog_read(text, NULL, &syslog) && syslog.header;
}

/* journald writes a text that has control characters as an array of its bytes: makes it a string
 * again. Numbers that are no bytes are nobody's text. */
static void join_bytes(struct reader *reader, uint32_t node)
{
    struct json_node *nodes = reader->doc.nodes, *array = &nodes[node];
    uint32_t n = 0, byte = 0, first = node + 1;
    if (array->type != JSON_ARRAY || first == array->next || nodes[first].type != JSON_NUMBER)
        return;
    char *text = arena_text(reader->arena, array->next - first);
    reader->doc.starved |= text == NULL;
    for (uint32_t i = first; text != NULL && i < array->next; i = nodes[i].next) {
        struct slice number = {nodes[i].text, nodes[i].len};
        if (nodes[i].type == JSON_NUMBER && text_number(number, UINT8_MAX, &byte))
            text[n++] = (char)byte;
    }
    array->type = JSON_STRING;
    array->text = text;
    array->len = n;
}

/* What a telling envelope says beside its payload; the record uses its paths. */
static void read_told(const struct record *record, struct origin *origin)
{
    origin->time = record_text(record, ENVELOPE_TIME);
    for (unsigned path = ENVELOPE_SOURCE; path <= ENVELOPE_KIND; path++) {
        struct slice program = syslog_program(record_text(record, path));
        if (origin->program.ptr == NULL && syslog_speaks(program))
            origin->program = program;
    }
}

struct payload reader_payload(struct reader *reader, size_t i, size_t offset)
{
    const struct paths_parser *envelope = &reader->envelopes[i];
    struct record *record = &reader->record;
    struct payload payload = {0};
    if (!record_has_sign(record, envelope))
        return payload;
    record_use(record, envelope);
    if (envelope->parser->claims != NULL && !envelope->parser->claims(record))
        return payload;
    uint32_t node = record_find(record, ENVELOPE_PAYLOAD);
    if (node == 0 || reader->doc.nodes[node].type < JSON_STRING)
        return payload;
    payload.node = node;
    payload.offset = reader_node_offset(reader, node, offset);
    if (i >= ENVELOPES_LINES)
        payload.origin = beside_read(record, reader->beside);
    record_use(record, envelope);
    if (i < ENVELOPES_TELLING)
        read_told(record, &payload.origin);
    else
        join_bytes(reader, node);
    payload.origin.dated = i == ENVELOPES_RAW && payload.origin.time.ptr != NULL;
    return payload;
}

void reader_year(struct reader *reader, struct slice time)
{
    struct record *record = &reader->record;
    int64_t time_ms;
    if (record->reference_ms == 0 && time.ptr != NULL && timestamp_parse(time, &time_ms))
        record->reference_ms = time_ms;
}

void reader_use_origin(struct reader *reader, const struct payload *payload)
{
    struct origin *origin = &reader->record.origin;
    const struct origin *inner = &payload->origin;
    origin->program = inner->program;
    origin->process = inner->process;
    if (inner->host.ptr != NULL)
        origin->host = inner->host;
    if (inner->time.ptr != NULL)
        origin->time = inner->time;
    origin->dated = inner->dated;
    if (inner->zone.ptr != NULL)
        origin->zone = inner->zone;
    reader_year(reader, inner->time);
}
