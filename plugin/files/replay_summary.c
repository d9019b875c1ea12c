/* SPDX-License-Identifier: Apache-2.0
 *
 * The summary of a replay on stderr: one line a number, what it is made of in brackets.
 */
#include "plugin/files/replay_summary.h"

#include "plugin/base/columns.h"

#include <stdio.h>

static void print_part(bool *first, const char *name, const char *what, uint64_t n)
{
    if (n == 0)
        return;
    fprintf(stderr, "%s%s%s%s %llu", *first ? "  (" : ", ", name, *what ? " " : "", what,
            (unsigned long long)n);
    *first = false;
}

static void print_total(const char *name, uint64_t n)
{
    fprintf(stderr, "%-11s %llu", name, (unsigned long long)n);
}

static void end_line(bool first)
{
    fputs(first ? "\n" : ")\n", stderr);
}

static void print_bad(const struct replay_written *written, const struct pipeline_counts *counts)
{
    uint64_t n = counts->bad;
    for (int r = 0; r < BAD_N; r++)
        n += written->bad_by_reason[r];
    print_total("bad", n);
    bool first = true;
    for (int r = 0; r < BAD_N; r++)
        print_part(&first, bad_reason_name((enum bad_reason)r), "",
                   counts->bad_by_reason[r] + written->bad_by_reason[r]);
    end_line(first);
}

/* What became no event, that the operator may see what those records are. */
static void print_unread(const struct replay *replay, enum unread_why why, uint64_t records)
{
    struct unread_shape shapes[UNREAD_MAX];
    size_t n = replay_unread(replay, why, shapes);
    print_total(why == UNREAD_UNKNOWN ? "unknown" : "not ours", records);
    end_line(true);
    for (size_t i = 0; i < n && i < UNREAD_SHOWN; i++) {
        const struct reader_shape *shape = &shapes[i].shape;
        fprintf(stderr, "  shape     %llu of %08x: %s%s%s\n", (unsigned long long)shapes[i].seen,
                unread_mark(shape), shape->format ? shape->format : "", shape->format ? " " : "",
                shape->example);
    }
    if (n > UNREAD_SHOWN)
        fprintf(stderr, "  shape     and of %zu%s more\n", n - UNREAD_SHOWN,
                n == UNREAD_MAX ? " or" : "");
}

/* The tenant with the most of those that were not told; HELD_TENANTS: none is left. */
static unsigned greatest(const struct held *held, const bool *told)
{
    unsigned best = HELD_TENANTS;
    for (unsigned t = 0; t < held_tenants(held); t++)
        if (!told[t] &&
            (best == HELD_TENANTS || held_of_tenant(held, t) > held_of_tenant(held, best)))
            best = t;
    return best;
}

/* Whose they are, the most first. Tenants are names from the log: columns.h makes them inert. */
static void print_tenants(const struct held *held)
{
    enum { SHOWN = 5 };
    bool told[HELD_TENANTS] = {false};
    char number[64];
    uint64_t rest = held_of_tenant(held, HELD_OTHERS);
    struct columns c = {.to = stderr, .limit = UINT32_MAX};
    columns_begin(&c, 2, 2);
    columns_text(&c, "of tenant");
    for (unsigned n = 0, t; (t = greatest(held, told)) < HELD_TENANTS; n++) {
        told[t] = true;
        if (n >= SHOWN) {
            rest += held_of_tenant(held, t);
            continue;
        }
        columns_text(&c, n == 0 ? " " : ", ");
        columns_text(&c, held_tenant(held, t));
        snprintf(number, sizeof number, " %llu", (unsigned long long)held_of_tenant(held, t));
        columns_text(&c, number);
    }
    snprintf(number, sizeof number, ", all others %llu", (unsigned long long)rest);
    columns_text(&c, rest > 0 ? number : "");
    columns_end(&c);
}

static void print_suppressed(const struct replay *replay)
{
    const struct held *held = replay_held(replay);
    uint64_t n = 0;
    bool first = true;
    for (unsigned d = 0; d < detectors_n(); d++)
        for (int r = 0; r < SUPPRESSED_N; r++)
            n += held_total(held, d, (enum suppression)r);
    print_total("suppressed", n);
    for (unsigned d = 0; d < detectors_n(); d++)
        for (int r = 0; r < SUPPRESSED_N; r++)
            print_part(&first, detectors_all[d]->name, suppression_name((enum suppression)r),
                       held_total(held, d, (enum suppression)r));
    end_line(first);
    if (held_tenants(held) > 1)
        print_tenants(held);
}

static void print_findings(const struct replay *replay, const struct replay_written *written)
{
    struct speaker_counts counts = replay_speaker_counts(replay);
    uint64_t created = 0, updated = 0, closed = 0, retracted = 0, held = 0;
    for (unsigned d = 0; d < detectors_n(); d++) {
        created += counts.created[d];
        updated += counts.updated[d];
        closed += counts.closed[d];
        retracted += counts.retracted[d];
        held += counts.held[d];
    }
    bool first = true;
    print_total("findings", created);
    for (unsigned d = 0; d < detectors_n(); d++)
        print_part(&first, detectors_all[d]->name, "", counts.created[d]);
    end_line(first);
    first = true;
    print_total("records", written->records);
    print_part(&first, "created", "", created);
    print_part(&first, "updated", "", updated);
    print_part(&first, "closed", "", closed);
    print_part(&first, "retracted", "", retracted);
    print_part(&first, "held back", "", held);
    print_part(&first, "not written", "", written->failed);
    end_line(first);
}

void replay_timing(const struct replay *replay, uint64_t ns)
{
    const struct pipeline_counts counts = replay_counts(replay);
    static const char *const names[STAGE_N] = {"parse", "enrich", "detect"};
    double seconds = ns > 0 ? (double)ns / 1e9 : 1e-9, staged = 0;
    for (int s = 0; s < STAGE_N; s++)
        staged += (double)counts.stage_ns[s];
    fprintf(stderr, "timing      %.3f s of processor time, %.0f events/s, %.1f MB/s", seconds,
            (double)counts.events / seconds, (double)counts.bytes / seconds / 1e6);
    for (int s = 0; s < STAGE_N && staged > 0; s++)
        fprintf(stderr, "%s%s %.1f %%", s == 0 ? "  (" : ", ", names[s],
                100 * (double)counts.stage_ns[s] / staged);
    fputs(staged > 0 ? ")\n" : "\n", stderr);
}

void replay_summary(const struct replay *replay, const struct replay_written *written)
{
    struct pipeline_counts counts = replay_counts(replay);
    print_total("messages", counts.messages);
    end_line(true);
    print_total("events", counts.events);
    end_line(true);
    print_unread(replay, UNREAD_NOT_OURS, counts.ignored);
    print_unread(replay, UNREAD_UNKNOWN, counts.unknown);
    print_bad(written, &counts);
    print_suppressed(replay);
    print_findings(replay, written);
}
