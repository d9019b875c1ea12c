/* SPDX-License-Identifier: Apache-2.0
 *
 * When many users tried from one source are a spray: thresholds and the evaluation of one row. The
 * words are those of source and network rows; password_spray.c decides which rows to ask.
 *
 * Three shapes, because a spray hides along one of three axes:
 *   FAST  one source, half an hour                     (many users at once)
 *   SLOW  one network and fingerprint, a day or 14     (a few an hour, addresses rotating)
 *   WIDE  one fingerprint from many networks, a day    (proxies)
 */
#ifndef DETECTORS_SPRAY_SPRAY_H
#define DETECTORS_SPRAY_SPRAY_H

#include "detectors/frame/ladder.h"

enum spray_shape { SPRAY_FAST, SPRAY_SLOW, SPRAY_WIDE };

struct spray_options {
    bool enabled;
    struct shared_options shared;
    int64_t min_users;
    int64_t size_floor, size_ceiling;
    double quiet_factor, egress_share;
    int64_t tries_per_user;
};

struct spray {
    bool fires;
    bool shared; /* would fire, but at least as many users succeed as are tried */
    bool egress; /* would fire, but the source is established egress */
    unsigned tried, ok, addresses, threshold;
    bool tried_about, ok_about, addresses_about; /* estimates */
    int64_t window_ms;                           /* of the window that decides */
    int64_t end_ms;                              /* the last moment of that sub-window */
};

/* Distinct tried users that make a spray in a tenant of `size` users (crowd_tenant_size): the
 * operator's number, or
 *                                                                                size unknown
 *   FAST  half of the users or 2 log2 of them, the lesser, from size_floor to size_ceiling      5
 *   SLOW  the same, at least 5                                                                   8
 *   WIDE  with 4 log2, from one and a half floors to two ceilings                               15
 *
 * A burst of nine users is seen in a tenant of ten and lost in one of 50,000.
 * quiet: times quiet_factor, but never below size_floor: for hosting, vpn and unknown networks
 * without a success before the cut, where no honest crowd lives. */
unsigned spray_threshold(const struct spray_options *o, enum spray_shape shape, unsigned size,
                         bool quiet);

/* A row's threshold on a day, and what it is made of. Established egress (crowd.h) asks for a share
 * of its users: of thousands behind one address, dozens mistype on the Monday when passwords
 * expire. That three times the usual day's failures belong to it too, as the notes had it, is left
 * out: rows of sources remember an hour. */
struct spray_limit {
    unsigned threshold, base;    /* base: but for the egress */
    unsigned size, egress_users; /* of the tenant; users who succeed from here */
    bool quiet, established;
};
struct spray_limit spray_limit(const struct detection *d, enum spray_shape shape, uint32_t row,
                               int64_t day);

/* Evaluates a row for all windows that contain time_ms (0: for all) and end on a day (number since
 * 1970) in a sub-window in which somebody was tried; gives the one with the most users tried.
 * `table` and shape belong together: FAST asks source rows, the others network rows. d: that of
 * password_spray. */
struct spray spray_evaluate(const struct detection *d, enum spray_shape shape, uint32_t row,
                            int64_t time_ms, int64_t day);

/* The last day on which a window that contains time_ms may end, for any shape, as far as row tells.
 */
int64_t spray_last_day(const struct windows *w, unsigned table, uint32_t row, int64_t time_ms);

/* How long after its end a window of this shape can still be evaluated, while newer events come. */
int64_t spray_memory_ms(enum spray_shape shape);

#endif
