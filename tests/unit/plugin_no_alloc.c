/* SPDX-License-Identifier: Apache-2.0
 *
 * The event path allocates nothing after start-up: the allocator of this program counts, and
 * 100,000 varied events, evictions and findings included, must not move the count, nor the golden
 * inputs of every format, plain and in envelopes, gzip among them. Findings are also written as
 * JSON here. A sanitizer has its own allocator, so there the events run and nothing
 * is counted.
 */
#include "plugin/files/replay.h"
#include "tests/bench/record.h"
#include "tests/unit/wrapping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <glob.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNTING 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COUNTING 0
#endif
#endif
#ifndef COUNTING
#define COUNTING 1
#endif

static unsigned long calls;

#if COUNTING
/* glibc's own names for its allocator. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t align, size_t size);
void __libc_free(void *ptr);

void *malloc(size_t size)
{
    calls++;
    return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    calls++;
    return __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
    calls++;
    return __libc_realloc(old, size);
}

void *aligned_alloc(size_t align, size_t size)
{
    calls++;
    return __libc_memalign(align, size);
}

int posix_memalign(void **ret, size_t align, size_t size)
{
    calls++;
    *ret = __libc_memalign(align, size);
    return *ret ? 0 : ENOMEM;
}

void free(void *ptr)
{
    calls++;
    __libc_free(ptr);
}
#endif

enum { WARM_UP = 10000, EVENTS = 100000, USERS = 20000, BATCH = 50 };

static struct record_text batch[BATCH];
static char line[FINDING_JSON_MAX];

static void say(void *ctx, const struct finding *f)
{
    unsigned long *said = ctx;
    struct json_out out = json_begin(line, sizeof line);
    assert_true(finding_json(&out, f));
    ++*said;
}

static void run(struct replay *replay, uint64_t from, uint64_t to)
{
    static const char broken[] = "{\"a\":[1,2,{\"b\":\n";
    for (uint64_t i = from; i < to; i++) {
        struct record_text *r = &batch[i % BATCH];
        record_vary(r, i, USERS);
        replay_take(replay, (struct slice){r->text, r->len}, i);
        if (i % BATCH != BATCH - 1)
            continue;
        replay_take(replay, (struct slice){broken, sizeof broken - 1}, i);
        replay_flush(replay);
    }
}

static void events_allocate_nothing(void **state)
{
    (void)state;
    unsigned long said = 0;
    const struct speaker_out out = {&said, say};
    struct diag *diag = diag_new();
    struct setup setup;
    assert_int_equal(setup_init(&setup, "tests/data/cli/fine.yaml", diag), 0);
    struct replay *replay = replay_new(&setup, &out, false);
    for (int i = 0; i < BATCH; i++)
        record_make(&batch[i]);
    run(replay, 0, WARM_UP);
    unsigned long before = calls, said_before = said;
    if (COUNTING)
        assert_true(before > 0); /* the counter counts */
    run(replay, WARM_UP, WARM_UP + EVENTS);
    replay_end(replay);
    unsigned long after = calls;
    assert_int_equal(after - before, 0);
    assert_int_equal(replay_counts(replay).events, WARM_UP + EVENTS);
    assert_true(replay_counts(replay).bad > 0);
    assert_true(said > said_before);
    assert_true(table_counts(setup.windows->table[WINDOWS_USER]).evicted > 0);
    replay_free(replay);
    setup_done(&setup);
    diag_free(diag);
}

enum { MESSAGES_MAX = 512 };

static struct slice messages[MESSAGES_MAX];
static size_t messages_n;

static void keep(struct slice message)
{
    assert_true(messages_n < MESSAGES_MAX);
    messages[messages_n++] = message;
}

/* Each golden input as it is and in each of a few envelopes, those that take any text. */
static void keep_golden_inputs(const char *pattern)
{
    static const char *const envelopes[] = {"hec string", "result._raw", "textPayload", "gzip"};
    static char text[1 << 16];
    glob_t paths;
    assert_int_equal(glob(pattern, 0, NULL, &paths), 0);
    for (size_t i = 0; i < paths.gl_pathc; i++) {
        FILE *file = fopen(paths.gl_pathv[i], "rb");
        assert_non_null(file);
        struct slice plain = {text, fread(text, 1, sizeof(text), file)};
        fclose(file);
        struct wrapped copy = {0};
        wrapped_add(&copy, plain.ptr, plain.len);
        keep(wrapped_done(&copy));
        for (size_t w = 0; w < WRAPPINGS_N; w++)
            for (size_t k = 0; k < sizeof(envelopes) / sizeof(envelopes[0]); k++)
                if (strcmp(wrappings[w].name, envelopes[k]) == 0)
                    keep(wrap(&wrappings[w], plain));
    }
    globfree(&paths);
}

static void every_format_allocates_nothing(void **state)
{
    (void)state;
    unsigned long said = 0, before = 0;
    const struct speaker_out out = {&said, say};
    struct diag *diag = diag_new();
    struct setup setup;
    assert_int_equal(setup_init(&setup, "tests/data/cli/fine.yaml", diag), 0);
    struct replay *replay = replay_new(&setup, &out, false);
    keep_golden_inputs("tests/data/*/*.json");
    keep_golden_inputs("tests/data/*/*.log");
    assert_true(messages_n > 200);
    /* The first round may still make what lives as long as the program. */
    for (int round = 0; round < 3; round++) {
        if (round == 1)
            before = calls;
        for (size_t i = 0; i < messages_n; i++) {
            replay_take(replay, messages[i], i);
            replay_flush(replay);
        }
    }
    assert_int_equal(calls - before, 0);
    assert_true(replay_counts(replay).events > 3 * messages_n);
    replay_free(replay);
    setup_done(&setup);
    diag_free(diag);
    while (messages_n > 0)
        free((void *)(uintptr_t)messages[--messages_n].ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(events_allocate_nothing),
                                       cmocka_unit_test(every_format_allocates_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
