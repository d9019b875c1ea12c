/* SPDX-License-Identifier: Apache-2.0
 *
 * The words of a session row: its fields, packing, reading and the distance of two contexts. The
 * words are drawn in context.h. Pure functions and readers; any thread.
 */
#include "detectors/session/context.h"

#include "geoip/distance.h"

#include <math.h>

/* A session of a tenant; made by what succeeded only. */
const struct field session_fields[SESSION_FIELDS_N] = {
    [SESSION_TENANT] = MAX_FIELD("tenant", 0, 1), /* keyed hash */
    [SESSION_FIRST] = MAX_FIELD("first", 1, 1),   /* ~ms: the earliest use */
    [SESSION_AUTH] = MAX_FIELD("auth", 2, 1),     /* ~ms: the earliest interactive sign-in */
    [SESSION_FLAGS] = OR_FIELD("flags", 3, 1),    /* enum session_flag */
    [SESSION_USERS] = TOP_FIELD("users", 4, 2),   /* keys of user rows */
    [SESSION_USES] = WEEKS_FIELD("uses", 6, 3),
    [SESSION_STRANGE] = WEEKS_FIELD("strange", 9, 3),
    [SESSION_CONTEXTS] = TOP_FIELD("contexts", 12, CONTEXTS_MAX),
    [SESSION_SPANS] = CONTEXT_SPANS_FIELD("spans", 24, CONTEXTS_MAX),
    [SESSION_IPS] = TOP_FIELD("ips", 36, 4), /* windows_ip_word */
};

#define EPOCH_MS INT64_C(1420070400000) /* 2015-01-01T00:00:00Z */
#define WEEK_MS  (INT64_C(7) * 24 * 60 * 60 * 1000)

enum { TAG_SHIFT = 41, SLOT_BITS = 20, SLOTS = 1 << SLOT_BITS, LAT_CELLS = 254, LON_CELLS = 512 };
enum {
    ASN_AT = 42,
    LAT_AT = 34,
    LON_AT = 25,
    RADIUS_AT = 23,
    KIND_AT = 20,
    OS_AT = 17,
    FAMILY_AT = 10,
    CLASS_AT = 7,
    DEVICE_AT = 1
};
/* Half the diagonal of a cell at each end. */
#define CELLS_KM      112.0
#define RADIUS_FACTOR 1.5 /* as for impossible_travel: the databases' radius holds only 67 % */

static const double radius_km[4] = {0, 50, 100, CONTEXT_RADIUS_MAX_KM};

static uint64_t bits(uint64_t word, unsigned at, unsigned n)
{
    return word >> at & ((UINT64_C(1) << n) - 1);
}

/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014) between two keys: a bijection. The keys are
 * hashes of the secret, for words are published. */
static uint64_t mix_key(const struct windows *w, uint64_t which)
{
    return hash_words(&w->key, (const uint64_t[]){0x636f6e74657874, which}, 2);
}

static uint64_t mix(const struct windows *w, uint64_t v)
{
    v ^= mix_key(w, 0);
    v = (v ^ v >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    v = (v ^ v >> 27) * UINT64_C(0x94d049bb133111eb);
    return v ^ v >> 31 ^ mix_key(w, 1);
}

static uint64_t unmix(const struct windows *w, uint64_t v)
{
    v ^= mix_key(w, 1);
    v = (v ^ v >> 31 ^ v >> 62) * UINT64_C(0x319642b2d24d8ec3);
    v = (v ^ v >> 27 ^ v >> 54) * UINT64_C(0x96de1b173f119089);
    return v ^ v >> 30 ^ v >> 60 ^ mix_key(w, 0);
}

uint64_t context_word(const struct windows *w, const struct context *c)
{
    uint64_t id = (uint64_t)baseline_asn(c->asn) << ASN_AT;
    if (c->has_place) {
        double lat = c->lat < -90 ? -90 : c->lat > 90 ? 90 : c->lat;
        double lon = c->lon / 360 + 0.5;
        uint64_t radius = c->radius_km <= radius_km[1] ? 1 : c->radius_km <= radius_km[2] ? 2 : 3;
        id |= (uint64_t)round((lat + 90) / 180 * LAT_CELLS) << LAT_AT;
        id |= ((uint64_t)round((lon - floor(lon)) * LON_CELLS) & (LON_CELLS - 1)) << LON_AT;
        id |= radius << RADIUS_AT;
    }
    id |= bits(c->agent, 16, 3) << KIND_AT | bits(c->agent, 8, 3) << OS_AT |
          bits(c->agent, 0, 7) << FAMILY_AT | (uint64_t)c->net << CLASS_AT |
          bits(c->device, 0, 6) << DEVICE_AT | c->refresh;
    return mix(w, id);
}

struct context context_of_word(const struct windows *w, uint64_t word)
{
    uint64_t id = unmix(w, word);
    struct context c = {.asn = (uint32_t)(id >> ASN_AT),
                        .has_place = bits(id, RADIUS_AT, 2) != 0,
                        .agent = (uint32_t)(bits(id, KIND_AT, 3) << 16 | bits(id, OS_AT, 3) << 8 |
                                            bits(id, FAMILY_AT, 7)),
                        .net = (enum context_class)bits(id, CLASS_AT, 3),
                        .device = (uint8_t)bits(id, DEVICE_AT, 6),
                        .refresh = id & 1,
                        .word = word};
    if (c.has_place) {
        c.lat = (double)bits(id, LAT_AT, 8) * 180 / LAT_CELLS - 90;
        c.lon = (double)bits(id, LON_AT, 9) * 360 / LON_CELLS - 180;
        c.radius_km = radius_km[bits(id, RADIUS_AT, 2)];
    }
    return c;
}

static uint64_t span_tag(uint64_t word)
{
    return (word >> TAG_SHIFT) + 1; /* an identity of 0 would be no word */
}

uint64_t context_span(uint64_t word, int64_t time_ms)
{
    int64_t slot = (time_ms - EPOCH_MS) / CONTEXT_SLOT_MS;
    uint64_t s = slot < 0 ? 0 : slot >= SLOTS ? SLOTS - 1 : (uint64_t)slot;
    return span_tag(word) << CONTEXT_SPAN_BITS | s << SLOT_BITS | s;
}

uint64_t week_word(int64_t time_ms)
{
    uint64_t second = (uint64_t)(time_ms % WEEK_MS / 1000);
    return (uint64_t)(time_ms / WEEK_MS) << WEEK_SPAN_BITS | second << SLOT_BITS | second;
}

unsigned context_read(const struct windows *w, uint32_t row,
                      struct context ret[static CONTEXTS_MAX])
{
    const struct table *t = w->table[WINDOWS_SESSION];
    const struct word *words = row_words(t, row, &session_fields[SESSION_CONTEXTS]);
    const struct word *spans = row_words(t, row, &session_fields[SESSION_SPANS]);
    unsigned n = 0;
    for (unsigned i = 0; i < CONTEXTS_MAX; i++) {
        uint64_t word = word_load(&words[i]);
        for (unsigned k = 0; word != 0 && k < CONTEXTS_MAX; k++) {
            uint64_t span = word_load(&spans[k]);
            if (span >> CONTEXT_SPAN_BITS != span_tag(word))
                continue;
            ret[n] = context_of_word(w, word);
            ret[n].first_ms =
                EPOCH_MS + (int64_t)bits(span, SLOT_BITS, SLOT_BITS) * CONTEXT_SLOT_MS;
            ret[n].last_ms = EPOCH_MS + (int64_t)bits(span, 0, SLOT_BITS) * CONTEXT_SLOT_MS;
            n++;
            break;
        }
    }
    return n;
}

bool context_week(const struct windows *w, uint32_t row, const struct field *field, int64_t week,
                  int64_t *ret_first_ms, int64_t *ret_last_ms)
{
    const struct word *words = row_words(w->table[WINDOWS_SESSION], row, field);
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t word = word_load(&words[i]);
        if (word == 0 || (int64_t)(word >> WEEK_SPAN_BITS) != week)
            continue;
        *ret_first_ms = week * WEEK_MS + (int64_t)bits(word, SLOT_BITS, SLOT_BITS) * 1000;
        *ret_last_ms = week * WEEK_MS + (int64_t)bits(word, 0, SLOT_BITS) * 1000;
        return true;
    }
    return false;
}

double context_km_min(const struct context *a, const struct context *b)
{
    if (!a->has_place || !b->has_place)
        return 0;
    double km = DISTANCE_SAFE * distance_km(a->lat, a->lon, b->lat, b->lon) -
                RADIUS_FACTOR * (a->radius_km + b->radius_km) - CELLS_KM;
    return km > 0 ? km : 0;
}
