/* SPDX-License-Identifier: Apache-2.0
 *
 * Every world, whole: what comes out is read back by spoor's parsers and held against the truth
 * beside it, as plugin/generate/world.h promises.
 */
#include "plugin/generate/stage.h"
#include "plugin/sets/worlds.h"
#include "reading.h"

#include "geoip/distance.h"
#include "parsers/values/timestamp.h"
#include "plugin/records/dice.h"

enum { SEEN_MAX = 1 << 20, IDS = 1 << 21, NAMES_MAX = 1 << 14, KINDS_MAX = 64 };

struct seen {
    uint64_t user;
    int64_t time_ms;
    const struct network *network;
};

struct set {
    const struct world *world;
    struct reading *reading;
    struct stage *stage;
    uint64_t *ids; /* hashes of event ids, an open table */
    struct seen *seen;
    size_t seen_n, events, bad, ignored;
    uint64_t hash, by_source[32];
    char *truth;
};

static struct atlas *atlas;
static const char *const sources[] = {"entra",      "o365", "okta", "google",
                                      "cloudtrail", "duo",  "sshd"};

static uint64_t hash_of(struct slice text)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (uint8_t)text.ptr[i]) * UINT64_C(1099511628211);
    return hash | 1;
}

/* True if it was there; with `add` it is afterwards. */
static bool id_known(struct set *set, uint64_t id, bool add)
{
    size_t i = id % IDS;

    for (; set->ids[i]; i = (i + 1) % IDS)
        if (set->ids[i] == id)
            return true;
    if (add)
        set->ids[i] = id;
    return false;
}

/* The narrowest network; most addresses come again and again. */
static const struct network *network_of(const struct ip *ip)
{
    static struct {
        struct ip ip;
        const struct network *network;
    } known[1 << 16];
    const size_t place = hash_of((struct slice){(const char *)ip->bytes, 16}) % (1 << 16);

    if (known[place].network && ip_equal(&known[place].ip, ip))
        return known[place].network;
    known[place].ip = *ip;
    known[place].network = NULL;
    for (size_t i = 0; i < atlas_size(atlas); i++) {
        const struct network *network = atlas_at(atlas, i);
        if (prefix_contains(&network->prefix, ip) &&
            (!known[place].network || network->prefix.bits >= known[place].network->prefix.bits))
            known[place].network = network;
    }
    return known[place].network;
}

static void on_event(void *ctx, const struct event *ev)
{
    struct set *set = ctx;
    const struct network *network = ev->has_ip ? network_of(&ev->ip) : NULL;

    set->events++;
    assert_non_null(network); /* no address without a place */
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        set->by_source[i] += strcmp(ev->source, sources[i]) == 0;
    if (ev->event_id.ptr)
        id_known(set, hash_of(ev->event_id), true);
    if (ev->kind == KIND_SIGN_IN && ev->outcome == OUTCOME_SUCCESS && set->seen_n < SEEN_MAX)
        set->seen[set->seen_n++] = (struct seen){hash_of(ev->user), ev->time_ms, network};
}

static void on_ignored(void *ctx, uint32_t index)
{
    (void)index;
    ((struct set *)ctx)->ignored++;
}

static void on_bad(void *ctx, enum bad_reason reason, size_t offset, uint32_t index)
{
    (void)reason, (void)offset, (void)index;
    ((struct set *)ctx)->bad++;
}

static void on_flush(void *ctx)
{
    (void)ctx;
}

static bool on_message(void *ctx, const struct message *message)
{
    struct set *set = ctx;
    const struct record_sink sink = {set, on_event, on_ignored, on_bad, on_flush};

    set->hash = set->hash * UINT64_C(1099511628211) ^ hash_of(message->bytes);
    reader_reset(set->reading->reader);
    reader_read(set->reading->reader, message->bytes, &sink);
    return true;
}

static struct set *run(const struct world *world, uint64_t seed, unsigned tenants, unsigned users,
                       unsigned days, bool attacked)
{
    struct set *set = calloc(1, sizeof *set);
    const struct delivery_sink sink = {set, on_message};
    unsigned attacks[KINDS_MAX] = {0};
    size_t len;

    set->world = world;
    for (int k = 0; attacked && world->attacks[k].name; k++)
        attacks[k] = world->attacks[k].usual(tenants, users, days);
    const struct world_plan plan = {.seed = seed,
                                    .start_ms = INT64_C(1772409600000),
                                    .days = days,
                                    .tenants = tenants,
                                    .users = users,
                                    .attacks = attacks,
                                    .atlas = atlas};
    set->reading = reading_new(NULL);
    set->ids = calloc(IDS, sizeof *set->ids);
    set->seen = calloc(SEEN_MAX, sizeof *set->seen);
    set->stage = stage_new(world, &plan, &sink);
    assert_non_null(set->stage);
    assert_null(stage_run(set->stage));
    FILE *to = open_memstream(&set->truth, &len);
    assert_true(truth_write(stage_truth(set->stage), to));
    fclose(to);
    return set;
}

static void done(struct set *set)
{
    reading_done(set->reading);
    stage_free(set->stage);
    free(set->ids);
    free(set->seen);
    free(set->truth);
    free(set);
}

/* --- the truth, read back --- */

/* The next quoted text at or after *at and before `end`; absent: none. Moves *at behind it. */
static struct slice quoted(const char **at, const char *end)
{
    const char *open = memchr(*at, '"', (size_t)(end - *at));
    const char *close = open ? memchr(open + 1, '"', (size_t)(end - open - 1)) : NULL;

    if (!close)
        return (struct slice){NULL, 0};
    *at = close + 1;
    return (struct slice){open + 1, (size_t)(close - open - 1)};
}

/* Calls `take` for each text of the list `name` of a line. */
static void each(const char *line, const char *end, const char *name, void *ctx,
                 void (*take)(void *ctx, struct slice text))
{
    const char *list = strstr(line, name);
    const char *stop = list && list < end ? strchr(list, ']') : NULL;

    if (!stop)
        return;
    list += strlen(name);
    for (struct slice text; (text = quoted(&list, stop)).ptr;)
        take(ctx, text);
}

struct names {
    uint64_t hashes[NAMES_MAX];
    size_t n;
};

static void take_name(void *ctx, struct slice text)
{
    struct names *names = ctx;

    assert_true(names->n < NAMES_MAX);
    names->hashes[names->n++] = hash_of(text);
}

/* Everybody whom the truth calls attacked or odd. */
static struct names *tagged(const struct set *set)
{
    struct names *names = calloc(1, sizeof *names);

    for (const char *line = set->truth, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        const char *user = strstr(line, "\"user\":");
        each(line, end, "\"users\":[", names, take_name);
        if (user && user < end) {
            user += strlen("\"user\":");
            take_name(names, quoted(&user, end));
        }
    }
    return names;
}

static bool has(const struct names *names, uint64_t hash)
{
    for (size_t i = 0; i < names->n; i++)
        if (names->hashes[i] == hash)
            return true;
    return false;
}

/* --- tests --- */

static void test_every_record_is_read(void **state)
{
    const struct set *set = *state;

    assert_int_equal(set->bad, 0);
    assert_int_equal(set->ignored, 0);
    assert_int_equal(set->events, stage_counts(set->stage).records);
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        assert_true(set->by_source[i] > 0);
}

static void take_id(void *ctx, struct slice text)
{
    assert_true(id_known(ctx, hash_of(text), false));
}

static void test_every_attack_is_in_the_output(void **state)
{
    struct set *set = *state;
    size_t attacks = 0;

    for (const char *line = set->truth, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        const char *none = strstr(line, "\"event_ids\":[]");
        if (strncmp(line, "{\"type\":\"attack\"", 16) != 0)
            continue;
        attacks++;
        assert_false(none && none < end);
        each(line, end, "\"event_ids\":[", set, take_id);
    }
    assert_int_equal(attacks, truth_counts(stage_truth(set->stage)).attacks);
    for (const struct attack_kind *kind = set->world->attacks; kind->name; kind++) {
        char mark[64];
        snprintf(mark, sizeof mark, "\"kind\":\"%s\"", kind->name);
        assert_non_null(strstr(set->truth, mark));
    }
}

static int by_user_and_time(const void *a, const void *b)
{
    const struct seen *x = a, *y = b;

    if (x->user != y->user)
        return x->user < y->user ? -1 : 1;
    return (x->time_ms > y->time_ms) - (x->time_ms < y->time_ms);
}

static bool where_people_are(const struct network *network)
{
    return network->kind == ATLAS_ISP || network->kind == ATLAS_MOBILE ||
           network->kind == ATLAS_UNIVERSITY;
}

/* Two places farther apart than a body can have come: 100 km at least, 1,000 km/h. */
static bool impossible(const struct seen *a, const struct seen *b)
{
    const double km = DISTANCE_SAFE * atlas_km(a->network, b->network);

    return km > 100 && km > (double)(b->time_ms - a->time_ms) / HOUR_MS * 1000;
}

/* Also counts the impossible journeys of tagged people, so that the test is known to see one. */
static void test_nobody_untagged_makes_an_impossible_journey(void **state)
{
    struct set *set = *state;
    struct names *names = tagged(set);
    size_t of_tagged = 0, pairs = 0;
    const struct seen *last = NULL;

    qsort(set->seen, set->seen_n, sizeof set->seen[0], by_user_and_time);
    for (size_t i = 0; i < set->seen_n; i++) {
        const struct seen *now = &set->seen[i];
        if (!where_people_are(now->network))
            continue;
        if (last && last->user == now->user && impossible(last, now)) {
            of_tagged++;
            if (!has(names, now->user))
                fail_msg("%s to %s", last->network->city, now->network->city);
        }
        pairs += last && last->user == now->user && !has(names, now->user);
        last = now;
    }
    assert_true(of_tagged > 0);
    assert_true(pairs > 10000);
    free(names);
}

static void test_same_seed_same_bytes(void **state)
{
    const struct world *world = ((const struct set *)*state)->world;
    struct set *a = run(world, 9, 3, 60, 4, true), *b = run(world, 9, 3, 60, 4, true);
    struct set *c = run(world, 10, 3, 60, 4, true);

    assert_int_equal(a->hash, b->hash);
    assert_string_equal(a->truth, b->truth);
    assert_int_not_equal(a->hash, c->hash);
    done(a);
    done(b);
    done(c);
}

/* Everybody's days are the same with attacks and without. */
static void test_attacks_change_nobodys_days(void **state)
{
    const struct world *world = ((const struct set *)*state)->world;
    struct set *with = run(world, 11, 3, 60, 4, true), *without = run(world, 11, 3, 60, 4, false);

    for (size_t i = 0; i < IDS; i++)
        if (without->ids[i])
            assert_true(id_known(with, without->ids[i], false));
    assert_null(strstr(without->truth, "\"attack\""));
    assert_true(without->events > 3000);
    assert_true(with->events > without->events);
    done(with);
    done(without);
}

int main(void)
{
    int failed = 0;

    atlas = atlas_new();
    for (size_t w = 0; atlas && worlds_all[w]; w++) {
        struct set *set = run(worlds_all[w], 1, 12, 300, 8, true);
        const struct CMUnitTest tests[] = {
            cmocka_unit_test_prestate(test_every_record_is_read, set),
            cmocka_unit_test_prestate(test_every_attack_is_in_the_output, set),
            cmocka_unit_test_prestate(test_nobody_untagged_makes_an_impossible_journey, set),
            cmocka_unit_test_prestate(test_same_seed_same_bytes, set),
            cmocka_unit_test_prestate(test_attacks_change_nobodys_days, set),
        };
        failed += cmocka_run_group_tests_name(worlds_all[w]->name, tests, NULL, NULL);
        done(set);
    }
    atlas_free(atlas);
    return failed;
}
