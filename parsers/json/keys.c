/* SPDX-License-Identifier: Apache-2.0
 *
 * Filling the vocabulary, once per reader and before its first message.
 */
#include "parsers/json/keys.h"

uint16_t keys_add(struct keys *keys, struct slice name)
{
    uint16_t id = keys_find(keys, name.ptr, name.len);
    if (id != 0)
        return id;
    if (keys->n + 1 >= KEYS_MAX)
        return 0;
    id = ++keys->n;
    keys->names[id] = name;
    uint32_t i = keys_hash(name.ptr, name.len);
    while (keys->slots[i % KEYS_SLOTS] != 0)
        i++;
    keys->slots[i % KEYS_SLOTS] = id;
    return id;
}
