/* SPDX-License-Identifier: Apache-2.0
 *
 * Topics and the formats in them: a bit for each parser of the list. See carried.h.
 */
#include "plugin/path/carried.h"

#include "parsers/reader/parser.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { CARRIED_FORMATS = 64 };

struct carried {
    pthread_mutex_t lock;
    struct row {
        const char *topic;
        uint64_t formats;                  /* with an event: bits 1 << place in parsers_all */
        uint16_t ignored[CARRIED_FORMATS]; /* by that place; stops at CARRIED_IGNORED */
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

/* The place of a format in parsers_all; CARRIED_FORMATS: it has none. */
static unsigned place_of(const char *format)
{
    for (unsigned i = 0; i < CARRIED_FORMATS && parsers_all[i] != NULL; i++)
        if (strcmp(parsers_all[i]->name, format) == 0)
            return i;
    return CARRIED_FORMATS;
}

/* Under the lock. NULL: there is no room for one more topic. */
static struct row *row_of(struct carried *carried, const char *topic)
{
    for (size_t i = 0; i < carried->n; i++)
        if (strcmp(carried->rows[i].topic, topic) == 0)
            return &carried->rows[i];
    if (carried->n == CARRIED_MAX)
        return NULL;
    carried->rows[carried->n].topic = topic;
    return &carried->rows[carried->n++];
}

bool carried_take(struct carried *carried, const char *topic, const char *format)
{
    const unsigned place = place_of(format);
    bool fresh = false;

    if (place == CARRIED_FORMATS)
        return false;
    pthread_mutex_lock(&carried->lock);
    struct row *row = row_of(carried, topic);
    if (row) {
        fresh = (row->formats >> place & 1) == 0;
        row->formats |= UINT64_C(1) << place;
    }
    pthread_mutex_unlock(&carried->lock);
    return fresh;
}

bool carried_ignore(struct carried *carried, const char *topic, const char *format)
{
    const unsigned place = place_of(format);
    bool all = false;

    if (place == CARRIED_FORMATS)
        return false;
    pthread_mutex_lock(&carried->lock);
    struct row *row = row_of(carried, topic);
    if (row && (row->formats >> place & 1) == 0 && row->ignored[place] < CARRIED_IGNORED)
        all = ++row->ignored[place] == CARRIED_IGNORED;
    pthread_mutex_unlock(&carried->lock);
    return all;
}
