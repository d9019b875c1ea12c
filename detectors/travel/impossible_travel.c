/* SPDX-License-Identifier: Apache-2.0
 *
 * impossible_travel: an account used from two places no traveller could join; typically a stolen
 * password or cookie.
 *
 * Keeps the eight newest (place, half hour) of interactive sign-ins and the eight newest of the
 * rest. Failures never write: an attacker must not move the user. The event's own place is compared
 * with all that are kept, before and whether or not it is kept itself, so an old event still counts
 * once; over all events that is every pair. One finding per user and day of the later end.
 */
#include "detectors/frame/sighting_place.h"
#include "detectors/known/baseline.h"
#include "detectors/known/detector_say.h"
#include "detectors/known/learning.h"
#include "detectors/travel/travel.h"
#include "detectors/windows/places.h"
#include "detectors/words/commands.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

enum { PLACES_MAX = 16, BUCKETS_MAX = 4, HOSTING_OFF = 0 };
#define PLACE_ID(word) ((word) >> PLACE_SPAN_BITS)

static const char *const hosting_names[] = {"off", "medium", NULL};

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct travel_options, enabled),
     .fallback = "true",
     .help = "report impossible travel"},
    {.name = "min_distance",
     .type = OPTION_DISTANCE,
     .offset = offsetof(struct travel_options, min_distance_km),
     .fallback = "500km",
     .min = 50,
     .max = 20000,
     .help = "nearer places are never compared; below 50 km it is all noise"},
    {.name = "max_speed",
     .type = OPTION_SPEED,
     .offset = offsetof(struct travel_options, max_speed_kmh),
     .fallback = "1000km/h",
     .min = 100,
     .max = 20000,
     .help = "an airliner with the wind behind it; peers use 800 to 1000"},
    {.name = "radius_factor",
     .type = OPTION_NUMBER,
     .offset = offsetof(struct travel_options, radius_factor),
     .fallback = "1.5",
     .min = 0,
     .max = 5,
     .help = "how many accuracy radii come off a distance; the databases' radius holds only 67 %"},
    {.name = "mobile_radius",
     .type = OPTION_DISTANCE,
     .offset = offsetof(struct travel_options, mobile_radius_km),
     .fallback = "200km",
     .max = 2000,
     .help = "least radius of a mobile carrier's address: carriers route whole regions together"},
    {.name = "unfamiliar_hosting",
     .type = OPTION_CHOICE,
     .offset = offsetof(struct travel_options, unfamiliar_hosting),
     .fallback = "medium",
     .choices = hosting_names,
     .help = "a hosting or vpn end the user is not known for: reported as Medium, or not at all"},
    OPTION_LEARNING(travel_options, "full", shared_learning,
                    "a tenant or user known for less than 7 days: full makes it Medium, unless one "
                    "end did with a single factor; low lowers only confidence"),
    OPTIONS_SHARED(travel_options),
    {.name = NULL},
};

static bool is_strong(const struct event *ev)
{
    return ev->interactive != TRI_FALSE;
}

static void update(const struct detection *d, struct sighting *s)
{
    uint32_t row = baseline_row(s);
    uint64_t place = row == TABLE_NONE ? 0 : sighting_place(s);
    if (place == 0)
        return;
    struct table *users = d->windows->table[WINDOWS_USER];
    const struct event *ev = &s->e->ev;
    bool strong = is_strong(ev);
    row_merge(users, row, &user_fields[strong ? USER_STRONG_IP : USER_WEAK_IP], 0,
              windows_ip_word(ev->time_ms, &ev->ip));
    if (ev->ropc || (strong && ev->factor == FACTOR_SINGLE))
        row_merge(users, row, &user_fields[USER_SINGLE], 0, place);
    row_merge(users, row, &user_fields[strong ? USER_STRONG : USER_WEAK], 0, place);
}

struct known {
    uint64_t place;
    bool strong;
};

/* All place words of a row that can be read near near_ms. */
static unsigned read_places(const struct detection *d, uint32_t row, int64_t near_ms,
                            struct known known[static PLACES_MAX])
{
    static const int fields[] = {USER_STRONG, USER_WEAK};
    unsigned n = 0;
    for (unsigned f = 0; f < 2; f++) {
        const struct field *field = &user_fields[fields[f]];
        const struct word *words = row_words(d->windows->table[WINDOWS_USER], row, field);
        for (unsigned i = 0; i < field->words; i++) {
            uint64_t place = word_load(&words[i]);
            if (place != 0 && place_is_near(place, near_ms))
                known[n++] = (struct known){place, f == 0};
        }
    }
    return n;
}

static bool is_single(const struct detection *d, uint32_t row, uint64_t place)
{
    const struct field *field = &user_fields[USER_SINGLE];
    const struct word *words = row_words(d->windows->table[WINDOWS_USER], row, field);
    for (unsigned i = 0; i < field->words; i++)
        if (PLACE_ID(word_load(&words[i])) == PLACE_ID(place))
            return true;
    return false;
}

static bool is_familiar(const struct detection *d, uint32_t row, uint64_t place, int64_t near_ms)
{
    return baseline_familiar(d->windows, row, BASELINE_PLACE, place_cell(place),
                             place_slot_ms(place, near_ms), 3);
}

static enum suppression excuse(const struct detection *d, uint32_t row, uint64_t a, uint64_t b,
                               int64_t near_ms)
{
    const struct travel_options *o = d->options;
    bool a_hosting = place_net(a) == PLACE_HOSTING, b_hosting = place_net(b) == PLACE_HOSTING;
    if (place_net(a) == PLACE_TRUSTED && place_net(b) == PLACE_TRUSTED)
        return SUPPRESSED_TRUSTED;
    if (place_device(a) != 0 && place_device(a) == place_device(b))
        return SUPPRESSED_SAME_DEVICE;
    bool a_familiar = is_familiar(d, row, a, near_ms), b_familiar = is_familiar(d, row, b, near_ms);
    if (a_familiar && b_familiar)
        return SUPPRESSED_FAMILIAR;
    if ((a_hosting && a_familiar) || (b_hosting && b_familiar))
        return SUPPRESSED_VPN_KNOWN;
    if ((a_hosting || b_hosting) && o->unfamiliar_hosting == HOSTING_OFF)
        return SUPPRESSED_MUTED;
    return SUPPRESSED_NOT;
}

/* Judges one pair; verdict.words: the two places, the earlier half hour first. */
static struct verdict judge_pair(const struct detection *d, uint32_t row, uint64_t a, uint64_t b,
                                 int64_t near_ms, int64_t *ret_bucket)
{
    const struct travel_options *o = d->options;
    if (place_slot_ms(a, near_ms) > place_slot_ms(b, near_ms) ||
        (place_slot_ms(a, near_ms) == place_slot_ms(b, near_ms) && a > b)) {
        uint64_t earlier = b;
        b = a;
        a = earlier;
    }
    struct leg leg = travel_leg(o, a, b, near_ms);
    struct verdict v = {.fires = leg.far, .confidence = 2};
    if (!leg.far)
        return v;
    *ret_bucket = detector_bucket(d->detector, place_slot_ms(b, near_ms));
    v.suppressed = excuse(d, row, a, b, near_ms);
    v.severity = SEVERITY_HIGH;
    if (place_net(a) == PLACE_HOSTING || place_net(b) == PLACE_HOSTING)
        v.severity = SEVERITY_MEDIUM;
    bool single = is_single(d, row, a) || is_single(d, row, b);
    if (single)
        v.severity = SEVERITY_CRITICAL;
    v.first_ms = leg.first_ms;
    v.last_ms = leg.last_ms;
    bool left_home = is_familiar(d, row, a, near_ms) && !is_familiar(d, row, b, near_ms);
    v.since_ms = left_home ? place_first_ms(b, near_ms) : leg.first_ms;
    v.rank = leg.kmh; /* the pair that is hardest to explain is the one to tell */
    v.words[0] = a;
    v.words[1] = b;
    verdict_measure(&v, MEASURE_DISTANCE, leg.km);
    verdict_threshold(&v, MEASURE_LEAST_DISTANCE, leg.km_min, o->min_distance_km);
    verdict_threshold(&v, MEASURE_SPEED, leg.kmh, o->max_speed_kmh);
    verdict_measure(&v, MEASURE_SINGLE_FACTOR, single);
    struct learner learner = learning_user(d->windows, 0, row);
    learner.lowers = single ? 0 : LEARNING_TENANT | LEARNING_USER;
    learner.to = SEVERITY_MEDIUM;
    learning_lower(d, &learner, &v);
    return v;
}

/* Verdicts of one event or row, joined by day. */
struct days {
    struct verdict fires[BUCKETS_MAX], excused[BUCKETS_MAX];
    int64_t bucket[BUCKETS_MAX];
    unsigned n;
};

static void days_add(struct days *days, const struct verdict *v, int64_t bucket)
{
    unsigned i = 0;
    while (i < days->n && days->bucket[i] != bucket)
        i++;
    if (i == BUCKETS_MAX)
        return; /* pairs lie within 20 hours of the event: at most three days */
    if (i == days->n) {
        days->bucket[days->n++] = bucket;
        days->fires[i] = days->excused[i] = (struct verdict){0};
    }
    verdict_join(v->suppressed ? &days->excused[i] : &days->fires[i], v);
}

static void judge(const struct detection *d, const struct sighting *s)
{
    uint32_t row = baseline_row(s);
    enum suppression nowhere = SUPPRESSED_NOT;
    uint64_t own = row == TABLE_NONE ? 0 : sighting_place(s);
    if (row != TABLE_NONE && own == 0)
        own = sighting_nowhere(s, &nowhere);
    if (own == 0)
        return;
    int64_t near_ms = s->e->ev.time_ms;
    bool strong = is_strong(&s->e->ev);
    struct known known[PLACES_MAX];
    struct days days;
    unsigned n = read_places(d, row, near_ms, known);
    days.n = 0;
    /* Compare what was merged, not what came: or the verdict would depend on who came first. */
    for (unsigned i = 0; i < n; i++)
        if (PLACE_ID(known[i].place) == PLACE_ID(own) && known[i].strong == strong)
            own = known[i].place;
    for (unsigned i = 0; i < n; i++) {
        int64_t bucket;
        if (!(strong || known[i].strong) || place_cell(known[i].place) == place_cell(own))
            continue;
        struct verdict v = judge_pair(d, row, own, known[i].place, near_ms, &bucket);
        if (v.suppressed == SUPPRESSED_NOT)
            v.suppressed = nowhere;
        if (v.fires)
            days_add(&days, &v, bucket);
    }
    for (unsigned i = 0; i < days.n; i++)
        detector_say(d, s, s->user_hash, days.bucket[i],
                     days.fires[i].fires ? &days.fires[i] : &days.excused[i]);
}

/* The word of a place as it is kept now, its span perhaps wider; 0: it has left the row. */
static uint64_t kept(const struct known *known, unsigned n, uint64_t place)
{
    for (unsigned i = 0; i < n; i++)
        if (PLACE_ID(known[i].place) == PLACE_ID(place))
            return known[i].place;
    return 0;
}

static bool recheck(const struct detection *d, const struct report *report,
                    struct verdict *ret_verdict)
{
    uint32_t row = table_find(d->windows->table[WINDOWS_USER], report->subject);
    if (row == TABLE_NONE)
        return false;
    struct known known[PLACES_MAX];
    unsigned n = read_places(d, row, report->at_ms, known);
    int64_t bucket;
    struct verdict excused = {0};
    *ret_verdict = (struct verdict){0};
    for (unsigned i = 0; i < n; i++)
        for (unsigned j = i + 1; j < n; j++) {
            if (!(known[i].strong || known[j].strong))
                continue;
            struct verdict v =
                judge_pair(d, row, known[i].place, known[j].place, report->at_ms, &bucket);
            if (v.fires && bucket == report->bucket)
                verdict_join(v.suppressed == SUPPRESSED_NOT ? ret_verdict : &excused, &v);
        }
    if (ret_verdict->fires)
        return true;
    if (report->wordless) {
        *ret_verdict = excused;
        return excused.fires; /* or the pair has left the words, or is near by what came late */
    }
    uint64_t a = kept(known, n, report->verdict.words[0]);
    uint64_t b = kept(known, n, report->verdict.words[1]);
    if (a == 0 || b == 0)
        return false; /* a pair that has left the words stands as it was reported */
    *ret_verdict = judge_pair(d, row, a, b, report->at_ms, &bucket);
    return true;
}

/* Finds the address behind a place word: one of the user's that day which is in the same cell. */
static struct finding_address *add_end(const struct detection *d, uint32_t row, uint64_t place,
                                       int64_t near_ms, struct finding *f)
{
    static const int fields[] = {USER_STRONG_IP, USER_WEAK_IP};
    uint64_t day = (uint64_t)(place_slot_ms(place, near_ms) / DAY_MS) & 0xFFFF;
    for (unsigned k = 0; row != TABLE_NONE && k < 2; k++) {
        const struct field *field = &user_fields[fields[k]];
        const struct word *words = row_words(d->windows->table[WINDOWS_USER], row, field);
        for (unsigned i = 0; i < field->words; i++) {
            uint64_t word = word_load(&words[i]);
            if (word == 0 || word >> 48 != day)
                continue;
            struct prefix prefix = windows_ip_of(word);
            struct enriched_event e;
            enrich_ip(d->enricher, &prefix.ip, &e);
            double dlat = e.place.lat - place_lat(place), dlon = e.place.lon - place_lon(place);
            if (e.place.known && dlat * dlat < 0.01 && dlon * dlon < 0.01)
                return finding_address(d->enricher, f, &prefix, place_first_ms(place, near_ms));
        }
    }
    return NULL;
}

static void end_text(const struct finding_address *a, uint64_t place,
                     char text[static WHERE_TEXT_MAX])
{
    if (a)
        finding_where_of(a, text);
    else
        snprintf(text, WHERE_TEXT_MAX, "%.1f, %.1f", place_lat(place), place_lon(place));
}

static void describe(const struct detection *d, const struct report *report, struct finding *f)
{
    const struct verdict *v = &report->verdict;
    const struct travel_options *o = d->options;
    int64_t near_ms = report->at_ms;
    uint32_t row = table_find(d->windows->table[WINDOWS_USER], report->subject);
    struct leg leg = travel_leg(o, v->words[0], v->words[1], near_ms);
    char from[WHERE_TEXT_MAX], to[WHERE_TEXT_MAX], gap[SPAN_TEXT_MAX], where[WHERE_TEXT_MAX];
    int64_t gap_ms = leg.gap_ms ? leg.gap_ms : leg.last_ms - leg.first_ms;
    finding_user(f, &report->witness);
    end_text(add_end(d, row, v->words[0], near_ms, f), v->words[0], from);
    end_text(add_end(d, row, v->words[1], near_ms, f), v->words[1], to);
    finding_where(d->enricher, f, where);
    wording_span(gap_ms, gap);
    snprintf(f->title, sizeof f->title, "%.80s: sign-ins %.0f km apart within %s", f->subject,
             leg.km, gap);
    snprintf(f->desc, sizeof f->desc,
             "%.80s signed in from %.90s and, within %s, from %.90s. With all uncertainty of the "
             "database taken off the places are still %.0f km apart; nobody covers that at under "
             "%.0f km/h (limit %.0f km/h).",
             f->subject, from, gap, to, leg.km_min, verdict_measured(v, MEASURE_SPEED),
             o->max_speed_kmh);
    wording_span_ja(gap_ms, gap);
    snprintf(f->title_ja, sizeof f->title_ja, "%.80s: %s で %.0f km 離れたサインイン", f->subject,
             gap, leg.km);
}

static const struct attack attacks[] = {
    {"T1078.004", "Cloud Accounts", "TA0001", "Initial Access"},
    {"T1550.004", "Web Session Cookie", "TA0008", "Lateral Movement"},
    {.technique = NULL},
};
static const char *const types[] = {"Impossible travel", NULL};
static const char *const commands[] = {
    COMMAND_REVOKE(""),
    COMMAND_DISABLE("{user}"),
    COMMAND_RESET,
    NULL,
};

const struct detector detector_impossible_travel = {
    .name = "impossible_travel",
    .summary = "an account used from two places no traveller could join",
    .version = 2,
    .bucket_days = 1,
    .silence_ms = DAY_MS,
    .attacks = attacks,
    .types = types,
    .remediation =
        "Ask the user; if not theirs: revoke sessions, reset the password, review sign-ins "
        "and inbox rules since the first far event. Add offices and VPN egress to trusted "
        "networks if it was theirs.",
    .remediation_ja = "本人に確認し、心当たりがなければセッションを無効化、パスワードを再設定し、"
                      "最初の遠隔サインイン以降のサインインと受信トレイ ルールを確認してください。"
                      "正規の VPN・拠点であれば信頼済みネットワークに追加してください。",
    .commands = commands,
    .options = {"impossible_travel", options, sizeof(struct travel_options)},
    .shared_at = offsetof(struct travel_options, shared),
    .chain = {STAGE_ACCESS, 7, WINDOWS_USER, 30 * 1000, "sign-ins too far apart"},
    .update = update,
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
