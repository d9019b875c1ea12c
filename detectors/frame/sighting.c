/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows asked for, and who a user is; see the header.
 */
#include "detectors/frame/sighting.h"

uint8_t sighting_touch(struct sighting *s, struct table *table, uint64_t key, bool promote)
{
    for (uint8_t i = 0; i < s->touches_n; i++)
        if (s->touches[i].table == table && s->touches[i].key == key) {
            s->touches[i].promote |= promote;
            return i;
        }
    if (s->touches_n == TOUCHES_MAX)
        return UINT8_MAX;
    s->touches[s->touches_n] = (struct touch){table, key, TABLE_NONE, promote};
    return s->touches_n++;
}

uint64_t sighting_user_hash(const struct windows *w, uint64_t tenant_hash, struct slice user)
{
    uint64_t words[] = {tenant_hash, hash_slice(&w->key, user)};
    return user.len > 0 ? table_lawful_key(hash_words(&w->key, words, 2)) : 0;
}

enum suppression sighting_vouched(const struct sighting *s)
{
    return s->service ? SUPPRESSED_SERVICE : s->trusted ? SUPPRESSED_TRUSTED : SUPPRESSED_NOT;
}
