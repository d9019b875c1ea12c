/* SPDX-License-Identifier: Apache-2.0
 *
 * The laws of every join, from one table of kinds: exhaustively over a small universe and at random
 * over full words. And: CAS loops of single updates in any order equal the join of all.
 */
#include "detectors/windows/word.h"
#include "tests/unit/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RANDOM_TRIPLES = 300000, SMALL = 64, K = 3 };

/* A value of a kind, from random bits. `small`: few different values, so that they meet. */
static uint64_t any_value(uint64_t bits, bool small)
{
    return small ? bits % SMALL : bits;
}

/* turn 2 bits, two ranks of 2 bits, at their places. Turns stay within half their range. */
static uint64_t ranks_value(uint64_t bits, bool small)
{
    if (small)
        return (bits >> 4 & 3) << 48 | (bits & 3) | (bits >> 2 & 3) << 6;
    uint64_t turn = 65000 + random_below(&bits, 0x3fff); /* wraps */
    return turn << 48 | random_next(&bits) >> 16;
}

/* identity 2 bits, payload two halves of 2 bits; the joins of payloads want one identity. */
static uint64_t payload_value(uint64_t bits, bool small)
{
    return small ? 0x100 | (bits & 15) : UINT64_C(0xabcdef) << 40 | (bits & 0xffff);
}

static uint64_t payload_small(uint64_t bits, bool small)
{
    (void)small;
    return payload_value(bits, true);
}

static uint64_t join_or_payload(uint64_t a, uint64_t b)
{
    return word_join_payload(a, b, PAYLOAD_OR, 16);
}

static uint64_t join_span_small(uint64_t a, uint64_t b)
{
    return word_join_payload(a, b, PAYLOAD_SPAN, 4);
}

static uint64_t join_span(uint64_t a, uint64_t b)
{
    return word_join_payload(a, b, PAYLOAD_SPAN, 16);
}

static const struct kind {
    const char *name;
    uint64_t (*join)(uint64_t, uint64_t);
    uint64_t (*value)(uint64_t bits, bool small);
    enum word_result (*merge)(struct word *, uint64_t); /* NULL: through word_top only */
} kinds[] = {
    {"max", word_join_max, any_value, word_max},
    {"or", word_join_or, any_value, word_or},
    {"ranks", word_join_ranks, ranks_value, word_ranks},
    {"payload or", join_or_payload, payload_value, NULL},
    {"payload span, 4 bits", join_span_small, payload_small, NULL},
    {"payload span, 16 bits", join_span, payload_value, NULL},
};

static void check_laws(const struct kind *k, uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t ab = k->join(a, b);
    assert_int_equal(ab, k->join(b, a));
    assert_int_equal(k->join(ab, c), k->join(a, k->join(b, c)));
    assert_int_equal(k->join(a, a), a);
    assert_int_equal(k->join(a, 0), a);
    assert_int_equal(k->join(0, a), a);
    assert_int_equal(k->join(a, ab), ab); /* a <= a + b */
}

static void laws_small(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof kinds / sizeof *kinds; n++)
        for (uint64_t i = 0; i < (uint64_t)SMALL * SMALL * SMALL; i++)
            check_laws(&kinds[n], kinds[n].value(i % SMALL, true),
                       kinds[n].value(i / SMALL % SMALL, true),
                       kinds[n].value(i / SMALL / SMALL, true));
}

static void laws_random(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (size_t n = 0; n < sizeof kinds / sizeof *kinds; n++)
        for (int i = 0; i < RANDOM_TRIPLES; i++) {
            uint64_t a = kinds[n].value(random_next(&seed), false),
                     b = kinds[n].value(random_next(&seed), false);
            check_laws(&kinds[n], a, b, kinds[n].value(random_next(&seed), false));
        }
}

/* A newer turn wins even where the 16 bits wrap; ranks of one turn join one by one. */
static void ranks_by_example(void **state)
{
    (void)state;
    uint64_t old = UINT64_C(0xffff) << 48 | 63, young = UINT64_C(1) << 48 | 5;
    assert_int_equal(word_join_ranks(old, young), young);
    assert_int_equal(word_join_ranks(5 | 7 << 6, 6 | 3 << 6), 6 | 7 << 6);
}

/* Eight at once equal one by one. */
static void ranks_at_once(void **state)
{
    (void)state;
    uint64_t seed = 4;
    for (int i = 0; i < RANDOM_TRIPLES; i++) {
        uint64_t a = random_next(&seed), b = random_next(&seed), want = 0;
        if (i % 3 == 0)
            b = a ^ UINT64_C(1) << i % 48;
        for (unsigned at = 0; at < 48; at += 6) {
            uint64_t x = a >> at & 63, y = b >> at & 63;
            want |= (x > y ? x : y) << at;
        }
        assert_int_equal(word_max_of_ranks(a, b), want);
    }
}

static void span_by_example(void **state)
{
    (void)state;
    assert_int_equal(join_span(0x70304, 0x70206), 0x70206);
    assert_int_equal(join_span(0x70304, 0x70109), 0x70109);
}

static void merging_words(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (size_t n = 0; n < sizeof kinds / sizeof *kinds; n++) {
        for (int round = 0; round < 1000 && kinds[n].merge; round++) {
            struct word w = {0};
            uint64_t all = 0;
            for (int i = 0; i < 20; i++) {
                uint64_t v = kinds[n].value(random_next(&seed), round & 1), before = all;
                all = kinds[n].join(all, v);
                assert_int_equal(kinds[n].merge(&w, v), all == before ? WORD_SAME : WORD_CHANGED);
                assert_int_equal(word_load(&w), all);
            }
        }
    }
}

/* --- TOP against a model that keeps everything --- */

struct top_case {
    struct top_kind kind;
    unsigned identity_bits;
    uint64_t base; /* identities count from here; near the end they wrap */
};

static const struct top_case tops[] = {
    {{K, 0, PAYLOAD_NONE, false}, 4, 0},  {{K, 4, PAYLOAD_OR, false}, 3, 0},
    {{K, 4, PAYLOAD_SPAN, false}, 3, 0},  {{8, 12, PAYLOAD_SPAN, true}, 5, UINT64_MAX << 16},
    {{12, 0, PAYLOAD_NONE, false}, 6, 0}, {{1, 8, PAYLOAD_OR, false}, 2, 0},
};

static uint64_t top_value(const struct top_case *c, uint64_t *seed)
{
    uint64_t identity = 1 + random_below(seed, (1u << c->identity_bits) - 1);
    uint64_t payload = random_next(seed) & ((UINT64_C(1) << c->kind.payload_bits) - 1);
    uint64_t value = c->base + (identity << c->kind.payload_bits | payload);
    return value >> c->kind.payload_bits ? value : value + (UINT64_C(1) << c->kind.payload_bits);
}

static const struct top_kind *sorting;

static int by_rank(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return word_above(*x, *y, sorting) ? -1 : word_above(*y, *x, sorting);
}

/* What K words must hold after all values: sorted, greatest first, then 0. */
static void top_model(const struct top_case *c, const uint64_t *values, size_t n, uint64_t *ret)
{
    uint64_t all[64] = {0};
    size_t all_n = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = 0;
        while (at < all_n && (all[at] ^ values[i]) >> c->kind.payload_bits)
            at++;
        all[at] = word_join_payload(all[at], values[i], c->kind.payload, c->kind.payload_bits);
        all_n += at == all_n;
    }
    sorting = &c->kind;
    qsort(all, all_n, sizeof *all, by_rank);
    memcpy(ret, all, c->kind.k * sizeof *all);
}

static void top_read(const struct top_case *c, const struct word *w, uint64_t *ret)
{
    for (unsigned i = 0; i < c->kind.k; i++)
        ret[i] = word_load(&w[i]);
    sorting = &c->kind;
    qsort(ret, c->kind.k, sizeof *ret, by_rank);
}

/* Any order and repetition, and any split into parts that are merged, give the model's words. What
 * is not kept is reported each time. */
static void top_is_exact(void **state)
{
    (void)state;
    uint64_t seed = 3, values[40], want[WORD_TOP_MAX], got[WORD_TOP_MAX], out;
    for (int round = 0; round < 60000; round++) {
        const struct top_case *c = &tops[(size_t)round % (sizeof tops / sizeof *tops)];
        size_t n = 1 + random_below(&seed, 40);
        struct word parts[3][WORD_TOP_MAX] = {0};
        for (size_t i = 0; i < n; i++) {
            values[i] = top_value(c, &seed);
            struct word *part = parts[random_below(&seed, 3)];
            enum word_result r = word_top_out(part, &c->kind, values[i], &out);
            assert_true(r != WORD_CONTENDED && (r == WORD_DROPPED) == (out == values[i]));
            if (random_below(&seed, 4) == 0)
                assert_int_not_equal(word_top_out(part, &c->kind, values[i], NULL), WORD_CHANGED);
        }
        top_model(c, values, n, want);
        for (unsigned p = 1; p < 3; p++)
            for (unsigned i = 0; i < c->kind.k; i++)
                word_top_out(parts[0], &c->kind, word_load(&parts[p][i]), NULL);
        top_read(c, parts[0], got);
        assert_memory_equal(got, want, c->kind.k * sizeof *got);
    }
}

static void top_by_example(void **state)
{
    (void)state;
    struct word w[2] = {0};
    uint64_t out;
    struct top_kind kind = {2, 0, PAYLOAD_NONE, false};
    assert_int_equal(word_top_out(w, &kind, 0, &out), WORD_DROPPED);
    assert_int_equal(out, 0);
    assert_int_equal(word_top(w, 2, 5, PAYLOAD_NONE, 0), WORD_CHANGED);
    assert_int_equal(word_top(w, 2, 5, PAYLOAD_NONE, 0), WORD_SAME);
    assert_int_equal(word_top(w, 2, 7, PAYLOAD_NONE, 0), WORD_CHANGED);
    assert_int_equal(word_top(w, 2, 4, PAYLOAD_NONE, 0), WORD_DROPPED);
    assert_int_equal(word_top_out(w, &kind, 6, &out), WORD_CHANGED);
    assert_int_equal(out, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(laws_small),       cmocka_unit_test(laws_random),
        cmocka_unit_test(ranks_by_example), cmocka_unit_test(ranks_at_once),
        cmocka_unit_test(span_by_example),  cmocka_unit_test(merging_words),
        cmocka_unit_test(top_is_exact),     cmocka_unit_test(top_by_example),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
