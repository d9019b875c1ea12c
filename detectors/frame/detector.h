/* SPDX-License-Identifier: Apache-2.0
 *
 * What a detector is. Each event goes through three phases, so that the memory of a whole batch is
 * on its way before the first word is read:
 *
 *   plan     which rows does this event touch?       (hashing; the pipeline prefetches them)
 *   update   merge what happened into their words    (windows only ever grow)
 *   judge    read the words, evaluate the predicate  (on every event, even if no word changed)
 *
 * A predicate is a function of words and of event time, never of a clock or of the order of
 * arrival. It compares all pairs, not the newest event with the last. The speaker calls `recheck`
 * later, with the same result for the same words, and `describe` to put a finding into words; both
 * by way of detector_say.h, as `judge` hands its verdicts over.
 *
 * To add a detector: one file with a const struct detector at its end, one line in detectors.c, one
 * test. Everything a detector keeps lives in the rows of detectors/windows/windows.h.
 */
#ifndef DETECTORS_FRAME_DETECTOR_H
#define DETECTORS_FRAME_DETECTOR_H

#include "config/config.h"
#include "detectors/frame/sighting.h"

struct attack {
    const char *technique, *name;     /* "T1110.003", "Password Spraying" */
    const char *tactic, *tactic_name; /* "TA0006", "Credential Access" */
};

/* A public warning that a detector was written for. */
struct advisory {
    const char *name, *name_ja;
};
extern const struct advisory advisory_ropc_spray, advisory_session_theft;
/* What kill_chain makes of a detector's verdicts. STAGE_NONE: nothing. */
struct chain_role {
    enum chain_stage stage;
    uint8_t id;       /* in words: below 32, never reused for another detector */
    unsigned table;   /* WINDOWS_*: whose keys the subjects are; tells whose account it is about */
    int64_t grain_ms; /* what first_ms and last_ms of its verdicts are rounded down to */
    const char *what; /* a few words for a timeline */
};

struct chain_rows; /* chain.h */

/* What a detector is called with. */
struct detection {
    struct windows *windows;
    const struct enricher *enricher;
    const struct networks *networks;
    const enum severity *feed_severity; /* by set number of `networks` */
    const struct tenant *tenant;
    const void *options; /* the tenant's, for this detector */
    const struct detector *detector;
    const struct report_sink *sink; /* NULL while rechecking and describing */
    /* Hears of each verdict that is said, before it is known whether it was said lately; NULL:
     * nobody asks. */
    void (*note)(const struct detection *d, const struct sighting *s, uint64_t subject,
                 int64_t bucket);
    struct chain_rows *chains; /* takes the users that verdicts are about; NULL with `note` */
};

/* Options that mean the same for every detector that has them: a member of its options' struct. */
struct shared_options {
    int severity; /* enum severity; SEVERITY_NONE: as found */
    bool mute;
    int learning; /* enum learning_mode; learning.h */
};
extern const char *const shared_severities[], *const shared_learning[], *const shared_doubt[];

/* Their rows. `struct_` has the member `shared`. */
#define OPTIONS_SHARED(struct_)                                                                    \
    {.name = "severity",                                                                           \
     .type = OPTION_CHOICE,                                                                        \
     .offset = offsetof(struct struct_, shared.severity),                                          \
     .fallback = "found",                                                                          \
     .choices = shared_severities,                                                                 \
     .help = "what all its findings are told as; found: as grave as each is found to be"},         \
    {                                                                                              \
        .name = "mute", .type = OPTION_BOOL, .offset = offsetof(struct struct_, shared.mute),      \
        .fallback = "false",                                                                       \
        .help = "evaluate and count what it finds as suppressed, but say "                         \
                "nothing; `enabled: false` does not even look"                                     \
    }
#define OPTION_LEARNING(struct_, fallback_, choices_, help_)                                       \
    {                                                                                              \
        .name = "learning", .type = OPTION_CHOICE,                                                 \
        .offset = offsetof(struct struct_, shared.learning), .fallback = (fallback_),              \
        .choices = (choices_), .help = (help_)                                                     \
    }

struct detector {
    const char *name;    /* as in the config */
    const char *summary; /* one line: what it finds */
    unsigned version;    /* raised when the same events would give other findings */
    unsigned bucket_days;
    /* Closes after so long without evidence; 0: when its bucket is over, and the day in which
     * events of it may still come. */
    int64_t silence_ms;
    int64_t update_ms; /* 0: as the speaker does; else between updates that bring nothing graver */
    const struct attack *attacks; /* ends with a NULL technique */
    const char *const *types;     /* OCSF finding_info.types; ends with NULL */
    const char *remediation, *remediation_ja;
    const char *const *commands;     /* templates, see detectors/words/commands.h; ends with NULL */
    const struct advisory *advisory; /* NULL: it stems from none */
    struct option_table options;
    size_t shared_at; /* where struct shared_options is in its options; 0: it has none */
    struct chain_role chain;

    /* plan and update may be NULL: it reads rows that are asked for and fed for all detectors
     * (baseline.h, watch.h, context.h, crowd.h). */
    void (*plan)(const struct detection *d, struct sighting *s);
    void (*update)(const struct detection *d, struct sighting *s);
    void (*judge)(const struct detection *d, const struct sighting *s);
    /* Evaluates again, from words alone, what a report said. Fills *ret_verdict and returns true if
     * the words still cover it; false: nothing can be said any more. */
    bool (*recheck)(const struct detection *d, const struct report *report,
                    struct verdict *ret_verdict);
    /* Fills title, desc, subject, users, addresses, networks from the verdict and the words; the
     * caller has filled the rest. */
    void (*describe)(const struct detection *d, const struct report *report, struct finding *f);
};

/* THE LIST, which stands in detectors.c; ends with NULL. */
extern const struct detector *const detectors_all[];

/* The detector's index in the list. */
unsigned detector_index(const struct detector *detector);

/* Makes the uid: SipHash-2-4-128 over (detector, version, subject, bucket). */
void detector_uid(const struct detection *d, uint64_t subject, int64_t bucket,
                  uint8_t ret_uid[static FINDING_UID_BYTES]);

/* floor(day of t / bucket_days). */
int64_t detector_bucket(const struct detector *detector, int64_t time_ms);

/* Marks a verdict as own: its event is the evidence to be seen, while others only completed it.
 * Once a finding, by its rank. */
void detector_own(struct verdict *verdict);

const struct shared_options *detector_shared(const struct detection *d);

/* For the recheck of a detector whose verdict is a function of one row and the bucket: evaluates
 * the subject's row of windows->table[table]; false where it is gone or fires no more. */
bool detector_recheck_row(const struct detection *d, const struct report *report, unsigned table,
                          struct verdict (*evaluate)(const struct detection *d, uint32_t row,
                                                     int64_t bucket),
                          struct verdict *ret_verdict);

#endif
