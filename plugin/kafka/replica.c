/* SPDX-License-Identifier: Apache-2.0
 *
 * The windows topic -> our windows. By assignment, from the beginning: the replica is no member of
 * any group. See replica.h.
 */
#include "plugin/kafka/replica.h"

#include "plugin/base/clock.h"
#include "plugin/base/log.h"
#include "plugin/kafka/kafka.h"

#include <errno.h>
#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdlib.h>

enum {
    PARTITIONS_MAX = 1024,
    BATCH = 256,
    SILENCE_MS = 60000,
    REPAIR_MS = 100,
    REPAIR_SPREAD = 15
};

struct replica {
    struct windows *windows;
    struct row_records *records;
    rd_kafka_t *client;
    rd_kafka_topic_t *topic;
    rd_kafka_queue_t *queue;
    int partitions_n;
    bool ended[PARTITIONS_MAX]; /* its end was reached once */
    int ended_n;
    pthread_t thread;
    bool started;
    _Atomic bool stopping;
    uint64_t *repairs[WINDOWS_N]; /* a bit a row: our row holds more than the last record read */
    int64_t repair_at_ms;
    uint32_t random;
    _Atomic uint64_t merged, own, repaired, foreign, bad, refused;
};

static void count(_Atomic uint64_t *counter)
{
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* --- merging --- */

static void note_repair(struct replica *replica, unsigned table, uint32_t row, bool more)
{
    const uint64_t bit = UINT64_C(1) << row % 64;

    if (more)
        replica->repairs[table][row / 64] |= bit;
    else
        replica->repairs[table][row / 64] &= ~bit;
}

static void merge(struct replica *replica, const rd_kafka_message_t *message)
{
    static struct log_cause cause;
    unsigned table = 0;
    uint32_t row = 0;

    if (!message->payload)
        return; /* a tombstone says nothing */
    switch (row_records_merge(replica->records, (struct slice){message->key, message->key_len},
                              (struct slice){message->payload, message->len}, &table, &row)) {
    case ROW_RECORD_MORE:
        count(&replica->merged);
        note_repair(replica, table, row, true);
        break;
    case ROW_RECORD_SAME:
        count(&replica->merged);
        note_repair(replica, table, row, false);
        break;
    case ROW_RECORD_OWN:
        count(&replica->own);
        break;
    case ROW_RECORD_FOREIGN:
        count(&replica->foreign);
        log_limited(&cause, LOG_LEVEL_WARNING,
                    "the windows topic has records of another secret or version; they are skipped",
                    "topic=%s partition=%d offset=%lld", rd_kafka_topic_name(replica->topic),
                    message->partition, (long long)message->offset);
        break;
    case ROW_RECORD_BAD:
        count(&replica->bad);
        break;
    case ROW_RECORD_REFUSED:
        count(&replica->refused);
        break;
    }
}

/* Rows that still hold more than what was read last are to be written again, after 1 to 15
 * intervals: of several instances that could do it, the first spares the others. */
static void repair_due(struct replica *replica)
{
    const int64_t now = clock_mono_ms();

    if (now < replica->repair_at_ms)
        return;
    replica->random = replica->random * 1664525u + 1013904223u;
    replica->repair_at_ms = now + REPAIR_MS * (1 + (replica->random >> 16) % REPAIR_SPREAD);
    for (unsigned t = 0; t < WINDOWS_N; t++) {
        const size_t words = (table_rows(replica->windows->table[t]) + 63) / 64;
        for (size_t i = 0; i < words; i++)
            for (uint64_t bits = replica->repairs[t][i]; bits; bits &= bits - 1) {
                table_mark_dirty(replica->windows->table[t],
                                 (uint32_t)(64 * i) + (uint32_t)__builtin_ctzll(bits));
                count(&replica->repaired);
                replica->repairs[t][i] &= replica->repairs[t][i] - 1;
            }
    }
}

static void on_end(struct replica *replica, int32_t partition)
{
    if (partition < 0 || partition >= replica->partitions_n || replica->ended[partition])
        return;
    replica->ended[partition] = true;
    replica->ended_n++;
}

/* Reads what is there, at most a batch. Returns how many messages. */
static ssize_t read_some(struct replica *replica, int timeout_ms)
{
    static struct log_cause cause;
    rd_kafka_message_t *messages[BATCH];
    const ssize_t n = rd_kafka_consume_batch_queue(replica->queue, timeout_ms, messages, BATCH);

    if (n <= 0)
        return n;
    table_epoch_enter(replica->windows->epochs, REPLICA_READER);
    for (ssize_t i = 0; i < n; i++) {
        if (messages[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            merge(replica, messages[i]);
        else if (messages[i]->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            on_end(replica, messages[i]->partition);
        else
            log_limited(&cause, LOG_LEVEL_ERROR, "the windows topic cannot be read for now",
                        "topic=%s error=\"%s\"", rd_kafka_topic_name(replica->topic),
                        rd_kafka_message_errstr(messages[i]));
        rd_kafka_message_destroy(messages[i]);
    }
    table_epoch_leave(replica->windows->epochs, REPLICA_READER);
    return n;
}

/* --- recovery --- */

/* By the simple consumer calls: they need no group, and no coordinator has to answer. */
static int begin(struct replica *replica)
{
    const struct rd_kafka_metadata *metadata = NULL;
    const rd_kafka_resp_err_t code =
        rd_kafka_metadata(replica->client, 0, replica->topic, &metadata, KAFKA_START_MS);

    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1)
        replica->partitions_n = metadata->topics[0].partition_cnt;
    if (metadata)
        rd_kafka_metadata_destroy(metadata);
    if (replica->partitions_n <= 0 || replica->partitions_n > PARTITIONS_MAX) {
        log_error("the windows topic cannot be read", "topic=%s partitions=%d error=\"%s\"",
                  rd_kafka_topic_name(replica->topic), replica->partitions_n,
                  rd_kafka_err2str(code));
        return -EIO;
    }
    for (int p = 0; p < replica->partitions_n; p++)
        if (rd_kafka_consume_start_queue(replica->topic, p, RD_KAFKA_OFFSET_BEGINNING,
                                         replica->queue) != 0)
            return -EIO;
    return 0;
}

int replica_recover(struct replica *replica, const volatile _Atomic bool *stop)
{
    const int64_t began = clock_mono_ms();
    int64_t heard = began;
    const int result = begin(replica);

    if (result != 0)
        return result;
    while (replica->ended_n < replica->partitions_n) {
        if (*stop)
            return -ECANCELED;
        const int64_t now = clock_mono_ms();
        if (read_some(replica, 100) > 0)
            heard = now;
        if (now - heard > SILENCE_MS) {
            log_error("the windows topic gives no answer", "topic=%s read=%d of=%d",
                      rd_kafka_topic_name(replica->topic), replica->ended_n, replica->partitions_n);
            return -EIO;
        }
    }
    log_info("windows recovered", "records=%llu refused=%llu foreign=%llu bad=%llu ms=%lld",
             (unsigned long long)replica->merged, (unsigned long long)replica->refused,
             (unsigned long long)replica->foreign, (unsigned long long)replica->bad,
             (long long)(clock_mono_ms() - began));
    return 0;
}

static void *run(void *arg)
{
    struct replica *replica = arg;

    while (!atomic_load_explicit(&replica->stopping, memory_order_acquire)) {
        read_some(replica, 50);
        repair_due(replica);
    }
    return NULL;
}

/* --- life --- */

struct replica *replica_new(const struct config *config, struct windows *windows,
                            struct row_records *records, struct diag *diag)
{
    struct replica *replica = calloc(1, sizeof *replica);
    rd_kafka_conf_t *conf = kafka_conf(config, KAFKA_REPLICA, diag);
    char error[512] = "out of memory";

    if (!replica || !conf)
        goto fail;
    replica->windows = windows;
    replica->records = records;
    replica->random = (uint32_t)clock_wall_ms();
    for (unsigned t = 0; t < WINDOWS_N; t++) {
        replica->repairs[t] = calloc((table_rows(windows->table[t]) + 63) / 64, sizeof(uint64_t));
        if (!replica->repairs[t])
            goto fail;
    }
    replica->client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error);
    if (!replica->client)
        goto fail;
    conf = NULL;
    replica->topic = rd_kafka_topic_new(replica->client, config->output.windows, NULL);
    replica->queue = rd_kafka_queue_new(replica->client);
    if (replica->topic && replica->queue)
        return replica;
fail:
    diag_error(diag, (struct diag_place){0}, "the windows reader could not be made: %s", error);
    if (conf)
        rd_kafka_conf_destroy(conf);
    replica_free(replica);
    return NULL;
}

void replica_free(struct replica *replica)
{
    if (!replica)
        return;
    for (int p = 0; p < replica->partitions_n; p++)
        rd_kafka_consume_stop(replica->topic, p);
    if (replica->queue)
        rd_kafka_queue_destroy(replica->queue);
    if (replica->topic)
        rd_kafka_topic_destroy(replica->topic);
    if (replica->client)
        rd_kafka_destroy(replica->client);
    for (unsigned t = 0; t < WINDOWS_N; t++)
        free(replica->repairs[t]);
    free(replica);
}

bool replica_start(struct replica *replica)
{
    replica->started = pthread_create(&replica->thread, NULL, run, replica) == 0;
    return replica->started;
}

void replica_stop(struct replica *replica)
{
    atomic_store_explicit(&replica->stopping, true, memory_order_release);
    if (replica->started)
        pthread_join(replica->thread, NULL);
    replica->started = false;
}

struct replica_counts replica_counts(const struct replica *replica)
{
    return (struct replica_counts){
        .merged = atomic_load_explicit(&replica->merged, memory_order_relaxed),
        .own = atomic_load_explicit(&replica->own, memory_order_relaxed),
        .repairs = atomic_load_explicit(&replica->repaired, memory_order_relaxed),
        .foreign = atomic_load_explicit(&replica->foreign, memory_order_relaxed),
        .bad = atomic_load_explicit(&replica->bad, memory_order_relaxed),
        .refused = atomic_load_explicit(&replica->refused, memory_order_relaxed),
    };
}
