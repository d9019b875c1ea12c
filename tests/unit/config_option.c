/* SPDX-License-Identifier: Apache-2.0
 *
 * option: every type fills its field, bad values leave it alone and are explained.
 */
#include "config/option.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct filled {
    bool enabled;
    double factor, distance_km, speed_kmh;
    int64_t users, window_ms, queue_bytes, plain;
    int mode;
    unsigned set;
    const char *name;
};

static const char *const modes[] = {"full", "low", "off", NULL};

static const struct option options[] = {
    {"enabled", OPTION_BOOL, offsetof(struct filled, enabled), "true", .help = "h"},
    {"factor", OPTION_NUMBER, offsetof(struct filled, factor), "1.5", -2, 3, .help = "h"},
    {"distance", OPTION_DISTANCE, offsetof(struct filled, distance_km), "500km", 1, 20000,
     .help = "h"},
    {"speed", OPTION_SPEED, offsetof(struct filled, speed_kmh), "1000km/h", 1, INFINITY,
     .help = "h"},
    {"users", OPTION_COUNT, offsetof(struct filled, users), "1M", 1, 2e6, .help = "h"},
    {"window", OPTION_DURATION, offsetof(struct filled, window_ms), "15m", 60000, 86400000,
     .help = "h"},
    {"queue", OPTION_BYTES, offsetof(struct filled, queue_bytes), "64MiB", .help = "h"},
    {"plain", OPTION_COUNT, offsetof(struct filled, plain), NULL, .help = "h"},
    {"mode", OPTION_CHOICE, offsetof(struct filled, mode), "low", .choices = modes, .help = "h"},
    {"set", OPTION_SET, offsetof(struct filled, set), "[low, off]", .choices = modes, .help = "h"},
    {"name", OPTION_TEXT, offsetof(struct filled, name), "auto", .help = "h"},
    {0}};
static const struct option_table table = {"sample", options, sizeof(struct filled)};

static void fills_defaults(void **state)
{
    (void)state;
    struct filled f;
    memset(&f, 0xff, sizeof f);
    option_defaults(&table, &f);
    assert_true(f.enabled);
    assert_true(f.factor == 1.5 && f.distance_km == 500 && f.speed_kmh == 1000);
    assert_int_equal(f.users, 1000000);
    assert_int_equal(f.window_ms, 900000);
    assert_int_equal(f.queue_bytes, 64 << 20);
    assert_int_equal(f.plain, 0);
    assert_int_equal(f.mode, 1);
    assert_int_equal(f.set, 6);
    assert_string_equal(f.name, "auto");
}

static void sets_each_type(void **state)
{
    (void)state;
    struct filled f;
    option_defaults(&table, &f);
    struct diag *diag = diag_new();
    const struct diag_place at = {"f", 1, 1};
    const char *const name = "entra";
    static const char *const pairs[][2] = {
        {"enabled", "false"},   {"factor", "-2"}, {"distance", "20000km"},
        {"speed", "99999km/h"}, {"users", "2M"},  {"window", "1d"},
        {"queue", "1GiB"},      {"plain", "7"},   {"mode", "off"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_true(
            option_set(&table, option_find(&table, pairs[i][0]), &f, pairs[i][1], at, diag));
    assert_true(option_set(&table, option_find(&table, "name"), &f, name, at, diag));
    assert_false(f.enabled);
    assert_true(f.factor == -2 && f.distance_km == 20000 && f.speed_kmh == 99999);
    assert_int_equal(f.users, 2000000);
    assert_int_equal(f.window_ms, 86400000);
    assert_int_equal(f.queue_bytes, 1 << 30);
    assert_int_equal(f.plain, 7);
    assert_int_equal(f.mode, 2);
    assert_ptr_equal(f.name, name); /* the pointer itself: the config owns the text */
    assert_int_equal(diag_errors(diag), 0);
    diag_free(diag);
}

static void explains_bad_values(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"enabled", "yes", "sample.enabled is \"yes\"; expected true or false"},
        {"factor", "3.1",
         "sample.factor is \"3.1\"; expected a number such as 12 or 1.5, from -2 to 3"},
        {"distance", "500", "expected a distance such as 500km, from 1km to 20000km"},
        {"distance", "0km", "expected a distance such as 500km, from 1km to 20000km"},
        {"speed", "0.5km/h", "expected a speed such as 1000km/h, at least 1km/h"},
        {"users", "3M", "expected a count such as 12, 64k or 1M, from 1 to 2M"},
        {"window", "59s", "from 1m to 1d"},
        {"queue", "64MB", "expected a size such as 512, 64KiB, 16MiB or 1GiB"},
        {"mode", "lwo", "expected full, low or off; did you mean \"low\"?"},
        {"mode", "zzz", "expected full, low or off\n"},
        {"name", "", "sample.name is \"\"; expected some text"},
        {"users", "99999999999999999999999", "sample.users is \"99999999999999999999999\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct filled f, before;
        option_defaults(&table, &f);
        memcpy(&before, &f, sizeof f);
        struct diag *diag = diag_new();
        const struct diag_place at = {"f", 3, 4};
        assert_false(
            option_set(&table, option_find(&table, cases[i][0]), &f, cases[i][1], at, diag));
        assert_memory_equal(&f, &before, sizeof f);
        char *text = diag_render(diag);
        if (strncmp(text, "f:3:4: error: ", 14) != 0 || !strstr(text, cases[i][2]))
            fail_msg("%s", text);
        assert_int_equal(diag_errors(diag), 1);
        free(text);
        diag_free(diag);
    }
}

static void cuts_long_values_in_messages(void **state)
{
    (void)state;
    char value[5000];
    memset(value, '1', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    struct filled f;
    option_defaults(&table, &f);
    struct diag *diag = diag_new();
    const struct diag_place at = {0};
    assert_false(option_set(&table, option_find(&table, "users"), &f, value, at, diag));
    char *text = diag_render(diag);
    assert_in_range(strlen(text), 80, 300);
    assert_non_null(strstr(text, "expected a count"));
    free(text);
    diag_free(diag);
}

static void collects_sets(void **state)
{
    (void)state;
    const struct option *set = option_find(&table, "set");
    const struct diag_place at = {0};
    struct diag *diag = diag_new();
    struct filled f;
    option_defaults(&table, &f);
    assert_true(option_set(&table, set, &f, "full", at, diag));
    assert_int_equal(f.set, 1);
    assert_true(option_set_item(&table, set, &f, true, "off", at, diag));
    assert_int_equal(f.set, 4);
    assert_true(option_set_item(&table, set, &f, false, "full", at, diag));
    assert_int_equal(f.set, 5);
    assert_false(option_set_item(&table, set, &f, false, "full", at, diag));
    assert_false(option_set_item(&table, set, &f, false, "loww", at, diag));
    assert_false(option_set(&table, set, &f, "", at, diag));
    assert_false(option_set(&table, set, &f, "[]", at, diag));
    assert_false(option_set(&table, set, &f, "[low, fill]", at, diag));
    assert_int_equal(f.set, 5);
    assert_true(option_set(&table, set, &f, "all", at, diag));
    assert_int_equal(f.set, 7);
    char *text = diag_render(diag);
    assert_non_null(strstr(text, "sample.set holds \"full\" twice"));
    assert_non_null(strstr(text, "sample.set holds \"loww\"; expected full, low or off; did you "
                                 "mean \"low\"?"));
    assert_non_null(strstr(text, "sample.set is \"[low, fill]\"; expected full, low or off"));
    free(text);
    diag_free(diag);
}

static void finds_by_exact_name(void **state)
{
    (void)state;
    assert_ptr_equal(option_find(&table, "users"), &options[4]);
    assert_null(option_find(&table, "Users"));
    assert_null(option_find(&table, "user"));
    assert_null(option_find(&table, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_defaults),      cmocka_unit_test(sets_each_type),
        cmocka_unit_test(explains_bad_values), cmocka_unit_test(cuts_long_values_in_messages),
        cmocka_unit_test(finds_by_exact_name), cmocka_unit_test(collects_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
