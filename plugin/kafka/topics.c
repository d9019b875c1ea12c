/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks which topics there are, and makes those of ours that are absent. See topics.h.
 *
 * Compaction of the windows topic must leave records alone for longer than a repair takes
 * (min.compaction.lag.ms): two partial records of one key, compacted before anybody wrote their
 * merge, would lose one.
 */
#include "plugin/kafka/topics.h"

#include "parsers/values/timestamp.h"
#include "plugin/base/clock.h"
#include "plugin/base/log.h"
#include "plugin/kafka/kafka.h"

#include <errno.h>
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <string.h>

enum { ASK_MS = 2000, CREATE_MS = 30000 };

struct wish {
    const char *name;
    int partitions;
    const char *cleanup;  /* NULL: the broker's default */
    int64_t retention_ms; /* 0: the broker's default */
};

/* --- what is there --- */

static const rd_kafka_metadata_topic_t *find(const struct rd_kafka_metadata *metadata,
                                             const char *name)
{
    for (int i = 0; i < metadata->topic_cnt; i++)
        if (strcmp(metadata->topics[i].topic, name) == 0)
            return &metadata->topics[i];
    return NULL;
}

/* All topics, so that asking makes none. Waits for a broker to answer. */
static const struct rd_kafka_metadata *ask(rd_kafka_t *client, const volatile _Atomic bool *stop)
{
    const int64_t until = clock_mono_ms() + KAFKA_START_MS;
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t code;

    do {
        code = rd_kafka_metadata(client, 1, NULL, &metadata, ASK_MS);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            return metadata;
        log_info("no broker answers yet", "error=\"%s\"", rd_kafka_err2str(code));
    } while (clock_mono_ms() < until && !*stop);
    if (*stop)
        return NULL;
    log_error("no broker answers: check bootstrap.servers, the network and the security settings",
              "error=\"%s\"", rd_kafka_err2str(code));
    return NULL;
}

/* --- making one --- */

static void set(rd_kafka_NewTopic_t *topic, const char *name, const char *value)
{
    rd_kafka_NewTopic_set_config(topic, name, value);
}

static void set_ms(rd_kafka_NewTopic_t *topic, const char *name, int64_t ms)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, ms);
    set(topic, name, text);
}

static rd_kafka_NewTopic_t *describe(const struct wish *wish)
{
    char error[256];
    rd_kafka_NewTopic_t *topic = /* -1: as many replicas as the broker's default says */
        rd_kafka_NewTopic_new(wish->name, wish->partitions, -1, error, sizeof error);

    if (!topic) {
        log_error("this is no name for a topic", "topic=%s error=\"%s\"", wish->name, error);
        return NULL;
    }
    if (wish->cleanup) {
        set(topic, "cleanup.policy", wish->cleanup);
        set(topic, "min.compaction.lag.ms", "600000");
        set(topic, "max.compaction.lag.ms", "3600000");
        set(topic, "segment.ms", "600000");
        set(topic, "min.cleanable.dirty.ratio", "0.1");
    }
    if (wish->retention_ms > 0)
        set_ms(topic, "retention.ms", wish->retention_ms);
    return topic;
}

static int tell(const struct wish *wish, rd_kafka_resp_err_t code, const char *text)
{
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        log_info("topic made", "topic=%s partitions=%d", wish->name, wish->partitions);
        return 0;
    }
    if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        return 0; /* another instance was first */
    if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
        code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED)
        log_error(
            "a topic is missing and we may not make it: make it, or allow Create on it to this "
            "client (ACL: --operation Create --topic NAME)",
            "topic=%s error=\"%s\"", wish->name, text);
    else
        log_error("a topic is missing and could not be made: make it by hand",
                  "topic=%s partitions=%d cleanup.policy=%s error=\"%s\"", wish->name,
                  wish->partitions, wish->cleanup ? wish->cleanup : "delete", text);
    return -EIO;
}

static int make(rd_kafka_t *client, const struct wish *wish)
{
    rd_kafka_NewTopic_t *topic = describe(wish);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_AdminOptions_t *options =
        rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    char error[256];
    int result = -EIO;

    if (topic) {
        rd_kafka_AdminOptions_set_operation_timeout(options, CREATE_MS, error, sizeof error);
        rd_kafka_CreateTopics(client, &topic, 1, options, queue);
        rd_kafka_event_t *event = rd_kafka_queue_poll(queue, 2 * CREATE_MS);
        size_t n = 0;
        const rd_kafka_topic_result_t **results =
            event && rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR
                ? rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &n)
                : NULL;
        if (n == 1)
            result = tell(wish, rd_kafka_topic_result_error(results[0]),
                          rd_kafka_topic_result_error_string(results[0])
                              ? rd_kafka_topic_result_error_string(results[0])
                              : "");
        else
            result = tell(wish, RD_KAFKA_RESP_ERR__TIMED_OUT,
                          event ? rd_kafka_event_error_string(event) : "no answer");
        rd_kafka_event_destroy(event);
        rd_kafka_NewTopic_destroy(topic);
    }
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_queue_destroy(queue);
    return result;
}

/* A topic that was just made is not known to every broker at once. */
static int wait_for(rd_kafka_t *client, const struct wish *wishes, size_t n,
                    const volatile _Atomic bool *stop)
{
    const int64_t until = clock_mono_ms() + CREATE_MS;

    for (;;) {
        const struct rd_kafka_metadata *metadata = ask(client, stop);
        const char *missing = NULL;
        if (!metadata)
            return *stop ? -ECANCELED : -EIO;
        for (size_t i = 0; i < n; i++) {
            const rd_kafka_metadata_topic_t *topic = find(metadata, wishes[i].name);
            if (!topic || topic->err != RD_KAFKA_RESP_ERR_NO_ERROR || topic->partition_cnt <= 0)
                missing = wishes[i].name;
        }
        rd_kafka_metadata_destroy(metadata);
        if (!missing)
            return 0;
        if (clock_mono_ms() > until) {
            log_error("a topic is not usable (ACLs needed: Describe, Read and Write on it)",
                      "topic=%s", missing);
            return -EIO;
        }
        clock_sleep_us(100000);
    }
}

/* The input is the operator's: said when it is absent, never made. */
static void look_for_input(const struct rd_kafka_metadata *metadata, const struct config *config)
{
    for (size_t i = 0; i < config->input.topics.n; i++) {
        const char *name = config->input.topics.items[i].text;
        if (name[0] != '^' && !find(metadata, name))
            log_warning("an input topic is not there (or this client may not see it: ACL Read and "
                        "Describe); reading begins when it is",
                        "topic=%s", name);
    }
}

int topics_ensure(struct rd_kafka_s *client, const struct config *config, int64_t ttl_ms,
                  const volatile _Atomic bool *stop)
{
    const struct wish wishes[] = {
        {config->output.findings, 16, NULL, 30 * DAY_MS},
        {config->output.windows, 16, "compact,delete", ttl_ms + DAY_MS},
        {config->output.dead_letters, 4, NULL, 0},
    };
    const size_t n = sizeof wishes / sizeof wishes[0];
    const struct rd_kafka_metadata *metadata = ask(client, stop);
    int result = 0;

    if (!metadata)
        return *stop ? -ECANCELED : -EIO;
    look_for_input(metadata, config);
    for (size_t i = 0; i < n; i++)
        if (!find(metadata, wishes[i].name) && make(client, &wishes[i]) != 0)
            result = -EIO;
    rd_kafka_metadata_destroy(metadata);
    return result == 0 ? wait_for(client, wishes, n, stop) : result;
}
