/* SPDX-License-Identifier: Apache-2.0
 *
 * Fingerprints; see the header.
 */
#include "detectors/frame/fingerprint.h"

#include "parsers/values/user_agent.h"

#include <stdio.h>

enum { CLASS_BITS = 24 };

/* One word holds both hash and class, so they cannot part; a text that shares its place with
 * another takes it over. */
uint32_t fingerprint_agent(struct windows *w, struct slice text)
{
    if (text.len == 0)
        return 0;
    if (text.len > USER_AGENT_MAX)
        text.len = USER_AGENT_MAX;
    uint64_t hash = hash_bytes(&w->key, text.ptr, text.len);
    struct word *place = &w->agents[hash % WINDOWS_AGENTS];
    uint64_t seen = word_load(place);
    if (seen != 0 && seen >> CLASS_BITS == hash >> CLASS_BITS)
        return (uint32_t)seen & ((1u << CLASS_BITS) - 1);
    uint32_t class = user_agent_class(user_agent_of(text));
    word_cas(place, &seen, hash >> CLASS_BITS << CLASS_BITS | class);
    return class;
}

uint64_t fingerprint_of(struct windows *w, const struct event *ev, uint32_t agent_class)
{
    struct slice app = ev->app_id.len ? ev->app_id : ev->app;
    struct slice protocol = ev->protocol.len ? ev->protocol : ev->client;
    uint64_t words[] = {hash_slice(&w->key, app), hash_slice(&w->key, protocol), agent_class,
                        ev->ropc, ev->legacy != LEGACY_NOT};
    uint64_t fp = hash_words(&w->key, words, 5) | 1;
    if (table_find(w->table[WINDOWS_NAME], fp) == TABLE_NONE) {
        char text[64];
        struct slice name = ev->app.len ? ev->app : app;
        const char *family = user_agent_family((uint8_t)agent_class);
        int n = snprintf(text, sizeof text, "%.*s, %.*s%s%s", name.len < 28 ? (int)name.len : 28,
                         name.len ? name.ptr : "", protocol.len < 14 ? (int)protocol.len : 14,
                         protocol.len ? protocol.ptr : "", family[0] ? ", " : "", family);
        size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
        windows_name(w, fp, (struct slice){text, len}, ev->time_ms);
    }
    return fp;
}

void fingerprint_text(const struct windows *w, uint64_t fp, char text[static 64])
{
    windows_name_find(w, fp, text);
}
