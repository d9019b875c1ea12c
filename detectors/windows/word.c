/* SPDX-License-Identifier: Apache-2.0
 *
 * The joins and the CAS loops around them; see word.h for what they promise. Nothing here knows
 * what a word means. Why each loop ends: a failed CAS means that another thread raised the word,
 * and a join can raise it only finitely often; WORD_TRIES bounds the wait besides.
 */
#include "detectors/windows/word.h"

#include <assert.h>
#include <stddef.h>

#define TURN_SHIFT 48

static uint64_t low_bits(unsigned n)
{
    return n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

uint64_t word_join_max(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

uint64_t word_join_or(uint64_t a, uint64_t b)
{
    return a | b;
}

/* Turns are 16-bit serial numbers (RFC 1982): lawful while they lie within half the range of each
 * other, which the sweep keeps (distinct_guard). */
uint64_t word_join_ranks(uint64_t a, uint64_t b)
{
    if (a == 0 || b == 0)
        return a | b;
    int16_t newer = (int16_t)(uint16_t)((a >> TURN_SHIFT) - (b >> TURN_SHIFT));
    if (newer != 0)
        return newer > 0 ? a : b;
    return (a & ~low_bits(TURN_SHIFT)) | word_max_of_ranks(a, b);
}

static uint64_t join_span(uint64_t a, uint64_t b, unsigned bits)
{
    uint64_t last = low_bits(bits / 2), first = low_bits(bits) & ~last;
    uint64_t low = (a & first) < (b & first) ? a & first : b & first;
    uint64_t high = (a & last) > (b & last) ? a & last : b & last;
    return (a & ~low_bits(bits)) | low | high;
}

/* Both words have the same identity, or one of them is empty. */
uint64_t word_join_payload(uint64_t a, uint64_t b, enum word_payload payload, unsigned payload_bits)
{
    if (a == 0 || b == 0)
        return a | b;
    switch (payload) {
    case PAYLOAD_NONE:
        return a;
    case PAYLOAD_OR:
        return a | b;
    case PAYLOAD_SPAN:
        return join_span(a, b, payload_bits);
    }
    return a;
}

static enum word_result merge(struct word *w, uint64_t value, uint64_t (*join)(uint64_t, uint64_t))
{
    uint64_t old = word_load(w);
    for (int i = 0; i < WORD_TRIES; i++) {
        uint64_t joined = join(old, value);
        if (joined == old)
            return WORD_SAME;
        if (word_cas(w, &old, joined))
            return WORD_CHANGED;
    }
    return WORD_CONTENDED;
}

enum word_result word_max(struct word *w, uint64_t value)
{
    return merge(w, value, word_join_max);
}

enum word_result word_or(struct word *w, uint64_t value)
{
    return merge(w, value, word_join_or);
}

enum word_result word_ranks(struct word *w, uint64_t value)
{
    return merge(w, value, word_join_ranks);
}

bool word_above(uint64_t a, uint64_t b, const struct top_kind *kind)
{
    a &= ~low_bits(kind->payload_bits);
    b &= ~low_bits(kind->payload_bits);
    if (a == 0 || b == 0)
        return b == 0 && a != 0;
    return kind->serial ? (int64_t)(a - b) > 0 : a > b;
}

/* One reading of all K words: where the value's identity is, or else the lowest of the smallest. */
struct place_in_top {
    unsigned at;
    bool found;
    uint64_t seen;
};

/* Compares as word_above does; here the mask is made once for all words. */
static struct place_in_top look(const struct word *w, const struct top_kind *kind, uint64_t value)
{
    uint64_t mask = ~low_bits(kind->payload_bits), id = value & mask, least = UINT64_MAX;
    struct place_in_top p = {0};
    for (unsigned i = 0; i < kind->k; i++) {
        uint64_t v = word_load(&w[i]), at = v & mask;
        if (at == id)
            return (struct place_in_top){i, true, v};
        bool below = at < least;
        if (kind->serial && at != 0 && least != 0)
            below = (int64_t)(least - at) > 0;
        if (i == 0 || below) {
            p = (struct place_in_top){i, false, v};
            least = at;
        }
    }
    return p;
}

/* Identities at a position only rise. Hence no identity is stored twice (two threads that insert
 * the same one choose the same smallest position, and one CAS fails), what is replaced is the
 * smallest at that moment, and what is dropped is not among the K greatest. tests/model/top.c tries
 * all orders. */
enum word_result word_top_out(struct word *w, const struct top_kind *kind, uint64_t value,
                              uint64_t *ret_out)
{
    assert(kind->k > 0 && kind->k <= WORD_TOP_MAX);
    uint64_t out = 0;
    enum word_result result = WORD_CONTENDED;
    if ((value & ~low_bits(kind->payload_bits)) == 0)
        result = WORD_DROPPED;
    for (int i = 0; i < WORD_TRIES && result == WORD_CONTENDED; i++) {
        struct place_in_top p = look(w, kind, value);
        uint64_t joined = value;
        if (p.found)
            joined = word_join_payload(p.seen, value, kind->payload, kind->payload_bits);
        if (p.found && joined == p.seen) {
            result = WORD_SAME;
        } else if (!p.found && word_above(p.seen, value, kind)) {
            result = WORD_DROPPED;
            out = value;
        } else {
            uint64_t seen = p.seen;
            if (word_cas(&w[p.at], &seen, joined)) {
                result = WORD_CHANGED;
                out = p.found ? 0 : p.seen;
            }
        }
    }
    if (ret_out)
        *ret_out = out;
    return result;
}

enum word_result word_top(struct word *w, unsigned k, uint64_t value, enum word_payload payload,
                          unsigned payload_bits)
{
    struct top_kind kind = {k, payload_bits, payload, false};
    return word_top_out(w, &kind, value, NULL);
}
