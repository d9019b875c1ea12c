/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON -> struct read_finding: the rows of finding_read_parts.c walked over the parsers' tape by the
 * parsers' paths. A field that is missing or of another type than expected is absent; only what no
 * text can do without is an error: a JSON object, the detector's name, the id.
 */
#include "plugin/pages/finding_read.h"

#include "detectors/detectors.h"
#include "plugin/pages/finding_read_inside.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static void compile(struct finding_reader *r, enum shape_id id)
{
    static const char *const no_signs[] = {NULL};
    const struct shape *shape = &finding_shapes[id];
    assert(shape->n <= ROWS_MAX);
    for (unsigned i = 0; i < shape->n; i++)
        r->rows[id][i].path = shape->rows[i].path;
    r->parsers[id] = (struct parser){
        .name = "finding", .signs = no_signs, .paths = r->rows[id], .paths_n = shape->n};
    r->shapes[id] = paths_compile(&r->paths, &r->parsers[id]);
}

struct finding_reader *finding_reader_new(unsigned findings)
{
    struct finding_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return NULL;
    paths_init(&reader->paths);
    for (int id = 0; id < SHAPES_N; id++)
        compile(reader, (enum shape_id)id);
    reader->record = (struct record){.doc = &reader->doc, .paths = &reader->paths};
    reader->arena = arena_new((size_t)findings * FINDING_LINE_MAX);
    if (!reader->arena || !json_init(&reader->doc, &reader->paths.keys, reader->arena)) {
        finding_reader_free(reader);
        return NULL;
    }
    return reader;
}

void finding_reader_free(struct finding_reader *reader)
{
    if (!reader)
        return;
    json_done(&reader->doc);
    arena_free(reader->arena);
    free(reader);
}

void finding_reader_reset(struct finding_reader *reader)
{
    arena_reset(reader->arena);
}

/* --- values --- */

struct slice read_node_text(struct finding_reader *r, uint32_t node)
{
    unsigned type = r->doc.nodes[node].type;
    if (node == 0 || (type != JSON_STRING && type != JSON_NUMBER))
        return (struct slice){0};
    return json_node_text(&r->doc, node);
}

/* A whole number of at most 15 digits, else 0. */
static int64_t number_of(struct slice digits)
{
    int64_t value = 0;
    if (digits.len > 15)
        return 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
            return 0;
        value = value * 10 + (digits.ptr[i] - '0');
    }
    return value;
}

static enum point_state state_of(struct slice name)
{
    for (int i = 0; i < POINT_STATES_N; i++)
        if (slice_equal(name, slice_of(point_state_name((enum point_state)i))))
            return (enum point_state)i;
    return POINT_UNKNOWN;
}

static void put_value(struct finding_reader *r, enum row_kind kind, uint32_t node, void *to)
{
    struct slice text = read_node_text(r, node);
    int64_t number = number_of(text);
    if (kind == ROW_TEXT)
        *(struct slice *)to = text;
    else if (kind == ROW_NUMBER)
        *(int64_t *)to = number;
    else if (kind == ROW_COUNT)
        *(unsigned *)to = number < UINT32_MAX ? (unsigned)number : UINT32_MAX;
    else if (kind == ROW_TRUE)
        *(bool *)to = r->doc.nodes[node].type == JSON_TRUE;
    else if (kind == ROW_STATE)
        *(enum point_state *)to = state_of(text);
    else
        *(uint32_t *)to = node;
}

/* --- shapes --- */

static void read_shape(struct finding_reader *r, enum shape_id id, uint32_t object, void *to);

/* An element that was read, or false: it does not count as one. */
static bool put_element(struct finding_reader *r, const struct row *row, uint32_t node, void *to)
{
    memset(to, 0, row->list.size);
    if (row->kind == ROW_TEXTS)
        put_value(r, ROW_TEXT, node, to);
    else
        read_shape(r, row->list.shape, node, to);
    return row->kind == ROW_TEXTS ? ((struct slice *)to)->ptr != NULL
                                  : !row->list.keep || row->list.keep(to);
}

/* Texts that have no room are read as well, for only then is known whether they count. */
static void read_list(struct finding_reader *r, const struct row *row, uint32_t array, char *to)
{
    const struct row_list *list = &row->list;
    unsigned n = 0, total = 0;
    for (uint32_t pos = 0, i; (i = record_entry(&r->record, array, &pos)) != 0;) {
        bool room = n < list->max;
        struct slice spare;
        void *element = room ? (void *)(to + row->at + (size_t)n * list->size) : &spare;
        if ((room || row->kind == ROW_TEXTS) && !put_element(r, row, i, element))
            continue;
        total++;
        n += room;
    }
    *(unsigned *)(void *)(to + list->n) = n;
    if (list->total != 0)
        *(unsigned *)(void *)(to + list->total) = total;
}

static void enter(struct finding_reader *r, enum shape_id id, uint32_t object)
{
    record_use(&r->record, r->shapes[id]);
    if (object != ROOT)
        record_act(&r->record, object, 0);
}

/* Fills what is at `to`, which is zeroed. Shapes do not hold themselves, so this ends. */
static void read_shape(struct finding_reader *r, enum shape_id id, uint32_t object, void *to)
{
    const struct shape *shape = &finding_shapes[id];
    enter(r, id, object);
    for (unsigned i = 0; i < shape->n; i++) {
        const struct row *row = &shape->rows[i];
        uint32_t node = record_find(&r->record, i);
        if (row->kind < ROW_TEXTS) {
            put_value(r, row->kind, node, (char *)to + row->at);
        } else if (r->doc.nodes[node].type == JSON_ARRAY) {
            read_list(r, row, node, to);
            enter(r, id, object); /* from the elements back to what holds them */
        }
    }
}

static const struct detector *detector_of(struct slice name)
{
    char copy[64];
    if (!name.ptr || name.len >= sizeof copy || memchr(name.ptr, '\0', name.len))
        return NULL;
    memcpy(copy, name.ptr, name.len);
    copy[name.len] = '\0';
    return detectors_find(copy);
}

static const char *unknown_detector(struct finding_reader *r, struct slice name)
{
    int n = 0;
    while (n < 40 && (size_t)n < name.len &&
           (name.ptr[n] == '_' || (name.ptr[n] >= 'a' && name.ptr[n] <= 'z')))
        n++;
    snprintf(r->why, sizeof r->why, "unknown detector \"%.*s\"; see `spoor list detectors`", n,
             name.ptr);
    return r->why;
}

static const char *not_json(struct finding_reader *r, struct slice line,
                            const struct json_value *value)
{
    size_t at = value->fault.at >= line.ptr && value->fault.at <= line.ptr + line.len
                    ? (size_t)(value->fault.at - line.ptr)
                    : 0;
    snprintf(r->why, sizeof r->why, "%s at byte %zu; expected a finding, one JSON object a line",
             bad_reason_name(value->fault.reason < BAD_N ? value->fault.reason : BAD_NOT_JSON), at);
    return r->why;
}

const char *finding_read(struct finding_reader *r, struct slice line, struct read_finding *ret)
{
    r->doc.nodes[0] = (struct json_node){.type = JSON_NULL, .next = ROOT};
    r->doc.n = ROOT;
    r->doc.starved = false;
    if (line.len == 0 || line.ptr[0] != '{')
        return "not_json at byte 0; expected a finding, one JSON object a line";
    struct json_value value = json_read(&r->doc, line, NULL);
    if (value.fault.reason != BAD_N || value.end != line.ptr + line.len) {
        if (value.fault.reason == BAD_N)
            value.fault.at = value.end;
        return not_json(r, line, &value);
    }
    struct read_head head = {0};
    struct read_measures measures = {0};
    record_open(&r->record, ROOT);
    read_shape(r, SHAPE_HEAD, ROOT, &head);
    if (head.class_uid != 2004 || !head.detector.ptr)
        return "no finding: class_uid 2004 and finding_info.analytic.uid are missing";
    *ret = (struct read_finding){.detector = detector_of(head.detector)};
    if (!ret->detector)
        return unknown_detector(r, head.detector);
    read_shape(r, SHAPE_FINDING, ROOT, ret);
    read_shape(r, SHAPE_MEASURES, ROOT, &measures);
    read_measures(r, &measures, ret);
    read_user_total(ret);
    if (!ret->uid.ptr || !ret->title.ptr)
        return "no finding: finding_info.uid or finding_info.title is missing";
    if (!ret->tenant.ptr) /* some products' records name none */
        ret->tenant = SLICE("");
    return r->doc.starved ? "too many escapes" : NULL;
}
