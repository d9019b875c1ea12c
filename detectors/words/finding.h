/* SPDX-License-Identifier: Apache-2.0
 *
 * What a detector says. A verdict is what a predicate read from the words; a report carries it with
 * the event that made it true from a worker to the speaker (plugin/findings/speaker.h); a finding is the
 * report put into words for a person. All are plain bounded structs without pointers into events.
 */
#ifndef DETECTORS_WORDS_FINDING_H
#define DETECTORS_WORDS_FINDING_H

#include "detectors/words/measures.h"
#include "geoip/enrich.h"
#include "parsers/values/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct detector;

/* OCSF severity_id. */
enum severity {
    SEVERITY_NONE,
    SEVERITY_INFORMATIONAL,
    SEVERITY_LOW,
    SEVERITY_MEDIUM,
    SEVERITY_HIGH,
    SEVERITY_CRITICAL,
    SEVERITY_N
};
const char *severity_name(enum severity severity); /* OCSF caption: "High" */
enum severity severity_of_name(const char *name);  /* case ignored; SEVERITY_NONE: no such name */

/* Where in a takeover of an account something belongs. */
enum chain_stage {
    STAGE_NONE,
    STAGE_TARGETED,    /* passwords tried, prompts sent */
    STAGE_CONFIRMED,   /* the password was right */
    STAGE_ACCESS,      /* somebody is in */
    STAGE_SESSION,     /* ... with the user's own session */
    STAGE_PERSISTENCE, /* factors, devices, consents, roles, passwords */
    STAGE_MAIL,        /* rules and forwardings */
    STAGE_ACTION,      /* on many mailboxes */
    STAGES_N
};
const char *chain_stage_name(enum chain_stage stage);

/* Why a predicate that holds is not said. */
enum suppression {
    SUPPRESSED_NOT,
    SUPPRESSED_TRUSTED,       /* all its addresses are in trusted networks */
    SUPPRESSED_FAMILIAR,      /* the user has done this on three of thirty days */
    SUPPRESSED_SAME_DEVICE,   /* the same managed device at both ends */
    SUPPRESSED_VPN_KNOWN,     /* the far end is a vpn or hosting network the user is known for */
    SUPPRESSED_MOBILE,        /* both ends are mobile carriers */
    SUPPRESSED_SHARED_EGRESS, /* more users succeed than are tried: many people behind one address
                               */
    SUPPRESSED_INTERNAL,      /* mail stays inside the organisation */
    SUPPRESSED_ACCEPTED,      /* mail goes to one of the tenant's accepted_forwarders */
    SUPPRESSED_LEARNING,      /* the user is not known for long enough to call it strange */
    SUPPRESSED_EGRESS, /* from the tenant's established egress: so many live there that it is few */
    SUPPRESSED_SERVICE,     /* a service account within its networks */
    SUPPRESSED_MAINTENANCE, /* by the actor of an announced maintenance window */
    SUPPRESSED_RELAY,       /* the address is a private relay's, not the user's */
    SUPPRESSED_SATELLITE,   /* ... a satellite's */
    SUPPRESSED_BACKEND,     /* ... the provider's own server's */
    SUPPRESSED_SUPERSEDED, /* a late event put the evidence under another finding, or explains it */
    SUPPRESSED_ANSWERED,   /* prompts enough were sent, and approved by who had asked for them */
    SUPPRESSED_MUTED,      /* switched off for the tenant */
    SUPPRESSED_N
};
const char *suppression_name(enum suppression reason);

/* Where an event stands in the input, for people who want to see it again. */
struct event_ref {
    const char *topic; /* static or interned text: lives as long as the process; NULL: no Kafka */
    int32_t partition;
    int64_t offset;
    uint32_t index;
};

/* One number the predicate saw, beside the threshold it was held against. */
struct measure {
    enum measure_id id; /* its name and unit: measure_rows[id] */
    double value;
    double threshold; /* only if has_threshold */
    bool has_threshold;
    bool estimated; /* from registers, some per cent off; or at least so much */
};

enum { MEASURES_MAX = 12, VERDICT_WORDS_MAX = 8 };

struct verdict {
    bool fires;
    bool provisional;  /* rests on a negative fact of the same window: checked again when it is over
                        */
    int64_t settle_ms; /* only if provisional: the event time when it is */
    enum severity severity;
    enum severity unlearned; /* what it would be but for learning; SEVERITY_NONE: not asked */
    int confidence;          /* OCSF confidence_id: 1 low, 2 medium, 3 high */
    enum suppression suppressed;
    int64_t first_ms, last_ms; /* of the evidence */
    int64_t since_ms; /* when what is said began, where the evidence begins before; 0: first_ms */
    double rank;      /* of two verdicts of one finding, the words of the greater are kept */
    bool own; /* the event in hand is what it is about: reported though one was made lately */
    struct measure measures[MEASURES_MAX];
    uint8_t measures_n;
    uint64_t words[VERDICT_WORDS_MAX]; /* the detector's own: what `describe` needs */
};

/* Adds a measure that the verdict has not; value of a yes/no: 1 or 0. */
void verdict_measure(struct verdict *v, enum measure_id id, double value);
void verdict_threshold(struct verdict *v, enum measure_id id, double value, double threshold);

/* The value of a measure; 0 if the verdict has it not. */
double verdict_measured(const struct verdict *v, enum measure_id id);

/* Marks a measure as an estimate, if it is one; and asks. */
void verdict_estimate(struct verdict *v, enum measure_id id, bool estimated);
bool verdict_estimated(const struct verdict *v, enum measure_id id);

/* Joins b into *a: fires if either does, severity and measures by maximum, times by widening, words
 * of the greater rank. Provisional only if both are, and then until the later settle_ms. */
void verdict_join(struct verdict *a, const struct verdict *b);

/* Text copied from an event, so that it may outlive the message. Longer text is cut. */
enum { WITNESS_TEXT_MAX = 128 };
struct witness {
    int64_t time_ms;
    struct event_ref ref;
    struct ip ip;
    bool has_ip;
    uint16_t port;
    enum event_reason reason;
    enum event_factor factor;
    enum event_control control;
    enum event_legacy legacy;
    bool ropc;
    const char *source;
    char tenant[WITNESS_TEXT_MAX], user[WITNESS_TEXT_MAX];
    char app[WITNESS_TEXT_MAX], app_id[WITNESS_TEXT_MAX], client[WITNESS_TEXT_MAX];
    char protocol[WITNESS_TEXT_MAX], user_agent[256];
    char session[WITNESS_TEXT_MAX], token_id[WITNESS_TEXT_MAX], device[WITNESS_TEXT_MAX];
    char host[WITNESS_TEXT_MAX];
    char operation[WITNESS_TEXT_MAX], event_id[WITNESS_TEXT_MAX], code[WITNESS_TEXT_MAX];
};
void witness_of(const struct enriched_event *e, const struct event_ref *ref, struct witness *ret);

enum { FINDING_UID_BYTES = 16, FINDING_UID_TEXT = 33 };
void finding_uid_text(const uint8_t uid[static FINDING_UID_BYTES],
                      char ret_text[static FINDING_UID_TEXT]); /* hex */

struct report {
    const struct detector *detector;
    uint8_t uid[FINDING_UID_BYTES];
    uint64_t subject; /* key of the row the predicate read */
    int64_t bucket;   /* number of the detector's bucket: floor(day / bucket_days) */
    int64_t at_ms;    /* event time the verdict was evaluated for */
    bool wordless;    /* made of subject and bucket alone: verdict.words say nothing */
    struct verdict verdict;
    struct witness witness; /* the event in hand */
};

enum activity { ACTIVITY_CREATE = 1, ACTIVITY_UPDATE = 2, ACTIVITY_CLOSE = 3 };
enum status { STATUS_NEW = 1, STATUS_IN_PROGRESS = 2, STATUS_SUPPRESSED = 3, STATUS_RESOLVED = 4 };

/* An address with what is known of it. */
struct finding_address {
    struct ip ip;
    uint8_t prefix_bits; /* 128: one address; less: only the network is known */
    int64_t time_ms;     /* 0: not known */
    double lat, lon, radius_km;
    bool has_place;
    char country[3], city[64], as_name[64];
    uint32_t asn;
    enum network_class network;
};

/* A finding that this one rests on, if it exists: by what its id is made of. */
struct finding_cause {
    const struct detector *detector;
    uint64_t subject;
    int64_t from_ms, to_ms; /* of the days its buckets may lie in */
};

/* Another finding that belongs to this one. */
struct finding_related {
    char uid[FINDING_UID_TEXT];
    const struct detector *detector;
    const char *why; /* static text: "the attack behind it" */
};

enum { FINDING_CAUSES_MAX = 12, FINDING_RELATED_MAX = 8 };
/* One step of a finding that joins others; what is known of when, to the grain of its detector. */
struct finding_step {
    enum chain_stage stage;
    int64_t first_ms, last_ms;
    int64_t grain_ms;                /* how far after first_ms it may have been */
    const char *what;                /* static text */
    const struct detector *detector; /* who says it; NULL: kill_chain itself */
    char uid[FINDING_UID_TEXT];      /* of that finding; "": none */
};

enum { FINDING_STEPS_MAX = 16 };
#define FINDING_TIMELINE "Timeline (UTC):" /* after it, desc only repeats the steps */
enum { FINDING_LIST_MAX = 16, FINDING_ADDRESSES_MAX = 16, FINDING_WITNESSES_MAX = 4 };

/* One point of the applicability check (exposure.h): whether what an attack needs was seen here. */
enum point_state {
    POINT_UNKNOWN,           /* sign-ins do not show it */
    POINT_NO,                /* not seen, and would have been */
    POINT_YES,               /* seen */
    POINT_ATTACKED,          /* tried by somebody, without success */
    POINT_NOT_SHOWN_BLOCKED, /* tried; nothing shows that a right password would be refused */
    POINT_BLOCKED,           /* tried with a right password, and refused */
    POINT_STATES_N
};
const char *point_state_name(enum point_state state); /* "not_shown_blocked" */

enum { POINTS_MAX = 6, POINT_USERS_MAX = 8, POINT_PROTOCOLS_MAX = 11 };
struct finding_point {
    const char *name; /* static text: "azure_cli" */
    enum point_state state;
    char note[96];  /* what could not be seen */
    unsigned users; /* distinct */
    int64_t first_ms, last_ms;
    char names[POINT_USERS_MAX][64];
    uint8_t names_n;
    struct {
        const char *name; /* static */
        unsigned users;
    } protocols[POINT_PROTOCOLS_MAX];
    uint8_t protocols_n;
};

struct finding {
    const struct detector *detector;
    char uid[FINDING_UID_TEXT]; /* hex */
    enum activity activity;
    enum status status;
    struct verdict verdict;
    enum suppression suppressed; /* for STATUS_SUPPRESSED */
    bool held;                   /* suppressed before it was ever said: not taken back */
    int64_t bucket;
    int64_t created_ms, modified_ms; /* event time */
    uint32_t sequence;               /* 0 for Create, then counting */
    char tenant[WITNESS_TEXT_MAX], subject[WITNESS_TEXT_MAX];
    const char *subject_type; /* "user", "network", "feed", "mailbox", "tenant" */
    char title[256], title_ja[256];
    char desc[1024]; /* what happened, how sure and why, in two or three sentences */
    /* Static text in place of the detector's where this finding asks for something else, which is
     * nothing: there are then no commands. NULL: the detector's. */
    const char *remediation, *remediation_ja;
    char users[FINDING_LIST_MAX][WITNESS_TEXT_MAX];
    uint8_t users_n;
    struct finding_address addresses[FINDING_ADDRESSES_MAX];
    uint8_t addresses_n;
    char rule[64];                       /* the mailbox rule it is about; else "" */
    char destination[200];               /* where mail goes, joined by ", "; else "" */
    char networks[FINDING_LIST_MAX][64]; /* CIDR or "AS64500 NAME" */
    uint8_t networks_n;
    struct witness witnesses[FINDING_WITNESSES_MAX]; /* events, oldest first */
    uint8_t witnesses_n;
    struct finding_cause causes[FINDING_CAUSES_MAX]; /* filled by describe; the speaker makes */
    uint8_t causes_n;
    struct finding_related related[FINDING_RELATED_MAX]; /* these of those that exist */
    uint8_t related_n;
    struct finding_step steps[FINDING_STEPS_MAX]; /* kill_chain only: oldest first */
    uint8_t steps_n;
    struct {
        char name[64], cidr[64];
    } feed;                                  /* cidr_match only; else "" */
    struct finding_point points[POINTS_MAX]; /* exposure only */
    uint8_t points_n;
};

/* Takes what a worker's detectors find. Thread: the worker. */
struct report_sink {
    void *ctx;
    /* May a report for this uid be worth making? False when one like it was made less than the
     * update interval ago; a worker then need not count. at_ms is event time. */
    bool (*due)(void *ctx, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                enum severity at_least);
    void (*report)(void *ctx, const struct report *report);
    /* Is this the first verdict for the uid that is held back for the reason? False: a worker then
     * need not make a report of it. */
    bool (*first_held)(void *ctx, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                       enum suppression reason);
    /* What is held back; why is in report->verdict.suppressed. To be counted, at least. */
    void (*held)(void *ctx, const struct report *report);
};

#endif
