/* SPDX-License-Identifier: Apache-2.0
 *
 * From acts to messages: what happens waits here until the vendor's log would deliver it. Each
 * record comes after its log's usual lag; 1 of 100 up to half an hour later, 1 of 1,000 up to a
 * day later, 5 of 1,000 a second time (with the same id). Records of one organisation that are
 * delivered at once share a message, in an order of their own.
 *
 * Acts are held unwritten, some 250 bytes each, so memory is the rate of acts times their lag and
 * does not grow with the length of the run. One thread.
 */
#ifndef PLUGIN_GENERATE_DELIVERY_H
#define PLUGIN_GENERATE_DELIVERY_H

#include "plugin/records/records.h"

enum {
    DELIVERY_LATE_PER_MILLE = 10,
    DELIVERY_DAY_LATE_PER_MILLE = 1,
    DELIVERY_TWICE_PER_MILLE = 5,
    DELIVERY_BATCH_MAX = 100,            /* records of a message */
    DELIVERY_MESSAGE_BYTES = 1000 * 1000 /* a message is closed before it would be longer; brokers
                                            take 1 MiB by default */
};

struct message {
    struct slice key; /* the user's address; absent for batches */
    struct slice bytes;
    int64_t at_ms; /* when it reaches the topic */
    size_t records_n;
};

struct delivery;

/* False: the message could not be passed on; the run ends. */
struct delivery_sink {
    void *ctx;
    bool (*message)(void *ctx, const struct message *message);
};

struct delivery *delivery_new(const struct records *records, const struct delivery_sink *sink);
void delivery_free(struct delivery *delivery);

/* Copies the act. False: out of memory. */
bool delivery_take(struct delivery *delivery, const struct act *act);

/* Passes on everything that is due before now_ms; everything with INT64_MAX. */
bool delivery_until(struct delivery *delivery, int64_t now_ms);

size_t delivery_held_max(const struct delivery *delivery); /* most acts held at one time */

#endif
