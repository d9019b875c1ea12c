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
 * later, with the same result for the same words, and `describe` to put a finding into words.
 *
 * To add a detector: one file with a const struct detector at its end, one line in detectors.c, one
 * test. Everything a detector keeps lives in the rows of detectors/windows.h.
 */
#ifndef DETECTORS_DETECTOR_H
#define DETECTORS_DETECTOR_H

#include "config/config.h"
#include "detectors/finding.h"
#include "detectors/windows.h"
#include "geoip/enrich.h"

enum { DETECTORS_MAX = 32, TOUCHES_MAX = 48 };

/* A row that an event touches. row is TABLE_NONE until the pipeline has found it, and after that if
 * the table refused it. */
struct touch {
    struct table *table;
    uint64_t key;
    uint32_t row;
    bool promote;
};

/* What the operator wants for one tenant; `tenants_find` in detectors/detectors.h. */
struct tenant {
    const void *options[DETECTORS_MAX]; /* by index in the list */
    const struct networks *trusted;     /* set 0 is the tenant's own; NULL: none */
    const struct config_list *domains;  /* the tenant's mail domains; NULL: none are known */
    const struct config_list *accepted_forwarders; /* addresses and domains; NULL: none */
    int64_t users;                                 /* as the operator counts them; 0: not told */
    const struct accounts *accounts;               /* accounts.h; NULL: nothing is said of any */
};

/* One event on its way through the detectors. */
struct sighting {
    const struct enriched_event *e;
    const struct tenant *tenant;
    struct event_ref ref;
    uint64_t tenant_hash; /* keyed hash of the tenant */
    uint64_t user_hash;   /* keyed hash of tenant and user; 0: no user */
    uint64_t id_hash;     /* keyed hash of the event's id, or of what it says where it has none */
    uint64_t fingerprint; /* of application, protocol and agent; fingerprint.h */
    uint32_t agent_class; /* of the user agent: user_agent_class */
    bool trusted;         /* address in a trusted network, global or the tenant's */
    bool service;         /* the user is a service account within its networks; accounts.h */
    struct touch touches[TOUCHES_MAX];
    uint8_t touches_n;
    uint8_t first[DETECTORS_MAX + 1]; /* first[i]: where detector i's touches begin */
    uint8_t user_touch;               /* the user's row, or UINT8_MAX: none */
    uint8_t watch_touch;              /* the watch row of the user, or UINT8_MAX: none; watch.h */
    uint8_t crowd_touch, egress_touches[4]; /* or UINT8_MAX: none; crowd.h */
    uint8_t egress_n;
    uint32_t shows; /* of its tenant, read once for three phases; exposure.c */
    uint8_t known;  /* enum suppression: why the address is the user's own; only with a watch row */
};

/* Asks for a row. Returns its number among the touches; the same key asked twice is one touch. When
 * TOUCHES_MAX are taken, UINT8_MAX (counted): the detector skips it. */
uint8_t sighting_touch(struct sighting *s, struct table *table, uint64_t key, bool promote);

/* Why the address itself vouches for the user: SUPPRESSED_TRUSTED, _SERVICE, or _NOT. */
enum suppression sighting_vouched(const struct sighting *s);

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
    struct chain_rows *chains;      /* takes the users that verdicts are about; NULL: nobody asks */
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
    const char *const *commands;     /* templates, see detectors/commands.h; ends with NULL */
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

/* The keyed hash of a user of a tenant: sighting.user_hash, and the key of the user's row. */
uint64_t detector_user_hash(const struct windows *windows, uint64_t tenant_hash, struct slice user);

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

/* What `recheck` and `describe` of a report's detector say, with what the operator wants of all
 * findings (muting, severity, service accounts) applied as by detector_say. */
bool detector_recheck(const struct detection *d, const struct report *report,
                      struct verdict *ret_verdict);
void detector_describe(const struct detection *d, const struct report *report, struct finding *f);

/* Hands a verdict to the sink: suppressed ones are held back and counted, firing ones reported. */
void detector_say(const struct detection *d, const struct sighting *s, uint64_t subject,
                  int64_t bucket, const struct verdict *verdict);

#endif
