/* SPDX-License-Identifier: Apache-2.0
 *
 * All interleavings of updates of one word, and of the store-load case on two. With seeded bugs: a
 * plain store instead of the CAS, an epoch check followed by an addition, reading before writing.
 */
#include "tests/model/explore.h"

static struct word a, b;
static uint64_t saw[2];

static void setup(void)
{
    word_store(&a, 0);
    word_store(&b, 0);
    saw[0] = saw[1] = 0;
}

static void max_3(void)
{
    word_max(&a, 3);
}

static void max_5(void)
{
    word_max(&a, 5);
}

static void max_4_twice(void)
{
    word_max(&a, 4);
    word_max(&a, 4);
}

static bool is_5(void)
{
    return word_load(&a) == 5;
}

static void bad_max(uint64_t value)
{
    uint64_t old = word_load(&a);
    if (value > old)
        word_store(&a, value);
}

static void bad_max_3(void)
{
    bad_max(3);
}

static void bad_max_5(void)
{
    bad_max(5);
}

/* --- roll-over: turns 1 and 2, ranks in two lanes --- */

#define TURN(n) ((uint64_t)(n) << 48)

static void old_turn(void)
{
    word_ranks(&a, TURN(1) | 60);
    word_ranks(&a, TURN(1) | 9 << 6);
}

static void new_turn(void)
{
    word_ranks(&a, TURN(2) | 5);
}

static void new_turn_too(void)
{
    word_ranks(&a, TURN(2) | 3);
    word_ranks(&a, TURN(2) | 7 << 6);
}

static bool is_the_new_turn(void)
{
    return word_load(&a) == (TURN(2) | 5 | 7 << 6);
}

/* "Check the epoch, then add": what this folder never does. */
static void bad_count(uint64_t turn)
{
    uint64_t old = word_load(&a);
    while (old >> 48 < turn && !word_cas(&a, &old, TURN(turn)))
        ;
    if (old >> 48 > turn)
        return;
    model_step();
    atomic_fetch_add_explicit(&a.value, 1, memory_order_seq_cst);
}

static void bad_count_1(void)
{
    bad_count(1);
}

static void bad_count_2(void)
{
    bad_count(2);
}

static bool two_of_turn_2(void)
{
    return word_load(&a) == (TURN(2) | 2);
}

/* --- each writes one word, then reads the other's: one of them sees both --- */

static void write_a_read_b(void)
{
    word_or(&a, 1);
    saw[0] = word_load(&b);
}

static void write_b_read_a(void)
{
    word_or(&b, 1);
    saw[1] = word_load(&a);
}

/* Had been written by one who is stalled before it evaluates: changes nothing, evaluates all the
 * same. */
static void write_a_again_read_b(void)
{
    word_or(&a, 1);
    saw[0] |= word_load(&b);
}

static void write_a_stall(void)
{
    word_or(&a, 1);
}

static bool one_saw_both(void)
{
    return saw[0] == 1 || saw[1] == 1;
}

static void read_b_write_a(void)
{
    saw[0] = word_load(&b);
    word_or(&a, 1);
}

int main(void)
{
    static const struct explore_case cases[] = {
        {"max, 3 threads", setup, {max_3, max_5, max_4_twice}, is_5, 0, false},
        {"max by plain store", setup, {bad_max_3, bad_max_5}, is_5, 0, true},
        {"ranks roll over, 3 threads",
         setup,
         {old_turn, new_turn, new_turn_too},
         is_the_new_turn,
         0,
         false},
        {"epoch check, then add",
         setup,
         {bad_count_1, bad_count_2, bad_count_2},
         two_of_turn_2,
         0,
         true},
        {"store-load", setup, {write_a_read_b, write_b_read_a}, one_saw_both, 0, false},
        {"store-load, one writer stalled",
         setup,
         {write_a_again_read_b, write_b_read_a, write_a_stall},
         one_saw_both,
         0,
         false},
        {"load-store", setup, {read_b_write_a, write_b_read_a}, one_saw_both, 0, true},
    };
    return explore_all(cases, sizeof cases / sizeof *cases);
}
