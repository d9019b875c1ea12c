/* SPDX-License-Identifier: Apache-2.0
 *
 * legacy_auth: a success over IMAP, POP, SMTP AUTH, ActiveSync, EWS basic or another such: no
 * second factor, and the mailbox at once.
 *
 * Fires on a success by a legacy protocol from a (protocol, system) the user is not known for;
 * habit.h has the memory and the predicate. A password-only request by a legacy client is both,
 * under two ids.
 */
#include "detectors/known/detector_say.h"
#include "detectors/sign_in/habit.h"
#include "detectors/words/commands.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

struct legacy_options {
    bool enabled;
    struct shared_options shared;
    int64_t familiar_days, learning_days;
    unsigned protocols; /* bits of protocol_names */
};

/* In the order of enum event_legacy, from its first. */
static const char *const protocol_names[] = {"activesync", "autodiscover", "ews", "imap",
                                             "mapi",       "outlook",      "pop", "powershell",
                                             "smtp",       "other",        NULL};

enum { FIRST = LEGACY_ACTIVESYNC, NAMES_N = LEGACY_OTHER - FIRST + 1 };
_Static_assert(sizeof protocol_names / sizeof protocol_names[0] == NAMES_N + 1,
               "a name for each protocol");

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct legacy_options, enabled),
     .fallback = "true",
     .help = "report successes over legacy protocols"},
    {.name = "familiar_days",
     .type = OPTION_COUNT,
     .offset = offsetof(struct legacy_options, familiar_days),
     .fallback = "3",
     .min = 1,
     .max = 30,
     .help =
         "days of the last 30, before a cut of 2, that make a protocol and system familiar; three "
         "days cost an intruder five"},
    {.name = "learning_days",
     .type = OPTION_COUNT,
     .offset = offsetof(struct legacy_options, learning_days),
     .fallback = "7",
     .min = 1,
     .max = 40,
     .help = "days a tenant has to be known for; mail is read every day"},
    {.name = "protocols",
     .type = OPTION_SET,
     .offset = offsetof(struct legacy_options, protocols),
     .fallback = "all",
     .choices = protocol_names,
     .help = "which are told; leave out what the tenant has to live with"},
    OPTION_LEARNING(legacy_options, "full", shared_learning,
                    "a tenant known for less: full makes it Medium, unless the network is a data "
                    "centre's or a feed's; low lowers only confidence"),
    OPTIONS_SHARED(legacy_options),
    {.name = NULL},
};

/* Whether the operator wants to hear of it: what the record does not name is among the others. */
static bool is_told(const struct legacy_options *o, enum event_legacy legacy)
{
    unsigned bit = (legacy < LEGACY_OTHER ? legacy : LEGACY_OTHER) - FIRST;
    return o->protocols >> bit & 1;
}

static bool concerns(const struct detection *d, const struct sighting *s)
{
    const struct legacy_options *o = d->options;
    const struct event *ev = &s->e->ev;
    return ev->kind == KIND_SIGN_IN && ev->legacy != LEGACY_NOT && ev->outcome == OUTCOME_SUCCESS &&
           is_told(o, ev->legacy);
}

static enum severity severity(const struct fact_summary *facts)
{
    if (facts->flags & FACT_FEED)
        return SEVERITY_CRITICAL;
    return facts->flags & FACT_HOSTING || facts->strange_country ? SEVERITY_HIGH : SEVERITY_MEDIUM;
}

static struct habit habit_of(const struct detection *d)
{
    const struct legacy_options *o = d->options;
    return (struct habit){&user_fields[USER_LEGACY],  BASELINE_LEGACY,
                          (unsigned)o->familiar_days, severity,
                          o->learning_days,           FACT_HOSTING | FACT_FEED};
}

/* What the event itself excuses. */
static enum suppression excuse(const struct sighting *s)
{
    const struct event *ev = &s->e->ev;
    if (sighting_vouched(s) != SUPPRESSED_NOT)
        return sighting_vouched(s);
    if (ev->managed_device && ev->legacy == LEGACY_ACTIVESYNC)
        return SUPPRESSED_SAME_DEVICE;
    return SUPPRESSED_NOT;
}

static void update(const struct detection *d, struct sighting *s)
{
    struct habit habit = habit_of(d);
    if (concerns(d, s) && excuse(s) == SUPPRESSED_NOT)
        habit_update(d, s, &habit, baseline_legacy(d->windows, s->e));
}

static void judge(const struct detection *d, const struct sighting *s)
{
    struct habit habit = habit_of(d);
    enum suppression reason = excuse(s);
    if (!concerns(d, s))
        return;
    if (reason == SUPPRESSED_NOT) {
        habit_judge(d, s, &habit, baseline_legacy(d->windows, s->e));
        return;
    }
    struct verdict v = habit_excused(s, &habit, reason);
    detector_say(d, s, s->user_hash, detector_bucket(d->detector, s->e->ev.time_ms), &v);
}

static bool recheck(const struct detection *d, const struct report *report,
                    struct verdict *ret_verdict)
{
    struct habit habit = habit_of(d);
    return habit_recheck(d, report, &habit, ret_verdict);
}

static void describe(const struct detection *d, const struct report *report, struct finding *f)
{
    const struct witness *w = &report->witness;
    const char *protocol = w->client[0] ? w->client : w->protocol[0] ? w->protocol : "legacy";
    char where[WHERE_TEXT_MAX];
    finding_user(f, w);
    finding_where(d->enricher, f, where);
    snprintf(f->title, sizeof f->title,
             "%.80s: %.40s sign-in without modern authentication, from %.80s", w->user, protocol,
             where);
    snprintf(f->title_ja, sizeof f->title_ja, "%.80s: レガシー認証 (%.40s) の成功", w->user,
             wording_ja(protocol));
    snprintf(
        f->desc, sizeof f->desc,
        "%.80s signed in over %.40s from %.80s. This protocol cannot ask for a second factor and "
        "opens the mailbox at once. The user is not known for this protocol and network on three "
        "of the thirty days before.",
        w->user, protocol, where);
}

static const struct attack attacks[] = {
    {"T1078.004", "Cloud Accounts", "TA0001", "Initial Access"},
    {"T1114.002", "Remote Email Collection", "TA0009", "Collection"},
    {.technique = NULL},
};
static const char *const types[] = {"Legacy authentication", NULL};
static const char *const commands[] = {
    COMMAND_BLOCK_LEGACY,
    "Set-CASMailbox -Identity '{user}' -PopEnabled $false -ImapEnabled $false",
    COMMAND_RESET,
    NULL,
};

const struct detector detector_legacy_auth = {
    .name = "legacy_auth",
    .summary = "a success over a protocol that cannot ask for a second factor",
    .version = 2,
    .bucket_days = 7,
    .silence_ms = 7 * DAY_MS,
    .attacks = attacks,
    .types = types,
    .remediation =
        "Block legacy clients by Conditional Access, switch off POP, IMAP and SMTP AUTH, "
        "keep named exceptions only.",
    .remediation_ja = "条件付きアクセスでレガシー認証を遮断し、POP・IMAP・SMTP AUTH "
                      "を無効化、例外は明示した機器のみにしてください。",
    .commands = commands,
    .advisory = &advisory_ropc_spray,
    .options = {"legacy_auth", options, sizeof(struct legacy_options)},
    .shared_at = offsetof(struct legacy_options, shared),
    .chain = {STAGE_ACCESS, 5, WINDOWS_USER, 60 * 1000, "sign-in without modern authentication"},
    .update = update,
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
