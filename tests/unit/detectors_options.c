/* SPDX-License-Identifier: Apache-2.0
 *
 * The example config names every option of every detector once, with its true default; and each
 * option has a sentence that says why.
 */
#include "detectors/detectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static char yaml[64 * 1024];

static void read_example(void)
{
    FILE *file = fopen("config/spoor.yaml", "r");
    assert_non_null(file);
    size_t n = fread(yaml, 1, sizeof yaml - 1, file);
    yaml[n] = '\0';
    fclose(file);
}

/* The part of the example under one detector. */
static char *section_of(const char *name)
{
    char head[64];
    snprintf(head, sizeof head, "\n  %s:", name);
    char *begin = strstr(strstr(yaml, "\ndetectors:"), head);
    assert_non_null(begin);
    return begin + strlen(head);
}

static void test_example_names_each_option(void **state)
{
    (void)state;
    read_example();
    for (unsigned i = 0; i < detectors_n(); i++) {
        const struct option_table *table = &detectors_all[i]->options;
        const char *section = section_of(table->name);
        for (const struct option *o = table->options; o->name; o++) {
            char line[128];
            snprintf(line, sizeof line, "\n    # %s: %s", o->name, o->fallback);
            const char *found = strstr(section, line);
            if (!found)
                fail_msg("config/spoor.yaml lacks `%s` under %s", line + 1, table->name);
            const char after = found[strlen(line)];
            assert_true(after == ' ' || after == '\n');
            assert_true(strlen(o->help) > 20);
        }
    }
}

static void test_every_detector_is_whole(void **state)
{
    (void)state;
    for (unsigned i = 0; i < detectors_n(); i++) {
        const struct detector *d = detectors_all[i];
        assert_ptr_equal(detectors_find(d->name), d);
        assert_string_equal(d->options.name, d->name);
        assert_string_equal(d->options.options[0].name, "enabled"); /* detectors.c relies on it */
        assert_int_equal(d->options.options[0].offset, 0);
        assert_true(d->bucket_days > 0 && d->silence_ms >= 0 && d->update_ms >= 0);
        assert_non_null(d->attacks[0].technique);
        assert_true(strlen(d->remediation) > 20 && strlen(d->remediation_ja) > 20);
    }
    assert_null(detectors_find("no_such_detector"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_example_names_each_option),
        cmocka_unit_test(test_every_detector_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
