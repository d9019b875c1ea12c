/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes, read as messages of any format: recognition, and records inside records.
 */
#include "tests/fuzz/reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_read("any", data, size); /* no parser has that name: the reader takes them all */
}
