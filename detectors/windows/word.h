/* SPDX-License-Identifier: Apache-2.0
 *
 * Purpose: THE atomics of this folder. A window is a table of independent 64-bit words, and every
 *   update merges: it replaces a word by join(old, new). Joins commute, associate and are
 *   idempotent, so neither order nor repetition nor the splitting of events over threads changes
 *   what is known.
 * Who may call what at once: any number of threads, any function, any words.
 * Progress: lock-free: a compare-and-swap fails only because another one succeeded. Each loop ends
 *   because a join only grows; after WORD_TRIES failures it gives up and says so (WORD_CONTENDED),
 *   and the caller tries the whole event again later.
 * Ordering: every load and every CAS is seq_cst. T1 writes a then reads b, T2 writes b then reads
 *   a: with anything weaker both may read the old value and a finding is lost. Details:
 *   detectors/README.md.
 * What may be lost: nothing.
 *
 * There are four joins and 0 is empty in all of them:
 *
 *   MAX    the greater word. A minimum is stored as the complement, a constant as itself.
 *   OR     the union of bits.
 *   RANKS  | turn 16 | 8 ranks of 6 bits | : the newer turn wins, within one turn the maximum of
 *          each rank. 32 such words are the HyperLogLog registers (p = 8) of one sub-window.
 *   TOP    K words are the K greatest identities seen. | identity | payload | : words with the
 *          same identity join their payloads (NONE, OR, or SPAN: | first n/2 | last n/2 | widened).
 *          What decides who stays is the identity alone and never changes after insertion.
 */
#ifndef DETECTORS_WINDOWS_WORD_H
#define DETECTORS_WINDOWS_WORD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct word {
    _Atomic uint64_t value;
};

enum word_join { JOIN_MAX, JOIN_OR, JOIN_RANKS, JOIN_TOP };
enum word_payload { PAYLOAD_NONE, PAYLOAD_OR, PAYLOAD_SPAN };
enum word_result { WORD_SAME, WORD_CHANGED, WORD_DROPPED, WORD_CONTENDED };
enum { WORD_TRIES = 64 };

#ifdef MODEL
/* The interleaving checker's hook: called before each atomic operation. */
void model_step(void);
#else
static inline void model_step(void)
{
}
#endif

static inline uint64_t word_load(const struct word *w)
{
    model_step();
    return atomic_load_explicit(&w->value, memory_order_seq_cst);
}

/* True if the word was *expected and is now desired; otherwise *expected is what it is. */
static inline bool word_cas(struct word *w, uint64_t *expected, uint64_t desired)
{
    model_step();
    return atomic_compare_exchange_strong_explicit(&w->value, expected, desired,
                                                   memory_order_seq_cst, memory_order_seq_cst);
}

/* A plain store: only for a word that has one writer by construction (a reader's own epoch, a row
 * in the collector's hands), never for a fact. */
static inline void word_store(struct word *w, uint64_t value)
{
    model_step();
    atomic_store_explicit(&w->value, value, memory_order_seq_cst);
}

static inline uint64_t word_exchange(struct word *w, uint64_t value)
{
    model_step();
    return atomic_exchange_explicit(&w->value, value, memory_order_seq_cst);
}

/* Clears bits and returns what was there: for dirty marks, which are no facts. */
static inline uint64_t word_clear(struct word *w, uint64_t bits)
{
    model_step();
    return atomic_fetch_and_explicit(&w->value, ~bits, memory_order_seq_cst);
}

/* A counter of this process, for people: never published, orders nothing, hence relaxed. */
static inline void word_count(struct word *w)
{
    atomic_fetch_add_explicit(&w->value, 1, memory_order_relaxed);
}

static inline uint64_t word_counted(const struct word *w)
{
    return atomic_load_explicit(&w->value, memory_order_relaxed);
}

/* Four ranks of six bits at a time, each with six spare bits above it: the spare bit survives a
 * subtraction exactly where the minuend was not smaller. */
static inline uint64_t word_max_of_four(uint64_t a, uint64_t b)
{
    const uint64_t four = UINT64_C(0x03f03f03f03f), spare = UINT64_C(0x040040040040);
    uint64_t mask = ((((a & four) | spare) - (b & four)) & spare) >> 6;
    mask *= 0x3f;
    return (a & mask) | (b & ~mask & four);
}

/* The greater of each of the 8 ranks, without turns. Inline: counting does little else. */
static inline uint64_t word_max_of_ranks(uint64_t a, uint64_t b)
{
    return word_max_of_four(a, b) | word_max_of_four(a >> 6, b >> 6) << 6;
}

/* The pure joins; detectors/windows/word.c. For SPAN and OR, payload_bits is the width of the payload. */
uint64_t word_join_max(uint64_t a, uint64_t b);
uint64_t word_join_or(uint64_t a, uint64_t b);
uint64_t word_join_ranks(uint64_t a, uint64_t b);
uint64_t word_join_payload(uint64_t a, uint64_t b, enum word_payload payload,
                           unsigned payload_bits);

/* Merge one value into one word. Value 0 changes nothing. */
enum word_result word_max(struct word *w, uint64_t value);
enum word_result word_or(struct word *w, uint64_t value);
enum word_result word_ranks(struct word *w, uint64_t value);

/* Merge one value into K words kept as the K greatest identities; K is at most WORD_TOP_MAX.
 * WORD_DROPPED: it is not among them. A value whose identity is 0 is dropped. */
enum { WORD_TOP_MAX = 64 };
enum word_result word_top(struct word *w, unsigned k, uint64_t value, enum word_payload payload,
                          unsigned payload_bits);

/* The same, told what a TOP is. serial: the identity begins with a time that wraps, so identities
 * are compared as serial numbers; lawful while all words are within half the range of each other.
 * *ret_out: the word that is not kept: the one replaced, or the value itself when dropped; else 0.
 */
struct top_kind {
    unsigned k, payload_bits;
    enum word_payload payload;
    bool serial;
};
enum word_result word_top_out(struct word *w, const struct top_kind *kind, uint64_t value,
                              uint64_t *ret_out);

/* True if identity a ranks above identity b. */
bool word_above(uint64_t a, uint64_t b, const struct top_kind *kind);

#endif
