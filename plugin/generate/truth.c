/* SPDX-License-Identifier: Apache-2.0
 */
#include "plugin/generate/truth.h"

#include "parsers/values/timestamp.h"
#include "plugin/records/records.h"

#include <inttypes.h>
#include <stdlib.h>

/* Pointers to what the world owns, without repetition; growing. */
struct names {
    const void **items;
    size_t n, max;
};

struct attack {
    const char *kind, *story;
    unsigned findings;
    uint32_t tried;
    uint64_t events;
    int64_t first_ms, last_ms, complete_ms;
    struct names orgs, people;
    char (*ids)[RECORD_ID_MAX];
    size_t ids_n;
};

struct oddity {
    const struct person *person;
    const char *kind, *note;
    int64_t from_ms, to_ms;
};

struct truth {
    struct attack *attacks;
    struct oddity *oddities;
    size_t attacks_n, attacks_max, oddities_n, oddities_max;
    bool failed; /* out of memory */
};

struct truth *truth_new(void)
{
    return calloc(1, sizeof(struct truth));
}

void truth_free(struct truth *truth)
{
    if (!truth)
        return;
    for (size_t i = 0; i < truth->attacks_n; i++) {
        free(truth->attacks[i].orgs.items);
        free(truth->attacks[i].people.items);
        free(truth->attacks[i].ids);
    }
    free(truth->attacks);
    free(truth->oddities);
    free(truth);
}

/* Room for one more of an array. */
static void *room(struct truth *truth, void *items, size_t n, size_t *max, size_t size)
{
    if (n < *max)
        return items;
    const size_t more = *max ? 2 * *max : 16;
    void *grown = realloc(items, more * size);
    if (!grown) {
        truth->failed = true;
        return items;
    }
    *max = more;
    return grown;
}

uint32_t truth_attack(struct truth *truth, const char *kind, const char *story, unsigned findings)
{
    truth->attacks =
        room(truth, truth->attacks, truth->attacks_n, &truth->attacks_max, sizeof *truth->attacks);
    if (truth->attacks_n == truth->attacks_max)
        return UINT32_MAX;
    truth->attacks[truth->attacks_n] = (struct attack){.kind = kind,
                                                       .story = story,
                                                       .findings = findings,
                                                       .first_ms = INT64_MAX,
                                                       .complete_ms = INT64_MAX};
    return (uint32_t)truth->attacks_n++;
}

static struct attack *attack_of(const struct truth *truth, uint32_t attack)
{
    return attack < truth->attacks_n ? &truth->attacks[attack] : NULL;
}

static void add(struct truth *truth, struct names *names, const void *item)
{
    if (names->n == TRUTH_NAMES_MAX)
        return;
    for (size_t i = names->n; i > 0 && i + 64 > names->n; i--)
        if (names->items[i - 1] == item) /* repetitions come close together */
            return;
    names->items = room(truth, names->items, names->n, &names->max, sizeof *names->items);
    if (names->n < names->max)
        names->items[names->n++] = item;
}

void truth_tenant(struct truth *truth, uint32_t attack, const struct org *org)
{
    struct attack *a = attack_of(truth, attack);

    if (a)
        add(truth, &a->orgs, org);
}

void truth_user(struct truth *truth, uint32_t attack, const struct person *person)
{
    struct attack *a = attack_of(truth, attack);

    if (!a)
        return;
    add(truth, &a->people, person);
    add(truth, &a->orgs, person->org);
}

void truth_tried(struct truth *truth, uint32_t attack, uint32_t more)
{
    struct attack *a = attack_of(truth, attack);

    if (a)
        a->tried += more;
}

void truth_event(struct truth *truth, uint32_t attack, const struct act *act)
{
    struct attack *a = attack_of(truth, attack);

    if (!a)
        return;
    a->events++;
    if (act->at_ms < a->first_ms)
        a->first_ms = act->at_ms;
    if (act->at_ms > a->last_ms)
        a->last_ms = act->at_ms;
    if (!a->ids && !(a->ids = calloc(TRUTH_EVENTS_MAX, sizeof *a->ids)))
        truth->failed = true;
    if (a->ids && a->ids_n < TRUTH_EVENTS_MAX)
        records_id(act, a->ids[a->ids_n++]);
}

void truth_complete(struct truth *truth, uint32_t attack, const struct act *act)
{
    struct attack *a = attack_of(truth, attack);

    if (a && act->at_ms < a->complete_ms)
        a->complete_ms = act->at_ms;
}

void truth_oddity(struct truth *truth, const struct person *person, const char *kind,
                  int64_t from_ms, int64_t to_ms, const char *note)
{
    truth->oddities = room(truth, truth->oddities, truth->oddities_n, &truth->oddities_max,
                           sizeof *truth->oddities);
    if (truth->oddities_n < truth->oddities_max)
        truth->oddities[truth->oddities_n++] = (struct oddity){person, kind, note, from_ms, to_ms};
}

static bool contains(struct slice text, const char *word)
{
    return *word && text.len > 0 && memmem(text.ptr, text.len, word, strlen(word)) != NULL;
}

bool truth_names(const struct truth *truth, uint32_t attack, struct slice text)
{
    const struct attack *a = attack_of(truth, attack);

    for (size_t i = 0; a && i < a->ids_n; i++)
        if (contains(text, a->ids[i]))
            return true;
    for (size_t i = 0; a && i < a->people.n; i++)
        if (contains(text, ((const struct person *)a->people.items[i])->upn))
            return true;
    return false;
}

struct truth_counts truth_counts(const struct truth *truth)
{
    return (struct truth_counts){truth->attacks_n, truth->oddities_n};
}

/* --- writing --- */

static void put_time(FILE *to, const char *name, int64_t ms, bool known)
{
    char text[TIMESTAMP_TEXT_MAX];

    if (known)
        timestamp_format(ms, text);
    fprintf(to, known ? ",\"%s\":\"%s\"" : ",\"%s\":%s", name, known ? text : "null");
}

static void put_guid(FILE *to, uint64_t key)
{
    char guid[40];
    struct pen text = {.ptr = guid, .max = sizeof guid};

    pen_guid(&text, key);
    fprintf(to, "\"%.*s\"", (int)text.len, guid);
}

static void put_attack(FILE *to, size_t id, const struct attack *a)
{
    fprintf(to, "{\"type\":\"attack\",\"id\":%zu,\"kind\":\"%s\",\"story\":\"%s\",\"tenants\":[",
            id, a->kind, a->story);
    for (size_t i = 0; i < a->orgs.n; i++) {
        fputs(i ? "," : "", to);
        put_guid(to, ((const struct org *)a->orgs.items[i])->key);
    }
    fputs("],\"users\":[", to);
    for (size_t i = 0; i < a->people.n; i++)
        fprintf(to, "%s\"%s\"", i ? "," : "", ((const struct person *)a->people.items[i])->upn);
    fprintf(to, "],\"tried\":%" PRIu32 ",\"events\":%" PRIu64 ",\"event_ids\":[", a->tried,
            a->events);
    for (size_t i = 0; i < a->ids_n; i++)
        fprintf(to, "%s\"%s\"", i ? "," : "", a->ids[i]);
    fputs("]", to);
    put_time(to, "first", a->first_ms, a->events > 0);
    put_time(to, "complete", a->complete_ms, a->complete_ms != INT64_MAX);
    put_time(to, "last", a->last_ms, a->events > 0);
    fprintf(to, ",\"findings\":%u}\n", a->findings);
}

static void put_oddity(FILE *to, const struct oddity *o)
{
    fprintf(to, "{\"type\":\"oddity\",\"kind\":\"%s\",\"tenant\":", o->kind);
    put_guid(to, o->person->org->key);
    fprintf(to, ",\"user\":\"%s\"", o->person->upn);
    put_time(to, "from", o->from_ms, o->from_ms != 0);
    put_time(to, "to", o->to_ms, o->to_ms != 0);
    fprintf(to, ",\"note\":\"%s\"}\n", o->note);
}

bool truth_write(const struct truth *truth, FILE *to)
{
    for (size_t i = 0; i < truth->attacks_n; i++)
        put_attack(to, i, &truth->attacks[i]);
    for (size_t i = 0; i < truth->oddities_n; i++)
        put_oddity(to, &truth->oddities[i]);
    return !truth->failed && !ferror(to);
}
