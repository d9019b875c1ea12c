/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a feed file: every line is added, skipped or an error; then the address of each
 * prefix that was added must be found, under that prefix or a longer one.
 */
#include "geoip/lines.h"
#include "geoip/networks.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diag *diag = diag_new();
    struct networks *networks = networks_new();
    struct slice text = {(const char *)data, size}, line;
    int set = networks_add_set(networks, "fuzz");
    long added = networks_add_text(networks, set, "feed", text, diag);
    if (added < 0 || networks_freeze(networks))
        abort();
    while (lines_next(&text, &line)) {
        struct prefix prefix, found;
        const char *error;
        if (!prefix_parse(lines_trim(line, NULL), &prefix, &error))
            continue;
        added--;
        bool apart = prefix.bits < 96 && ip_is_v4(&prefix.ip); /* IPv6 only: ::/0 has no IPv4 */
        if (!apart &&
            (networks_find(networks, &prefix.ip, &found) != 1 || found.bits < prefix.bits))
            abort();
    }
    if (added < 0)
        abort();
    networks_free(networks);
    diag_free(diag);
    return 0;
}
