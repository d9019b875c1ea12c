/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a database file: opened, walked, flattened as both kinds, asked. The file is in
 * memory. What loads must answer for every sample as the library does; that is part of loading.
 */
#include "geoip/facts.h"
#include "geoip/flat.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libmaxminddb 1.7.1 keeps some kilobytes when the metadata's lists are damaged; seen once per
 * refused file, at start or reload. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libmaxminddb";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct facts *facts;
    struct diag *diag = diag_new();
    if (!facts && !(facts = facts_new(NULL, diag)))
        abort();
    int fd = memfd_create("database", 0);
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (fd < 0 || (size && pwrite(fd, data, size, 0) != (ssize_t)size))
        abort();
    for (enum flat_kind kind = FLAT_CITY; kind <= FLAT_AS; kind++) {
        size_t errors = diag_errors(diag);
        struct flat *flat = flat_load(path, kind, facts, diag);
        if ((flat == NULL) != (diag_errors(diag) > errors))
            abort();
        struct ip ip = {.bytes = {[10] = 0xff, [11] = 0xff}};
        for (unsigned i = 0; flat && i < 512; i++) {
            ip.bytes[i % 2 ? 12 : 0] = (uint8_t)(i / 2);
            if (kind == FLAT_CITY) {
                const struct flat_city *city = flat_city(flat, &ip);
                if (city && (!flat_text(flat, city->city) || abs(city->lat_e6) > 90000000))
                    abort();
            } else {
                const struct flat_as *as = flat_as(flat, &ip);
                if (as && !flat_text(flat, as->name))
                    abort();
            }
        }
        flat_free(flat);
    }
    close(fd);
    diag_free(diag);
    return 0;
}
