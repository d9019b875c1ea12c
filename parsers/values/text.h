/* SPDX-License-Identifier: Apache-2.0
 *
 * What the fields of events have in common as text: blanks at the ends, words that mean "nothing",
 * ASCII lower case, UTF-8 that may be broken. The input is written by outsiders; every function is
 * total, looks at the bytes given and at no others, and knows no locale.
 */
#ifndef PARSERS_VALUES_TEXT_H
#define PARSERS_VALUES_TEXT_H

#include "parsers/values/arena.h"
#include "parsers/values/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TEXT_BAD = 0xFFFD }; /* stands for each byte that is not UTF-8 */

/* Without ASCII white space at either end. What is present stays present, be it empty. */
struct slice text_trim(struct slice text);

/* A message without what senders put around it: blanks, a byte order mark, NULs at the end, and the
 * cookie "@cee:" before JSON. */
struct slice text_bare(struct slice text);

/* True for what recorders write in place of a value: nothing at all, blanks, null, none, N/A, -,
 * unknown, <ANYTHING>, $Template$, {}, [], the zero GUID and their like, in any case. */
bool text_is_null(struct slice text);

/* ASCII lower case; other letters are unchanged. Returns the text itself where there is nothing to
 * do, else a copy in the arena; absent (ptr NULL) when the arena is full. */
struct slice text_lower(struct arena *arena, struct slice text);

/* At most `max` bytes, cut so that no code point is torn. Broken UTF-8 is cut at any byte. */
struct slice text_cut(struct slice text, size_t max);

/* True if one of the words, ended by NULL, begins a word of the text, in any case: behind what is
 * no letter, or as a capital behind a small one (accessDenied). */
bool text_has_word(struct slice text, const char *const *words);
#define TEXT_WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Reads digits only, of a number up to `max`. False leaves *ret unchanged. */
bool text_number(struct slice text, uint32_t max, uint32_t *ret);

/* Reads one code point from the beginning and returns its length in bytes, 0 at the end. A byte
 * that begins no valid sequence (also overlong, surrogate, above U+10FFFF) is TEXT_BAD, length 1.
 */
size_t text_utf8_next(struct slice rest, uint32_t *ret_code_point);

/* Controls, and characters that show a text as something else than it is: zero-width and
 * bidirectional marks, line separators, byte order mark, tags; and TEXT_BAD. Nothing that a person
 * reads or pastes may hold one. */
bool text_deceives(uint32_t code_point);

#endif
