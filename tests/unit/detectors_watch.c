/* SPDX-License-Identifier: Apache-2.0
 *
 * What the stories cannot show of watch rows: the bits of a fact, and who writes one.
 */
#include "detectors/known/watch.h"

#include "parsers/codes/microsoft.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_fact_bits(void **state)
{
    (void)state;
    const int64_t hour = 3600000, day = 24 * hour;
    uint64_t word = 4180ull << 50 | 0xABCDull << 34 | 0x2A5ull << 24 | 0x2Aull << 18 |
                    (WATCH_QUIET | WATCH_KNOWN) << 10 | 3 << 5 | 23;
    struct watch_fact f = watch_fact_of(word);
    assert_int_equal(f.first_ms, (16436 + 4180) * day + 3 * hour);
    assert_int_equal(f.last_ms, (16436 + 4180) * day + 23 * hour);
    assert_int_equal(f.net, 0xABCD);
    assert_int_equal(f.system, 0x2A5);
    assert_int_equal(f.tool, 0x2A);
    assert_int_equal(f.flags, WATCH_QUIET | WATCH_KNOWN);
}

static void test_facts_of_a_day_join(void **state)
{
    (void)state;
    const struct field *field = &watch_fields[WATCH_TRIED];
    uint64_t identity = 4180ull << 50 | 7ull << 34;
    uint64_t joined = word_join_payload(identity | 9 << 5 | 9, identity | 4 << 5 | 4,
                                        field->payload, field->payload_bits);
    struct watch_fact f = watch_fact_of(joined);
    assert_int_equal(f.last_ms - f.first_ms, 5 * 3600000);
}

static void test_which_events_count(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        bool guess, confirmed, denial;
    } rows[] = {{"0", false, false, false},     {"50126", true, false, false},
                {"50053", true, false, false},  {"50034", false, false, false},
                {"50076", false, true, false},  {"50079", false, true, false},
                {"500121", false, true, true},  {"53003", false, true, false},
                {"70008", false, false, false}, {"50058", false, false, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct event ev = {.kind = KIND_SIGN_IN};
        microsoft_judge(reason_of_microsoft_code(slice_of(rows[i].code)), &ev);
        assert_int_equal(watch_is_guess(&ev), rows[i].guess);
        assert_int_equal(watch_is_confirmed(&ev), rows[i].confirmed);
        assert_int_equal(watch_is_denial(&ev), rows[i].denial);
    }
}

static void test_denials(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum event_denial denial;
    } rows[] = {{"MFA denied; user declined the authentication", DENIAL_REFUSED},
                {"MFA denied; fraud code entered", DENIAL_FRAUD},
                {"MFA denied; Phone App Reported Fraud", DENIAL_FRAUD},
                {"MFA denied; user did not respond to mobile app notification", DENIAL_TIMEOUT},
                {"MFA denied; incorrect code entered", DENIAL_CODE},
                {"authentication timed out", DENIAL_TIMEOUT},
                {"", DENIAL_ABSENT},
                {"Other", DENIAL_ABSENT}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(microsoft_denial(slice_of(rows[i].text)), rows[i].denial);
    assert_int_equal(microsoft_denial((struct slice){NULL, 0}), DENIAL_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fact_bits),
        cmocka_unit_test(test_facts_of_a_day_join),
        cmocka_unit_test(test_which_events_count),
        cmocka_unit_test(test_denials),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
