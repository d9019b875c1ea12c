/* SPDX-License-Identifier: Apache-2.0
 */
#include "plugin/sets/outlet.h"

#include "plugin/base/clock.h"
#include "plugin/sets/outlet_kafka.h"

#include <stdlib.h>

enum { NAP_US = 20000, LAG_MS = 20 };

struct outlet {
    FILE *file;
    struct outlet_kafka *kafka; /* NULL: the file */
    struct pace pace;
    int64_t began_ms, first_ms; /* by the clock; by the set's own time. 0: nothing came yet */
    uint64_t records;
};

static struct outlet *made(FILE *to, struct outlet_kafka *kafka, const struct pace *pace)
{
    struct outlet *outlet = calloc(1, sizeof *outlet);

    if (outlet)
        *outlet = (struct outlet){.file = to, .kafka = kafka, .pace = *pace};
    else
        outlet_kafka_free(kafka);
    return outlet;
}

struct outlet *outlet_lines(FILE *to, const struct pace *pace)
{
    return made(to, NULL, pace);
}

struct outlet *outlet_topic(const struct config *config, const char *topic, const struct pace *pace,
                            struct diag *diag)
{
    struct outlet_kafka *kafka = outlet_kafka_new(config, topic, diag);

    return kafka ? made(NULL, kafka, pace) : NULL;
}

/* When a message may go, in ms after the first one. */
static int64_t due_ms(const struct outlet *outlet, const struct message *message)
{
    double due = 0;

    if (outlet->pace.rate > 0)
        due = (double)outlet->records * 1000 / outlet->pace.rate;
    if (outlet->pace.speed > 0) {
        const double own = (double)(message->at_ms - outlet->first_ms) / outlet->pace.speed;
        due = due > own ? due : own;
    }
    return (int64_t)due;
}

static void wait_for(struct outlet *outlet, const struct message *message)
{
    if (outlet->pace.rate <= 0 && outlet->pace.speed <= 0)
        return;
    if (outlet->began_ms == 0) {
        outlet->began_ms = clock_mono_ms();
        outlet->first_ms = message->at_ms;
    }
    const int64_t due = due_ms(outlet, message);
    while (clock_mono_ms() - outlet->began_ms + LAG_MS < due) {
        if (outlet->file)
            fflush(outlet->file);
        clock_sleep_us(NAP_US);
    }
}

bool outlet_message(void *ctx, const struct message *message)
{
    struct outlet *outlet = ctx;

    wait_for(outlet, message);
    outlet->records += message->records_n;
    if (outlet->kafka)
        return outlet_kafka_send(outlet->kafka, message);
    fwrite(message->bytes.ptr, 1, message->bytes.len, outlet->file);
    putc('\n', outlet->file);
    return !ferror(outlet->file);
}

bool outlet_flush(struct outlet *outlet)
{
    return outlet->kafka ? outlet_kafka_flush(outlet->kafka) : fflush(outlet->file) == 0;
}

void outlet_free(struct outlet *outlet)
{
    if (!outlet)
        return;
    outlet_kafka_free(outlet->kafka);
    free(outlet);
}
