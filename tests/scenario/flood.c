/* SPDX-License-Identifier: Apache-2.0
 *
 * A flood of names that an outsider invents, against the smallest tables that the config allows.
 * The events of each story are told again under other users, mailboxes, sessions and addresses
 * until the stories together have told of a hundred thousand: alone; alone while a stalled reader
 * holds back the reuse of rows, so that every table refuses; and on four threads, live. Rows are
 * evicted in the middle of a batch, between update and judge, and by one worker under another's
 * hands. The program must go on, and each table must have been
 * too small. Usage: flood [STORY...]
 */
#include "tests/scenario/order.h"

#include <glob.h>

enum { NAMES = 100000, APART_MS = 200 };

/* Whatever table no story fills needs another story. */
static struct table_counts counts[WINDOWS_N];

static void shrink(struct world *world)
{
    world->sizes = (struct windows_sizes){.users = 64,
                                          .sources = 64,
                                          .networks = 64,
                                          .feeds = 16,
                                          .names = 64,
                                          .dense = 16,
                                          .sessions = 64,
                                          .crowds = 64};
}

static struct slice invent(struct story *st, struct slice of, size_t number)
{
    char text[320];
    if (of.len == 0)
        return of;
    snprintf(text, sizeof text, "x%zu-%.*s", number, (int)(of.len < 255 ? of.len : 255), of.ptr);
    return story_keep(st, text);
}

/* Every other one comes from an address of its own, near the story's; a few are of tenants of their
 * own, or no story would fill the table of feeds. */
static void disguise(struct story *st, struct event *ev, size_t number)
{
    ev->user = invent(st, ev->user, number);
    ev->session = invent(st, ev->session, number);
    ev->event_id = invent(st, ev->event_id, number);
    ev->mail.mailbox = invent(st, ev->mail.mailbox, number);
    ev->time_ms += (int64_t)(number % 1000) * APART_MS;
    if (number % 16 == 1)
        ev->tenant = invent(st, ev->tenant, number);
    if (ev->has_ip && number % 2 == 0) {
        ev->ip.bytes[14] ^= (uint8_t)(number >> 1);
        ev->ip.bytes[15] ^= (uint8_t)(number >> 9);
    }
}

static void swell(struct story *st, size_t names)
{
    size_t n = st->events_n;
    for (size_t i = n; i < n + names; i++) {
        struct event ev = st->events[i % n];
        disguise(st, &ev, i);
        st->events = story_grow(st->events, st->events_n, &st->events_max, sizeof *st->events);
        st->events[st->events_n++] = ev;
    }
}

static void count(const struct run *run)
{
    for (unsigned t = 0; t < WINDOWS_N; t++) {
        struct table_counts c = table_counts(run->windows->table[t]);
        counts[t].evicted += c.evicted;
        counts[t].refused += c.refused;
    }
}

static void flood(const char *file, size_t names)
{
    struct story st;
    struct world world;
    struct way ways[] = {
        {.name = "alone", .batch = BATCH_MAX, .cramped = true},
        {.name = "stalled", .batch = BATCH_MAX, .cramped = true, .stalled = true},
        {.name = "4 threads", .batch = 16, .threads = 4, .live = true, .cramped = true}};
    story_read(&st, file);
    world_open(&world, &st);
    shrink(&world);
    swell(&st, names);
    size_t *order = make_order(&st, IN_ORDER, 0, 1, 0);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        ways[i].order = order;
        ways[i].n = st.events_n;
        struct run *run = run_story(&world, &st, &ways[i]);
        count(run);
        run_free(run);
    }
    free(order);
    world_close(&world);
    story_free(&st);
}

int main(int argc, char **argv)
{
    glob_t files = {0};
    unsigned bad = 0;
    for (int i = 1; i < argc; i++)
        flood(argv[i], NAMES / 100);
    if (argc > 1)
        return 0;
    if (glob("tests/scenario/*.scn", 0, NULL, &files) != 0)
        return 2;
    for (size_t i = 0; i < files.gl_pathc; i++)
        flood(files.gl_pathv[i], NAMES / files.gl_pathc + 1);
    globfree(&files);
    for (unsigned t = 0; t < WINDOWS_N; t++) {
        printf("%-8s %8llu evicted %8llu refused\n", windows_layout(t)->name,
               (unsigned long long)counts[t].evicted, (unsigned long long)counts[t].refused);
        bad += counts[t].evicted == 0 || counts[t].refused == 0;
    }
    return bad > 0;
}
