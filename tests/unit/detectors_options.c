/* SPDX-License-Identifier: Apache-2.0
 *
 * The example config names every option of every detector once, with its true default; each option
 * has a sentence that says what it does, and a row in detectors/DEFAULTS.md that says why its
 * default is what it is.
 */
#include "detectors/detectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { TEXT_MAX = 64 * 1024 };

static char yaml[TEXT_MAX], reasons[TEXT_MAX];

static void read_file(const char *name, char to[static TEXT_MAX])
{
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    size_t n = fread(to, 1, TEXT_MAX - 1, file);
    to[n] = '\0';
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
    read_file("config/spoor.yaml", yaml);
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

/* Where the reason of a default begins, after `| detector | option | default | basis | `. */
static const char *reason_of(const char *detector, const struct option *o)
{
    static const char *const bases[] = {"source", "arithmetic", "[tune]"};
    char row[256];
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        int n = snprintf(row, sizeof row, "\n| %s | %s | %s | %s | ", detector, o->name,
                         o->fallback, bases[i]);
        const char *found = strstr(reasons, row);
        if (found)
            return found + n;
    }
    return NULL;
}

/* Options that all detectors share have rows under `every`. */
static bool is_shared(const struct option *o)
{
    return strcmp(o->name, "severity") == 0 || strcmp(o->name, "mute") == 0 ||
           strcmp(o->name, "learning") == 0;
}

static void test_every_default_has_a_reason(void **state)
{
    (void)state;
    unsigned options_n = 0, rows = 0;
    read_file("detectors/DEFAULTS.md", reasons);
    for (unsigned i = 0; i < detectors_n(); i++)
        for (const struct option *o = detectors_all[i]->options.options + 1; o->name; o++) {
            const char *reason = reason_of(is_shared(o) ? "every" : detectors_all[i]->name, o);
            if (!reason || strcspn(reason, "|\n") < 25)
                fail_msg("detectors/DEFAULTS.md does not say why %s.%s is %s",
                         detectors_all[i]->name, o->name, o->fallback);
            options_n += !is_shared(o);
        }
    for (const char *p = reasons; (p = strstr(p, "\n| ")) != NULL; p++)
        rows += strncmp(p, "\n| every |", 10) != 0;
    assert_int_equal(rows, options_n + 1); /* the heading; none for an option that is no more */
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
        cmocka_unit_test(test_every_default_has_a_reason),
        cmocka_unit_test(test_every_detector_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
