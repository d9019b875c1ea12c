/* SPDX-License-Identifier: Apache-2.0
 *
 * Organisations: sizes, places, networks, products.
 */
#include "plugin/calibrated/town.h"

#include <stdlib.h>

enum { OF_HOUSE = 0x100, NEAR_KM = 80, LEAST = 5 };

/* Countries with fixed lines and telephones in the atlas; more where more such tenants are (a
 * guess). */
static const struct {
    const char *code;
    uint16_t weight;
} countries[] = {{"US", 24}, {"GB", 10}, {"DE", 10}, {"JP", 10}, {"FR", 6}, {"NL", 4},
                 {"CA", 5},  {"AU", 5},  {"IN", 5},  {"SE", 3},  {"PL", 3}, {"IT", 3},
                 {"CH", 2},  {"BE", 2},  {"IE", 2},  {"AT", 2},  {"BR", 2}, {"ZA", 2},
                 {"NZ", 2},  {"SG", 2},  {"KR", 1},  {"MX", 1}};
enum { COUNTRIES = sizeof countries / sizeof countries[0] };

static const char *const first_words[] = {
    "north", "silver", "green", "iron",  "blue",  "bright", "stone", "river", "high",  "clear",
    "red",   "golden", "quiet", "swift", "amber", "maple",  "cedar", "west",  "grand", "new"};
static const char *const last_words[] = {"harbour", "field", "bridge", "mill",    "works",
                                         "valley",  "logic", "foods",  "motors",  "legal",
                                         "health",  "wharf", "labs",   "press",   "textile",
                                         "energy",  "craft", "stay",   "freight", "school"};
enum { WORDS = 20 };

static const char *country_of(struct dice *dice)
{
    uint16_t weights[COUNTRIES];

    for (size_t i = 0; i < COUNTRIES; i++)
        weights[i] = countries[i].weight;
    return countries[dice_weighted(dice, weights, COUNTRIES)].code;
}

static void name_house(struct org *org, uint32_t i)
{
    const char *a = first_words[i % WORDS], *b = last_words[(i / WORDS + i * 7) % WORDS];

    if (i < WORDS * WORDS)
        snprintf(org->domain, sizeof org->domain, "%s-%s.example", a, b);
    else
        snprintf(org->domain, sizeof org->domain, "%s-%s%u.example", a, b, i / (WORDS * WORDS));
    snprintf(org->name, sizeof org->name, "%c%s %c%s", a[0] - 32, a + 1, b[0] - 32, b + 1);
}

/* Sizes fall with the rank as 1/(rank + 2), as those of companies do about; the rest goes to the
 * first. */
static void share_people(struct town *town)
{
    const struct world_plan *plan = &town->plan;
    double sum = 0;
    uint32_t given = 0;

    for (unsigned i = 0; i < plan->tenants; i++)
        sum += 1.0 / (i + 2);
    const double rest = plan->users - LEAST * plan->tenants;
    for (unsigned i = 0; i < plan->tenants; i++) {
        town->houses[i].n = LEAST + (uint32_t)(rest / (i + 2) / sum);
        given += town->houses[i].n;
    }
    town->houses[0].n += plan->users - given;
    for (unsigned i = 0, first = 0; i < plan->tenants; first += town->houses[i++].n)
        town->houses[i].first = first;
}

static void collect_near(struct house *house, const struct atlas *atlas)
{
    for (size_t i = 0; i < atlas_size(atlas) && house->near_n < NEAR_MAX; i++) {
        const struct network *network = atlas_at(atlas, i);
        if (network->kind == ATLAS_ISP && !network->is_v6 &&
            strcmp(network->country, house->office->country) == 0 &&
            atlas_km(network, house->office) <= NEAR_KM)
            house->near[house->near_n++] = network;
    }
}

static const struct network *nearest(const struct atlas *atlas, enum network_kind kind,
                                     const struct network *to, bool same_country, unsigned rank)
{
    const struct network *best = NULL;
    double least = 0, before = -1;

    for (unsigned k = 0; k <= rank; k++, before = least) {
        best = NULL;
        for (size_t i = 0; i < atlas_size(atlas); i++) {
            const struct network *network = atlas_at(atlas, i);
            if (network->kind != kind || network->is_v6 ||
                (same_country && strcmp(network->country, to->country) != 0))
                continue;
            const double km = atlas_km(network, to);
            if (km > before && (!best || km < least)) {
                best = network;
                least = km;
            }
        }
    }
    return best;
}

static unsigned products(uint32_t i, struct dice *dice)
{
    static const unsigned others[4] = {HOUSE_AUDIT | HOUSE_AWS | HOUSE_SSH,
                                       HOUSE_AUDIT | HOUSE_OKTA, HOUSE_GOOGLE | HOUSE_DUO, 0};
    unsigned traits = others[i % 4];

    if (dice_per_mille(dice, 250))
        traits |= HOUSE_VPN;
    else if (dice_per_mille(dice, 80))
        traits |= HOUSE_SASE;
    return traits;
}

/* What its administrators would have told: offices, the VPN's egress, gateways. */
static void tell_trusted(struct house *house)
{
    size_t n = 0;
    const struct ip office = atlas_address(house->office, house->org.key);
    const struct ip vpn = atlas_address(house->server, house->org.key);
    char text[IP_TEXT_MAX];

    ip_format(&office, text);
    snprintf(house->trusted_text[n++], PREFIX_BYTES, "%s/32", text);
    if (house->traits & HOUSE_VPN) {
        ip_format(&vpn, text);
        snprintf(house->trusted_text[n++], PREFIX_BYTES, "%s/32", text);
    }
    for (size_t i = 0; i < 3 && (house->traits & HOUSE_SASE) && house->gateways[i]; i++)
        prefix_format(&house->gateways[i]->prefix, house->trusted_text[n++]);
    for (size_t i = 0; i < n; i++)
        house->trusted[i] = house->trusted_text[i];
}

static bool make_house(struct town *town, uint32_t i)
{
    const struct atlas *atlas = town->plan.atlas;
    struct house *house = &town->houses[i];
    struct dice dice = dice_for(dice_mix(town->plan.seed, OF_HOUSE), i);
    const struct atlas_wish wish = {.country = country_of(&dice), .kind = ATLAS_ISP, .version = 4};

    house->org.key = dice_next(&dice);
    name_house(&house->org, i);
    house->org.policies = (uint8_t)dice_between(&dice, 2, house->n > 500 ? 24 : 9);
    if (dice_per_mille(&dice, 10))
        house->org.policies = 55;
    house->org.second_factor = dice_per_mille(&dice, 850);
    house->traits = products(i, &dice);
    house->office =
        atlas_pick(atlas, &wish, dice_below(&dice, (uint32_t)atlas_count(atlas, &wish)));
    if (!house->office)
        return false;
    collect_near(house, atlas);
    house->mobile = nearest(atlas, ATLAS_MOBILE, house->office, true, 0);
    /* Where the list has no gateway near, most carriers are those whose telephones come out of the
     * system of their fixed lines; the rest of such houses has its gateway in another city. */
    if (!house->mobile ||
        (atlas_km(house->mobile, house->office) > FAR_GATEWAY_KM && dice_per_mille(&dice, 700)))
        house->mobile = house->near[0];
    house->mobile6 = atlas_twin(atlas, house->mobile);
    for (unsigned k = 0; k < 3; k++)
        house->gateways[k] = nearest(atlas, ATLAS_SASE, house->office, false, k);
    house->server = nearest(atlas, ATLAS_HOSTING, house->office, false, dice_below(&dice, 3));
    house->zone_ms = (house->office->lon_e6 + (house->office->lon_e6 > 0 ? 7500000 : -7500000)) /
                     15000000 * HOUR_MS;
    tell_trusted(house);
    return house->server != NULL && house->gateways[2] != NULL;
}

static void collect(const struct atlas *atlas, enum network_kind kind, const struct network **to,
                    size_t max, size_t *ret_n)
{
    for (size_t i = 0; i < atlas_size(atlas) && *ret_n < max; i++)
        if (atlas_at(atlas, i)->kind == kind && !atlas_at(atlas, i)->is_v6)
            to[(*ret_n)++] = atlas_at(atlas, i);
}

bool houses_make(struct town *town, struct stage *stage)
{
    const struct atlas *atlas = town->plan.atlas;

    (void)stage;
    collect(atlas, ATLAS_VPN, town->vpns, 64, &town->vpns_n);
    collect(atlas, ATLAS_HOSTING, town->hostings, 96, &town->hostings_n);
    collect(atlas, ATLAS_BACKEND, town->backends, 24, &town->backends_n);
    collect(atlas, ATLAS_ISP, town->isps, 512, &town->isps_n);
    town->houses = calloc(town->plan.tenants, sizeof *town->houses);
    if (!town->houses)
        return false;
    share_people(town);
    for (uint32_t i = 0; i < town->plan.tenants; i++)
        if (!make_house(town, i))
            return false;
    return true;
}
