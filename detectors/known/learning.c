/* SPDX-License-Identifier: Apache-2.0
 *
 * How long tenants and users have been known; see the header.
 */
#include "detectors/known/learning.h"

#include "detectors/known/baseline.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

struct learner learning_user(const struct windows *w, uint64_t tenant_hash, uint32_t user_row)
{
    if (user_row != TABLE_NONE)
        tenant_hash =
            word_load(row_words(w->table[WINDOWS_USER], user_row, &user_fields[USER_TENANT]));
    return (struct learner){.tenant_hash = tenant_hash, .has_user = true, .user_row = user_row};
}

/* Whole days from first_ms to time_ms, but no more than `most`. */
static int64_t days_known(int64_t first_ms, int64_t time_ms, int64_t most)
{
    int64_t days = first_ms > time_ms ? 0 : (time_ms - first_ms) / DAY_MS;
    return days < most ? days : most;
}

struct known {
    int64_t tenant, tenant_days, user, active;
};

static struct known read_known(const struct windows *w, const struct learner *l, int64_t time_ms)
{
    struct known k = {.tenant_days = l->tenant_days ? l->tenant_days : LEARNING_DAYS};
    int64_t first_ms = crowd_first_ms(w, l->tenant_hash, CROWD_ALL, 0);
    k.tenant = days_known(first_ms, time_ms, k.tenant_days);
    if (!l->has_user || l->user_row == TABLE_NONE)
        return k;
    k.user = days_known(baseline_first_ms(w, l->user_row), time_ms, LEARNING_DAYS);
    k.active = baseline_active_days(w, l->user_row, time_ms);
    if (k.active > LEARNING_ACTIVE_DAYS)
        k.active = LEARNING_ACTIVE_DAYS;
    return k;
}

static unsigned who_learns(const struct learner *l, const struct known *k)
{
    unsigned who = k->tenant < k->tenant_days ? LEARNING_TENANT : 0;
    if (l->has_user && (k->user < LEARNING_DAYS || k->active < LEARNING_ACTIVE_DAYS))
        who |= LEARNING_USER;
    return who;
}

static enum learning_mode mode_of(const struct detection *d)
{
    return (enum learning_mode)detector_shared(d)->learning;
}

bool learning_is(const struct detection *d, const struct learner *l, unsigned who, int64_t time_ms)
{
    struct known k = read_known(d->windows, l, time_ms);
    return mode_of(d) == LEARNING_FULL && who_learns(l, &k) & who;
}

void learning_lower(const struct detection *d, const struct learner *l, struct verdict *v)
{
    enum learning_mode mode = mode_of(d);
    if (!v->fires || v->suppressed != SUPPRESSED_NOT || mode == LEARNING_OFF)
        return;
    struct known k = read_known(d->windows, l, v->last_ms);
    unsigned who = who_learns(l, &k);
    v->unlearned = v->severity;
    if (who != 0)
        v->confidence = 1;
    if (mode == LEARNING_FULL && who & l->lowers && v->severity > l->to)
        v->severity = l->to;
    verdict_threshold(v, MEASURE_TENANT_KNOWN, (double)k.tenant, (double)k.tenant_days);
    if (!l->has_user)
        return;
    verdict_threshold(v, MEASURE_USER_KNOWN, (double)k.user, LEARNING_DAYS);
    verdict_threshold(v, MEASURE_USER_ACTIVE, (double)k.active, LEARNING_ACTIVE_DAYS);
}

/* The measure if it is below its threshold, else NULL. */
static const struct measure *below(const struct verdict *v, enum measure_id id)
{
    for (unsigned i = 0; i < v->measures_n; i++)
        if (v->measures[i].id == id)
            return v->measures[i].value < v->measures[i].threshold ? &v->measures[i] : NULL;
    return NULL;
}

/* What has been learnt long ago is no reason for anything. */
static void forget(struct verdict *v, enum measure_id id)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < v->measures_n; i++)
        if (v->measures[i].id != id || v->measures[i].value < v->measures[i].threshold)
            v->measures[kept++] = v->measures[i];
    v->measures_n = (uint8_t)kept;
}

void learning_tell(struct finding *f)
{
    forget(&f->verdict, MEASURE_TENANT_KNOWN);
    forget(&f->verdict, MEASURE_USER_KNOWN);
    forget(&f->verdict, MEASURE_USER_ACTIVE);
    const struct verdict *v = &f->verdict;
    const struct measure *tenant = below(v, MEASURE_TENANT_KNOWN),
                         *user = below(v, MEASURE_USER_KNOWN),
                         *active = below(v, MEASURE_USER_ACTIVE);
    size_t len = strlen(f->desc);
    char *to = f->desc + len;
    if (!tenant && !user && !active)
        return;
    int n = v->unlearned > v->severity
                ? snprintf(to, sizeof f->desc - len, " Severity is %s and not %s, as ",
                           severity_name(v->severity), severity_name(v->unlearned))
                : snprintf(to, sizeof f->desc - len, " Confidence is low, as ");
    len += (size_t)n;
    if (len >= sizeof f->desc)
        return;
    to = f->desc + len;
    static const char end[] = "what is usual is still being learnt.";
    if (tenant)
        snprintf(to, sizeof f->desc - len, "this tenant is known for %.0f of %.0f days: %s",
                 tenant->value, tenant->threshold, end);
    else if (user)
        snprintf(to, sizeof f->desc - len, "this user is known for %.0f of %.0f days: %s",
                 user->value, user->threshold, end);
    else
        snprintf(to, sizeof f->desc - len, "this user was active on %.0f of %.0f days needed: %s",
                 active->value, active->threshold, end);
}
