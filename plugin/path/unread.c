/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of shapes. See unread.h.
 */
#include "plugin/path/unread.h"

#include <pthread.h>
#include <stdlib.h>

struct table {
    struct unread_shape rows[UNREAD_MAX];
    size_t n;
};

struct unread {
    pthread_mutex_t lock;
    struct table tables[UNREAD_WHY_N];
};

struct unread *unread_new(void)
{
    struct unread *unread = calloc(1, sizeof *unread);
    if (unread)
        pthread_mutex_init(&unread->lock, NULL);
    return unread;
}

void unread_free(struct unread *unread)
{
    if (!unread)
        return;
    pthread_mutex_destroy(&unread->lock);
    free(unread);
}

/* Under the lock. The row of a shape, with its count still to be raised. */
static struct unread_shape *row_of(struct table *table, const struct reader_shape *shape)
{
    struct unread_shape *least = &table->rows[0];
    for (size_t i = 0; i < table->n; i++) {
        struct unread_shape *row = &table->rows[i];
        if (row->shape.hash == shape->hash)
            return row;
        if (row->seen < least->seen)
            least = row;
    }
    if (table->n < UNREAD_MAX)
        least = &table->rows[table->n++];
    least->shape = *shape;
    return least;
}

bool unread_take(struct unread *unread, const struct reader_shape *shape)
{
    struct table *table = &unread->tables[shape->format ? UNREAD_NOT_OURS : UNREAD_UNKNOWN];
    pthread_mutex_lock(&unread->lock);
    size_t before = table->n;
    row_of(table, shape)->seen++;
    bool fresh = table->n > before;
    pthread_mutex_unlock(&unread->lock);
    return fresh;
}

size_t unread_list(struct unread *unread, enum unread_why why,
                   struct unread_shape ret[static UNREAD_MAX])
{
    const struct table *table = &unread->tables[why];
    pthread_mutex_lock(&unread->lock);
    size_t n = table->n;
    for (size_t i = 0; i < n; i++) {
        size_t to = i;
        for (; to > 0 && ret[to - 1].seen < table->rows[i].seen; to--)
            ret[to] = ret[to - 1];
        ret[to] = table->rows[i];
    }
    pthread_mutex_unlock(&unread->lock);
    return n;
}
