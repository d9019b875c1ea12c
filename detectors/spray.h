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
#ifndef DETECTORS_SPRAY_H
#define DETECTORS_SPRAY_H

#include "detectors/ladder.h"

enum spray_shape { SPRAY_FAST, SPRAY_SLOW, SPRAY_WIDE };

struct spray_options {
    bool enabled;
    int64_t min_users;
    int64_t size_floor, size_ceiling;
    double quiet_factor;
    int64_t tries_per_user;
};

struct spray {
    bool fires;
    bool shared; /* would fire, but at least as many users succeed as are tried */
    unsigned tried, ok, addresses, threshold;
    bool tried_about, ok_about, addresses_about; /* estimates */
    int64_t window_ms;                           /* of the window that decides */
    int64_t end_ms;                              /* the last moment of that sub-window */
};

/* Distinct tried users that make a spray: the operator's, or by the tenant's size, which until it
 * has been learnt counts as unknown: 5 from one source, 8 from a network, 15 from everywhere.
 * Halved, but never below size_floor, for hosting, vpn and unknown networks without a success on
 * any day before the cut: no honest crowd lives there. */
unsigned spray_threshold(const struct spray_options *o, enum spray_shape shape, bool quiet);

/* Evaluates a row for all windows that contain time_ms (0: for all) and end on a day (number since
 * 1970) in a sub-window in which somebody was tried; gives the one with the most users tried.
 * `table` and shape belong together: FAST asks source rows, the others network rows. */
struct spray spray_evaluate(const struct windows *w, const struct spray_options *o,
                            enum spray_shape shape, uint32_t row, int64_t time_ms, int64_t day);

/* The last day on which a window that contains time_ms may end, for any shape, as far as row tells.
 */
int64_t spray_last_day(const struct windows *w, unsigned table, uint32_t row, int64_t time_ms);

/* How long after its end a window of this shape can still be evaluated, while newer events come. */
int64_t spray_memory_ms(enum spray_shape shape);

#endif
