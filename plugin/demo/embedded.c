/* SPDX-License-Identifier: Apache-2.0
 *
 * librdkafka's mock cluster; rdkafka_mock.h says what it can. See embedded.h.
 */
#include "plugin/demo/embedded.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdlib.h>

struct embedded {
    rd_kafka_t *client; /* carries the cluster, and is otherwise not used */
    rd_kafka_mock_cluster_t *cluster;
};

struct embedded *embedded_new(void)
{
    struct embedded *embedded = calloc(1, sizeof *embedded);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char error[256];

    if (!embedded)
        goto fail;
    rd_kafka_conf_set(conf, "log_level", "3", error, sizeof error);
    rd_kafka_conf_set(conf, "client.id", "embedded", error, sizeof error);
    embedded->client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    if (!embedded->client)
        goto fail;
    conf = NULL;
    embedded->cluster = rd_kafka_mock_cluster_new(embedded->client, 1);
    if (embedded->cluster)
        return embedded;
fail:
    if (conf)
        rd_kafka_conf_destroy(conf);
    embedded_free(embedded);
    return NULL;
}

void embedded_free(struct embedded *embedded)
{
    if (!embedded)
        return;
    if (embedded->cluster)
        rd_kafka_mock_cluster_destroy(embedded->cluster);
    if (embedded->client)
        rd_kafka_destroy(embedded->client);
    free(embedded);
}

const char *embedded_bootstrap(const struct embedded *embedded)
{
    return rd_kafka_mock_cluster_bootstraps(embedded->cluster);
}

bool embedded_topic(struct embedded *embedded, const char *name, int partitions)
{
    return rd_kafka_mock_topic_create(embedded->cluster, name, partitions, 1) ==
           RD_KAFKA_RESP_ERR_NO_ERROR;
}
