/* SPDX-License-Identifier: Apache-2.0
 *
 * What a user agent text is taken for: one case a family, versions that make no difference, and
 * texts that are long, empty or broken.
 */
#include "parsers/values/user_agent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const struct {
    const char *text, *family;
    enum agent_kind kind;
    enum agent_os os;
} rows[] = {
    {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/126.0 "
     "Safari/537.36",
     "Chrome", AGENT_BROWSER, OS_WINDOWS},
    {"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0",
     "Edge", AGENT_BROWSER, OS_WINDOWS},
    {"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/17.5 Safari/605.1.15", "Safari",
     AGENT_BROWSER, OS_MACOS},
    {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) CriOS/126.0 Safari/604.1", "Chrome",
     AGENT_BROWSER, OS_IOS},
    {"Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36", "Chrome", AGENT_BROWSER,
     OS_ANDROID},
    {"Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox",
     AGENT_BROWSER, OS_LINUX},
    {"Mozilla/5.0 (X11; CrOS x86_64 15) Chrome/126.0 Safari/537.36", "Chrome", AGENT_BROWSER,
     OS_CHROMEOS},
    {"Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 OPR/111.0", "Opera", AGENT_BROWSER,
     OS_WINDOWS},
    {"Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0 Safari/537.36", "HeadlessChrome",
     AGENT_API, OS_LINUX},
    {"Mozilla/5.0 (Windows NT 6.2) Chrome/80.0 Electron/8.5.1 Teams/1.3.00.30866", "Teams",
     AGENT_NATIVE, OS_WINDOWS},
    {"python-requests/2.31.0", "python-requests", AGENT_API, OS_UNKNOWN},
    {"Python/3.11 aiohttp/3.9", "aiohttp", AGENT_API, OS_UNKNOWN},
    {"azure-cli/2.61", "Azure CLI", AGENT_API, OS_UNKNOWN},
    {"curl/8.7.1", "curl", AGENT_API, OS_UNKNOWN},
    {"axios/1.7.2", "axios", AGENT_API, OS_UNKNOWN},
    {"node-fetch/1.0", "node-fetch", AGENT_API, OS_UNKNOWN},
    {"Go-http-client/2.0", "Go-http-client", AGENT_API, OS_UNKNOWN},
    {"BAV2ROPC", "BAV2ROPC", AGENT_LEGACY, OS_UNKNOWN},
    {"CBAInPROD", "CBAInPROD", AGENT_LEGACY, OS_UNKNOWN},
    {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) PKeyAuth/1.0", "PKeyAuth",
     AGENT_BROKER, OS_IOS},
    {"Windows-AzureAD-Authentication-Provider/1.0", "Windows broker", AGENT_BROKER, OS_WINDOWS},
    {"something else", "", AGENT_UNKNOWN, OS_UNKNOWN},
    {"", "", AGENT_UNKNOWN, OS_UNKNOWN},
};

static void test_families(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct agent agent = user_agent_of(slice_of(rows[i].text));
        assert_string_equal(user_agent_family(agent.family), rows[i].family);
        assert_int_equal(agent.kind, rows[i].kind);
        assert_int_equal(agent.os, rows[i].os);
    }
    assert_string_equal(user_agent_family(255), "");
}

/* Equal classes are equal numbers: versions and the spelling of one program make no difference. */
static void test_classes(void **state)
{
    (void)state;
    static const char *const same[][2] = {{"curl/7.1", "curl/8.9"},
                                          {"azure-cli/2", "AZURECLI/2.61 (DEB)"},
                                          {"Firefox/1 (iPhone)", "FxiOS/127 (iPhone)"}};
    static const char *const other[][2] = {{"curl/8", "Wget/1"},
                                           {"Chrome (Windows)", "Chrome (X11; Linux)"},
                                           {"Chrome (Windows)", "HeadlessChrome (Windows)"},
                                           {"", "curl/8"}};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        assert_int_equal(user_agent_class(user_agent_of(slice_of(same[i][0]))),
                         user_agent_class(user_agent_of(slice_of(same[i][1]))));
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        assert_int_not_equal(user_agent_class(user_agent_of(slice_of(other[i][0]))),
                             user_agent_class(user_agent_of(slice_of(other[i][1]))));
}

/* What stands behind the limit is not read; bytes that are no text do no harm. */
static void test_bounds(void **state)
{
    (void)state;
    char text[USER_AGENT_MAX + 64];
    memset(text, '\xFF', sizeof text);
    memcpy(text + USER_AGENT_MAX, "curl/8", 6);
    assert_int_equal(user_agent_of((struct slice){text, sizeof text}).kind, AGENT_UNKNOWN);
    memcpy(text + USER_AGENT_MAX - 6, "curl/8", 6);
    assert_int_equal(user_agent_of((struct slice){text, sizeof text}).kind, AGENT_API);
    assert_int_equal(user_agent_of((struct slice){NULL, 0}).kind, AGENT_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_families),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
