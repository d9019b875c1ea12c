/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine of `spoor generate` with a small world of its own: order of messages, the same bytes
 * for the same seed, lateness and repetition, batches, memory that does not grow with time, truth.
 */
#include "parsers/values/timestamp.h"
#include "plugin/generate/stage.h"
#include "plugin/generate/world.h"
#include "plugin/records/dice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

enum { PEOPLE = 40, EVERY_MS = 10 * 60 * 1000 };

/* --- a world: people who refresh a token every ten minutes or so; one attack --- */

static const struct org orgs[2] = {{.key = 11, .domain = "a.example", .name = "A", .policies = 1},
                                   {.key = 12, .domain = "b.example", .name = "B", .policies = 1}};
static const struct agent agent = {"Mozilla/5.0", "Edge 145.0.0", "Windows10"};
static const struct app app = {"d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office"};

struct town {
    uint64_t seed;
    struct person people[PEOPLE];
    struct dice dice[PEOPLE];
    const struct network *network;
    uint32_t attack;
    bool speaks_of_yesterday;
};

static void *make(const struct world_plan *plan, struct stage *stage)
{
    struct town *town = calloc(1, sizeof *town);

    town->seed = plan->seed;
    town->network = atlas_at(plan->atlas, 0);
    town->speaks_of_yesterday = plan->users == 1;
    town->attack = truth_attack(stage_truth(stage), "test", "an attack", 1);
    for (uint32_t i = 0; i < PEOPLE; i++) {
        town->people[i] = (struct person){.key = dice_mix(plan->seed, i), .org = &orgs[i % 2]};
        snprintf(town->people[i].upn, sizeof town->people[i].upn, "p%u@%s", i, orgs[i % 2].domain);
        town->dice[i] = dice_for(town->people[i].key, 1);
        stage_wake(stage, i, plan->start_ms + 1 + i);
    }
    truth_oddity(stage_truth(stage), &town->people[3], "vpn", 0, 0, "tests");
    return town;
}

static int64_t step(void *world, uint32_t actor, int64_t now_ms, struct stage *stage)
{
    struct town *town = world;
    struct dice *dice = &town->dice[actor];
    const struct act act = {.kind = ACT_REFRESH,
                            .at_ms = now_ms - (town->speaks_of_yesterday ? DAY_MS : 0),
                            .id = dice_next(dice),
                            .person = &town->people[actor],
                            .agent = &agent,
                            .app = &app,
                            .resource = &app,
                            .network = town->network,
                            .ip = atlas_address(town->network, actor),
                            .client = "Browser",
                            .protocol = "none",
                            .token = "none"};

    if (actor == 7) {
        stage_say_attack(stage, &act, town->attack);
        truth_user(stage_truth(stage), town->attack, &town->people[7]);
        truth_complete(stage_truth(stage), town->attack, &act);
    } else {
        stage_say(stage, &act);
    }
    return now_ms + dice_gap(dice, EVERY_MS);
}

static bool tell(const void *world, size_t i, struct told *ret)
{
    (void)world;
    *ret = (struct told){.org = &orgs[i % 2]};
    return i < 2;
}

static const struct world town = {"town", "for tests", NULL, make, step, tell, NULL, free};

/* --- running it --- */

struct seen {
    uint64_t hash, messages, records, batches, singles;
    int64_t last_ms;
    bool refuses;
};

static bool on_message(void *ctx, const struct message *message)
{
    struct seen *seen = ctx;

    assert_true(message->at_ms >= seen->last_ms);
    assert_in_range(message->records_n, 1, DELIVERY_BATCH_MAX);
    assert_true(message->bytes.len <= DELIVERY_MESSAGE_BYTES);
    assert_memory_equal(message->bytes.ptr, "{\"records\":[{", 13);
    assert_memory_equal(message->bytes.ptr + message->bytes.len - 3, "}]}", 3);
    seen->last_ms = message->at_ms;
    seen->messages++;
    seen->records += message->records_n;
    for (size_t i = 0; i < message->bytes.len; i++)
        seen->hash = (seen->hash ^ (uint8_t)message->bytes.ptr[i]) * UINT64_C(1099511628211);
    return !seen->refuses;
}

static struct stage_counts run(uint64_t seed, unsigned days, struct seen *seen, struct stage **ret)
{
    static struct atlas *atlas;
    const struct delivery_sink sink = {seen, on_message};

    if (!atlas)
        atlas = atlas_new();
    const struct world_plan plan = {
        .seed = seed, .start_ms = INT64_C(1772409600000), .days = days, .users = 2, .atlas = atlas};
    struct stage *stage = stage_new(&town, &plan, &sink);
    assert_non_null(stage);
    assert_null(stage_run(stage));
    const struct stage_counts counts = stage_counts(stage);
    if (ret)
        *ret = stage;
    else
        stage_free(stage);
    return counts;
}

static void test_same_seed_same_bytes(void **state)
{
    struct seen a = {0}, b = {0}, c = {0};

    (void)state;
    run(1, 1, &a, NULL);
    run(1, 1, &b, NULL);
    run(2, 1, &c, NULL);
    assert_int_equal(a.hash, b.hash);
    assert_int_not_equal(a.hash, c.hash);
}

/* 1 % late, 0.1 % by a day, 0.5 % twice, as the header says. */
static void test_delivery(void **state)
{
    struct seen seen = {0};
    const struct stage_counts counts = run(3, 10, &seen, NULL);
    const double twice = (double)(counts.records - counts.acts) * 1000 / (double)counts.acts;

    (void)state;
    assert_int_equal(counts.records, seen.records);
    assert_true(counts.acts > 50000);
    assert_true(twice > 4 && twice < 6);
    assert_true(10 * counts.records > 12 * counts.messages); /* some travel together */
    assert_true(seen.last_ms > INT64_C(1772409600000) + 10 * DAY_MS);
}

static void test_memory_does_not_grow_with_time(void **state)
{
    struct seen seen = {0};
    const struct stage_counts ten = run(4, 10, &seen, NULL);

    (void)state;
    seen = (struct seen){0};
    const struct stage_counts forty = run(4, 40, &seen, NULL);
    assert_true(forty.acts > 3 * ten.acts);
    assert_true(forty.held_max < 2 * ten.held_max);
    assert_true(ten.held_max < 200);
}

static void test_truth(void **state)
{
    struct seen seen = {0};
    struct stage *stage = NULL;
    char *text = NULL;
    size_t len = 0;

    (void)state;
    run(5, 1, &seen, &stage);
    FILE *to = open_memstream(&text, &len);
    assert_true(truth_write(stage_truth(stage), to));
    fclose(to);
    assert_non_null(
        strstr(text, "{\"type\":\"attack\",\"id\":0,\"kind\":\"test\",\"story\":\"an attack\""));
    assert_non_null(strstr(text, "\"users\":[\"p7@b.example\"]"));
    assert_non_null(strstr(text, "\"complete\":\"2026-03-02T00:00:00.008Z\""));
    assert_non_null(strstr(text, "\"findings\":1}\n{\"type\":\"oddity\",\"kind\":\"vpn\""));
    assert_non_null(strstr(text, "\"user\":\"p3@b.example\",\"from\":null"));
    assert_int_equal(truth_counts(stage_truth(stage)).attacks, 1);
    free(text);
    stage_free(stage);
}

static void test_a_world_that_breaks_its_promise_is_told(void **state)
{
    struct seen seen = {0};
    const struct delivery_sink sink = {&seen, on_message};
    struct atlas *atlas = atlas_new();
    const struct world_plan plan = {
        .seed = 1, .start_ms = INT64_C(1772409600000), .days = 1, .users = 1, .atlas = atlas};
    struct stage *stage = stage_new(&town, &plan, &sink);

    (void)state;
    assert_string_equal(stage_run(stage), "the world said something after it had happened");
    stage_free(stage);
    atlas_free(atlas);
}

static void test_an_outlet_that_fails_ends_the_run(void **state)
{
    struct seen seen = {.refuses = true};
    const struct delivery_sink sink = {&seen, on_message};
    struct atlas *atlas = atlas_new();
    const struct world_plan plan = {
        .seed = 1, .start_ms = INT64_C(1772409600000), .days = 1, .users = 2, .atlas = atlas};
    struct stage *stage = stage_new(&town, &plan, &sink);

    (void)state;
    assert_non_null(stage_run(stage));
    assert_int_equal(seen.messages, 1);
    stage_free(stage);
    atlas_free(atlas);
}

/* Each number as often as it should be: the mean and the tail of gaps, and weights. */
static void test_dice(void **state)
{
    const uint16_t weights[3] = {1, 0, 3};
    struct dice dice = dice_for(1, 1);
    int64_t sum = 0, drawn[3] = {0}, long_ones = 0;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        const int64_t gap = dice_gap(&dice, 1000);
        assert_true(gap >= 1);
        sum += gap;
        long_ones += gap > 3000; /* e^-3: 4.98 % */
        drawn[dice_weighted(&dice, weights, 3)]++;
        assert_in_range(dice_between(&dice, 5, 7), 5, 7);
        assert_in_range(dice_below(&dice, 3), 0, 2);
    }
    assert_in_range(sum / 100000, 985, 1015);
    assert_in_range(long_ones, 4700, 5260);
    assert_int_equal(drawn[1], 0);
    assert_in_range(drawn[0], 24000, 26000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_seed_same_bytes),
        cmocka_unit_test(test_delivery),
        cmocka_unit_test(test_memory_does_not_grow_with_time),
        cmocka_unit_test(test_truth),
        cmocka_unit_test(test_a_world_that_breaks_its_promise_is_told),
        cmocka_unit_test(test_an_outlet_that_fails_ends_the_run),
        cmocka_unit_test(test_dice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
