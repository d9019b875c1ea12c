/* SPDX-License-Identifier: Apache-2.0
 *
 * Walking compiled paths over the tape. Of two members with one key the last wins, of two list
 * entries with one name the first.
 */
#include "parsers/reader/record.h"

#include "parsers/values/text.h"
#include "parsers/values/timestamp.h"

static const struct json_node *node_at(const struct record *record, uint32_t i)
{
    return &record->doc->nodes[i];
}

static void index_members(const struct record *record, uint32_t object, uint16_t at[KEYS_MAX])
{
    memset(at, 0, (record->paths->keys.n + 1u) * sizeof(at[0]));
    const struct json_node *nodes = record->doc->nodes;
    for (uint32_t i = object + 1; i < nodes[object].next; i = nodes[i].next)
        at[nodes[i].key] = (uint16_t)i;
    at[0] = 0;
}

void record_open(struct record *record, uint32_t root)
{
    _Static_assert(JSON_NODES_MAX <= UINT16_MAX, "indexes of nodes are kept in 16 bits");
    record->root = record->body = root;
    record->indexed = 0;
    record->parser = NULL;
    index_members(record, root, record->root_at);
}

void record_use(struct record *record, const struct paths_parser *parser)
{
    record->parser = parser;
    record->body = record->root;
    record->act = 0;
    uint32_t member = parser->body != 0 ? record->root_at[parser->body] : 0;
    uint32_t body = member != 0 ? json_open(record->doc, member) : 0;
    if (body == 0 || node_at(record, body)->type != JSON_OBJECT)
        return;
    record->body = body;
    if (record->indexed != body) /* two formats that keep their fields in one member */
        index_members(record, body, record->body_at);
    record->indexed = body;
}

void record_act(struct record *record, uint32_t entry, uint32_t act)
{
    uint32_t body = json_open(record->doc, entry);
    record->act = act;
    record->body = record->indexed = body != 0 ? body : entry;
    memset(record->body_at, 0, (record->paths->keys.n + 1u) * sizeof(record->body_at[0]));
    if (node_at(record, record->body)->type == JSON_OBJECT)
        index_members(record, record->body, record->body_at);
}

bool record_has_sign(const struct record *record, const struct paths_parser *parser)
{
    bool good = true;
    for (uint16_t i = parser->signs_first; i < parser->signs_end; i++) {
        const struct sign_word *word = &record->paths->words[i];
        bool any = false;
        for (uint8_t k = 0; k < word->keys_n; k++)
            any |= record->root_at[word->keys[k]] != 0;
        good &= any != word->not ;
        if (word->last) {
            if (good)
                return true;
            good = true;
        }
    }
    return false;
}

static uint32_t member(const struct record *record, uint32_t object, uint16_t key)
{
    const struct json_node *nodes = record->doc->nodes;
    uint32_t found = 0;
    for (uint32_t i = object + 1; i < nodes[object].next; i = nodes[i].next)
        if (nodes[i].key == key)
            found = i;
    return found;
}

static bool is_type(const struct record *record, uint32_t i, enum json_type type)
{
    return i != 0 && node_at(record, i)->type == type;
}

uint32_t record_entry(const struct record *record, uint32_t list, uint32_t *pos)
{
    uint32_t i = *pos == 0 ? list + 1 : node_at(record, *pos)->next;
    if (list == 0 || i >= node_at(record, list)->next)
        return 0;
    *pos = i;
    return i;
}

bool record_next(const struct record *record, uint32_t list, uint32_t *pos, struct record_item *ret)
{
    const struct paths *paths = record->paths;
    for (uint32_t i; (i = record_entry(record, list, pos)) != 0;) {
        if (is_type(record, list, JSON_OBJECT)) {
            const struct json_node *node = node_at(record, i);
            *ret = (struct record_item){{node->name, node->name_len}, i};
            return true;
        }
        if (!is_type(record, i, JSON_OBJECT))
            continue;
        uint32_t name = member(record, i, paths->name);
        if (name == 0)
            name = member(record, i, paths->name_key);
        if (is_type(record, name, JSON_STRING)) {
            *ret = (struct record_item){text_trim(json_node_text(record->doc, name)),
                                        member(record, i, paths->value)};
            return true;
        }
    }
    return false;
}

/* JSON_NUMBER and JSON_STRING are text; true and false only as the value of a list entry. */
static struct slice scalar(const struct record *record, uint32_t i)
{
    uint8_t type = i != 0 ? node_at(record, i)->type : JSON_NULL;
    if (type == JSON_NULL || type > JSON_STRING)
        return (struct slice){NULL, 0};
    struct slice text = text_trim(json_node_text(record->doc, i));
    return text_is_null(text) ? (struct slice){NULL, 0} : text;
}

static uint32_t step_named(const struct record *record, uint32_t list, struct slice word)
{
    struct record_item item;
    for (uint32_t pos = 0; record_next(record, list, &pos, &item);)
        if (slice_equal_nocase(item.name, word))
            return item.value;
    return 0;
}

static uint32_t step_where(const struct record *record, uint32_t list, const struct path_step *step)
{
    for (uint32_t pos = 0, i; (i = record_entry(record, list, &pos)) != 0;)
        if (is_type(record, i, JSON_OBJECT) &&
            slice_equal_nocase(scalar(record, member(record, i, step->key)), step->word))
            return i;
    return 0;
}

static uint32_t step_on(const struct record *record, uint32_t from, const struct path_step *step)
{
    uint32_t pos = 0;
    from = json_open(record->doc, from);
    if (from == 0)
        return 0;
    if (step->kind == STEP_MEMBER)
        return is_type(record, from, JSON_OBJECT) ? member(record, from, step->key) : 0;
    if (step->kind == STEP_NAMED)
        return step_named(record, from, step->word);
    if (!is_type(record, from, JSON_ARRAY))
        return 0;
    return step->kind == STEP_WHERE ? step_where(record, from, step)
                                    : record_entry(record, from, &pos);
}

/* Where a way begins; most of those in a table are not there. */
static inline uint32_t first_of(const struct record *record, const struct path_alternative *way)
{
    bool at_root = way->from_root || record->body == record->root;
    uint16_t key = record->paths->steps[way->first].key;
    return (at_root ? record->root_at : record->body_at)[key];
}

static uint32_t walk(const struct record *record, const struct path_alternative *way)
{
    const struct path_step *step = &record->paths->steps[way->first];
    const struct path_step *end = &record->paths->steps[way->end];
    uint32_t i = first_of(record, way);
    while (i != 0 && ++step < end)
        i = step_on(record, i, step);
    return i;
}

static bool is_null(const struct record *record, uint32_t i)
{
    const struct json_node *node = node_at(record, i);
    if (node->type >= JSON_OBJECT)
        return node->next == i + 1 && node->len <= 2;
    return node->type == JSON_NULL ||
           (node->type == JSON_STRING && text_is_null(json_node_text(record->doc, i)));
}

static const struct path_compiled *path_of(const struct record *record, unsigned path)
{
    return &record->paths->paths[record->parser->first + path];
}

uint32_t record_node(const struct record *record, unsigned path)
{
    const struct path_compiled *compiled = path_of(record, path);
    for (uint16_t a = compiled->first; a < compiled->end; a++) {
        uint32_t i = walk(record, &record->paths->alternatives[a]);
        if (i != 0 && !is_null(record, i)) {
            uint32_t opened = json_open(record->doc, i);
            return opened != 0 ? opened : i;
        }
    }
    return 0;
}

uint32_t record_find(const struct record *record, unsigned path)
{
    const struct path_compiled *compiled = path_of(record, path);
    uint32_t i = 0;
    for (uint16_t a = compiled->first; a < compiled->end && i == 0; a++)
        i = walk(record, &record->paths->alternatives[a]);
    return i;
}

static struct slice cut(struct slice text)
{
    return text_cut(text, READER_TEXT_MAX);
}

/* One alternative as text; absent if null-like or of another type. */
static struct slice text_at(const struct record *record, const struct path_alternative *way)
{
    uint32_t i = walk(record, way);
    if (i == 0)
        return (struct slice){NULL, 0};
    uint8_t type = node_at(record, i)->type;
    bool of_list = record->paths->steps[way->end - 1].kind == STEP_NAMED;
    if ((type == JSON_TRUE || type == JSON_FALSE) && !of_list)
        return (struct slice){NULL, 0};
    uint32_t pos = 0;
    if (type == JSON_ARRAY && of_list)
        i = record_entry(record, i, &pos);
    return cut(scalar(record, i));
}

struct slice record_text(const struct record *record, unsigned path)
{
    const struct path_compiled *compiled = path_of(record, path);
    struct slice text = {NULL, 0};
    const struct path_alternative *way = &record->paths->alternatives[compiled->first];
    const struct path_alternative *end = &record->paths->alternatives[compiled->end];
    for (; way < end && text.ptr == NULL; way++)
        if (first_of(record, way) != 0)
            text = text_at(record, way);
    return text;
}

struct slice record_lowered(const struct record *record, struct slice text)
{
    struct slice lower = text_lower(record->doc->arena, text);
    record->doc->starved |= text.ptr != NULL && lower.ptr == NULL;
    return lower;
}

struct slice record_lower(const struct record *record, unsigned path)
{
    return record_lowered(record, record_text(record, path));
}

struct slice record_joined(const struct record *record, struct slice name, struct slice domain)
{
    if (name.ptr == NULL || domain.ptr == NULL || memchr(name.ptr, '@', name.len) != NULL)
        return record_lowered(record, name);
    size_t len = name.len + 1 + domain.len;
    char *text = arena_text(record->doc->arena, len);
    if (text == NULL) {
        record->doc->starved = true;
        return (struct slice){NULL, 0};
    }
    memcpy(text, name.ptr, name.len);
    text[name.len] = '@';
    memcpy(text + name.len + 1, domain.ptr, domain.len);
    return record_lowered(record, cut((struct slice){text, len}));
}

struct slice record_account(const struct record *record, struct slice name, struct slice domain)
{
    const char *at = name.len > 0 ? memrchr(name.ptr, '\\', name.len) : NULL;
    if (at != NULL) {
        domain = (struct slice){name.ptr, (size_t)(at - name.ptr)};
        name = (struct slice){at + 1, name.len - domain.len - 1};
    }
    if (domain.len == 0 || memchr(domain.ptr, '.', domain.len) == NULL)
        domain = (struct slice){NULL, 0};
    return record_joined(record, name, domain);
}

uint32_t record_member_node(const struct record *record, uint32_t object, unsigned path)
{
    const struct path_alternative *way = &record->paths->alternatives[path_of(record, path)->first];
    if (!is_type(record, object, JSON_OBJECT))
        return 0;
    return member(record, object, record->paths->steps[way->first].key);
}

struct slice record_member(const struct record *record, uint32_t object, unsigned path)
{
    return cut(scalar(record, record_member_node(record, object, path)));
}

struct slice record_value(const struct record *record, uint32_t node)
{
    return cut(scalar(record, node));
}

struct slice record_raw(const struct record *record, uint32_t node)
{
    if (node == 0 || node_at(record, node)->type != JSON_STRING)
        return (struct slice){NULL, 0};
    struct slice text = json_node_text(record->doc, node);
    return cut((struct slice){text.ptr ? text.ptr : "", text.len});
}

static enum event_tri tri_of(struct slice text)
{
    static const char *const words[] = {"false", "no", "0", "true", "yes", "1"};
    for (size_t i = 0; text.ptr != NULL && i < 6; i++)
        if (slice_equal_nocase(text, slice_of(words[i])))
            return i < 3 ? TRI_FALSE : TRI_TRUE;
    return TRI_ABSENT;
}

bool record_is_true(const struct record *record, uint32_t node)
{
    return tri_of(scalar(record, node)) == TRI_TRUE;
}

enum event_tri record_bool(const struct record *record, unsigned path)
{
    return tri_of(scalar(record, record_node(record, path)));
}

void record_ip(const struct record *record, unsigned path, struct event *ev)
{
    uint32_t node = record_node(record, path);
    if (node == 0)
        return;
    if (!is_type(record, node, JSON_ARRAY)) {
        ev->has_ip = ip_parse_logged(scalar(record, node), &ev->ip, &ev->port);
        return;
    }
    for (uint32_t pos = 0, i; !ev->has_ip && (i = record_entry(record, node, &pos)) != 0;)
        ev->has_ip = ip_parse_logged(scalar(record, i), &ev->ip, &ev->port);
}

/* The operator's, of the host that wrote the line or sent it. */
static const struct zone *zone_of(const struct record *record)
{
    return zones_of(record->zones, record->origin.host);
}

/* local: may the time be in the zone of its host? What a JSON record calls its time is in the zone
 * that its vendor says, which is UTC wherever it is not written. */
static bool try_time(const struct record *record, struct slice text, struct slice zone, bool local,
                     struct event *ev, enum parse_answer *answer)
{
    bool zoneless;
    if (text.ptr == NULL)
        return false;
    if (timestamp_parse_local(text, zone, local ? zone_of(record) : NULL, &zoneless,
                              &ev->time_ms)) {
        ev->zoneless = local && zoneless;
        return true;
    }
    record->counts->unreadable_times++;
    *answer = PARSE_BAD_TIME;
    return false;
}

enum parse_answer record_time_in(const struct record *record, unsigned path, struct slice zone,
                                 struct event *ev)
{
    const struct path_compiled *compiled = path_of(record, path);
    const struct origin *origin = &record->origin;
    bool is_line = record->parser->parser->line != NULL;
    enum parse_answer answer = PARSE_NO_TIME;
    ev->received_ms = record->reference_ms;
    for (uint16_t a = compiled->first; a < compiled->end; a++)
        if (try_time(record, text_at(record, &record->paths->alternatives[a]), zone, is_line, ev,
                     &answer))
            return PARSE_EVENT;
    if (timestamp_parse_syslog(origin->time, origin->zone, zone_of(record), record->reference_ms,
                               &ev->time_ms)) {
        ev->zoneless = origin->zone.len == 0;
        return PARSE_EVENT;
    }
    if (try_time(record, origin->time, origin->zone, true, ev, &answer))
        return PARSE_EVENT;
    record->counts->yearless += timestamp_is_syslog(origin->time);
    return answer;
}

enum parse_answer record_time(const struct record *record, unsigned path, struct event *ev)
{
    return record_time_in(record, path, (struct slice){NULL, 0}, ev);
}

void record_fill(const struct record *record, unsigned from, unsigned to, struct event *ev)
{
    const struct parser_path *paths = record->parser->parser->paths;
    for (unsigned path = from; path < to; path++) {
        if (paths[path].field == 0)
            continue;
        struct slice text = record_text(record, path);
        memcpy((char *)ev + paths[path].field, &text, sizeof(text));
    }
}

uint16_t record_port(const struct record *record, unsigned path)
{
    uint32_t port = 0;
    return text_number(record_text(record, path), UINT16_MAX, &port) ? (uint16_t)port : 0;
}
