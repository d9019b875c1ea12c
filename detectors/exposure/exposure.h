/* SPDX-License-Identifier: Apache-2.0
 *
 * What detectors/exposure/exposure.c keeps of a tenant's sign-ins, and how its points are put into words.
 *
 * For each point a crowd row (crowd.h) with the users who make it true. Beside them one row for
 * each bucket, CROWD_SIGN_INS: the ids of sign-ins, so that "at least twenty" is exact, and flags
 * for what makes no point true but tells what its absence is worth. Failures write only these
 * flags: no set, because invented names must not take the blocks in which the users of tenants are
 * counted.
 */
#ifndef DETECTORS_EXPOSURE_EXPOSURE_H
#define DETECTORS_EXPOSURE_EXPOSURE_H

#include "detectors/known/crowd.h"

enum exposure_flag {
    EXPOSURE_APP = 1 << 0,            /* a success named its application, */
    EXPOSURE_CLIENT = 1 << 1,         /* its client or protocol, */
    EXPOSURE_ACCESS = 1 << 2,         /* what Conditional Access did */
    EXPOSURE_CLI_TRIED = 1 << 3,      /* a command line's sign-in failed */
    EXPOSURE_ROPC_TRIED = 1 << 4,     /* a password-only request got as far as the password */
    EXPOSURE_ROPC_STOPPED = 1 << 5,   /* one with the right password was refused */
    EXPOSURE_LEGACY_STOPPED = 1 << 6, /* and one by a legacy protocol */
};

struct exposure_options {
    bool enabled;
    struct shared_options shared;
    int64_t window_ms, min_sign_ins;
};

/* What a finding of a bucket is about: days that end with the bucket. */
struct exposure_span {
    int64_t from_ms, to_ms;
    unsigned days;
    uint64_t flags; /* enum exposure_flag, of the bucket, and of the one before where it reaches */
};
struct exposure_span exposure_span(const struct detection *d, uint64_t tenant_hash, int64_t bucket);

/* Fills points, users, title, desc of a finding about a tenant. */
void exposure_describe(const struct detection *d, const struct report *report, struct finding *f);

#endif
