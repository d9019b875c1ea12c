/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of geoip/data as bytes of the binary, so that an installed spoor needs no files. The
 * assembler includes them; paths are relative to the root of the repository, where make runs.
 */
#include "geoip/facts.h"

#define EMBED(name, file)                                                                          \
    __asm__(".section .rodata\n"                                                                   \
            ".hidden embed_" #name "\n"                                                            \
            ".hidden embed_" #name "_end\n"                                                        \
            ".globl embed_" #name "\n"                                                             \
            ".globl embed_" #name "_end\n"                                                         \
            "embed_" #name ":\n"                                                                   \
            ".incbin \"" file "\"\n"                                                               \
            "embed_" #name "_end:\n"                                                               \
            ".byte 0\n"                                                                            \
            ".text\n");                                                                            \
    extern const char embed_##name[] __attribute__((visibility("hidden")));                        \
    extern const char embed_##name##_end[] __attribute__((visibility("hidden")))

EMBED(countries, "geoip/data/countries.tsv");
EMBED(asn_classes, "geoip/data/asn-classes.tsv");
EMBED(network_prefixes, "geoip/data/network-prefixes.tsv");

struct slice facts_countries_text(void)
{
    return (struct slice){embed_countries, (size_t)(embed_countries_end - embed_countries)};
}

struct slice facts_asn_classes_text(void)
{
    return (struct slice){embed_asn_classes, (size_t)(embed_asn_classes_end - embed_asn_classes)};
}

struct slice facts_prefixes_text(void)
{
    return (struct slice){embed_network_prefixes,
                          (size_t)(embed_network_prefixes_end - embed_network_prefixes)};
}
