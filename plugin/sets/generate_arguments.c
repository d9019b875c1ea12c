/* SPDX-License-Identifier: Apache-2.0
 */
#include "plugin/sets/generate_arguments.h"

#include "config/diag.h"
#include "config/units.h"
#include "parsers/values/timestamp.h"
#include "plugin/sets/worlds.h"

#include <stdarg.h>
#include <stdlib.h>

/* Monday, 2 March 2026: a fixed day, so that a seed alone names a set. */
#define START_MS INT64_C(1772409600000)

enum { SEED = 1, TENANTS = 3, USERS = 120, DAYS = 7, LEAST_PER_TENANT = 5 };

struct reading {
    struct arguments *out;
    const char *attacks, *world;
    char *wrong;
};

static bool wrong(struct reading *in, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool wrong(struct reading *in, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(in->wrong, ARGUMENTS_WRONG_MAX, format, args);
    va_end(args);
    return false;
}

static bool whole(struct reading *in, const char *name, const char *text, int64_t least,
                  int64_t most, int64_t *ret)
{
    if (units_read_whole(UNIT_COUNT, text, ret) != 0 || *ret < least || *ret > most)
        return wrong(in, "%s takes a number from %lld to %lld, not \"%.40s\"", name,
                     (long long)least, (long long)most, text);
    return true;
}

static bool read_number(struct reading *in, const char *name, const char *text)
{
    const struct {
        const char *name;
        unsigned *to;
        int64_t most;
    } numbers[] = {{"--tenants", &in->out->plan.tenants, TENANTS_MAX},
                   {"--users", &in->out->plan.users, USERS_MAX},
                   {"--days", &in->out->plan.days, DAYS_MAX}};
    int64_t value = 0;

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (strcmp(name, numbers[i].name) == 0) {
            if (!whole(in, name, text, 1, numbers[i].most, &value))
                return false;
            *numbers[i].to = (unsigned)value;
        }
    return true;
}

/* "60x", or a bare 60. */
static bool read_pace(struct reading *in, const char *name, const char *text)
{
    char *end = NULL;
    const double value = strtod(text, &end);
    const bool is_speed = strcmp(name, "--speed") == 0;

    if (end == text || (strcmp(end, "") != 0 && !(is_speed && strcmp(end, "x") == 0)) ||
        !(value > 0 && value < 1e9))
        return wrong(in, "%s takes a number above 0%s, not \"%.40s\"", name,
                     is_speed ? " such as 60x" : "", text);
    *(is_speed ? &in->out->pace.speed : &in->out->pace.rate) = value;
    return true;
}

static bool read_start(struct reading *in, const char *text)
{
    int64_t ms = 0;

    if (!timestamp_parse(slice_of(text), &ms) && strlen(text) == 10) {
        char whole_day[32];
        snprintf(whole_day, sizeof whole_day, "%sT00:00:00Z", text);
        if (!timestamp_parse(slice_of(whole_day), &ms))
            ms = 0;
    }
    if (ms == 0)
        return wrong(in, "--start takes a time such as 2026-03-02T00:00:00Z, not \"%.40s\"", text);
    in->out->plan.start_ms = ms - ms % DAY_MS;
    return true;
}

/* An option with its value. */
static bool read_option(struct reading *in, const char *name, const char *value)
{
    const struct {
        const char *name;
        const char **to;
    } texts[] = {{"--truth", &in->out->truth}, {"-o", &in->out->dir},
                 {"-c", &in->out->config},     {"--topic", &in->out->topic},
                 {"--world", &in->world},      {"--attacks", &in->attacks}};
    int64_t seed = 0;

    if (!value)
        return wrong(in, "%.40s needs a value", name);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(name, texts[i].name) == 0) {
            *texts[i].to = value;
            return true;
        }
    if (strcmp(name, "--start") == 0)
        return read_start(in, value);
    if (strcmp(name, "--rate") == 0 || strcmp(name, "--speed") == 0)
        return read_pace(in, name, value);
    if (strcmp(name, "--seed") == 0) {
        if (!whole(in, name, value, 0, INT64_MAX, &seed))
            return false;
        in->out->plan.seed = (uint64_t)seed;
        return true;
    }
    return read_number(in, name, value);
}

static bool is_option(const char *name)
{
    static const char *const names[] = {"--seed",  "--tenants", "--users", "--days",  "--attacks",
                                        "--truth", "-o",        "-c",      "--topic", "--world",
                                        "--start", "--rate",    "--speed"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* --- what depends on other options --- */

static bool choose_world(struct reading *in)
{
    const char *names[16];
    size_t n = 0;

    in->out->world = in->world ? NULL : worlds_all[0];
    for (; worlds_all[n] && n < 16; n++) {
        names[n] = worlds_all[n]->name;
        if (in->world && strcmp(in->world, names[n]) == 0)
            in->out->world = worlds_all[n];
    }
    if (in->out->world)
        return true;
    const char *near = in->world ? diag_nearest(in->world, names, n) : NULL;
    return wrong(in, "no world \"%.40s\"; %s \"%s\"", in->world ? in->world : "",
                 near ? "did you mean" : "there is",
                 near ? near
                 : n  ? names[0]
                      : "none");
}

/* One KIND or KIND:N of the list. */
static bool read_kind(struct reading *in, const char *text, size_t len)
{
    const struct attack_kind *kinds = in->out->world->attacks;
    const struct world_plan *plan = &in->out->plan;
    char word[64];
    int64_t n = -1;

    snprintf(word, sizeof word, "%.*s", (int)len, text);
    char *colon = strchr(word, ':');
    if (colon) {
        *colon = '\0';
        if (!whole(in, word, colon + 1, 0, UINT32_MAX, &n))
            return false;
    }
    const char *names[ARGUMENTS_ATTACKS_MAX];
    size_t k = 0;
    for (; kinds[k].name && k < ARGUMENTS_ATTACKS_MAX; k++) {
        names[k] = kinds[k].name;
        if (strcmp(word, names[k]) != 0)
            continue;
        const unsigned usual = kinds[k].usual(plan->tenants, plan->users, plan->days);
        in->out->attacks[k] = n >= 0 ? (unsigned)n : usual ? usual : 1;
        return true;
    }
    const char *near = diag_nearest(word, names, k);
    return wrong(in, "no attack \"%s\"%s%s%s", word, near ? "; did you mean \"" : "",
                 near ? near : "; spoor generate --help names them", near ? "\"?" : "");
}

static bool choose_attacks(struct reading *in)
{
    const struct attack_kind *kinds = in->out->world->attacks;
    const struct world_plan *plan = &in->out->plan;
    const char *list = in->attacks ? in->attacks : "all";

    if (strcmp(list, "none") == 0)
        return true;
    if (strcmp(list, "all") == 0) {
        for (size_t k = 0; kinds[k].name && k < ARGUMENTS_ATTACKS_MAX; k++)
            in->out->attacks[k] = kinds[k].usual(plan->tenants, plan->users, plan->days);
        return true;
    }
    for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (!read_kind(in, at, strcspn(at, ",")))
            return false;
    return true;
}

static bool check_together(struct reading *in)
{
    const struct arguments *out = in->out;

    if (out->plan.users < LEAST_PER_TENANT * out->plan.tenants)
        return wrong(in, "%u tenants have at least %u users; see --users", out->plan.tenants,
                     LEAST_PER_TENANT * out->plan.tenants);
    if (out->dir && out->topic)
        return wrong(in, "-o and --topic exclude each other");
    if (!out->config != !out->topic)
        return wrong(in, "-c and --topic belong together");
    return true;
}

bool arguments_read(int argc, char **argv, struct arguments *ret_arguments,
                    char ret_wrong[static ARGUMENTS_WRONG_MAX])
{
    struct reading in = {.out = ret_arguments, .wrong = ret_wrong};

    *ret_arguments = (struct arguments){
        .plan = {
            .seed = SEED, .start_ms = START_MS, .days = DAYS, .tenants = TENANTS, .users = USERS}};
    for (int i = 1; i < argc; i += 2) {
        if (!is_option(argv[i]))
            return wrong(&in, "no option \"%.40s\"", argv[i]);
        if (!read_option(&in, argv[i], i + 1 < argc ? argv[i + 1] : NULL))
            return false;
    }
    return choose_world(&in) && choose_attacks(&in) && check_together(&in);
}
