/* SPDX-License-Identifier: Apache-2.0
 *
 * Rungs, their row keys and their labels. Pure but for the label words of a row.
 */
#include "detectors/frame/ladder.h"

#include <stdio.h>

/* A label's rung word: | 1 | quiet 1 | network class 7 | bits 8 | asn 32 |; the leading 1 tells it
 * from empty, and as the words are joined by MAX a quiet class outranks others: thresholds only
 * fall. */
enum { LABEL_SET = 1, LABEL_QUIET = 0x80 };

bool ladder_is_quiet(enum network_class network)
{
    return network == NETWORK_HOSTING || network == NETWORK_VPN || network == NETWORK_UNKNOWN;
}

unsigned ladder_of(const struct enriched_event *e, struct rung rungs[static LADDER_MAX])
{
    static const uint8_t v4_bits[] = {128, 120, 112}, v6_bits[] = {64, 48, 32};
    if (!e->usable_ip)
        return 0;
    struct ip ip = ip_embedded(&e->ev.ip);
    const uint8_t *bits = ip_is_v4(&ip) ? v4_bits : v6_bits;
    unsigned n = 0;
    for (; n < 3; n++)
        rungs[n] = (struct rung){.prefix = ip_network(&ip, bits[n]), .network = e->network};
    if (e->asn != 0)
        rungs[n++] = (struct rung){.asn = e->asn, .network = e->network};
    return n;
}

static uint64_t network_hash(const struct windows *w, const struct ip *ip, unsigned v4, unsigned v6)
{
    struct ip plain = ip_embedded(ip);
    struct prefix p = ip_network(&plain, ip_is_v4(&plain) ? v4 : v6);
    return hash_bytes(&w->key, p.ip.bytes, sizeof p.ip.bytes);
}

uint64_t ladder_address(const struct windows *w, const struct enriched_event *e)
{
    return network_hash(w, &e->ev.ip, 128, 64);
}

uint64_t ladder_net(const struct windows *w, const struct enriched_event *e)
{
    return network_hash(w, &e->ev.ip, 120, 48);
}

static void ip_words(const struct ip *ip, uint64_t *ret_high, uint64_t *ret_low)
{
    *ret_high = *ret_low = 0;
    for (unsigned i = 0; i < 8; i++) {
        *ret_high = *ret_high << 8 | ip->bytes[i];
        *ret_low = *ret_low << 8 | ip->bytes[8 + i];
    }
}

uint64_t ladder_key(const struct windows *w, unsigned table, uint64_t tenant_hash,
                    const struct rung *rung, uint64_t fp)
{
    uint64_t words[] = {table, tenant_hash, rung->prefix.bits, 0, 0, rung->asn, fp};
    ip_words(&rung->prefix.ip, &words[3], &words[4]);
    return hash_words(&w->key, words, sizeof words / sizeof words[0]);
}

void ladder_label(struct windows *w, unsigned table, uint32_t row, const struct rung *rung,
                  uint64_t fp)
{
    const struct field *label = &source_fields[SOURCE_LABEL];
    uint64_t high, low, network = rung->network;
    network |= ladder_is_quiet(rung->network) ? LABEL_QUIET : 0;
    uint64_t word =
        (uint64_t)LABEL_SET << 48 | network << 40 | (uint64_t)rung->prefix.bits << 32 | rung->asn;
    if (word_load(row_words(w->table[table], row, label) + LABEL_RUNG) >= word)
        return;
    ip_words(&rung->prefix.ip, &high, &low);
    row_merge(w->table[table], row, label, LABEL_IP_HIGH, high);
    row_merge(w->table[table], row, label, LABEL_IP_LOW, low);
    row_merge(w->table[table], row, label, LABEL_FP, fp);
    row_merge(w->table[table], row, label, LABEL_RUNG, word);
}

struct rung ladder_labelled(const struct windows *w, unsigned table, uint32_t row)
{
    const struct word *label = row_words(w->table[table], row, &source_fields[SOURCE_LABEL]);
    uint64_t high = word_load(&label[LABEL_IP_HIGH]), low = word_load(&label[LABEL_IP_LOW]);
    uint64_t word = word_load(&label[LABEL_RUNG]);
    struct rung rung = {.asn = (uint32_t)word, .network = (enum network_class)(word >> 40 & 0x7F)};
    rung.prefix.bits = (uint8_t)(word >> 32);
    for (unsigned i = 0; i < 8; i++) {
        rung.prefix.ip.bytes[i] = (uint8_t)(high >> 8 * (7 - i));
        rung.prefix.ip.bytes[8 + i] = (uint8_t)(low >> 8 * (7 - i));
    }
    return rung;
}

void ladder_text(const struct rung *rung, const char *as_name, char text[static LADDER_TEXT_MAX])
{
    char prefix[PREFIX_TEXT_MAX];
    if (rung->asn != 0)
        snprintf(text, LADDER_TEXT_MAX, "AS%u%s%.64s", rung->asn, as_name[0] ? " " : "", as_name);
    else {
        prefix_format(&rung->prefix, prefix);
        snprintf(text, LADDER_TEXT_MAX, "%s", prefix);
    }
}
