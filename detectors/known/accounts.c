/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts the operator names; see the header. Built once from the config, then read by any thread.
 */
#include "detectors/known/accounts.h"

#include "detectors/known/watch.h"
#include "geoip/networks.h"
#include "parsers/values/timestamp.h"

#include <stdlib.h>

enum { PATTERN_MAX = 128, USER_MAX = 320 }; /* RFC 5321: 64, an @, and 255 */

struct window {
    int64_t from_ms, to_ms;
};

struct accounts {
    const struct config_tenant *config;
    struct networks **networks; /* one a service account; NULL: anywhere */
    struct window *maintenance;
};

/* On a mismatch the last star takes one character more; earlier ones never need to. */
static bool glob(const char *p, const char *text, const char *end)
{
    const char *star = NULL, *retry = NULL;
    while (text < end) {
        if (*p == '*') {
            star = p++;
            retry = text;
        } else if (*p && slice_lower(*p) == slice_lower(*text)) {
            p++;
            text++;
        } else if (star) {
            p = star + 1;
            text = ++retry;
        } else {
            return false;
        }
    }
    while (*p == '*')
        p++;
    return *p == '\0';
}

bool accounts_match(const char *pattern, struct slice user)
{
    const char *end = user.ptr + user.len, *at = NULL;
    if (user.len == 0 || user.len > USER_MAX)
        return false;
    if (!strchr(pattern, '@'))
        at = memchr(user.ptr, '@', user.len);
    return glob(pattern, user.ptr, end) || (at && glob(pattern, user.ptr, at));
}

static void check_pattern(const struct config_text *text, struct diag *diag)
{
    if (strlen(text->text) > PATTERN_MAX)
        diag_error(diag, text->at, "a name of more than %d characters", (int)PATTERN_MAX);
}

static int64_t read_time(const struct config_text *text, struct diag *diag)
{
    int64_t ms = 0;
    if (!timestamp_parse(slice_of(text->text), &ms))
        diag_error(diag, text->at, "`%s` is no time such as 2026-06-12T20:00:00Z", text->text);
    return ms;
}

static void read_window(const struct config_maintenance *from, struct window *to, struct diag *diag)
{
    const size_t errors = diag_errors(diag);
    to->from_ms = read_time(&from->from, diag);
    to->to_ms = read_time(&from->to, diag);
    if (diag_errors(diag) == errors && to->to_ms <= to->from_ms)
        diag_error(diag, from->to.at, "the maintenance ends before it begins");
    check_pattern(&from->actor, diag);
}

bool accounts_new(const struct config_tenant *from, struct diag *diag, struct accounts **ret)
{
    *ret = NULL;
    if (from->services_n + from->maintenance_n + from->admins.n == 0)
        return true;
    struct accounts *a = calloc(1, sizeof *a);
    if (!a)
        return false;
    a->config = from;
    a->networks = calloc(from->services_n + 1, sizeof(struct networks *));
    a->maintenance = calloc(from->maintenance_n + 1, sizeof *a->maintenance);
    bool ok = a->networks && a->maintenance;
    for (size_t i = 0; ok && i < from->services_n; i++) {
        check_pattern(&from->services[i].name, diag);
        if (from->services[i].networks.n == 0)
            continue;
        a->networks[i] = networks_of_list("service account", &from->services[i].networks, diag);
        ok = a->networks[i] != NULL;
    }
    for (size_t i = 0; ok && i < from->maintenance_n; i++)
        read_window(&from->maintenance[i], &a->maintenance[i], diag);
    for (size_t i = 0; i < from->admins.n; i++)
        check_pattern(&from->admins.items[i], diag);
    if (ok)
        *ret = a;
    else
        accounts_free(a);
    return ok;
}

void accounts_free(struct accounts *a)
{
    if (!a)
        return;
    for (size_t i = 0; a->networks && i < a->config->services_n; i++)
        networks_free(a->networks[i]);
    free(a->networks);
    free(a->maintenance);
    free(a);
}

bool accounts_is_service(const struct accounts *a, struct slice user)
{
    for (size_t i = 0; a && i < a->config->services_n; i++)
        if (accounts_match(a->config->services[i].name.text, user))
            return true;
    return false;
}

bool accounts_is_within(const struct accounts *a, const struct event *ev)
{
    for (size_t i = 0; a && i < a->config->services_n; i++)
        if (accounts_match(a->config->services[i].name.text, ev->user) &&
            (!a->networks[i] || (ev->has_ip && networks_find(a->networks[i], &ev->ip, NULL) != 0)))
            return true;
    return false;
}

bool accounts_is_admin(const struct accounts *a, struct slice user)
{
    for (size_t i = 0; a && i < a->config->admins.n; i++)
        if (accounts_match(a->config->admins.items[i].text, user))
            return true;
    return false;
}

bool accounts_in_maintenance(const struct accounts *a, struct slice actor, int64_t time_ms)
{
    for (size_t i = 0; a && i < a->config->maintenance_n; i++)
        if (time_ms >= a->maintenance[i].from_ms && time_ms < a->maintenance[i].to_ms &&
            accounts_match(a->config->maintenance[i].actor.text, actor))
            return true;
    return false;
}

bool accounts_watched_service(const struct detection *d, uint32_t watch_row)
{
    const struct accounts *a = d->tenant->accounts;
    char name[64];
    return a && a->config->services_n > 0 && watch_name(d->windows, watch_row, name) > 0 &&
           accounts_is_service(a, slice_of(name));
}

bool accounts_about_service(const struct detection *d, uint64_t subject, struct slice user)
{
    const struct accounts *a = d->tenant->accounts;
    const struct windows *w = d->windows;
    if (!a || a->config->services_n == 0)
        return false;
    uint32_t watch = table_find(w->table[WINDOWS_WATCH], subject);
    if (watch != TABLE_NONE)
        return accounts_watched_service(d, watch);
    bool his = table_find(w->table[WINDOWS_USER], subject) != TABLE_NONE ||
               table_find(w->table[WINDOWS_SESSION], subject) != TABLE_NONE;
    return his && accounts_is_service(a, user);
}
