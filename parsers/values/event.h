/* SPDX-License-Identifier: Apache-2.0
 *
 * One sign-in or audit act, whoever recorded it: what every parser makes and every later stage
 * reads. Strings are slices of the message or of the worker's arena: valid until the worker takes
 * the next batch, never kept. A field that the record does not give is absent (len 0, ptr NULL),
 * never invented.
 */
#ifndef PARSERS_VALUES_EVENT_H
#define PARSERS_VALUES_EVENT_H

#include "parsers/values/ip.h"
#include "parsers/values/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_kind {
    KIND_SIGN_IN,            /* an attempt to authenticate or to get a token */
    KIND_MFA,                /* one factor step that is not itself a sign-in */
    KIND_TOKEN_USE,          /* an API call or mailbox session made with a token */
    KIND_MAIL_ACCESS,        /* mail read, sent or deleted */
    KIND_MAILBOX_RULE,       /* an inbox rule made, changed or removed */
    KIND_MAILBOX_FORWARDING, /* a whole mailbox forwarded, or no longer */
    KIND_MAILBOX_PERMISSION, /* somebody given rights on a mailbox */
    KIND_TRANSPORT_RULE,     /* mail flow of the whole organisation changed */
    KIND_ACCOUNT_CHANGE,     /* password, factor, role, consent or credential changed */
    KIND_RISK,               /* the provider's own detection */
    KIND_N
};

enum event_outcome {
    OUTCOME_UNKNOWN,
    OUTCOME_SUCCESS,
    OUTCOME_FAILURE,
    OUTCOME_INTERRUPTED,
    OUTCOME_N
};

/* Why a sign-in ended as it did. What each class means and which vendor code belongs to it:
 * parsers/codes/reason.c. REASON_NONE: the record has no readable result, or is not a sign-in. */
enum event_reason {
    REASON_NONE,
    REASON_OK,
    REASON_WRONG_PASSWORD,
    REASON_UNKNOWN_USER,
    REASON_LOCKED,
    REASON_DISABLED,
    REASON_PASSWORD_OK, /* the password was right, something else stopped the sign-in */
    REASON_MFA_DENIED,
    REASON_INTERRUPT,
    REASON_TOKEN,
    REASON_CLIENT,
    REASON_THROTTLED,
    REASON_DEVICE_CODE,
    REASON_FAULT,
    REASON_UNKNOWN, /* a code that no table knows: kept in `code` */
    REASON_UNSAID,  /* failed, and the record names no reason; printed as unknown */
    REASON_N
};

enum event_factor { FACTOR_ABSENT, FACTOR_SINGLE, FACTOR_MULTI, FACTOR_UNKNOWN, FACTOR_N };
/* How a second factor was not given, where the record says. A prompt (a push, a call to be answered
 * with a key) is put to the user, whoever signs in, and is refused, left alone or reported;
 * a code is typed, or a key touched, by who signs in, and was wrong. */
enum event_denial { DENIAL_ABSENT, DENIAL_REFUSED, DENIAL_TIMEOUT, DENIAL_FRAUD, DENIAL_CODE };

/* Which control stopped a sign-in whose password was right; absent where none did or the record
 * does not say which. Whoever holds the password of an account without a second factor may enrol
 * one of his own (ENROLMENT). */
enum event_control {
    CONTROL_ABSENT,
    CONTROL_FACTOR,     /* a second factor, asked for or not given */
    CONTROL_ENROLMENT,  /* a second factor, of which the user has none yet */
    CONTROL_POLICY,     /* an access policy, of whatever condition */
    CONTROL_DEVICE,     /* the device is not managed, joined, or sound */
    CONTROL_LOCATION,   /* the address or country */
    CONTROL_RISK,       /* the provider's own judgement of the risk */
    CONTROL_PASSWORD,   /* it is expired or has to be changed: stops nobody who knows it */
    CONTROL_ASSIGNMENT, /* the user may not use this application */
    CONTROL_CONSENT,    /* nobody consented to the application yet */
    CONTROL_N
};

/* What an act changed, of the kinds of accounts and mailboxes; absent where the record does not
 * say. A name in an audit log is not enough to know who did it: the detectors judge that. */
enum event_change {
    CHANGE_ABSENT,
    CHANGE_FACTOR_ADDED,
    CHANGE_FACTOR_CHANGED,
    CHANGE_FACTOR_REMOVED, /* one of them, or all by a help desk: the next sign-in enrols */
    CHANGE_FACTOR_OFF,     /* the account is no longer asked for one */
    CHANGE_RECOVERY,       /* the address, number or question that resets a password */
    CHANGE_PASSWORD,       /* changed or reset */
    CHANGE_SESSIONS,       /* tokens so far are void */
    CHANGE_DEVICE,         /* registered, joined, or given an owner */
    CHANGE_CONSENT,        /* an application allowed to act, beyond the user's own grant */
    CHANGE_GRANT,          /* an application allowed for oneself, or assigned */
    CHANGE_CREDENTIAL,     /* a key, secret or token of a program, made */
    CHANGE_ROLE,           /* given: a role, a policy, ownership */
    CHANGE_ROLE_REMOVED,
    CHANGE_ACCOUNT, /* made */
    CHANGE_MAIL_RULE,
    CHANGE_MAIL_FORWARDING,
    CHANGE_MAIL_PERMISSION,
    CHANGE_MAIL_FLOW, /* of the whole organisation */
    CHANGE_N
};

/* A protocol without modern authentication, which cannot ask for a second factor. OTHER: named,
 * and none of these; UNNAMED: the record only says that it was one. */
enum event_legacy {
    LEGACY_NOT,
    LEGACY_ACTIVESYNC,
    LEGACY_AUTODISCOVER,
    LEGACY_EWS,
    LEGACY_IMAP,
    LEGACY_MAPI,
    LEGACY_OUTLOOK,
    LEGACY_POP,
    LEGACY_POWERSHELL,
    LEGACY_SMTP,
    LEGACY_OTHER,
    LEGACY_UNNAMED,
    LEGACY_N
};
enum event_tri { TRI_ABSENT, TRI_FALSE, TRI_TRUE };
enum event_access {
    ACCESS_ABSENT,
    ACCESS_SUCCESS,
    ACCESS_FAILURE,
    ACCESS_NOT_APPLIED,
    ACCESS_REPORT_ONLY
};

/* What a mail rule or forwarding does. Kept as text: the detectors judge it. */
enum { EVENT_DESTINATIONS_MAX = 16, EVENT_WORDS_MAX = 16 };
struct event_mail {
    struct slice mailbox; /* the mailbox acted on, where it is not `user`'s own */
    struct slice rule;    /* its name; present and empty is itself a signal */
    struct slice destinations[EVENT_DESTINATIONS_MAX]; /* forward, redirect, copy */
    uint8_t destinations_n;
    struct slice words[EVENT_WORDS_MAX]; /* what the subject, body or sender must contain */
    uint8_t words_n;
    struct slice folder; /* moved to */
    bool forwards, redirects, as_attachment, deletes, marks_read, stops;
    bool removed;    /* the rule or forwarding was taken away, or switched off */
    bool keeps_copy; /* DeliverToMailboxAndForward */
    bool made;       /* a rule's first record: it lists all of its conditions */
    bool narrowed;   /* a condition other than `words` */
    bool by_admin;   /* the record calls the actor an administrator */
};

struct event {
    int64_t time_ms; /* when it happened by its own record, ms since 1970 UTC; never when shipped */
    int64_t received_ms; /* when the message arrived, as far as it is known; 0: not */
    bool zoneless;       /* time_ms was written without a zone, in a line or by what carried it */
    enum event_kind kind;
    enum event_outcome outcome;
    enum event_reason reason;
    enum event_factor factor;
    enum event_denial denial; /* only with REASON_MFA_DENIED */
    enum event_control control;
    enum event_change change;
    enum event_legacy legacy;
    enum event_tri interactive;
    enum event_access access; /* what Conditional Access said */
    bool prompted; /* a push was sent to the user; his answer, if he gives one, is another record */
    bool password_valid; /* the code implies that the password was right */
    bool ropc;           /* password sent by the client itself: no second factor possible */
    bool leaked;         /* a detection of the provider: the password stands in a leak */
    bool program;        /* the record names a program where the user should stand */
    bool managed_device; /* the record says managed, compliant or joined */
    bool has_ip;
    struct ip ip;
    uint16_t port;      /* 0: not recorded */
    const char *source; /* the parser's name: static text */

    struct slice tenant; /* GUIDs in lower case */
    struct slice user;   /* ASCII lower case */
    struct slice code;   /* the vendor's own, verbatim */
    struct slice app_id, app;
    struct slice resource_id;
    struct slice host; /* the machine that was signed in to */
    struct slice client, protocol, user_agent;
    struct slice session, token_id, device;
    struct slice operation;
    struct slice event_id;
    struct slice correlation_id;
    struct event_mail mail; /* only for the mailbox and transport kinds */

    struct slice record; /* its own bytes, without what was around them: the id of what has none */
    size_t offset;       /* where the record starts in its message, bytes */
    uint32_t index;      /* which record of the message, from 0 */
};

/* Names as `spoor parse` prints them; NULL where the field is not printed (REASON_NONE,
 * FACTOR_ABSENT, and what is absent of the last three). */
const char *event_kind_name(enum event_kind kind);
const char *event_outcome_name(enum event_outcome outcome);
const char *event_reason_name(enum event_reason reason);
const char *event_factor_name(enum event_factor factor);
const char *event_control_name(enum event_control control);
const char *event_change_name(enum event_change change);
const char *event_legacy_name(enum event_legacy legacy);

/* Does a sign-in that failed for this reason count as a guess at a password: was it wrong, or did
 * the record say nothing but that it failed? What says something else is none. */
bool event_reason_is_guess(enum event_reason reason);

#endif
