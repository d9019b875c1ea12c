/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets of prefixes become one table of intervals. Its value names an item of `answers`: the mask of
 * all sets that cover the range and the length of the most specific prefix among them, from which
 * the prefix itself follows. There are far fewer different answers than prefixes.
 */
#include "geoip/networks.h"

#include "geoip/intern.h"
#include "geoip/intervals.h"
#include "geoip/lines.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Of a feed file diag keeps this much, to quote lines: errors are at most DIAG_MAX. */
enum { SOURCE_BYTES_MAX = 1 << 20 };

struct answer {
    uint64_t sets;
    uint64_t bits; /* of the most specific prefix, in the 128-bit form */
};

struct networks {
    char *names[NETWORKS_SETS_MAX];
    int sets;
    size_t prefixes;
    struct intern answers;
    struct intervals *intervals;
};

struct networks *networks_new(void)
{
    struct networks *networks = calloc(1, sizeof(*networks));
    if (networks && !(networks->intervals = intervals_new())) {
        free(networks);
        return NULL;
    }
    return networks;
}

void networks_free(struct networks *networks)
{
    if (!networks)
        return;
    for (int set = 0; set < networks->sets; set++)
        free(networks->names[set]);
    intern_done(&networks->answers);
    intervals_free(networks->intervals);
    free(networks);
}

int networks_add_set(struct networks *networks, const char *name)
{
    if (networks->sets == NETWORKS_SETS_MAX)
        return -1;
    char *copy = strdup(name);
    if (!copy)
        return -1;
    networks->names[networks->sets] = copy;
    return networks->sets++;
}

/* The interval value of an answer, 0 when out of memory. */
static uint32_t answer_put(struct networks *networks, struct answer answer)
{
    uint32_t offset = intern_put(&networks->answers, &answer, sizeof(answer));
    return offset == UINT32_MAX ? 0 : offset / (uint32_t)sizeof(answer) + 1;
}

static struct answer answer_at(const struct networks *networks, uint32_t value)
{
    struct answer answer;
    uint32_t offset = (value - 1) * (uint32_t)sizeof(answer);
    memcpy(&answer, intern_at(&networks->answers, offset), sizeof(answer));
    return answer;
}

int networks_add(struct networks *networks, int set, const struct prefix *prefix)
{
    assert(set >= 0 && set < networks->sets);
    uint32_t value = answer_put(networks, (struct answer){UINT64_C(1) << set, prefix->bits});
    if (!value)
        return -ENOMEM;
    int err = intervals_add(networks->intervals, prefix, value);
    networks->prefixes += err == 0;
    return err;
}

long networks_add_text(struct networks *networks, int set, const char *file, struct slice text,
                       struct diag *diag)
{
    struct slice line;
    long added = 0;
    for (unsigned row = 1; lines_next(&text, &line); row++) {
        const char *comment = line.len ? memchr(line.ptr, '#', line.len) : NULL;
        if (comment)
            line.len = (size_t)(comment - line.ptr);
        struct diag_place at = {.file = file, .line = row};
        line = lines_trim(line, &at.column);
        struct prefix prefix;
        const char *wrong = NULL;
        int err;
        if (line.len == 0)
            continue;
        if (!prefix_parse(line, &prefix, &wrong)) {
            diag_error(diag, at,
                       "%s; expected one prefix a line, such as 203.0.113.0/24 or 2001:db8::/32",
                       wrong ? wrong : "not a prefix");
        } else if ((err = networks_add(networks, set, &prefix)) == 0) {
            added++;
        } else {
            diag_error(diag, at, err == -ENOSPC ? "too many prefixes" : "out of memory");
            return err;
        }
    }
    return added;
}

long networks_add_file(struct networks *networks, int set, const char *file, struct diag *diag)
{
    struct slice text;
    int err = lines_load(file, diag, &text);
    if (err)
        return err;
    diag_source(diag, file, text.ptr, text.len < SOURCE_BYTES_MAX ? text.len : SOURCE_BYTES_MAX);
    long added = networks_add_text(networks, set, file, text, diag);
    free((void *)(uintptr_t)text.ptr);
    return added;
}

/* Inner prefixes come after outer ones, so the inner length is the most specific. */
static uint32_t combine(void *ctx, uint32_t outer, uint32_t inner)
{
    if (!outer)
        return inner;
    struct answer answer = answer_at(ctx, inner);
    answer.sets |= answer_at(ctx, outer).sets;
    return answer_put(ctx, answer);
}

void networks_add_list(struct networks *networks, int set, const struct config_list *list,
                       struct diag *diag)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct config_text *item = &list->items[i];
        struct prefix prefix;
        const char *wrong;
        if (!prefix_parse(slice_of(item->text), &prefix, &wrong))
            diag_error(diag, item->at, "`%s` is no network: %s", item->text, wrong);
        else if (networks_add(networks, set, &prefix) != 0)
            diag_error(diag, item->at, "too many networks");
    }
}

struct networks *networks_of_list(const char *name, const struct config_list *list,
                                  struct diag *diag)
{
    struct networks *networks = networks_new();
    if (!networks)
        return NULL;
    networks_add_list(networks, networks_add_set(networks, name), list, diag);
    if (networks_freeze(networks) == 0)
        return networks;
    networks_free(networks);
    return NULL;
}

int networks_freeze(struct networks *networks)
{
    int err = intervals_freeze(networks->intervals, combine, networks);
    intern_freeze(&networks->answers);
    return err;
}

uint64_t networks_find(const struct networks *networks, const struct ip *ip,
                       struct prefix *ret_prefix)
{
    uint32_t value = intervals_find(networks->intervals, ip);
    if (!value)
        return 0;
    struct answer answer = answer_at(networks, value);
    if (ret_prefix)
        *ret_prefix = ip_network(ip, (unsigned)answer.bits);
    return answer.sets;
}

const char *networks_name(const struct networks *networks, int set)
{
    return set >= 0 && set < networks->sets ? networks->names[set] : NULL;
}

int networks_sets(const struct networks *networks)
{
    return networks->sets;
}

size_t networks_bytes(const struct networks *networks)
{
    return sizeof(*networks) + intern_bytes(&networks->answers) +
           intervals_bytes(networks->intervals);
}

size_t networks_prefixes(const struct networks *networks)
{
    return networks->prefixes;
}
