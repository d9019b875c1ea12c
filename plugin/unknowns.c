/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of unknown shapes. See unknowns.h.
 */
#include "plugin/unknowns.h"

#include <pthread.h>
#include <stdlib.h>

struct unknowns {
    pthread_mutex_t lock;
    struct unknown rows[UNKNOWNS_MAX];
    size_t n;
};

struct unknowns *unknowns_new(void)
{
    struct unknowns *unknowns = calloc(1, sizeof *unknowns);
    if (unknowns)
        pthread_mutex_init(&unknowns->lock, NULL);
    return unknowns;
}

void unknowns_free(struct unknowns *unknowns)
{
    if (!unknowns)
        return;
    pthread_mutex_destroy(&unknowns->lock);
    free(unknowns);
}

/* Under the lock. The row of a shape, with its count still to be raised. */
static struct unknown *row_of(struct unknowns *unknowns, const struct reader_shape *shape)
{
    struct unknown *least = &unknowns->rows[0];
    for (size_t i = 0; i < unknowns->n; i++) {
        struct unknown *row = &unknowns->rows[i];
        if (row->shape.hash == shape->hash)
            return row;
        if (row->seen < least->seen)
            least = row;
    }
    if (unknowns->n < UNKNOWNS_MAX)
        least = &unknowns->rows[unknowns->n++];
    least->shape = *shape;
    return least;
}

bool unknowns_take(struct unknowns *unknowns, const struct reader_shape *shape)
{
    pthread_mutex_lock(&unknowns->lock);
    size_t before = unknowns->n;
    row_of(unknowns, shape)->seen++;
    bool fresh = unknowns->n > before;
    pthread_mutex_unlock(&unknowns->lock);
    return fresh;
}

size_t unknowns_list(struct unknowns *unknowns, struct unknown ret[static UNKNOWNS_MAX])
{
    pthread_mutex_lock(&unknowns->lock);
    size_t n = unknowns->n;
    for (size_t i = 0; i < n; i++) {
        size_t to = i;
        for (; to > 0 && ret[to - 1].seen < unknowns->rows[i].seen; to--)
            ret[to] = ret[to - 1];
        ret[to] = unknowns->rows[i];
    }
    pthread_mutex_unlock(&unknowns->lock);
    return n;
}
