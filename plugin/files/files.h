/* SPDX-License-Identifier: Apache-2.0
 *
 * Input of `replay` and `parse`: files or stdin, plain or gzip (any number of members), cut into
 * messages. A file of any size is read in the memory of one message. UTF-16 with a byte order mark
 * is read as UTF-8.
 *
 * How a file is cut: up to FILES_CUT bytes, or the whole file if that is less, are one message,
 * which ends at the last line end that stands between two records. Between two records means: what
 * comes before it is not `,` `[` `{` or `:`, and the next line begins with something other than
 * white space,
 * `}`, `]` or `,`. So a document over many lines stays whole and lines of records are taken apart.
 * Where no such line end comes within READER_MESSAGE_MAX bytes the text is too_large and is skipped
 * up to the next one. A gzip file whose text is gzip again is one message, which the reader opens
 * as it does those of Kafka; more than READER_MESSAGE_MAX bytes of it are too_large. Thread: one.
 */
#ifndef PLUGIN_FILES_FILES_H
#define PLUGIN_FILES_FILES_H

#include "parsers/reader/parser.h"

#include <stddef.h>
#include <stdint.h>

enum { FILES_CUT = 1 << 20 };

struct files;

/* Takes what a file holds, in order. Offsets count bytes of the file's text: after
 * inflating, and as UTF-8. */
struct files_sink {
    void *ctx;
    /* The bytes are gone after the call. */
    void (*message)(void *ctx, struct slice bytes, uint64_t offset);
    /* Text that is no message: too large, or broken compression. */
    void (*bad)(void *ctx, enum bad_reason reason, uint64_t offset);
};

struct files *files_new(void); /* about 16 MiB, most of it touched only if needed; NULL: memory */
void files_free(struct files *files);

/* Reads one file to its end; "-" is stdin. 0, or a negative errno when it cannot be opened or read;
 * what was read before that has gone to the sink. */
int files_read(struct files *files, const char *path, const struct files_sink *sink);

#endif
