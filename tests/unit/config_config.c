/* SPDX-License-Identifier: Apache-2.0
 *
 * config: every key lands where the contract says, six mistakes are six errors at their places,
 * tenants start from the finished detectors, and spoor.yaml tells the truth about the defaults.
 */
#include "config/config.h"
#include "detectors/detectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct travel {
    bool enabled;
    double distance_km, speed_kmh;
};

struct spray {
    bool enabled;
    int64_t users, window_ms;
};

static const struct option travel_options[] = {
    {"enabled", OPTION_BOOL, offsetof(struct travel, enabled), "true", .help = "h"},
    {"min_distance", OPTION_DISTANCE, offsetof(struct travel, distance_km), "500km", 1, 20000,
     .help = "h"},
    {"max_speed", OPTION_SPEED, offsetof(struct travel, speed_kmh), "1000km/h", 1, 1e5,
     .help = "h"},
    {0}};
static const struct option spray_options[] = {
    {"enabled", OPTION_BOOL, offsetof(struct spray, enabled), "true", .help = "h"},
    {"users", OPTION_COUNT, offsetof(struct spray, users), "12", 2, 1000, .help = "h"},
    {"window", OPTION_DURATION, offsetof(struct spray, window_ms), "30m", .help = "h"},
    {0}};
static const struct option_table tables[] = {
    {"impossible_travel", travel_options, sizeof(struct travel)},
    {"password_spray", spray_options, sizeof(struct spray)},
};

static struct config *read_text(const char *text, struct diag *diag)
{
    return config_read_text("f", text, strlen(text), tables, 2, diag);
}

/* Reads a text that has no mistakes. */
static struct config *good(const char *text)
{
    struct diag *diag = diag_new();
    struct config *config = read_text(text, diag);
    char *rendered = diag_render(diag);
    if (!config || *rendered)
        fail_msg("%s", rendered);
    free(rendered);
    diag_free(diag);
    return config;
}

/* Each expected line begins an error, in this order, and there are no more. A config comes back all
 * the same. */
static void bad(const char *text, const char *const expected[])
{
    struct diag *diag = diag_new();
    struct config *config = read_text(text, diag);
    char *rendered = diag_render(diag), *at = rendered;
    assert_non_null(config);
    size_t n = 0;
    for (; expected[n]; n++) {
        char *found = strstr(at, expected[n]);
        if (!found || (found != rendered && found[-1] != '\n'))
            fail_msg("missing \"%s\" in:\n%s", expected[n], rendered);
        at = found + 1;
    }
    if (diag_errors(diag) != n)
        fail_msg("%zu errors, expected %zu:\n%s", diag_errors(diag), n, rendered);
    free(rendered);
    diag_free(diag);
    config_free(config);
}

#define BAD(text, ...) bad(text, (const char *const[]){__VA_ARGS__, NULL})

static void assert_defaults(const struct config *c)
{
    assert_int_equal(c->kafka_n, 0);
    assert_int_equal(c->input.topics.n, 0);
    assert_string_equal(c->input.format, "auto");
    assert_int_equal(c->input.start, START_EARLIEST);
    assert_int_equal(c->input.formats_n, 0);
    assert_int_equal(c->output.unknown, UNKNOWN_COUNT);
    assert_string_equal(c->output.findings, "spoor.findings");
    assert_string_equal(c->output.windows, "spoor.windows");
    assert_string_equal(c->output.dead_letters, "spoor.dead-letters");
    assert_int_equal(c->delivery, DELIVERY_AUTO);
    assert_int_equal(c->workers, 0);
    assert_int_equal(c->publish_interval_ms, 100);
    assert_int_equal(c->geoip.city.n + c->geoip.asn.n + c->networks.trusted.n, 0);
    assert_int_equal(c->networks.feeds_n, 0);
    assert_int_equal(c->tenants_n, 0);
    assert_int_equal(c->windows.users, 1000000);
    assert_int_equal(c->windows.sources, 64000);
    assert_int_equal(c->windows.networks, 64000);
    assert_int_equal(c->windows.feeds, 1000);
    assert_int_equal(c->windows.dense, 8000);
    assert_null(c->secret_file.text);
    assert_null(c->secret_env.text);
    const struct travel *travel = c->detectors[0];
    const struct spray *spray = c->detectors[1];
    assert_true(travel->enabled && travel->distance_km == 500 && travel->speed_kmh == 1000);
    assert_true(spray->enabled && spray->users == 12 && spray->window_ms == 1800000);
}

static void has_defaults(void **state)
{
    (void)state;
    struct config *config = config_default(tables, 2);
    assert_defaults(config);
    config_free(config);
    static const char *const texts[] = {
        "", "kafka:\ninput:\noutput:\ngeoip:\nnetworks:\ntenants:\ndetectors:\nwindows:\nsecret:\n",
        "{input: {topics: }, geoip: {city: , asn: }, networks: {feeds: }, tenants: {t: }}"};
    for (size_t i = 0; i < 3; i++) {
        config = good(texts[i]);
        assert_int_equal(config->tenants_n, i == 2); /* an empty tenant is one */
        config->tenants_n = 0;
        assert_defaults(config);
        config_free(config);
    }
    config_free(NULL);
}

static void reads_every_key(void **state)
{
    (void)state;
    struct config *c =
        good("kafka:\n"
             "  bootstrap.servers: \"a:9092,b:9092\"\n"
             "  sasl.password: hunter2\n"
             "input: {topics: [one, two], format: entra, start: latest, formats: {two: duo},\n"
             "        zones: {one: Europe/Berlin, two: {\"*\": \"+02:00\", fw01: Asia/Tokyo}}}\n"
             "output: {findings: f, windows: w, dead_letters: d, unknown: dead_letter}\n"
             "delivery: exactly_once\n"
             "workers: 4\n"
             "publish_interval: 1s\n"
             "geoip: {city: [a.mmdb, b.mmdb], asn: c.mmdb}\n"
             "networks:\n"
             "  trusted: [203.0.113.0/24, 2001:db8::/32]\n"
             "  feeds:\n"
             "    - {name: lshiy, file: l.txt, severity: high}\n"
             "    - {name: other, file: o.txt}\n"
             "windows: {users: 2M, sources: 1k, networks: 2k, feeds: 100, dense: 64,\n"
             "          sessions: 7k}\n"
             "secret: {env: SECRET}\n");
    assert_int_equal(c->kafka_n, 2);
    assert_string_equal(c->kafka[0].name.text, "bootstrap.servers");
    assert_string_equal(c->kafka[0].value.text, "a:9092,b:9092");
    assert_false(c->kafka[0].secret);
    assert_int_equal(c->kafka[1].name.at.line, 3);
    assert_int_equal(c->kafka[1].name.at.column, 3);
    assert_int_equal(c->kafka[1].value.at.column, 18);
    assert_true(c->kafka[1].secret);
    assert_int_equal(c->input.topics.n, 2);
    assert_string_equal(c->input.topics.items[1].text, "two");
    assert_string_equal(c->input.format, "entra");
    assert_int_equal(c->input.format_at.line, 4);
    assert_int_equal(c->input.format_at.column, 37);
    assert_int_equal(c->input.start, START_LATEST);
    assert_int_equal(c->input.formats_n, 1);
    assert_string_equal(c->input.formats[0].name.text, "two");
    assert_int_equal(c->input.formats[0].name.at.column, 69);
    assert_string_equal(c->input.formats[0].value.text, "duo");
    static const char *const zones[][3] = {
        {"one", "*", "Europe/Berlin"}, {"two", "*", "+02:00"}, {"two", "fw01", "Asia/Tokyo"}};
    assert_int_equal(c->input.zones_n, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(c->input.zones[i].topic.text, zones[i][0]);
        assert_string_equal(c->input.zones[i].host, zones[i][1]);
        assert_string_equal(c->input.zones[i].zone.text, zones[i][2]);
        assert_int_equal(c->input.zones[i].zone.at.line, 5);
    }
    assert_int_equal(c->output.unknown, UNKNOWN_DEAD_LETTER);
    assert_string_equal(c->output.findings, "f");
    assert_string_equal(c->output.windows, "w");
    assert_string_equal(c->output.dead_letters, "d");
    assert_int_equal(c->delivery, DELIVERY_EXACTLY_ONCE);
    assert_int_equal(c->workers, 4);
    assert_int_equal(c->publish_interval_ms, 1000);
    assert_int_equal(c->geoip.city.n, 2);
    assert_int_equal(c->geoip.asn.n, 1);
    assert_string_equal(c->geoip.asn.items[0].text, "c.mmdb");
    assert_string_equal(c->networks.trusted.items[1].text, "2001:db8::/32");
    assert_int_equal(c->networks.feeds_n, 2);
    assert_string_equal(c->networks.feeds[0].severity.text, "high");
    assert_string_equal(c->networks.feeds[1].name.text, "other");
    assert_string_equal(c->networks.feeds[1].file.text, "o.txt");
    assert_null(c->networks.feeds[1].severity.text);
    assert_int_equal(c->windows.users, 2000000);
    assert_int_equal(c->windows.sources, 1000);
    assert_int_equal(c->windows.networks, 2000);
    assert_int_equal(c->windows.feeds, 100);
    assert_int_equal(c->windows.sessions, 7000);
    assert_int_equal(c->windows.dense, 64);
    assert_string_equal(c->secret_env.text, "SECRET");
    config_free(c);
}

static void topic_may_be_a_scalar(void **state)
{
    (void)state;
    struct config *c = good("input: {topics: \"^logs[.].*\"}");
    assert_int_equal(c->input.topics.n, 1);
    assert_string_equal(c->input.topics.items[0].text, "^logs[.].*");
    config_free(c);
}

static void six_mistakes_are_six_errors(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    struct config *config = read_text("kafka: {bootstrap.servers: \"localhost:9092\"}\n"
                                      "inptu: {topics: [signins]}\n"
                                      "publish_interval: 100\n"
                                      "windows: { users: 1M, soruces: 64k }\n"
                                      "detectors:\n"
                                      "  impossible_travel:\n"
                                      "    min_distance: 500mi\n"
                                      "  impossible_travl: {enabled: false}\n"
                                      "  password_spray: {users: 1}\n",
                                      diag);
    assert_non_null(config);
    assert_int_equal(diag_errors(diag), 6);
    char *text = diag_render(diag);
    assert_string_equal(
        text,
        "f:2:1: error: unknown key \"inptu\"; did you mean \"input\"?\n"
        "  inptu: {topics: [signins]}\n"
        "  ^\n"
        "f:3:19: error: publish_interval is \"100\"; expected a duration such as 100ms, 30s, "
        "15m, 24h or 14d, from 10ms to 1m\n"
        "  publish_interval: 100\n"
        "                    ^\n"
        "f:4:23: error: unknown key \"soruces\" in windows; did you mean \"sources\"?\n"
        "  windows: { users: 1M, soruces: 64k }\n"
        "                        ^\n"
        "f:7:19: error: impossible_travel.min_distance is \"500mi\"; expected a distance such "
        "as 500km, from 1km to 20000km\n"
        "      min_distance: 500mi\n"
        "                    ^\n"
        "f:8:3: error: unknown key \"impossible_travl\" in detectors; did you mean "
        "\"impossible_travel\"?\n"
        "    impossible_travl: {enabled: false}\n"
        "    ^\n"
        "f:9:27: error: password_spray.users is \"1\"; expected a count such as 12, 64k or 1M, "
        "from 2 to 1k\n"
        "    password_spray: {users: 1}\n"
        "                            ^\n");
    free(text);
    config_free(config);
    diag_free(diag);
}

static void unknown_keys_at_every_level(void **state)
{
    (void)state;
    BAD("zzzzzz: 1",
        "f:1:1: error: unknown key \"zzzzzz\"; known are: kafka, input, output, geoip,");
    BAD("input: {topic: x}",
        "f:1:9: error: unknown key \"topic\" in input; did you mean \"topics\"?");
    BAD("output: {finding: x}", "f:1:10: error: unknown key \"finding\" in output; did you mean");
    BAD("geoip: {cty: x}", "f:1:9: error: unknown key \"cty\" in geoip; did you mean \"city\"?");
    BAD("networks: {trust: x}",
        "f:1:12: error: unknown key \"trust\" in networks; known are: trusted");
    BAD("networks: {feeds: [{nam: x, file: y}]}",
        "f:1:21: error: unknown key \"nam\" in a feed; did you mean \"name\"?");
    BAD("tenants: {t: {domain: x}}",
        "f:1:15: error: unknown key \"domain\" in a tenant; did you mean");
    BAD("tenants: {t: {networks: {trustd: x}}}",
        "f:1:26: error: unknown key \"trustd\" in networks of a tenant; did you mean \"trusted\"?");
    BAD("tenants: {t: {detectors: {pasword_spray: {}}}}",
        "f:1:27: error: unknown key \"pasword_spray\" in detectors; did you mean "
        "\"password_spray\"?");
    BAD("tenants: {t: {detectors: {password_spray: {user: 3}}}}",
        "f:1:44: error: unknown key \"user\" in password_spray; did you mean \"users\"?");
    BAD("windows: {usres: 1}",
        "f:1:11: error: unknown key \"usres\" in windows; did you mean \"users\"?");
    BAD("secret: {flie: x}",
        "f:1:10: error: unknown key \"flie\" in secret; did you mean \"file\"?");
    BAD("kafka: {a: {fil: x}}", "f:1:13: error: unknown key \"fil\" in a; did you mean \"file\"?");
}

static void wrong_shapes(void **state)
{
    (void)state;
    BAD("- a\n", "f:1:1: error: the file is a list; expected a mapping of keys to values");
    BAD("input: topics\n", "f:1:8: error: input is a single value; expected a mapping");
    BAD("workers: [1]\n", "f:1:10: error: workers is a list; expected a single value");
    BAD("workers:\n", "f:1:1: error: workers has no value; give one or leave it out");
    BAD("input: {topics: {a: b}}\n", "f:1:17: error: topics is a mapping; expected a single value");
    BAD("input: {topics: [a, [b], \"\"]}\n", "f:1:21: error: an item of the list is a list;",
        "f:1:26: error: an item of the list has no value");
    BAD("input: {topics: [a, \"^b\"]}\n", "f:1:21: error: a pattern must be the only topic");
    BAD("input: {formats: entra}\n", "f:1:18: error: input.formats is a single value; expected a");
    BAD("input: {formats: {a: [b], c: }}\n", "f:1:22: error: a is a list; expected a single value",
        "f:1:27: error: c has no value");
    BAD("output: {unknown: drop}\n",
        "f:1:19: error: output.unknown is \"drop\"; expected count or dead_letter");
    BAD("kafka: {a: [b]}\n", "f:1:12: error: a is a list; expected a single value, {file: PATH}");
    BAD("kafka: {a: }\n", "f:1:9: error: a has no value");
    BAD("networks: {feeds: x}\n", "f:1:19: error: feeds must be a list of {name: ..., file: ...}");
    BAD("networks: {feeds: [x, {name: a}, {file: b}, ~]}\n",
        "f:1:20: error: a feed is a single value;",
        "f:1:23: error: a feed needs a name and a file; this one has no file",
        "f:1:34: error: a feed needs a name and a file; this one has no name",
        "f:1:45: error: an empty feed; expected name and file");
    BAD("networks:\n  feeds:\n  - {name: a, file: b}\n  - {name: a, file: c}\n",
        "f:4:12: error: feed \"a\" is given twice, first in line 3");
    BAD("secret: hunter2hunter2\n", "f:1:9: error: secret must not stand here");
    BAD("secret: {file: a, env: b}\n", "f:1:24: error: secret has both file and env");
    BAD("tenants: {AB: {}, ab: {}}\n", "f:1:19: error: tenant \"ab\" is given twice");
    BAD("tenants: {\"\": {}}\n", "f:1:11: error: a tenant needs an id");
    BAD("detectors: {password_spray: true}\n", "f:1:29: error: password_spray is a single value;");
    BAD("networks: {feeds: *x}\n", "f:1:19: error: aliases are not supported;");
    BAD("workers: 1\nworkers: 2\n",
        "f:2:1: error: key \"workers\" is given twice, first in line 1");
    BAD("delivery: once\n", "f:1:11: error: delivery is \"once\"; expected auto, at_least_once or "
                            "exactly_once");
}

static void bad_values_leave_defaults(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    struct config *config = read_text("workers: x\nwindows: {users: 1}\ndelivery: y\n", diag);
    assert_int_equal(diag_errors(diag), 3);
    assert_defaults(config);
    config_free(config);
    diag_free(diag);
}

static void tenants_start_from_the_base(void **state)
{
    (void)state;
    struct config *c =
        good("tenants:\n"
             "  Zeta:\n"
             "    domains: [z.example, y.example]\n"
             "    networks: {trusted: 198.51.100.0/24}\n"
             "    detectors: {impossible_travel: {max_speed: 700km/h}}\n"
             "  alpha:\n"
             "    detectors: {password_spray: {}}\n"
             "  empty:\n"
             "detectors: {impossible_travel: {min_distance: 300km, enabled: false}}\n");
    assert_int_equal(c->tenants_n, 3);
    const struct config_tenant *zeta = config_tenant_find(c, "zETA", 4);
    assert_non_null(zeta);
    assert_string_equal(zeta->id.text, "Zeta");
    assert_int_equal(zeta->id.at.line, 2);
    assert_int_equal(zeta->domains.n, 2);
    assert_string_equal(zeta->trusted.items[0].text, "198.51.100.0/24");
    const struct travel *travel = zeta->detectors[0], *base = c->detectors[0];
    assert_true(travel->distance_km == 300); /* from the base, which stands later in the file */
    assert_true(travel->speed_kmh == 700);
    assert_false(travel->enabled);
    assert_true(base->speed_kmh == 1000);
    assert_null(zeta->detectors[1]);
    const struct config_tenant *alpha = config_tenant_find(c, "alpha!", 5);
    assert_non_null(alpha);
    assert_null(alpha->detectors[0]);
    assert_int_equal(((const struct spray *)alpha->detectors[1])->users, 12);
    const struct config_tenant *empty = config_tenant_find(c, "empty", 5);
    assert_non_null(empty);
    assert_null(empty->detectors[0]);
    assert_null(config_tenant_find(c, "zet", 3));
    assert_null(config_tenant_find(c, "zetaa", 5));
    assert_null(config_tenant_find(c, "", 0));
    config_free(c);
    c = good("");
    assert_null(config_tenant_find(c, "zeta", 4));
    config_free(c);
}

static void finds_among_many_tenants(void **state)
{
    (void)state;
    char *text = malloc(200000), id[32];
    size_t len = (size_t)sprintf(text, "tenants:\n");
    for (unsigned i = 0; i < 4000; i++)
        len += (size_t)sprintf(text + len, "  t-%x: {domains: d%u}\n", i * 2654435761U, i);
    struct config *c = good(text);
    assert_int_equal(c->tenants_n, 4000);
    for (unsigned i = 0; i < 4000; i++) {
        char domain[32];
        const size_t n = (size_t)snprintf(id, sizeof id, "T-%X", i * 2654435761U);
        snprintf(domain, sizeof domain, "d%u", i);
        const struct config_tenant *tenant = config_tenant_find(c, id, n);
        assert_non_null(tenant);
        assert_string_equal(tenant->domains.items[0].text, domain);
    }
    config_free(c);
    free(text);
}

static void kafka_secrets_are_read_and_marked(void **state)
{
    (void)state;
    const char *const path = "build/test_config_kafka_secret";
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs("from file\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    setenv("SPOOR_TEST_KAFKA", "from env", 1);
    struct config *c = good("kafka:\n"
                            "  sasl.username: {file: build/test_config_kafka_secret}\n"
                            "  sasl.password: {env: SPOOR_TEST_KAFKA}\n"
                            "  client.id: ${NOT_EXPANDED}\n");
    assert_int_equal(c->kafka_n, 3);
    assert_string_equal(c->kafka[0].value.text, "from file");
    assert_true(c->kafka[0].secret);
    assert_string_equal(c->kafka[1].value.text, "from env");
    assert_true(c->kafka[1].secret);
    assert_int_equal(c->kafka[1].value.at.line, 3);
    assert_string_equal(c->kafka[2].value.text, "${NOT_EXPANDED}");
    assert_false(c->kafka[2].secret);
    config_free(c);
    unlink(path);
    unsetenv("SPOOR_TEST_KAFKA");
    BAD("kafka:\n  a: {file: build/test_config_kafka_secret}\n  b: {env: SPOOR_TEST_KAFKA}\n"
        "  c: {}\n  d: {file: x, env: y}\n",
        "f:2:13: error: cannot read secret file build/test_config_kafka_secret: No such file",
        "f:3:12: error: environment variable SPOOR_TEST_KAFKA is not set",
        "f:4:6: error: c must have either file or env",
        "f:5:6: error: d must have either file or env");
}

static void passwords_are_never_shown(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "kafka: {sasl.password: hunter2, sasl.password: hunter2}\n",
        "kafka:\n  sasl.password: *hunter2\n  ssl.key.password: &hunter2 \n",
        "kafka:\n  sasl.password: !hunter2\n  sasl.pasword: [hunter2]\n",
        "kafka:\n  sasl.password: \"hunter2\n",
        "secret: hunter2hunter2hunter2\n",
        "Secret: hunter2hunter2hunter2\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct diag *diag = diag_new();
        config_free(read_text(texts[i], diag));
        assert_true(diag_errors(diag) > 0);
        char *text = diag_render(diag);
        if (strstr(text, "hunter2"))
            fail_msg("%s", text);
        free(text);
        diag_free(diag);
    }
}

static void unreadable_is_null(void **state)
{
    (void)state;
    static const char *const files[][2] = {
        {"build/no-such-file",
         "build/no-such-file: error: cannot be read: No such file or directory\n"},
        {"config", "config: error: cannot be read: Is a directory\n"}};
    for (size_t i = 0; i < 2; i++) {
        struct diag *diag = diag_new();
        assert_null(config_read(files[i][0], tables, 2, diag));
        char *text = diag_render(diag);
        assert_string_equal(text, files[i][1]);
        free(text);
        diag_free(diag);
    }
    struct diag *diag = diag_new();
    assert_null(read_text("a: [", diag));
    assert_int_equal(diag_errors(diag), 1);
    diag_free(diag);
}

static char *slurp(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = calloc(1, 1 << 16);
    assert_in_range(fread(text, 1, (1 << 16) - 1, file), 1, (1 << 16) - 2);
    fclose(file);
    return text;
}

/* The shipped file is good as it is, and says for each option "# NAME: DEFAULT" under its section.
 */
static void spoor_yaml_is_the_manual(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    struct config *config =
        config_read("config/spoor.yaml", detectors_tables(), detectors_n(), diag);
    char *rendered = diag_render(diag), *text = slurp("config/spoor.yaml");
    assert_string_equal(rendered, "");
    assert_non_null(config);
    for (size_t t = 0; t < config_tables_n; t++) {
        const char *name = config_tables[t].name;
        char line[128];
        snprintf(line, sizeof line, "\n%s:", name);
        const char *section = *name ? strstr(text, line) : text;
        assert_non_null(section);
        for (const struct option *o = config_tables[t].options; o->name; o++) {
            const char *indent = *name ? "  " : "";
            snprintf(line, sizeof line, "\n%s# %s: %s ", indent, o->name, o->fallback);
            const char *found = strstr(section, line);
            if (!found)
                fail_msg("config/spoor.yaml lacks \"%s\" under %s", line, name);
            assert_null(strstr(found + 1, line));
            assert_true(o->help && strlen(o->help) > 40);
        }
    }
    free(text);
    free(rendered);
    config_free(config);
    diag_free(diag);
}

/* With the mark of each commented option taken off, the file still reads without a mistake. The
 * section of detectors is left out: its options are checked where they are made. */
static void spoor_yaml_options_are_valid(void **state)
{
    (void)state;
    char *text = slurp("config/spoor.yaml"), *to = text;
    for (const char *line = text, *next; *line; line = next) {
        next = strchr(line, '\n') + 1;
        const size_t indent = strspn(line, " ");
        const char *word = line + indent + 2, *name = word + strspn(word, " ");
        const size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");
        const bool option = strncmp(line + indent, "# ", 2) == 0 && len > 0 && name[len] == ':';
        memmove(to, line, indent);
        to += indent;
        const char *rest = option ? word : line + indent;
        memmove(to, rest, (size_t)(next - rest));
        to += next - rest;
    }
    *to = '\0';
    char *detectors = strstr(text, "\ndetectors:");
    assert_non_null(detectors);
    *detectors = '\0';
    struct config *config = good(text);
    assert_true(config->networks.feeds_n > 0);
    const struct config_tenant *tenant =
        config_tenant_find(config, "8A4DE8B5-095c-47d0-a96f-a75130c61d53", 36);
    assert_non_null(tenant);
    assert_false(((const struct travel *)tenant->detectors[0])->enabled);
    assert_true(config->geoip.city.n > 0);
    assert_non_null(config->secret_file.text);
    config_free(config);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_defaults),
        cmocka_unit_test(reads_every_key),
        cmocka_unit_test(topic_may_be_a_scalar),
        cmocka_unit_test(six_mistakes_are_six_errors),
        cmocka_unit_test(unknown_keys_at_every_level),
        cmocka_unit_test(wrong_shapes),
        cmocka_unit_test(bad_values_leave_defaults),
        cmocka_unit_test(tenants_start_from_the_base),
        cmocka_unit_test(finds_among_many_tenants),
        cmocka_unit_test(kafka_secrets_are_read_and_marked),
        cmocka_unit_test(passwords_are_never_shown),
        cmocka_unit_test(unreadable_is_null),
        cmocka_unit_test(spoor_yaml_is_the_manual),
        cmocka_unit_test(spoor_yaml_options_are_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
