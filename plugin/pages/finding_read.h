/* SPDX-License-Identifier: Apache-2.0
 *
 * Findings read back from their JSON (plugin/findings/finding_json.h writes it), for the commands that put
 * them into words. The text may come from anywhere, so lists are bounded and every field may be
 * absent; what a field holds is as an attacker wrote it and must be shown by way of columns.h.
 * Thread: one.
 */
#ifndef PLUGIN_PAGES_FINDING_READ_H
#define PLUGIN_PAGES_FINDING_READ_H

#include "detectors/frame/detector.h"
#include "parsers/values/slice.h"
#include "plugin/findings/finding_json.h"

#include <stdint.h>

enum {
    FINDING_LINE_MAX = FINDING_JSON_MAX,
    READ_NAMES_MAX = 16, /* users, networks; further ones are counted */
    READ_EVIDENCES_MAX = 24,
    READ_COMMANDS_MAX = 24,
    READ_ATTACKS_MAX = 8,
    READ_RELATED_MAX = 8,
    READ_STEPS_MAX = 16
};

/* A list cut at its capacity; total is how many there were as far as the record tells. */
struct read_names {
    struct slice items[READ_NAMES_MAX];
    unsigned n, total;
};

/* One event of the evidence. Absent texts have no ptr. */
struct read_evidence {
    int64_t time_ms; /* 0: not given */
    struct slice user, ip, port, city, country, as_number, as_name, user_agent, operation, device,
        host;
    struct slice event_id, source, reason, code, session, token_id, app, app_id, client, protocol;
    struct slice factor, network_class, radius_km;
    struct slice topic, partition, offset, index; /* Kafka; topic absent: none */
};

struct read_measure {
    struct slice name, value, threshold, unit; /* numbers as they are written */
    bool estimated;
};

/* Another finding, not an event. */
struct read_related {
    struct slice uid, type, why;
};

struct read_attack {
    struct slice technique, name, tactic, tactic_name;
};

struct read_protocol {
    struct slice name, users;
};

/* A point of the applicability check; plugin/findings/finding_points.h. */
struct read_point {
    struct slice name, note;
    enum point_state state; /* POINT_UNKNOWN also for a word that is none */
    unsigned users;
    struct slice names[POINT_USERS_MAX];
    unsigned names_n;
    struct read_protocol protocols[POINT_PROTOCOLS_MAX];
    unsigned protocols_n;
    int64_t first_ms, last_ms; /* 0: not given */
};

/* One line of the timeline of a finding that joins others. */
struct read_step {
    int64_t time_ms, end_ms; /* 0: not given */
    int64_t within_min;      /* how far after time_ms it may have been; 0: it is exact */
    struct slice stage, what, detector, uid;
};

struct read_finding {
    const struct detector *detector;
    int64_t severity, status, confidence, activity; /* OCSF ids; 0: not given */
    int64_t first_ms, last_ms;
    struct slice uid, tenant, title, title_ja, desc, subject, subject_type, feed_name, feed_cidr;
    struct slice destination;
    struct slice activity_name, status_name, confidence_name, suppressed, revision;
    bool provisional;
    struct read_measure measures[MEASURES_MAX];
    unsigned measures_n;
    struct read_evidence evidences[READ_EVIDENCES_MAX];
    unsigned evidences_n, evidences_total;
    struct read_names users, networks;
    struct slice commands[READ_COMMANDS_MAX];
    unsigned commands_n, commands_total;
    struct read_attack attacks[READ_ATTACKS_MAX];
    unsigned attacks_n;
    struct read_step steps[READ_STEPS_MAX];
    unsigned steps_n;
    struct read_related related[READ_RELATED_MAX];
    unsigned related_n;
    struct read_point points[POINTS_MAX];
    unsigned points_n;
    bool held; /* held back, never said */
};

/* The digits at the beginning of a number, as one; 0: there are none, or too many. */
int64_t read_whole(struct slice number);

/* Two hours or more, for people, that a measure in minutes makes; 0: none, or not whole ones. */
int64_t read_hours(const struct read_measure *measure);

/* The point of that name; NULL: the finding has none. And does it ask for anything: is one of its
 * points seen, or has it none? */
const struct read_point *finding_point(const struct read_finding *f, const char *name);
bool finding_applies(const struct read_finding *f);

struct finding_reader;

/* With room for the decoded texts of `findings` records at once. NULL: out of memory. */
struct finding_reader *finding_reader_new(unsigned findings);
void finding_reader_free(struct finding_reader *reader);

/* Forgets the decoded texts of all findings read so far. */
void finding_reader_reset(struct finding_reader *reader);

/* Reads one record. The result borrows the line and the reader. NULL, or what is wrong with it in
 * words, in `why`, that hold no text of the line but a detector's name made safe to print. */
const char *finding_read(struct finding_reader *reader, struct slice line,
                         struct read_finding *ret);

/* Calls `take` for each line of the files ("-": stdin) that is not blank, until it returns false.
 * What cannot be read or is longer than FINDING_LINE_MAX is told on stderr as "spoor NAME:
 * FILE:LINE: ...", and makes the result false, as does `take`. */
struct line_sink {
    void *ctx;
    bool (*take)(void *ctx, const char *path, unsigned long number, struct slice line);
};
bool finding_lines(const char *name, const char *const *paths, int paths_n,
                   const struct line_sink *sink);

#endif
