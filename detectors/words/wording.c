/* SPDX-License-Identifier: Apache-2.0
 *
 * Findings in words; see the header.
 */
#include "detectors/words/wording.h"

#include <stdio.h>

void finding_user(struct finding *f, const struct witness *w)
{
    f->subject_type = "user";
    memcpy(f->subject, w->user, sizeof f->subject);
    finding_add_user(f, w->user);
}

struct finding_address *finding_address(const struct enricher *enricher, struct finding *f,
                                        const struct prefix *prefix, int64_t time_ms)
{
    for (unsigned i = 0; i < f->addresses_n; i++)
        if (ip_equal(&f->addresses[i].ip, &prefix->ip) &&
            f->addresses[i].prefix_bits == prefix->bits)
            return &f->addresses[i];
    if (f->addresses_n == FINDING_ADDRESSES_MAX)
        return NULL;
    struct finding_address *a = &f->addresses[f->addresses_n++];
    struct enriched_event e;
    enrich_ip(enricher, &prefix->ip, &e);
    *a = (struct finding_address){.ip = prefix->ip,
                                  .prefix_bits = prefix->bits,
                                  .time_ms = time_ms,
                                  .lat = e.place.lat,
                                  .lon = e.place.lon,
                                  .radius_km = (double)e.place.radius_km,
                                  .has_place = e.place.known,
                                  .asn = e.asn,
                                  .network = e.network};
    memcpy(a->country, e.place.country, sizeof a->country);
    snprintf(a->city, sizeof a->city, "%s", e.place.city);
    snprintf(a->as_name, sizeof a->as_name, "%s", e.as_name);
    return a;
}

void finding_where_of(const struct finding_address *a, char where[static WHERE_TEXT_MAX])
{
    char system[56] = "";
    if (a->asn != 0)
        snprintf(system, sizeof system, "AS%u%s%.36s", a->asn, a->as_name[0] ? " " : "",
                 a->as_name);
    if (a->city[0])
        snprintf(where, WHERE_TEXT_MAX, "%.28s, %s%s%s%s", a->city, a->country,
                 system[0] ? " (" : "", system, system[0] ? ")" : "");
    else if (a->country[0])
        snprintf(where, WHERE_TEXT_MAX, "%s%s%s%s", a->country, system[0] ? " (" : "", system,
                 system[0] ? ")" : "");
    else
        snprintf(where, WHERE_TEXT_MAX, "%s", system[0] ? system : "an unknown network");
}

void finding_where(const struct enricher *enricher, struct finding *f,
                   char where[static WHERE_TEXT_MAX])
{
    snprintf(where, WHERE_TEXT_MAX, "an unknown network");
    for (unsigned i = 0; i < f->witnesses_n; i++) {
        const struct witness *w = &f->witnesses[i];
        if (!w->has_ip)
            continue;
        struct prefix whole = {w->ip, 128};
        struct finding_address *a = finding_address(enricher, f, &whole, w->time_ms);
        if (a && a == &f->addresses[0])
            finding_where_of(a, where);
    }
}

static bool listed(const char *list, size_t width, unsigned n, const char *text)
{
    for (unsigned i = 0; i < n; i++)
        if (strcmp(list + i * width, text) == 0)
            return true;
    return false;
}

void finding_add_user(struct finding *f, const char *name)
{
    if (name[0] == '\0' || f->users_n == FINDING_LIST_MAX ||
        listed(f->users[0], sizeof f->users[0], f->users_n, name))
        return;
    snprintf(f->users[f->users_n++], sizeof f->users[0], "%s", name);
}

void finding_add_network(struct finding *f, const char *text)
{
    if (text[0] == '\0' || f->networks_n == FINDING_LIST_MAX ||
        listed(f->networks[0], sizeof f->networks[0], f->networks_n, text))
        return;
    snprintf(f->networks[f->networks_n++], sizeof f->networks[0], "%.63s", text);
}

struct span_words {
    const char *s, *min, *h, *d;
};

static void put_span(int64_t ms, const struct span_words *words, char text[static SPAN_TEXT_MAX])
{
    int64_t s = ms / 1000;
    const char *unit = s < 120 ? words->s : s < 2 * 3600 ? words->min : words->d;
    int64_t n = s < 120 ? s : s < 2 * 3600 ? s / 60 : s / 86400;
    if (s >= 2 * 3600 && s < 2 * 86400 && s / 60 % 60 != 0) {
        snprintf(text, SPAN_TEXT_MAX, "%d%s %d%s", (int)(s / 3600), words->h, (int)(s / 60 % 60),
                 words->min);
        return;
    }
    if (s >= 2 * 3600 && s < 2 * 86400) {
        unit = words->h;
        n = s / 3600;
    }
    snprintf(text, SPAN_TEXT_MAX, "%d%s", (int)n, unit);
}

void wording_span(int64_t ms, char text[static SPAN_TEXT_MAX])
{
    put_span(ms, &(const struct span_words){" s", " min", " h", " d"}, text);
}

void wording_span_ja(int64_t ms, char text[static SPAN_TEXT_MAX])
{
    put_span(ms, &(const struct span_words){" 秒", " 分", " 時間", " 日"}, text);
}

void wording_count(const struct verdict *v, enum measure_id id, char text[static COUNT_TEXT_MAX])
{
    snprintf(text, COUNT_TEXT_MAX, "%s%.0f", verdict_estimated(v, id) ? "about " : "",
             verdict_measured(v, id));
}

void wording_count_ja(const struct verdict *v, enum measure_id id, char text[static COUNT_TEXT_MAX])
{
    snprintf(text, COUNT_TEXT_MAX, "%s%.0f", verdict_estimated(v, id) ? "約 " : "",
             verdict_measured(v, id));
}

void wording_capital(char *text)
{
    if (strncmp(text, "about ", strlen("about ")) == 0)
        text[0] = 'A';
}

const char *wording_ja(const char *text)
{
    static const char *const phrases[][2] = {
        {"an unknown network", "不明なネットワーク"},
        {"an unknown agent", "不明なクライアント"},
        {"many networks", "複数のネットワーク"},
        {"an application", "アプリ"},
        {"a user", "ある利用者"},
        {"legacy", "レガシー"},
        {"a second factor", "第二要素"},
        {"a policy", "ポリシー"},
        {"an expired password", "パスワード期限切れ"},
        {"a demand for more", "追加の要求"},
        {"another control", "その他の制御"},
    };
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (strcmp(text, phrases[i][0]) == 0)
            return phrases[i][1];
    return text;
}
