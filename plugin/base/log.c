/* SPDX-License-Identifier: Apache-2.0
 *
 * Log lines on stderr. A line is built in one buffer and written with one call, so that lines of
 * several threads do not mix. See log.h.
 */
#include "plugin/base/log.h"

#include "plugin/base/clock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

enum { LINE_MAX_BYTES = 1024, LIMIT_MS = 60000 };

static enum log_level threshold = LOG_LEVEL_INFO;
static const char *const level_names[] = {"info", "warning", "error"};

void log_threshold(enum log_level level)
{
    threshold = level;
}

static size_t line_begin(char *line, enum log_level level, const char *sentence)
{
    const int64_t now = clock_wall_ms();
    const time_t seconds = (time_t)(now / 1000);
    struct tm utc;
    char stamp[32];
    int n;

    gmtime_r(&seconds, &utc);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    n = snprintf(line, LINE_MAX_BYTES, "%s.%03dZ %s: %s", stamp, (int)(now % 1000),
                 level_names[level], sentence);
    return n < LINE_MAX_BYTES ? (size_t)n : LINE_MAX_BYTES - 1;
}

__attribute__((format(printf, 4, 0))) static void line_write(enum log_level level,
                                                             const char *sentence,
                                                             uint64_t left_out, const char *pairs,
                                                             va_list args)
{
    char line[LINE_MAX_BYTES + 1];
    size_t n = line_begin(line, level, sentence);

    if (pairs[0] && n + 1 < LINE_MAX_BYTES) {
        line[n++] = ' ';
        const int more = vsnprintf(line + n, LINE_MAX_BYTES - n, pairs, args);
        n += (size_t)more < LINE_MAX_BYTES - n ? (size_t)more : LINE_MAX_BYTES - n - 1;
    }
    if (left_out > 0 && n + 1 < LINE_MAX_BYTES) {
        const int more = snprintf(line + n, LINE_MAX_BYTES - n, " left_out=%" PRIu64, left_out);
        n += (size_t)more < LINE_MAX_BYTES - n ? (size_t)more : LINE_MAX_BYTES - n - 1;
    }
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = '?';
    line[n++] = '\n';
    fwrite(line, 1, n, stderr);
}

void log_line(enum log_level level, const char *sentence, const char *pairs, ...)
{
    va_list args;

    if (level < threshold)
        return;
    va_start(args, pairs);
    line_write(level, sentence, 0, pairs, args);
    va_end(args);
}

/* Relaxed is enough: two threads at the same moment may at worst both find the cause due, and the
 * CAS lets one of them win. */
bool log_due(struct log_cause *cause, uint64_t *ret_left_out)
{
    const int64_t now = clock_mono_ms();
    int64_t next = atomic_load_explicit(&cause->next_ms, memory_order_relaxed);

    if ((next != 0 && now < next) ||
        !atomic_compare_exchange_strong_explicit(&cause->next_ms, &next, now + LIMIT_MS,
                                                 memory_order_relaxed, memory_order_relaxed)) {
        atomic_fetch_add_explicit(&cause->left_out, 1, memory_order_relaxed);
        return false;
    }
    *ret_left_out = atomic_exchange_explicit(&cause->left_out, 0, memory_order_relaxed);
    return true;
}

void log_limited(struct log_cause *cause, enum log_level level, const char *sentence,
                 const char *pairs, ...)
{
    uint64_t left_out = 0;
    va_list args;

    if (level < threshold || !log_due(cause, &left_out))
        return;
    va_start(args, pairs);
    line_write(level, sentence, left_out, pairs, args);
    va_end(args);
}
