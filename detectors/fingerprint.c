/* SPDX-License-Identifier: Apache-2.0
 *
 * Fingerprints; see the header.
 */
#include "detectors/fingerprint.h"

#include "parsers/user_agent.h"

#include <stdio.h>

uint64_t fingerprint_of(struct windows *w, const struct event *ev)
{
    struct agent agent = user_agent_of(ev->user_agent);
    struct slice app = ev->app_id.len ? ev->app_id : ev->app;
    struct slice protocol = ev->protocol.len ? ev->protocol : ev->client;
    uint64_t words[] = {hash_slice(&w->key, app), hash_slice(&w->key, protocol),
                        user_agent_class(agent), ev->ropc, ev->legacy_auth};
    uint64_t fp = hash_words(&w->key, words, 5) | 1;
    if (table_find(w->table[WINDOWS_NAME], fp) == TABLE_NONE) {
        char text[64];
        struct slice name = ev->app.len ? ev->app : app;
        int n = snprintf(text, sizeof text, "%.*s, %.*s%s%s", name.len < 28 ? (int)name.len : 28,
                         name.len ? name.ptr : "", protocol.len < 14 ? (int)protocol.len : 14,
                         protocol.len ? protocol.ptr : "", agent.family ? ", " : "",
                         user_agent_family(agent.family));
        size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
        windows_name(w, fp, (struct slice){text, len}, ev->time_ms);
    }
    return fp;
}

void fingerprint_text(const struct windows *w, uint64_t fp, char text[static 64])
{
    windows_name_find(w, fp, text);
}
