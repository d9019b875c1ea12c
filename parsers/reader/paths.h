/* SPDX-License-Identifier: Apache-2.0
 *
 * The parsers' tables of paths and signs, compiled to key ids when a reader is made. The text of a
 * path is part of the program, so a path that cannot be compiled is a mistake of ours: assert.
 */
#ifndef PARSERS_READER_PATHS_H
#define PARSERS_READER_PATHS_H

#include "parsers/json/keys.h"
#include "parsers/reader/parser.h"

enum {
    PATHS_STEPS_MAX = 4096,
    PATHS_ALTERNATIVES_MAX = 2048,
    PATHS_MAX = 1024,
    PATHS_PARSERS_MAX = 64
};

enum step_kind {
    STEP_MEMBER, /* key */
    STEP_NAMED,  /* value of the list entry whose name is `word` */
    STEP_WHERE,  /* first list entry whose member `key` is `word` */
    STEP_FIRST   /* first list entry */
};

struct path_step {
    enum step_kind kind;
    uint16_t key;
    struct slice word;
};

struct path_alternative {
    uint16_t first, end; /* steps */
    bool from_root;
};

struct path_compiled {
    uint16_t first, end; /* alternatives */
};

/* One word of a sign: any of up to 8 keys, or with `not` none of them. */
struct sign_word {
    uint16_t keys[8];
    uint8_t keys_n;
    bool not, last; /* last word of its sign */
};

struct paths_parser {
    const struct parser *parser;
    uint16_t first;                  /* its paths */
    uint16_t body;                   /* key id, 0: none */
    uint16_t signs_first, signs_end; /* words */
};

struct paths {
    struct keys keys;
    uint16_t name, value, name_key; /* ids of Name, Value and Key */
    struct path_step steps[PATHS_STEPS_MAX];
    struct path_alternative alternatives[PATHS_ALTERNATIVES_MAX];
    struct path_compiled paths[PATHS_MAX];
    struct sign_word words[PATHS_MAX];
    struct paths_parser parsers[PATHS_PARSERS_MAX]; /* in the order given */
    uint16_t steps_n, alternatives_n, paths_n, words_n, parsers_n;
};

/* Call first, on zeroed memory. */
void paths_init(struct paths *paths);

/* Adds one parser's, or envelope's, tables. */
const struct paths_parser *paths_compile(struct paths *paths, const struct parser *parser);

#endif
