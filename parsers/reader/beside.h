/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands beside a line in an envelope: shippers take a line's header off and write its
 * program, process, host and time as members of their own, each under other names. One table for
 * all of them, whichever envelope it is.
 */
#ifndef PARSERS_READER_BESIDE_H
#define PARSERS_READER_BESIDE_H

#include "parsers/reader/record.h"

/* As the paths of an envelope. */
enum beside_path {
    BESIDE_PROGRAM,
    BESIDE_PROCESS,
    BESIDE_HOST,
    BESIDE_TIME,
    BESIDE_ZONE,
    BESIDE_PATHS_N
};

extern const struct parser beside;

/* What a record says beside its line; the record uses `by`, the compiled form of the table,
 * afterwards. */
struct origin beside_read(struct record *record, const struct paths_parser *by);

#endif
