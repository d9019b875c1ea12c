/* SPDX-License-Identifier: Apache-2.0
 *
 * All interleavings of insertions into K words. Right: the K greatest identities, each once,
 * payloads joined, and whatever is not kept was reported by somebody. Seeded bugs: taking the first
 * smaller position instead of the smallest, a plain store.
 */
#include "tests/model/explore.h"

enum { K = 2, OUTS = 8 };

static struct word top[K];
static uint64_t outs[OUTS];
static unsigned outs_n;

/* identity from bit 4, payload 4 bits: OR */
static const struct top_kind kind = {.k = K, .payload_bits = 4, .payload = PAYLOAD_OR};

static void setup_empty(void)
{
    for (unsigned i = 0; i < K; i++)
        word_store(&top[i], 0);
    outs_n = 0;
}

static void setup_full(void)
{
    setup_empty();
    word_store(&top[0], 0x51);
    word_store(&top[1], 0x31);
}

static void add(uint64_t value)
{
    uint64_t out;
    word_top_out(top, &kind, value, &out);
    if (out)
        outs[outs_n++] = out;
}

static void add_71(void)
{
    add(0x71);
}

static void add_72(void)
{
    add(0x72);
}

static void add_61(void)
{
    add(0x61);
}

static void add_54(void)
{
    add(0x54);
}

static void add_41_then_78(void)
{
    add(0x41);
    add(0x78);
}

static bool holds(uint64_t x, uint64_t y)
{
    uint64_t p = word_load(&top[0]), q = word_load(&top[1]);
    return (p == x && q == y) || (p == y && q == x);
}

static bool left(uint64_t identity)
{
    bool there = false;
    for (unsigned i = 0; i < outs_n; i++)
        there |= outs[i] >> 4 == identity;
    return there;
}

static bool is_73_only(void)
{
    return holds(0x73, 0) && outs_n == 0;
}

static bool is_73_and_55(void)
{
    return holds(0x73, 0x55) && left(3);
}

static bool is_73_and_61(void)
{
    return holds(0x73, 0x61) && left(3) && left(5);
}

static bool is_79_and_61(void)
{
    return holds(0x79, 0x61) && left(3) && left(4) && left(5);
}

static bool is_78_and_61(void)
{
    return holds(0x78, 0x61) && left(3) && left(4) && left(5);
}

static bool two_identities(void)
{
    return (word_load(&top[0]) ^ word_load(&top[1])) >> 4 != 0;
}

/* After a failed CAS, the next smallest position without reading all again. */
static void bad_retry(uint64_t value)
{
    uint64_t seen[K];
    for (unsigned i = 0; i < K; i++) {
        seen[i] = word_load(&top[i]);
        if (seen[i] >> 4 == value >> 4)
            return;
    }
    for (int tries = 0; tries < 4; tries++) {
        unsigned at = seen[1] < seen[0];
        if (seen[at] > value || word_cas(&top[at], &seen[at], value))
            return;
    }
}

static void bad_store(uint64_t value)
{
    uint64_t p = word_load(&top[0]), q = word_load(&top[1]);
    word_store(&top[p > q], value);
}

static void bad_retry_71(void)
{
    bad_retry(0x71);
}

static void bad_retry_61(void)
{
    bad_retry(0x61);
}

static void bad_store_71(void)
{
    bad_store(0x71);
}

static void bad_store_61(void)
{
    bad_store(0x61);
}

static bool is_71_and_61(void)
{
    return holds(0x71, 0x61);
}

int main(void)
{
    static const struct explore_case cases[] = {
        {"one identity twice, empty words", setup_empty, {add_71, add_72}, is_73_only, 0, false},
        {"one identity twice and a widening",
         setup_full,
         {add_71, add_72, add_54},
         is_73_and_55,
         3,
         false},
        {"one identity twice and another",
         setup_full,
         {add_71, add_72, add_61},
         is_73_and_61,
         3,
         false},
        {"two threads, three identities",
         setup_full,
         {add_41_then_78, add_61},
         is_78_and_61,
         0,
         false},
        {"three threads, four identities",
         setup_full,
         {add_41_then_78, add_71, add_61},
         is_79_and_61,
         2,
         false},
        {"trying again with an old picture",
         setup_full,
         {bad_retry_71, bad_retry_71, bad_retry_61},
         two_identities,
         3,
         true},
        {"a plain store", setup_full, {bad_store_71, bad_store_61}, is_71_and_61, 0, true},
    };
    return explore_all(cases, sizeof cases / sizeof *cases);
}
