/* SPDX-License-Identifier: Apache-2.0
 *
 * What a run said, held against what its story expects, and against what holds of every story: no
 * finding is told more often than an operator can bear. Each check returns how many mistakes it
 * printed.
 */
#ifndef TESTS_SCENARIO_TOLD_H
#define TESTS_SCENARIO_TOLD_H

#include "tests/scenario/run.h"

static inline void print_record(const struct record *r)
{
    fprintf(stderr, "    %s %s %s%s: %s (%u + %u + %u records)\n     ", r->detector->name,
            severity_name(r->verdict.severity), r->subject, r->retracted ? " (retracted)" : "",
            r->title, r->created, r->updated, r->closed);
    for (unsigned i = 0; i < r->verdict.measures_n; i++)
        fprintf(stderr, " %s=%g", measure_rows[r->verdict.measures[i].id].name,
                r->verdict.measures[i].value);
    fprintf(stderr, "\n");
}

static inline unsigned fail(const struct story *st, const struct run *run, unsigned line,
                            const char *what)
{
    fprintf(stderr, "%s:%u: %s: %s; said:\n", st->file, line, run->way->name, what);
    for (unsigned i = 0; i < run->records_n; i++)
        print_record(&run->records[i]);
    return 1;
}

static inline bool covers(const struct story_claim *c, const struct record *r)
{
    return c->verb == STORY_EXPECT && c->detector == r->detector &&
           c->severity == r->verdict.severity &&
           (strcmp(c->subject, "*") == 0 || strstr(r->subject, c->subject));
}

static inline bool was_suppressed(const struct run *run, const struct story_claim *c)
{
    bool held = run->suppressed[detector_index(c->detector)][c->reason] > 0;
    for (unsigned i = 0; i < run->records_n; i++)
        held |= run->records[i].retracted && run->records[i].detector == c->detector &&
                run->records[i].reason == c->reason;
    return held;
}

static inline unsigned check_claims(const struct story *st, const struct run *run)
{
    unsigned bad = 0;
    for (unsigned k = 0; k < st->claims_n; k++) {
        const struct story_claim *c = &st->claims[k];
        unsigned found = 0, any = 0;
        for (unsigned i = 0; i < run->records_n; i++) {
            any += !run->records[i].retracted && run->records[i].detector == c->detector;
            found += !run->records[i].retracted && covers(c, &run->records[i]);
        }
        if (c->verb == STORY_EXPECT && (found < c->least || found > c->most))
            bad += fail(st, run, c->line, "expected finding is missing, or there are too many");
        if (c->verb == STORY_NEVER && any > 0)
            bad += fail(st, run, c->line, "there must be no finding");
        if (c->verb == STORY_SUPPRESSED && !was_suppressed(run, c))
            bad += fail(st, run, c->line, "nothing was suppressed for this reason");
    }
    for (unsigned i = 0; st->claims_n > 0 && i < run->records_n; i++) {
        bool covered = run->records[i].retracted;
        for (unsigned k = 0; k < st->claims_n; k++)
            covered |= covers(&st->claims[k], &run->records[i]);
        if (!covered)
            bad += fail(st, run, 0, "a finding that nobody expects");
    }
    return bad;
}

/* A finding is created once, updated once per interval of the story and once for each rise, and
 * closed, or taken back; what comes late may open it again. settled: the end of the input may say
 * what moved since. Never a record per event. */
static inline unsigned check_few(const struct story *st, const struct run *run, bool settled)
{
    int64_t first_ms = INT64_MAX, last_ms = 0;
    unsigned bad = 0;
    for (size_t i = 0; i < st->events_n; i++) {
        int64_t at_ms = st->events[i].time_ms;
        first_ms = at_ms < first_ms ? at_ms : first_ms;
        last_ms = at_ms > last_ms ? at_ms : last_ms;
    }
    for (unsigned i = 0; i < run->records_n; i++) {
        const struct record *r = &run->records[i];
        unsigned may = (unsigned)((last_ms - first_ms) / INTERVAL_MS) + r->rises + r->closed;
        if (r->created != 1)
            bad += fail(st, run, 0, "a finding that was not created once");
        if (r->updated + r->closed > may + settled)
            bad += fail(st, run, 0, "a finding that was told too often");
    }
    return bad;
}

#endif
