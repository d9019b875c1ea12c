/* SPDX-License-Identifier: Apache-2.0
 *
 * What the running processor tells people, on stderr: one line each, a sentence and then key=value
 * pairs. Only plugin logs, once, where a decision is made. Each cause has its own limit: the first
 * line at once, then at most one a minute, which says how many were left out. Any thread.
 */
#ifndef PLUGIN_BASE_LOG_H
#define PLUGIN_BASE_LOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR, LOG_LEVEL_NONE };

/* Lines below this level are left out; LOG_LEVEL_INFO at first. Before the threads start. */
void log_threshold(enum log_level level);

/* `pairs` is a printf format of key=value pairs, "" for none. Control characters in the result are
 * replaced, so that no field of an event can begin a line of its own. */
void log_line(enum log_level level, const char *sentence, const char *pairs, ...)
    __attribute__((format(printf, 3, 4)));

#define log_info(...)    log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_error(...)   log_line(LOG_LEVEL_ERROR, __VA_ARGS__)

/* One cause: a static object where the line is written, zero at first. */
struct log_cause {
    _Atomic int64_t next_ms;   /* monotonic; 0: never said */
    _Atomic uint64_t left_out; /* since the last line */
};

/* True if the cause may be told now; *ret_left_out is then how often it was not told since. */
bool log_due(struct log_cause *cause, uint64_t *ret_left_out);

void log_limited(struct log_cause *cause, enum log_level level, const char *sentence,
                 const char *pairs, ...) __attribute__((format(printf, 4, 5)));

#endif
