/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes, read as messages of the format windows.
 */
#include "tests/fuzz/reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_read("windows", data, size);
}
