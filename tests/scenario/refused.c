/* SPDX-License-Identifier: Apache-2.0
 *
 * Every row refused once. A table that is full has no row to give, and one that was there a moment
 * ago may be evicted by another worker: every caller must bear the answer TABLE_NONE. Each story is
 * run again and again while the linker's --wrap puts these functions between the detectors and
 * their tables: with all rows of one table refused, with none of them found again, and with every
 * seventh answer refused, seven times, so that each is refused in one of the runs. What is found
 * then is another matter; that the program goes on, under address and undefined, is the test.
 * Usage: refused [STORY...]
 */
#include "tests/scenario/order.h"

#include <glob.h>

enum { EVERY = 7 };

uint32_t __real_table_row(struct table *table, uint64_t key, uint32_t minute, bool promote);
uint32_t __real_table_find(const struct table *table, uint64_t key);
uint32_t __real_table_find_part(const struct table *table, uint64_t part);
uint64_t __real_table_key(const struct table *table, uint32_t row);
uint32_t __wrap_table_row(struct table *table, uint64_t key, uint32_t minute, bool promote);
uint32_t __wrap_table_find(const struct table *table, uint64_t key);
uint32_t __wrap_table_find_part(const struct table *table, uint64_t part);
uint64_t __wrap_table_key(const struct table *table, uint32_t row);

/* What is refused: all of one table, or each seventh of all. */
static struct {
    const struct layout *made, *found; /* NULL: of no table */
    bool each;
    unsigned turn;
    unsigned long asked, refused;
} rule;

static bool is_refused(const struct table *table, const struct layout *all_of)
{
    bool refused = table_layout(table) == all_of || (rule.each && rule.asked % EVERY == rule.turn);
    rule.asked++;
    rule.refused += refused;
    return refused;
}

uint32_t __wrap_table_row(struct table *table, uint64_t key, uint32_t minute, bool promote)
{
    return is_refused(table, rule.made) ? TABLE_NONE
                                        : __real_table_row(table, key, minute, promote);
}

uint32_t __wrap_table_find(const struct table *table, uint64_t key)
{
    return is_refused(table, rule.found) ? TABLE_NONE : __real_table_find(table, key);
}

uint32_t __wrap_table_find_part(const struct table *table, uint64_t part)
{
    return is_refused(table, rule.found) ? TABLE_NONE : __real_table_find_part(table, part);
}

/* The key of a row that was evicted since it was found. */
uint64_t __wrap_table_key(const struct table *table, uint32_t row)
{
    return is_refused(table, rule.found) ? 0 : __real_table_key(table, row);
}

static void run_once(const struct world *world, const struct story *st, const size_t *order)
{
    const struct way way = {
        .name = "refused", .order = order, .n = st->events_n, .batch = BATCH_MAX, .cramped = true};
    run_free(run_story(world, st, &way));
}

static void refuse(const char *file)
{
    struct story st;
    struct world world;
    story_read(&st, file);
    world_open(&world, &st);
    world.sizes.users /= 8; /* a story needs no more, and each run clears them */
    world.sizes.names /= 8;
    size_t *order = make_order(&st, IN_ORDER, 0, 1, 0);
    for (unsigned t = 0; t < WINDOWS_N; t++) {
        rule.made = windows_layout(t);
        run_once(&world, &st, order);
        rule.made = NULL;
        rule.found = windows_layout(t);
        run_once(&world, &st, order);
        rule.found = NULL;
    }
    rule.each = true;
    for (rule.turn = 0; rule.turn < EVERY; rule.turn++)
        run_once(&world, &st, order);
    rule.each = false;
    free(order);
    world_close(&world);
    story_free(&st);
}

int main(int argc, char **argv)
{
    glob_t files = {0};
    for (int i = 1; i < argc; i++)
        refuse(argv[i]);
    if (argc == 1 && glob("tests/scenario/*.scn", 0, NULL, &files) != 0)
        return 2;
    for (size_t i = 0; i < files.gl_pathc; i++)
        refuse(files.gl_pathv[i]);
    globfree(&files);
    printf("%lu of %lu rows refused\n", rule.refused, rule.asked);
    return rule.refused == 0;
}
