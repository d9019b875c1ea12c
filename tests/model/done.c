/* SPDX-License-Identifier: Apache-2.0
 *
 * Facts before offsets: a worker changes a word, marks the row, finishes the message; the publisher
 * reads how far messages are finished, takes the marks, reads the words, publishes, commits. Right:
 * each committed message's fact is published, or an uncommitted message will bring it again. Seeded
 * bugs: the mark before the change, the low watermark after the scan.
 */
#include "detectors/windows/table.h"
#include "tests/model/explore.h"

static const struct field bits = {.name = "bits", .first = 0, .words = 1, .join = JOIN_OR};
static const struct layout layout = {
    .name = "model", .id = 1, .version = 1, .words_n = 8, .fields = &bits, .fields_n = 1};

enum { MESSAGES = 2 };

static struct table *table;
static uint32_t row;
static struct word done[MESSAGES];
static uint64_t fact[MESSAGES], published;
static unsigned committed;

static void setup(uint64_t first, uint64_t second)
{
    table_free(table);
    table = table_new(&layout, 8);
    row = table_row(table, 1, 1, false);
    fact[0] = first;
    fact[1] = second;
    published = committed = 0;
    for (unsigned i = 0; i < MESSAGES; i++)
        word_store(&done[i], 0);
}

static void setup_two_facts(void)
{
    setup(1, 2);
}

static void setup_one_fact(void)
{
    setup(1, 1);
}

static void work(unsigned message)
{
    row_merge(table, row, &bits, 0, fact[message]);
    word_store(&done[message], 1);
}

static void worker_0(void)
{
    work(0);
}

static void worker_1(void)
{
    work(1);
}

static unsigned low_watermark(void)
{
    unsigned n = 0;
    while (n < MESSAGES && word_load(&done[n]))
        n++;
    return n;
}

static void scan(void)
{
    uint32_t cursor = 0, dirty;
    while (table_take_dirty(table, &cursor, &dirty))
        published |= word_load(row_words(table, dirty, &bits));
}

static void publisher(void)
{
    for (int i = 0; i < 2; i++) {
        unsigned low = low_watermark();
        scan();
        committed = low;
    }
}

static bool nothing_is_lost(void)
{
    uint64_t again = 0, needed = 0;
    for (unsigned i = 0; i < MESSAGES; i++)
        *(i < committed ? &needed : &again) |= fact[i];
    return (needed & ~(published | again)) == 0;
}

static void bad_worker(void)
{
    table_mark_dirty(table, row);
    word_or(row_words(table, row, &bits), fact[0]);
    word_store(&done[0], 1);
}

static void bad_publisher(void)
{
    scan();
    committed = low_watermark();
}

int main(void)
{
    static const struct explore_case cases[] = {
        {"two messages, two facts",
         setup_two_facts,
         {worker_0, worker_1, publisher},
         nothing_is_lost,
         4,
         false},
        {"two messages, one fact",
         setup_one_fact,
         {worker_0, worker_1, publisher},
         nothing_is_lost,
         4,
         false},
        {"the mark before the change",
         setup_two_facts,
         {bad_worker, publisher},
         nothing_is_lost,
         0,
         true},
        {"the low watermark after the scan",
         setup_two_facts,
         {worker_0, bad_publisher},
         nothing_is_lost,
         0,
         true},
    };
    return explore_all(cases, sizeof cases / sizeof *cases);
}
