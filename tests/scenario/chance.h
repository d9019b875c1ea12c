/* SPDX-License-Identifier: Apache-2.0
 *
 * Stories by chance: some days of a few people, with accidents among them that resemble attacks.
 * Nobody knows what must be said about them, only that it does not depend on the order. They keep
 * inside what detectors promise to remember: few acts a user. A story that fails is printed, so
 * that it can become one of the .scn files.
 */
#ifndef TESTS_SCENARIO_CHANCE_H
#define TESTS_SCENARIO_CHANCE_H

#include "tests/scenario/story.h"
#include "tests/unit/random.h"

#include <stdarg.h>

enum { CHANCE_USERS = 6, CHANCE_DAYS = 6, CHANCE_LINES = 120 };

struct chance {
    uint64_t seed;
    struct story *st;
    char lines[CHANCE_LINES][256];
    unsigned lines_n;
    unsigned sprayed, prompted; /* bits: from where, and whom: once, as their windows are short */
};

static inline unsigned chance_of(struct chance *c, unsigned n)
{
    return (unsigned)random_below(&c->seed, n);
}

static inline const char *chance_pick(struct chance *c, const char *const *items, unsigned n)
{
    return items[chance_of(c, n)];
}
#define CHANCE_PICK(c, items) chance_pick((c), (items), sizeof(items) / sizeof(items)[0])

__attribute__((format(printf, 3, 4))) static inline void
chance_at(struct chance *c, unsigned minute, const char *format, ...)
{
    char copy[256];
    va_list args;
    if (c->lines_n == CHANCE_LINES)
        return;
    char *line = c->lines[c->lines_n++];
    int n = snprintf(line, 256, "at 2026-06-%02uT%02u:%02u:%02uZ ", 1 + minute / 1440,
                     minute / 60 % 24, minute % 60, chance_of(c, 60));
    va_start(args, format);
    vsnprintf(line + n, 256 - (size_t)n, format, args);
    va_end(args);
    memcpy(copy, line, sizeof copy);
    story_line(c->st, copy);
}

static const char *const chance_users[CHANCE_USERS] = {"anna@contoso.com", "bert@contoso.com",
                                                       "cora@contoso.com", "dora@contoso.com",
                                                       "emil@contoso.com", "fred@contoso.com"};
static const char *const chance_homes[CHANCE_USERS] = {
    "81.2.69.%u", "81.2.69.%u", "101.10.1.%u", "89.160.20.%u", "216.160.83.%u", "101.10.2.%u"};
/* The last ones are hosting, and the network of a feed. */
static const char *const chance_far[] = {"216.160.83.%u",     "101.10.7.%u",      "67.43.156.%u",
                                         "89.160.20.%u",      "103.100.17.%u",    "103.100.16.%u",
                                         "2a0a:d683:%x:1::1", "2a0a:d683:7:%x::1"};
static const char *const chance_results[] = {"50126", "50126", "50126",  "50126", "50126",
                                             "50053", "50034", "50034",  "50057", "50076",
                                             "50079", "53003", "500121", "0"};
static const char *const chance_tools[] = {
    "agent=curl/8",
    "protocol=ropc app=\"Microsoft Azure CLI\" app_id=04b07795-8ddb-461a-bbee-02f9e1bf7b46",
    "client=IMAP4",
    "agent=\"Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/132.0.0.0 Safari/537.36\"",
    "agent=python-requests/2.31 factor=single"};

static inline void chance_ip(struct chance *c, const char *pattern, char ip[static 64])
{
    /* one of few hosts, so that addresses meet again */
    unsigned host = 1 + chance_of(c, 6);
    char text[64];
    snprintf(text, sizeof text, "%s", pattern);
    char *at = strchr(text, '%');
    snprintf(ip, 64, "%.*s%u%s", (int)(at - text), text, host, at + 2);
}

static inline void chance_day_of(struct chance *c, unsigned day, unsigned user)
{
    char ip[64];
    chance_ip(c, chance_homes[user], ip);
    if (chance_of(c, 10) < 9)
        chance_at(c, day * 1440 + 420 + chance_of(c, 300),
                  "user=%s ip=%s session=s%u agent=\"Mozilla/5.0 (Windows NT 10.0) Firefox/136.0\"",
                  chance_users[user], ip, user * 10 + day / 2);
}

static inline bool chance_once(unsigned *bits, unsigned i)
{
    bool before = *bits >> i & 1;
    *bits |= 1u << i;
    return !before;
}

static inline void chance_spray(struct chance *c, unsigned minute)
{
    unsigned net = chance_of(c, sizeof chance_far / sizeof chance_far[0]);
    const char *far = chance_far[net], *tool = CHANCE_PICK(c, chance_tools);
    /* the last two are one system, as are the two before them */
    if (!chance_once(&c->sprayed, net >= 4 ? 4 + (net - 4) / 2 : net))
        return;
    unsigned step = chance_of(c, 2) ? 2 : 90, tries = 1 + chance_of(c, 2);
    for (unsigned i = 0; i < CHANCE_USERS * tries; i++) {
        char ip[64];
        chance_ip(c, far, ip);
        chance_at(c, minute + i * step, "user=%s ip=%s result=%s %s",
                  chance_users[i % CHANCE_USERS], ip, CHANCE_PICK(c, chance_results), tool);
    }
}

static inline void chance_stray(struct chance *c, unsigned minute)
{
    char ip[64];
    chance_ip(c, CHANCE_PICK(c, chance_far), ip);
    chance_at(c, minute, "user=%s ip=%s result=%s %s%s", CHANCE_PICK(c, chance_users), ip,
              chance_of(c, 2) ? "0" : CHANCE_PICK(c, chance_results), CHANCE_PICK(c, chance_tools),
              chance_of(c, 3) ? "" : " interactive=no");
}

static inline void chance_session(struct chance *c, unsigned minute)
{
    char ip[64];
    unsigned user = chance_of(c, CHANCE_USERS);
    chance_ip(c, CHANCE_PICK(c, chance_far), ip);
    chance_at(c, minute, "user=%s ip=%s session=s%u interactive=no %s", chance_users[user], ip,
              user * 10 + minute / 1440 / 2, CHANCE_PICK(c, chance_tools));
}

static inline void chance_act(struct chance *c, unsigned minute)
{
    static const char *const acts[] = {
        "kind=mailbox_rule rule=. words=invoice folder=\"RSS Feeds\" does=new",
        "kind=mailbox_rule rule=r1 to=x@evil.net does=forward+new",
        "kind=mailbox_rule rule=r1 does=delete",
        "kind=mailbox_rule rule=r1 does=read+stop",
        "kind=mailbox_forwarding to=x@evil.net does=forward",
        "kind=mailbox_forwarding does=remove",
        "kind=mailbox_forwarding to=y@other.example does=forward",
        "kind=account_change \"operation=User registered security info\"",
        "kind=account_change \"operation=Add registered owner to device\""};
    char ip[64];
    chance_ip(c, CHANCE_PICK(c, chance_far), ip);
    chance_at(c, minute, "user=%s ip=%s %s", CHANCE_PICK(c, chance_users), ip,
              CHANCE_PICK(c, acts));
}

static inline void chance_prompts(struct chance *c, unsigned minute)
{
    char ip[64];
    unsigned number = chance_of(c, CHANCE_USERS);
    const char *user = chance_users[number];
    if (!chance_once(&c->prompted, number))
        return;
    unsigned n = 3 + chance_of(c, 4);
    chance_ip(c, CHANCE_PICK(c, chance_far), ip);
    for (unsigned i = 0; i < n; i++)
        chance_at(c, minute + 3 * i, "user=%s ip=%s result=500121 denial=%s", user, ip,
                  chance_of(c, 3) ? "declined" : "timeout");
    if (chance_of(c, 2))
        chance_at(c, minute + 3 * n, "user=%s ip=%s factor=multi", user, ip);
}

static inline void chance_story(struct chance *c, struct story *st, uint64_t seed)
{
    static const char name[] = "by chance";
    *c = (struct chance){.seed = seed, .st = st};
    *st = (struct story){.file = name};
    for (unsigned day = 0; day < CHANCE_DAYS; day++)
        for (unsigned user = 0; user < CHANCE_USERS; user++)
            chance_day_of(c, day, user);
    for (unsigned n = 3 + chance_of(c, 5); n > 0; n--) {
        unsigned minute = chance_of(c, (CHANCE_DAYS - 1) * 1440);
        switch (chance_of(c, 6)) {
        case 0:
            chance_spray(c, minute);
            break;
        case 1:
            chance_session(c, minute);
            break;
        case 2:
            chance_act(c, minute);
            break;
        case 3:
            chance_prompts(c, minute);
            break;
        default:
            chance_stray(c, minute);
        }
    }
}

static inline void chance_print(const struct chance *c)
{
    for (unsigned i = 0; i < c->lines_n; i++)
        fprintf(stderr, "%s\n", c->lines[i]);
}

#endif
