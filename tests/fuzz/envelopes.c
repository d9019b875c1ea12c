/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes, read as messages of any format in any envelope, gzip included. An odd length has a
 * time that years are near to.
 */
#include "plugin/path/gunzip.h"
#include "tests/fuzz/reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct reader *reader;
    if (reader == NULL) {
        struct gunzip *gunzip = gunzip_new();
        fuzz_must(gunzip != NULL);
        struct inflater inflater = gunzip_inflater(gunzip);
        reader = reader_new(NULL);
        fuzz_must(reader != NULL && reader_use_inflater(reader, &inflater));
    }
    reader_reference(reader, size % 2 == 0 ? 0 : INT64_C(1741064767123));
    return fuzz_read_with(reader, data, size);
}
