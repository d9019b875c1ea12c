/* SPDX-License-Identifier: Apache-2.0
 *
 * Properties for librdkafka: our defaults, then the operator's, then what our guarantees need. See
 * kafka.h.
 */
#include "plugin/kafka/kafka.h"

#include "plugin/base/log.h"

#include <librdkafka/rdkafka.h>
#include <string.h>
#include <syslog.h>

struct property {
    const char *name, *value;
    unsigned clients; /* bits of enum kafka_client */
};

enum {
    INPUT = 1 << KAFKA_INPUT,
    REPLICA = 1 << KAFKA_REPLICA,
    PRODUCER = 1 << KAFKA_PRODUCER,
    READERS = INPUT | REPLICA,
    EVERYBODY = READERS | PRODUCER
};

/* What serves most; the operator's value wins. The input's queue bounds its memory: the default of
 * 64 MB is emptied in less than half a second at full rate. */
static const struct property defaults[] = {
    {"client.id", "spoor", EVERYBODY},
    {"group.id", "spoor", READERS},
    {"socket.nagle.disable", "true", EVERYBODY},
    {"socket.keepalive.enable", "true", EVERYBODY},
    {"fetch.wait.max.ms", "50", READERS},
    {"queued.max.messages.kbytes", "262144", INPUT},
    {"queued.max.messages.kbytes", "65536", REPLICA},
    {"session.timeout.ms", "30000", INPUT},
    {"check.crcs", "true", READERS},
    {"linger.ms", "5", PRODUCER},
    {"compression.codec", "lz4", PRODUCER},
    {"message.timeout.ms", "30000", PRODUCER},
    {"queue.buffering.max.messages", "200000", PRODUCER},
};

/* What the guarantees rest on; nobody may change it. */
static const struct property ours[] = {
    {"enable.auto.commit", "false", READERS},
    {"enable.auto.offset.store", "false", READERS},
    {"partition.assignment.strategy", "cooperative-sticky", INPUT},
    {"auto.offset.reset", "error", INPUT},
    {"auto.offset.reset", "earliest", REPLICA},
    {"isolation.level", "read_uncommitted", REPLICA},
    {"enable.partition.eof", "true", REPLICA},
    {"enable.partition.eof", "false", INPUT},
    {"acks", "all", PRODUCER},
};

/* Refused, with the reason an operator needs. */
static const struct {
    const char *name, *why;
} denied[] = {
    {"enable.auto.commit", "spoor commits what it has finished, and nothing earlier"},
    {"enable.auto.offset.store", "spoor commits what it has finished, and nothing earlier"},
    {"partition.assignment.strategy", "spoor's rebalancing needs cooperative-sticky"},
    {"auto.offset.reset", "write `start: earliest` or `start: latest` under `input:`"},
    {"isolation.level", "spoor sets it for each of its readers"},
    {"transactional.id", "this version writes without transactions"},
    {"enable.idempotence", "finding ids make repeats harmless; spoor sets it"},
    {"enable.partition.eof", "spoor sets it for each of its readers"},
    {"acks", "spoor commits only what all replicas have"},
    {"request.required.acks", "spoor commits only what all replicas have"},
    {"test.mock.num.brokers", "`spoor demo` has its own cluster"},
};

#ifdef __SANITIZE_THREAD__
extern const char tsan_here, *const kafka_tsan;
const char *const kafka_tsan = &tsan_here; /* links plugin/path/tsan.c */
#endif

const char *kafka_version(void)
{
    return rd_kafka_version_str();
}

void kafka_tell_version(void)
{
    if (rd_kafka_version() >> 8 < 0x020300)
        log_info("librdkafka is older than 2.3: it may read messages twice after a pause, which is "
                 "harmless here",
                 "librdkafka=%s", rd_kafka_version_str());
}

static const struct config_pair *find_pair(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->kafka_n; i++)
        if (strcmp(config->kafka[i].name.text, name) == 0)
            return &config->kafka[i];
    return NULL;
}

const char *kafka_group(const struct config *config)
{
    const struct config_pair *pair = find_pair(config, "group.id");

    return pair ? pair->value.text : "spoor";
}

/* --- logging: librdkafka's lines become ours --- */

static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
    static struct log_cause causes[LOG_DEBUG + 1];
    const enum log_level ours_level = level <= LOG_ERR       ? LOG_LEVEL_ERROR
                                      : level <= LOG_WARNING ? LOG_LEVEL_WARNING
                                                             : LOG_LEVEL_INFO;

    (void)rk;
    if (level > LOG_NOTICE)
        return;
    /* Our own doing: every client gets the whole section, producers' properties included. */
    if (strcmp(facility, "CONFWARN") == 0)
        return;
    log_limited(&causes[level], ours_level, "librdkafka says", "what=%s text=\"%s\"", facility,
                text);
}

/* --- conf --- */

static bool is_denied(const char *name, const char **ret_why)
{
    for (size_t i = 0; i < sizeof denied / sizeof denied[0]; i++)
        if (strcmp(denied[i].name, name) == 0) {
            *ret_why = denied[i].why;
            return true;
        }
    return false;
}

static void set_all(rd_kafka_conf_t *conf, const struct property *properties, size_t n,
                    enum kafka_client client)
{
    char error[256];

    for (size_t i = 0; i < n; i++)
        if (properties[i].clients & 1u << client)
            if (rd_kafka_conf_set(conf, properties[i].name, properties[i].value, error,
                                  sizeof error) != RD_KAFKA_CONF_OK)
                log_error("librdkafka does not take a property of ours", "error=\"%s\"", error);
}

/* The operator's properties. One that is a secret is not quoted by the error either: librdkafka's
 * text would hold its value. */
static void set_pairs(rd_kafka_conf_t *conf, const struct config *config, struct diag *diag)
{
    for (size_t i = 0; i < config->kafka_n; i++) {
        const struct config_pair *pair = &config->kafka[i];
        const char *why = NULL;
        char error[512];

        if (is_denied(pair->name.text, &why)) {
            diag_error(diag, pair->name.at, "%s cannot be set: %s", pair->name.text, why);
            continue;
        }
        const rd_kafka_conf_res_t result =
            rd_kafka_conf_set(conf, pair->name.text, pair->value.text, error, sizeof error);
        if (result == RD_KAFKA_CONF_UNKNOWN)
            diag_error(diag, pair->name.at, "%s", error);
        else if (result == RD_KAFKA_CONF_INVALID)
            diag_error(diag, pair->value.at, "%s",
                       pair->secret ? "this value is not accepted" : error);
    }
}

struct rd_kafka_conf_s *kafka_conf(const struct config *config, enum kafka_client client,
                                   struct diag *diag)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    const size_t errors = diag_errors(diag);

    set_all(conf, defaults, sizeof defaults / sizeof defaults[0], client);
    set_pairs(conf, config, diag);
    set_all(conf, ours, sizeof ours / sizeof ours[0], client);
    rd_kafka_conf_set_log_cb(conf, on_log);
    if (diag_errors(diag) == errors)
        return conf;
    rd_kafka_conf_destroy(conf);
    return NULL;
}

/* --- check --- */

/* Versions that are known to fail: asserts on telemetry before 2.5.3, a reconnect loop in 2.10.0.
 */
static void check_version(struct diag *diag)
{
    const int version = rd_kafka_version() >> 8;

    if ((version >= 0x020500 && version <= 0x020502) || version == 0x020a00)
        diag_error(diag, (struct diag_place){0},
                   "librdkafka %s has a fault that stops clients; install another version",
                   rd_kafka_version_str());
}

static void check_delivery(const struct config *config, struct diag *diag)
{
    const struct diag_place at = {config->kafka_n ? config->kafka[0].name.at.file : NULL, 0, 0};

    if (config->delivery == DELIVERY_EXACTLY_ONCE)
        diag_error(diag, at,
                   "delivery: exactly_once is not available in this version; write at_least_once "
                   "or auto (finding ids are stable, so a consumer can drop repeats by key)");
}

void kafka_check(const struct config *config, struct diag *diag)
{
    struct rd_kafka_conf_s *conf = kafka_conf(config, KAFKA_INPUT, diag);

    if (conf)
        rd_kafka_conf_destroy(conf);
    if (!find_pair(config, "bootstrap.servers") && !find_pair(config, "metadata.broker.list"))
        diag_error(diag, (struct diag_place){0}, "kafka: needs bootstrap.servers");
    if (config->input.topics.n == 0)
        diag_error(diag, (struct diag_place){0}, "input: needs topics");
    check_delivery(config, diag);
    check_version(diag);
}
