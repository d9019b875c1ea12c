/* SPDX-License-Identifier: Apache-2.0
 *
 * An open-addressed table of finding ids, and the reading of the findings topic that fills it. See
 * spoken.h.
 */
#include "plugin/kafka/spoken.h"

#include "plugin/base/clock.h"
#include "plugin/base/log.h"
#include "plugin/kafka/kafka.h"

#include <errno.h>
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <string.h>

enum { ASK_MS = 10000, SILENCE_MS = 60000, PARTITIONS_MAX = 1024 };
#define LOOK_BACK_MS (40ll * 24 * 3600 * 1000) /* longer than any detector's bucket */

struct one {
    uint64_t id[2]; /* both 0: free */
    uint64_t digest;
    uint32_t next;
};

struct spoken {
    struct one *table;
    size_t used;
};

struct spoken *spoken_new(void)
{
    struct spoken *spoken = calloc(1, sizeof *spoken);

    if (!spoken)
        return NULL;
    spoken->table = calloc(SPOKEN_MAX, sizeof *spoken->table);
    if (spoken->table)
        return spoken;
    free(spoken);
    return NULL;
}

void spoken_free(struct spoken *spoken)
{
    if (!spoken)
        return;
    free(spoken->table);
    free(spoken);
}

/* The uid's place, or the free one where it would go. Ids are keyed hashes, so their bits are
 * spread already. Ends: half of the table stays free. */
static size_t probe(const struct spoken *spoken, const char *uid, uint64_t ret_id[static 2])
{
    char half[17] = "";

    for (int i = 0; i < 2; i++) {
        memcpy(half, uid + 16 * i, 16);
        ret_id[i] = strtoull(half, NULL, 16);
    }
    for (size_t at = ret_id[0] % SPOKEN_MAX;; at = (at + 1) % SPOKEN_MAX) {
        const struct one *one = &spoken->table[at];
        if ((one->id[0] == ret_id[0] && one->id[1] == ret_id[1]) ||
            (one->id[0] == 0 && one->id[1] == 0))
            return at;
    }
}

/* Its place, made if absent; NULL: full. */
static struct one *place(struct spoken *spoken, const char *uid)
{
    static struct log_cause cause;
    uint64_t id[2];
    struct one *one = &spoken->table[probe(spoken, uid, id)];

    if (one->id[0] == id[0] && one->id[1] == id[1])
        return one;
    if (spoken->used >= SPOKEN_MAX / 2) {
        log_limited(&cause, LOG_LEVEL_WARNING,
                    "more findings than can be remembered: some may be said again after a "
                    "restart, under the same id",
                    "remembered=%zu", spoken->used);
        return NULL;
    }
    spoken->used++;
    memcpy(one->id, id, sizeof id);
    return one;
}

bool spoken_knows(const struct spoken *spoken, const char *uid)
{
    uint64_t id[2];

    return spoken->table[probe(spoken, uid, id)].next > 0;
}

void spoken_note(struct spoken *spoken, const char *uid, uint32_t sequence, uint64_t digest)
{
    struct one *one = place(spoken, uid);

    if (!one || sequence < one->next)
        return;
    one->next = sequence + 1;
    one->digest = digest;
}

bool spoken_next(struct spoken *spoken, struct finding *f)
{
    const uint64_t digest = spoken_digest(f);
    struct one *one = place(spoken, f->uid);

    if (!one)
        return true;
    if (one->next > 0 && f->activity == ACTIVITY_CREATE) {
        f->activity = ACTIVITY_UPDATE;
        if (one->digest == digest)
            return false;
    }
    f->sequence = one->next++;
    one->digest = digest;
    return true;
}

/* FNV-1a; nobody gains by making two records of one finding look equal. Activity is left out: a
 * repeated Create is to match whatever record said the same. */
static uint64_t mix(uint64_t digest, const void *data, size_t len)
{
    const unsigned char *bytes = data;

    for (size_t i = 0; i < len; i++)
        digest = (digest ^ bytes[i]) * UINT64_C(0x100000001b3);
    return digest;
}

uint64_t spoken_digest(const struct finding *f)
{
    const enum severity severity = f->verdict.severity;
    uint64_t digest = mix(UINT64_C(0xcbf29ce484222325), &severity, sizeof severity);

    for (unsigned i = 0; i < f->verdict.measures_n; i++)
        digest = mix(digest, &f->verdict.measures[i].value, sizeof f->verdict.measures[i].value);
    return digest;
}

/* --- reading --- */

static uint64_t header_number(const rd_kafka_headers_t *headers, const char *name, int base)
{
    const void *value = NULL;
    char text[24] = "";
    size_t len = 0;

    if (rd_kafka_header_get_last(headers, name, &value, &len) != 0 || len >= sizeof text)
        return 0;
    memcpy(text, value, len);
    return strtoull(text, NULL, base);
}

static void take(struct spoken *spoken, const rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers = NULL;
    char uid[FINDING_UID_TEXT];

    if (message->key_len != sizeof uid - 1 ||
        rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    memcpy(uid, message->key, sizeof uid - 1);
    uid[sizeof uid - 1] = '\0';
    spoken_note(spoken, uid, (uint32_t)header_number(headers, "sequence", 10),
                header_number(headers, "digest", 16));
}

/* Where to begin: as far back as matters. -1: nothing is there to read. */
static int64_t beginning(rd_kafka_t *client, const char *topic, int32_t partition)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    int64_t first = 0, end = 0, from;

    rd_kafka_topic_partition_list_add(list, topic, partition)->offset =
        clock_wall_ms() - LOOK_BACK_MS;
    if (rd_kafka_query_watermark_offsets(client, topic, partition, &first, &end, ASK_MS) != 0)
        end = INT64_MAX;
    from = rd_kafka_offsets_for_times(client, list, ASK_MS) == 0 ? list->elems[0].offset : first;
    rd_kafka_topic_partition_list_destroy(list);
    /* The mock cluster answers "the end" whatever the time. */
    if (from < first || from >= end)
        from = first;
    return first >= end ? -1 : from;
}

static int read_partition(struct spoken *spoken, rd_kafka_t *client, rd_kafka_topic_t *topic,
                          int32_t partition, const volatile _Atomic bool *stop)
{
    const int64_t from = beginning(client, rd_kafka_topic_name(topic), partition);
    int64_t heard = clock_mono_ms();
    bool end = from < 0;
    int result = 0;

    if (end || rd_kafka_consume_start(topic, partition, from) != 0)
        return end ? 0 : -EIO;
    while (!end && result == 0) {
        rd_kafka_message_t *message = rd_kafka_consume(topic, partition, 100);
        if (message && message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            take(spoken, message);
        end = message && message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
        heard = message && !message->err ? clock_mono_ms() : heard;
        if (message)
            rd_kafka_message_destroy(message);
        result = *stop ? -ECANCELED : clock_mono_ms() - heard > SILENCE_MS ? -EIO : 0;
    }
    rd_kafka_consume_stop(topic, partition);
    return result;
}

static int read_topic(struct spoken *spoken, rd_kafka_t *client, rd_kafka_topic_t *topic,
                      const volatile _Atomic bool *stop)
{
    const struct rd_kafka_metadata *metadata = NULL;
    int result = -EIO, partitions = 0;

    if (rd_kafka_metadata(client, 0, topic, &metadata, ASK_MS) == 0 && metadata->topic_cnt == 1)
        partitions = metadata->topics[0].partition_cnt;
    if (metadata)
        rd_kafka_metadata_destroy(metadata);
    for (int p = 0; p < partitions && p < PARTITIONS_MAX; p++) {
        result = read_partition(spoken, client, topic, p, stop);
        if (result != 0)
            break;
    }
    return result;
}

int spoken_recover(struct spoken *spoken, const struct config *config,
                   const volatile _Atomic bool *stop)
{
    struct diag *diag = diag_new();
    rd_kafka_conf_t *conf = diag ? kafka_conf(config, KAFKA_REPLICA, diag) : NULL;
    char error[256];
    rd_kafka_t *client = conf ? rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error) : NULL;
    rd_kafka_topic_t *topic =
        client ? rd_kafka_topic_new(client, config->output.findings, NULL) : NULL;
    const int result = topic ? read_topic(spoken, client, topic, stop) : -EIO;

    if (result == 0)
        log_info("findings said so far are known", "findings=%zu", spoken->used);
    else if (result != -ECANCELED)
        log_error("the findings topic cannot be read (ACL: Read on it)", "topic=%s",
                  config->output.findings);
    if (topic)
        rd_kafka_topic_destroy(topic);
    if (client)
        rd_kafka_destroy(client);
    else if (conf)
        rd_kafka_conf_destroy(conf);
    diag_free(diag);
    return result;
}
