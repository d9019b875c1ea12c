/* SPDX-License-Identifier: Apache-2.0
 *
 * The operator's words, read from YAML and checked: one struct that every later stage takes what it
 * needs from. Knows no detector (their option tables are handed in) and no Kafka (its properties
 * are pairs of text). Immutable once read.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "config/diag.h"
#include "config/option.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A scalar of the file and where it stood, so that whoever understands it can point at it. */
struct config_text {
    const char *text; /* never NULL in a list; NULL for an absent single value */
    struct diag_place at;
};

struct config_list {
    struct config_text *items;
    size_t n;
};

struct config_pair {
    struct config_text name, value;
    bool secret; /* never print the value: it was read from {file: ...} or {env: ...}, or its name
                  * tells (password, secret, token, jaas, key, userinfo) */
};

struct config_feed {
    struct config_text name, file, severity; /* severity NULL: medium */
};

struct config_service {
    struct config_text name;     /* may hold `*` */
    struct config_list networks; /* CIDR texts; none: anywhere */
};

struct config_maintenance {
    struct config_text from, to, actor; /* times as RFC 3339; the actor may hold `*` */
};

/* The zone of stamps without one. */
struct config_zone {
    struct config_text topic; /* "*": all that are not named; so with hosts */
    const char *host;
    struct config_text zone;
};

struct config_tenant {
    struct config_text id;
    int64_t users;             /* 0: learnt */
    struct config_list admins; /* user names, may hold `*` */
    struct config_service *services;
    struct config_maintenance *maintenance;
    size_t services_n, maintenance_n;
    struct config_list domains;
    struct config_list accepted_forwarders; /* addresses and domains mail may be forwarded to */
    struct config_list trusted;             /* CIDR texts */
    void **detectors; /* one a table, in their order: a struct with the overrides, or NULL */
};

enum config_delivery { DELIVERY_AUTO, DELIVERY_AT_LEAST_ONCE, DELIVERY_EXACTLY_ONCE };
enum config_start { START_EARLIEST, START_LATEST };
enum config_unknown { UNKNOWN_COUNT, UNKNOWN_DEAD_LETTER };

struct config {
    struct config_pair *kafka; /* librdkafka properties, in file order */
    size_t kafka_n;

    struct {
        struct config_list topics; /* names, or one "^regex" */
        const char *format;        /* "auto" or a parser's name */
        struct diag_place format_at;
        struct config_pair *formats; /* topic -> "auto" or a parser's name, in file order */
        size_t formats_n;
        struct config_zone *zones; /* in file order */
        size_t zones_n;
        int start; /* enum config_start: where a group without offsets begins */
    } input;

    struct {
        const char *findings, *windows, *dead_letters; /* topic names */
        int unknown;     /* enum config_unknown: what becomes of records of no known format */
        bool suppressed; /* findings that something excuses are written, too, as Suppressed */
    } output;

    int delivery;    /* enum config_delivery */
    int64_t workers; /* threads; 0: one a processor */
    int64_t publish_interval_ms;

    struct {
        struct config_list city, asn; /* files */
    } geoip;

    struct {
        struct config_list trusted; /* CIDR texts */
        struct config_feed *feeds;
        size_t feeds_n;
    } networks;

    struct config_tenant *tenants;
    size_t tenants_n; /* sorted by id */

    void **detectors; /* one a table handed in, in its order: the struct its options fill */

    struct {
        int64_t users, sources, networks, feeds, dense, sessions, crowds; /* rows of each table */
    } windows;

    struct config_text secret_file, secret_env; /* at most one is set */
};

/* Reads and checks a file. Every mistake becomes an error in diag with its place; a key nobody
 * knows names the nearest one that is known. Returns NULL when the file cannot be read or is no
 * YAML; with errors in diag the config is returned all the same (with defaults in place of bad
 * values) so that the caller can go on checking, but must not be run. `tables` are the detectors'
 * option tables, n of them. The caller frees with config_free. */
struct config *config_read(const char *file, const struct option_table *tables, size_t n,
                           struct diag *diag);

/* The same from memory; `file` is the name that errors show. Also the fuzzer's way in. */
struct config *config_read_text(const char *file, const char *text, size_t len,
                                const struct option_table *tables, size_t n, struct diag *diag);

/* All defaults, as when no file is given. NULL: out of memory. */
struct config *config_default(const struct option_table *tables, size_t n);

void config_free(struct config *config);

/* Tenant by id (ASCII case ignored), or NULL. A binary search: fit for use per event. */
const struct config_tenant *config_tenant_find(const struct config *config, const char *id,
                                               size_t len);

/* Option tables of the fixed sections, for `spoor list options`: the top level, whose name is "",
 * then input, output and windows. */
extern const struct option_table config_tables[];
extern const size_t config_tables_n;

/* Reads the secret that keys the hashes: the file's or environment variable's bytes, trailing
 * newlines off; at least 16 bytes. *ret_key is derived from all of them. With neither configured,
 * false without an error: the caller then makes one up or uses a fixed one, and says so. */
bool config_secret(const struct config *config, unsigned char ret_key[static 16],
                   struct diag *diag);

#endif
