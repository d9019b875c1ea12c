/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a config: it comes back or an error does, all fields can be used, every message can
 * be rendered, and what is rendered is safe for a terminal.
 */
#include "config/config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sample {
    bool enabled;
    double number, distance_km, speed_kmh;
    int64_t count, window_ms, bytes;
    int mode;
    const char *text;
};

static const char *const modes[] = {"full", "low", "off", NULL};
static const struct option options[] = {
    {"enabled", OPTION_BOOL, offsetof(struct sample, enabled), "true", .help = "h"},
    {"number", OPTION_NUMBER, offsetof(struct sample, number), "1.5", -10, 10, .help = "h"},
    {"min_distance", OPTION_DISTANCE, offsetof(struct sample, distance_km), "500km", .help = "h"},
    {"max_speed", OPTION_SPEED, offsetof(struct sample, speed_kmh), "1000km/h", 1, 1e6,
     .help = "h"},
    {"users", OPTION_COUNT, offsetof(struct sample, count), "12", 1, 1e6, .help = "h"},
    {"window", OPTION_DURATION, offsetof(struct sample, window_ms), "15m", 1, 1e10, .help = "h"},
    {"queue", OPTION_BYTES, offsetof(struct sample, bytes), "64MiB", 1, 1e12, .help = "h"},
    {"mode", OPTION_CHOICE, offsetof(struct sample, mode), "low", .choices = modes, .help = "h"},
    {"text", OPTION_TEXT, offsetof(struct sample, text), "auto", .help = "h"},
    {0}};
static const struct option_table tables[] = {
    {"impossible_travel", options, sizeof(struct sample)},
    {"password_spray", options, sizeof(struct sample)},
};

static void require(bool condition)
{
    if (!condition)
        abort();
}

static size_t use_list(const struct config_list *list)
{
    size_t len = 0;
    for (size_t i = 0; i < list->n; i++)
        len += strlen(list->items[i].text) + list->items[i].at.line;
    return len;
}

static void use_detector(const struct sample *s)
{
    require(s->number >= -10 && s->number <= 10);
    require(s->speed_kmh >= 1 && s->speed_kmh <= 1e6);
    require(s->distance_km >= 0);
    require(s->count >= 1 && s->count <= 1000000);
    require(s->window_ms >= 1 && s->bytes >= 1);
    require(s->mode >= 0 && s->mode <= 2);
    require(s->text && *s->text);
}

static void use(const struct config *c)
{
    size_t len = use_list(&c->input.topics) + use_list(&c->geoip.city) + use_list(&c->geoip.asn) +
                 use_list(&c->networks.trusted);
    for (size_t i = 0; i < c->kafka_n; i++)
        len += strlen(c->kafka[i].name.text) + strlen(c->kafka[i].value.text);
    for (size_t i = 0; i < c->networks.feeds_n; i++)
        len += strlen(c->networks.feeds[i].name.text) + strlen(c->networks.feeds[i].file.text);
    require(len < (size_t)1 << 30);
    require(c->input.format && c->output.findings && c->output.windows && c->output.dead_letters);
    require(c->workers >= 0 && c->workers <= 256 && c->windows.users >= 64);
    for (size_t d = 0; d < 2; d++)
        use_detector(c->detectors[d]);
    for (size_t i = 0; i < c->tenants_n; i++) {
        const struct config_tenant *t = &c->tenants[i];
        require(config_tenant_find(c, t->id.text, strlen(t->id.text)) != NULL);
        require(use_list(&t->domains) + use_list(&t->accepted_forwarders) + use_list(&t->trusted) <
                (size_t)1 << 30);
        for (size_t d = 0; d < 2; d++)
            if (t->detectors[d])
                use_detector(t->detectors[d]);
    }
}

static void check_rendered(const struct diag *diag)
{
    char *text = diag_render(diag);
    require(text != NULL);
    for (const char *c = text; *c; c++)
        require(*c == '\n' || ((unsigned char)*c >= 0x20 && *c != 0x7f));
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A secret's file is opened by the name in the input: keep to plain files. */
    if (memmem(data, size, "/dev", 4) || memmem(data, size, "/proc", 5))
        return 0;
    struct diag *diag = diag_new();
    require(diag != NULL);
    struct config *config = config_read_text("f", (const char *)data, size, tables, 2, diag);
    require(config || diag_errors(diag) > 0);
    if (config)
        use(config);
    check_rendered(diag);
    config_free(config);
    diag_free(diag);
    return 0;
}
