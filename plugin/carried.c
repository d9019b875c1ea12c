/* SPDX-License-Identifier: Apache-2.0
 *
 * Topics and the formats in them: a bit for each parser of the list. See carried.h.
 */
#include "plugin/carried.h"

#include "parsers/parser.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct carried {
    pthread_mutex_t lock;
    struct {
        const char *topic;
        uint64_t formats; /* bits 1 << place in parsers_all */
    } rows[CARRIED_MAX];
    size_t n;
};

struct carried *carried_new(void)
{
    struct carried *carried = calloc(1, sizeof *carried);
    if (carried)
        pthread_mutex_init(&carried->lock, NULL);
    return carried;
}

void carried_free(struct carried *carried)
{
    if (!carried)
        return;
    pthread_mutex_destroy(&carried->lock);
    free(carried);
}

static uint64_t bit_of(const char *format)
{
    for (unsigned i = 0; parsers_all[i] != NULL && i < 64; i++)
        if (strcmp(parsers_all[i]->name, format) == 0)
            return UINT64_C(1) << i;
    return 0;
}

bool carried_take(struct carried *carried, const char *topic, const char *format)
{
    const uint64_t bit = bit_of(format);
    bool fresh = false;

    pthread_mutex_lock(&carried->lock);
    size_t i = 0;
    while (i < carried->n && strcmp(carried->rows[i].topic, topic) != 0)
        i++;
    if (i == carried->n && i < CARRIED_MAX)
        carried->rows[carried->n++].topic = topic;
    if (i < carried->n) {
        fresh = (carried->rows[i].formats & bit) != bit;
        carried->rows[i].formats |= bit;
    }
    pthread_mutex_unlock(&carried->lock);
    return fresh;
}
