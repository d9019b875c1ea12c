/* SPDX-License-Identifier: Apache-2.0
 *
 * A storm: ten thousand events of one attack, each with an id of its own, over a good hour, must be
 * one finding: created once, updated at most once per interval and once when it becomes Critical,
 * closed when it is over. Every detector has a story here whose last half day is repeated until it
 * is so large. The detector says what it says of the story alone, under the same ids; others may
 * say more (so many wrong passwords are also a brute force), as rarely. In order, and with an hour
 * of disorder on four threads that share windows, while the speaker listens.
 * Usage: storm [STORY DETECTOR]
 */
#include "tests/scenario/order.h"
#include "tests/scenario/told.h"

#ifdef __SANITIZE_THREAD__
enum { WAYS_FROM = 1 }; /* one thread shows this sanitizer nothing */
#else
enum { WAYS_FROM = 0 };
#endif
enum { EVENTS = 10000, SPREAD_MS = 3600 * 1000, ATTACK_MS = 12 * 3600 * 1000 };
#define AFTER_MS (31ll * 86400000) /* the longest silence, a campaign's among them */

static const struct {
    const char *story, *detector;
} storms[] = {
    {"travel_three_events", "impossible_travel"},
    {"spray_right_password", "password_spray"},
    {"spray_wide", "password_spray"},
    {"legacy_feed", "cidr_match"},
    {"ropc_first", "ropc"},
    {"legacy_first", "legacy_auth"},
    {"brute_success", "brute_force"},
    {"brute_broken", "brute_force"},
    {"fatigue_approved", "mfa_fatigue"},
    {"confirmed_pair", "password_confirmed"},
    {"gave_way_flagged", "success_after_spray"},
    {"mail_rule_help_desk", "inbox_rule"},
    {"mail_forwarding", "mailbox_forwarding"},
    {"mail_bulk_thirty", "bulk_forwarding"},
    {"replay_stolen", "session_replay"},
    {"agent_script", "session_user_agent"},
    {"long_strange", "long_session"},
    {"chain_phished", "kill_chain"},
    {"exposure_three", "exposure"},
};

static bool is_attack(const struct story *st, size_t event, int64_t last_ms)
{
    return st->events[event].time_ms >= last_ms - ATTACK_MS;
}

/* Tells the events of the story's last half day again and again, each time a little later. */
static void swell(struct story *st)
{
    int64_t last_ms = 0;
    size_t n = st->events_n, attack_n = 0;
    for (size_t i = 0; i < n; i++)
        last_ms = st->events[i].time_ms > last_ms ? st->events[i].time_ms : last_ms;
    for (size_t i = 0; i < n; i++)
        attack_n += is_attack(st, i, last_ms);
    size_t times = EVENTS / attack_n + 1;
    for (size_t i = 0; i < n * times; i++) {
        size_t of = i % n, round = i / n;
        struct event ev = st->events[of];
        char id[48];
        if (round == 0 || !is_attack(st, of, last_ms))
            continue;
        snprintf(id, sizeof id, "storm-%zu-%zu", of, round);
        ev.event_id = story_keep(st, id);
        ev.time_ms += (int64_t)(round * SPREAD_MS / times);
        st->events = story_grow(st->events, st->events_n, &st->events_max, sizeof *st->events);
        st->events[st->events_n++] = ev;
    }
}

/* Every finding of the detector that stays in `a` is one of `b`. */
static unsigned check_ids(const struct story *st, const struct run *a, const struct run *b,
                          const struct detector *of, const char *what)
{
    unsigned bad = 0;
    for (unsigned i = 0; i < a->records_n; i++) {
        unsigned k = 0;
        while (k < b->records_n && strcmp(a->records[i].uid, b->records[k].uid) != 0)
            k++;
        if (a->records[i].detector != of || a->records[i].retracted ||
            (k < b->records_n && !b->records[k].retracted))
            continue;
        bad += fail(st, a, 0, what);
        print_record(&a->records[i]);
    }
    return bad;
}

static unsigned check_storm(const struct story *st, const struct run *run, const struct run *calm,
                            const struct detector *of)
{
    unsigned bad = check_few(st, run, false), seen = 0;
    bad += check_ids(st, run, calm, of, "a finding that only the storm makes");
    bad += check_ids(st, calm, run, of, "a finding that the storm hides");
    for (unsigned i = 0; i < run->records_n; i++) {
        seen += run->records[i].detector == of;
        /* A thread that is behind may open again what the others' time has closed. */
        unsigned closed = run->records[i].closed;
        if (!run->records[i].retracted && (closed == 0 || (closed > 1 && !run->way->threads)))
            bad += fail(st, run, 0, "a finding that was not closed once");
    }
    if (seen == 0)
        bad += fail(st, run, 0, "the detector said nothing");
    return bad;
}

static unsigned run_storm(const struct world *world, const struct story *st, const struct run *calm,
                          const struct detector *of, struct way way)
{
    way.n = st->events_n;
    way.after_ms = AFTER_MS;
    size_t *order =
        make_order(st, strcmp(way.name, "in order") == 0 ? IN_ORDER : SHUFFLED, 7, 1, SPREAD_MS);
    way.order = order;
    struct run *run = run_story(world, st, &way);
    unsigned bad = check_storm(st, run, calm, of);
    for (unsigned i = 0; bad == 0 && i < run->records_n; i++)
        if (run->records[i].detector == of)
            printf("%-22s %-20s %-9s %6zu events: %u created, %u updated, %u closed\n", st->file,
                   of->name, way.name, st->events_n, run->records[i].created,
                   run->records[i].updated, run->records[i].closed);
    run_free(run);
    free(order);
    return bad;
}

static unsigned storm(const char *name, const char *detector)
{
    char file[128];
    struct story st;
    struct world world;
    snprintf(file, sizeof file, "tests/scenario/%s.scn", name);
    story_read(&st, file);
    world_open(&world, &st);
    const struct detector *of = detectors_find(detector);
    size_t *order = make_order(&st, IN_ORDER, 0, 1, 0);
    const struct way way = {.name = "calm", .order = order, .n = st.events_n, .batch = 1};
    struct run *calm = run_story(&world, &st, &way);
    swell(&st);
    unsigned bad = of ? 0 : fail(&st, calm, 0, "no such detector");
    const struct way ways[] = {{.name = "in order", .batch = BATCH_MAX},
                               {.name = "4 threads", .batch = 8, .threads = 4, .live = true}};
    for (unsigned i = WAYS_FROM; bad == 0 && i < sizeof ways / sizeof ways[0]; i++)
        bad += run_storm(&world, &st, calm, of, ways[i]);
    run_free(calm);
    free(order);
    world_close(&world);
    story_free(&st);
    return bad;
}

int main(int argc, char **argv)
{
    unsigned bad = 0;
    if (argc == 3)
        return storm(argv[1], argv[2]) > 0;
    for (size_t i = 0; i < sizeof storms / sizeof storms[0]; i++)
        bad += storm(storms[i].story, storms[i].detector);
    for (const struct detector *const *d = detectors_all; *d; d++) {
        size_t i = 0;
        while (i < sizeof storms / sizeof storms[0] && strcmp(storms[i].detector, (*d)->name) != 0)
            i++;
        if (i == sizeof storms / sizeof storms[0])
            bad += (unsigned)fprintf(stderr, "%s has no storm\n", (*d)->name);
    }
    return bad > 0;
}
