/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts in fixed cells. Each number is true by itself, so they are relaxed; a tenant's name is
 * written before the number of tenants says that it is there (release, with the acquire of
 * held_tenants).
 */
#include "plugin/path/held.h"

#include <stdatomic.h>
#include <stdlib.h>

struct cells {
    _Atomic uint64_t n[DETECTORS_MAX][SUPPRESSED_N];
};

struct held {
    _Atomic unsigned tenants_n;
    char tenants[HELD_TENANTS][WITNESS_TEXT_MAX];
    struct cells cells[HELD_TENANTS + 1];
};

struct held *held_new(void)
{
    return calloc(1, sizeof(struct held));
}

void held_free(struct held *held)
{
    free(held);
}

/* Ids differ in case between products, as in the config. */
static unsigned tenant_of(struct held *held, const char *name)
{
    unsigned n = atomic_load_explicit(&held->tenants_n, memory_order_relaxed);
    for (unsigned i = 0; i < n; i++)
        if (slice_equal_nocase(slice_of(held->tenants[i]), slice_of(name)))
            return i;
    if (n == HELD_TENANTS)
        return HELD_OTHERS;
    memcpy(held->tenants[n], name, strlen(name) + 1);
    atomic_store_explicit(&held->tenants_n, n + 1, memory_order_release);
    return n;
}

void held_add(struct held *held, const struct report *report)
{
    unsigned tenant = tenant_of(held, report->witness.tenant);
    unsigned detector = detector_index(report->detector);
    atomic_fetch_add_explicit(&held->cells[tenant].n[detector][report->verdict.suppressed], 1,
                              memory_order_relaxed);
}

unsigned held_tenants(const struct held *held)
{
    return atomic_load_explicit(&held->tenants_n, memory_order_acquire);
}

const char *held_tenant(const struct held *held, unsigned tenant)
{
    return tenant < HELD_TENANTS ? held->tenants[tenant] : "others";
}

uint64_t held_count(const struct held *held, unsigned tenant, unsigned detector,
                    enum suppression reason)
{
    return atomic_load_explicit(&held->cells[tenant].n[detector][reason], memory_order_relaxed);
}

uint64_t held_of_tenant(const struct held *held, unsigned tenant)
{
    uint64_t sum = 0;
    for (unsigned d = 0; d < DETECTORS_MAX; d++)
        for (int r = 0; r < SUPPRESSED_N; r++)
            sum += held_count(held, tenant, d, (enum suppression)r);
    return sum;
}

uint64_t held_total(const struct held *held, unsigned detector, enum suppression reason)
{
    uint64_t sum = held_count(held, HELD_OTHERS, detector, reason);
    for (unsigned t = 0; t < held_tenants(held); t++)
        sum += held_count(held, t, detector, reason);
    return sum;
}
