/* SPDX-License-Identifier: Apache-2.0
 *
 * Zones by name: offsets as they are written, and files of a database, which the test makes itself
 * so that it does not hang on what the machine has.
 */
#include "plugin/path/zone_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char dir[] = "build/zones.XXXXXX", path[64];

/* A file of the second version with one step, in 1970, and the rule at its end (RFC 8536). */
static void write_file(const char *name, const char *rule)
{
    unsigned char head[44] = "TZif2", old[6 + 4] = {0}, body[8 + 1 + 6 + 4] = {0};
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    head[39] = 1; /* one kind of time, */
    head[43] = 4; /* four letters for its name */
    memcpy(old + 6, "CET", 4);
    fwrite(head, 1, sizeof head, file);
    fwrite(old, 1, sizeof old, file);
    head[35] = 1; /* the step */
    memcpy(body + 15, "CET", 4);
    fwrite(head, 1, sizeof head, file);
    fwrite(body, 1, sizeof body, file);
    fprintf(file, "\n%s\n", rule);
    fclose(file);
}

static int set_up(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(dir));
    setenv("TZDIR", dir, 1);
    setenv("TZ", "UTC0", 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(dir);
}

static void test_offsets(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t minutes;
    } rows[] = {{"+02:00", 120}, {"-0530", -330}, {"UTC", 0}, {"GMT", 0}, {"Z", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *why;
        struct zone *zone = zone_load(rows[i].name, &why);
        assert_non_null(zone);
        assert_int_equal(zone->n, 1);
        assert_int_equal(zone->steps[0].offset_ms, rows[i].minutes * 60000);
        zone_free(zone);
    }
}

static void test_a_file(void **state)
{
    (void)state;
    const char *why;
    write_file("Middle", "CET-1CEST,M3.5.0,M10.5.0/3");
    struct zone *zone = zone_load("Middle", &why);
    assert_non_null(zone);
    assert_true(zone->n > 200); /* two a year for a century */
    /* 2025-07-15 and 2099-01-15, at noon of the place. */
    assert_int_equal(zone_to_utc(zone, INT64_C(1752580800000)), INT64_C(1752573600000));
    assert_int_equal(zone_to_utc(zone, INT64_C(4072075200000)), INT64_C(4072071600000));
    bool found = false;
    for (size_t i = 0; i < zone->n; i++)
        found |= zone->steps[i].from_ms == INT64_C(1743296400000); /* 2025-03-30T01:00Z */
    assert_true(found);
    zone_free(zone);
    assert_string_equal(getenv("TZ"), "UTC0"); /* as it was before */
    assert_int_equal(timezone, 0);
}

static void test_names_that_are_none(void **state)
{
    (void)state;
    static const char *const names[] = {"",          "Nowhere", "../Middle", "/etc/localtime",
                                        "+25:99:11", "Europe/", "a b",       "Mid\nle"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *why = NULL;
        assert_null(zone_load(names[i], &why));
        assert_non_null(why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_offsets),
        cmocka_unit_test(test_a_file),
        cmocka_unit_test(test_names_that_are_none),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
