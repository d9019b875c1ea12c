/* SPDX-License-Identifier: Apache-2.0
 *
 * What parsing is measured against: yajl with callbacks that do nothing, over the same bytes, in
 * the same run, by the processor time of this thread.
 */
#ifndef TESTS_BENCH_BARE_H
#define TESTS_BENCH_BARE_H

#include "parsers/values/slice.h"

#include <stdlib.h>
#include <time.h>
#include <yajl/yajl_parse.h>

static inline int bare_scalar(void *ctx)
{
    (void)ctx;
    return 1;
}

static inline int bare_boolean(void *ctx, int value)
{
    (void)value;
    return bare_scalar(ctx);
}

static inline int bare_number(void *ctx, const char *text, size_t len)
{
    (void)text, (void)len;
    return bare_scalar(ctx);
}

static inline int bare_string(void *ctx, const unsigned char *text, size_t len)
{
    (void)text, (void)len;
    return bare_scalar(ctx);
}

static const yajl_callbacks bare_nothing = {.yajl_null = bare_scalar,
                                            .yajl_boolean = bare_boolean,
                                            .yajl_number = bare_number,
                                            .yajl_string = bare_string,
                                            .yajl_start_map = bare_scalar,
                                            .yajl_map_key = bare_string,
                                            .yajl_end_map = bare_scalar,
                                            .yajl_start_array = bare_scalar,
                                            .yajl_end_array = bare_scalar};

static inline void bare_read(void *ctx, struct slice text)
{
    (void)ctx;
    yajl_handle yajl = yajl_alloc(&bare_nothing, NULL, NULL);
    yajl_config(yajl, yajl_dont_validate_strings, 1);
    yajl_config(yajl, yajl_allow_multiple_values, 1);
    if (yajl_parse(yajl, (const unsigned char *)text.ptr, text.len) != yajl_status_ok)
        abort();
    yajl_free(yajl);
}

static inline double bare_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#endif
