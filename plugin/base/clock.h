/* SPDX-License-Identifier: Apache-2.0
 *
 * THE clock: no other file reads one. Clocks decide when something is published, retried or given
 * up, never what is true: event time comes from the events. Any thread.
 */
#ifndef PLUGIN_BASE_CLOCK_H
#define PLUGIN_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_mono_ms(void);    /* since some fixed moment, never backwards: for intervals */
int64_t clock_wall_ms(void);    /* since 1970 UTC: for log lines */
uint64_t clock_thread_ns(void); /* processor time of the calling thread */

void clock_sleep_us(unsigned us); /* may wake early */

#endif
