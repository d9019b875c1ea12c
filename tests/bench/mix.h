/* SPDX-License-Identifier: Apache-2.0
 *
 * Two streams of invented Entra sign-ins of 4 KB with sessions, for what detectors cost; places are
 * those of tests/data/geoip. The i-th event of a stream is always the same.
 *
 *   benign   a company in New York: half of the people behind one office's address, the others at
 *            home or on a telephone; three in a hundred mistype, one in two hundred ignores a
 *            prompt
 *   attack   the same, and one event in eight guesses passwords from a data centre that changes its
 *            address every minute; one guess in a thousand is right
 *
 * Twenty events a second, so that 64,000 of them are the better part of an hour.
 */
#ifndef TESTS_BENCH_MIX_H
#define TESTS_BENCH_MIX_H

#include "tests/bench/record.h"

enum mix { MIX_BENIGN, MIX_ATTACK, MIX_N };
enum { MIX_USERS = 50000, MIX_A_SECOND = 20 };

struct mix_record {
    struct record_text text;
    size_t session;
};

static const char *const mix_names[MIX_N] = {"benign", "attack"};

static inline void mix_insert(struct record_text *r, size_t at, const char *text)
{
    size_t n = strlen(text);
    memmove(r->text + at + n, r->text + at, r->len + 1 - at);
    memcpy(r->text + at, text, n);
    r->len += n;
}

/* A record with a session id before its last members, and room for a code of six digits. */
static inline void mix_make(struct mix_record *m)
{
    record_make(&m->text);
    mix_insert(&m->text, m->text.code, " ");
    m->session = (size_t)(strstr(m->text.text, "\"riskState\"") - m->text.text);
    mix_insert(&m->text, m->session, "\"sessionId\":\"s0000000\",");
    m->session += strlen("\"sessionId\":\"s");
}

/* The address's place in the text is 15 characters, a quote and a comma; blanks fill it up. */
static inline void mix_ip(struct record_text *r, const unsigned part[4])
{
    int n = snprintf(r->text + r->ip, 17, "%u.%u.%u.%u\"", part[0], part[1], part[2], part[3]);
    memset(r->text + r->ip + n, ' ', 16 - (size_t)n);
}

static inline void mix_vary(struct mix_record *m, enum mix mix, uint64_t i)
{
    struct record_text *r = &m->text;
    uint64_t mixed = (i + 1) * 0x9E3779B97F4A7C15u, user = (mixed >> 20) % MIX_USERS;
    uint64_t second = i / MIX_A_SECOND, chance = (mixed >> 40) % 1000;
    int guess = mix == MIX_ATTACK && i % 8 == 0;
    const unsigned office[4] = {103, 30, 1, 1},
                   home[4] = {103, 30, (unsigned)(2 + user / 250), (unsigned)(user % 250)},
                   phone[4] = {103, 31, (unsigned)(mixed >> 50 & 255), 7},
                   host[4] = {103, 100, (unsigned)(second / 60 % 16),
                              (unsigned)(second / 960 % 250)};
    mix_ip(r, guess ? host : user % 2 ? office : chance < 200 ? phone : home);
    record_digits(r->text + r->id, 8, i);
    record_digits(r->text + r->user, 7, user);
    record_digits(r->text + m->session, 7, user);
    record_digits(r->text + r->hour, 2, second / 3600 % 24);
    record_digits(r->text + r->minute, 2, second / 60 % 60);
    record_digits(r->text + r->second, 2, second % 60);
    const char *code = guess ? (chance ? " 50126" : "     0")
                             : (chance < 30   ? " 50126"
                                : chance < 35 ? "500121"
                                              : "     0");
    memcpy(r->text + r->code, code, 6);
}

#endif
