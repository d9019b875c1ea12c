/* SPDX-License-Identifier: Apache-2.0
 *
 * People: who they are, where they live, what they use. Their days are in days.c.
 */
#include "plugin/calibrated/town.h"

#include <stdlib.h>

enum { OF_SOUL = 0x200, OF_LIFE };

static const char *const given[] = {
    "anna",  "ben",   "carla", "david", "elena", "felix", "grace", "hana",  "ivan", "julia",
    "kenji", "laura", "marco", "nina",  "oscar", "priya", "quinn", "rosa",  "sven", "tara",
    "umar",  "vera",  "wei",   "xenia", "yuki",  "zoe",   "amir",  "bella", "chen", "diego",
    "emma",  "farid", "greta", "hugo",  "ida",   "jonas", "karin", "liam",  "mona", "noah"};
static const char *const family[] = {
    "abbott", "becker", "costa",  "dubois", "evans",  "fischer", "garcia", "haas",    "ito",
    "jansen", "kaur",   "lopez",  "martin", "nguyen", "okafor",  "patel",  "quist",   "rossi",
    "sato",   "tanaka", "usman",  "vogel",  "wagner", "xu",      "young",  "ziegler", "adler",
    "brandt", "cohen",  "dietz",  "engel",  "fox",    "gray",    "horn",   "ibarra",  "jensen",
    "klein",  "lund",   "moreau", "novak",  "olsen",  "park",    "ramos",  "silva",   "thiel",
    "ueda",   "varga",  "walsh",  "yamada", "zhang"};
enum { GIVEN = 40, FAMILY = 50, NAMES = GIVEN * FAMILY };

static char upper(char c)
{
    return (char)(c - 'a' + 'A');
}

/* The k-th person of a house; names repeat after 2,000, with a number then. */
static void name_soul(struct soul *soul, const struct house *house, uint32_t k)
{
    const uint32_t place = (uint32_t)((k * 1237ull + house->org.key % NAMES) % NAMES);
    const char *a = given[place % GIVEN], *b = family[place / GIVEN];
    struct person *person = &soul->person;

    if (k < NAMES)
        snprintf(person->upn, sizeof person->upn, "%s.%s@%s", a, b, house->org.domain);
    else
        snprintf(person->upn, sizeof person->upn, "%s.%s%u@%s", a, b, k / NAMES, house->org.domain);
    snprintf(person->name, sizeof person->name, "%c%s %c%s", upper(a[0]), a + 1, upper(b[0]),
             b + 1);
}

static void name_robot(struct soul *soul, const struct house *house, const char *what, uint32_t k)
{
    snprintf(soul->person.upn, sizeof soul->person.upn, "%s%u@%s", what, k % 1000000,
             house->org.domain);
    snprintf(soul->person.name, sizeof soul->person.name, "%s %u", what, k % 1000000);
}

/* One of a hundred accounts is a robot's, one of two hundred a kiosk's, three of a hundred are
 * guests (guesses). The first five of a house are staff. */
static enum soul_kind kind_of(struct dice *dice, uint32_t k)
{
    static const uint16_t shares[] = {945, 30, 5, 10, 5, 5};

    return k < 5 ? SOUL_STAFF : (enum soul_kind)dice_weighted(dice, shares, 6);
}

/* What of a thousand people each trait has (guesses, but for VPN and travel, which the notes of
 * this project give as 8 and 3 of 100). */
static uint16_t traits_of(struct dice *dice, uint32_t k)
{
    static const struct {
        uint16_t trait, per_mille;
    } shares[] = {{SOUL_REMOTE, 150}, {SOUL_NIGHT, 20},     {SOUL_VPN, 80}, {SOUL_RELAY, 100},
                  {SOUL_TRAVELS, 60}, {SOUL_DEVELOPER, 60}, {SOUL_V6, 450}, {SOUL_UNMANAGED, 250},
                  {SOUL_ADMIN, 15},   {SOUL_CLOUD, 15},     {SOUL_SAAS, 30}};
    uint16_t traits = 0;

    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++)
        if (dice_per_mille(dice, shares[i].per_mille))
            traits |= shares[i].trait;
    return k == 0 ? traits | SOUL_ADMIN : traits;
}

static void equip(struct soul *soul, struct dice *dice)
{
    const char *os = NULL;
    const bool managed = !(soul->traits & SOUL_UNMANAGED);

    soul->desk_agent = program_desk(dice, &os);
    soul->native = program_native(os);
    soul->desk = (struct device){.key = dice_next(dice),
                                 .os = os,
                                 .trust = managed ? "Azure AD joined" : "Azure AD registered",
                                 .managed = managed,
                                 .compliant = managed};
    snprintf(soul->desk.name, sizeof soul->desk.name, "%s-%06x", os[0] == 'W' ? "DESKTOP" : "MAC",
             (unsigned)(soul->desk.key & 0xffffff));
    soul->phone_agent = program_phone(dice, &os);
    soul->phone = &soul->phones[0];
    for (int i = 0; i < 2; i++) {
        soul->phones[i] =
            (struct device){.key = dice_next(dice), .os = os, .trust = "Azure AD registered"};
        snprintf(soul->phones[i].name, sizeof soul->phones[i].name, "%s",
                 os[0] == 'I' ? "iPhone" : "Pixel 8");
    }
}

static void settle(struct town *town, struct soul *soul, const struct house *house,
                   struct dice *dice)
{
    const struct atlas_wish far = {
        .country = house->office->country, .kind = ATLAS_ISP, .version = 4};
    const struct atlas *atlas = town->plan.atlas;

    soul->home = house->near[dice_below(dice, (uint32_t)house->near_n)];
    if (soul->traits & SOUL_REMOTE)
        soul->home = atlas_pick(atlas, &far, dice_below(dice, (uint32_t)atlas_count(atlas, &far)));
    if (soul->kind == SOUL_GUEST)
        soul->home = town->isps[dice_below(dice, (uint32_t)town->isps_n)];
    soul->home6 = soul->traits & SOUL_V6 ? atlas_twin(atlas, soul->home) : NULL;
    /* A favourite exit: mostly in the own country, where that company has one. */
    soul->vpn = town->vpns[dice_below(dice, (uint32_t)town->vpns_n)];
    for (int i = 0; i < 6 && strcmp(soul->vpn->country, soul->home->country) != 0; i++)
        soul->vpn = town->vpns[dice_below(dice, (uint32_t)town->vpns_n)];
}

static void schedule(struct soul *soul, struct dice *dice)
{
    soul->start_minute = (uint16_t)dice_between(dice, 7 * 60, 10 * 60);
    if (soul->traits & SOUL_NIGHT)
        soul->start_minute = (uint16_t)dice_between(dice, 20 * 60, 22 * 60);
    soul->work_minutes = (uint16_t)dice_between(dice, 6 * 60, 9 * 60 + 30);
    soul->office_days = soul->traits & SOUL_REMOTE || soul->kind == SOUL_GUEST
                            ? 0
                            : (uint8_t)dice_between(dice, 1, 5);
    soul->typing = (uint8_t)dice_between(dice, 20, 140); /* 2 to 14 of 100 passwords */
}

static void tell_oddities(struct truth *truth, const struct soul *soul, const struct house *house)
{
    static const struct {
        uint16_t trait;
        const char *kind, *note;
    } traits[] = {{SOUL_VPN, "vpn", "a commercial VPN some hours a day"},
                  {SOUL_RELAY, "private_relay", "iCloud Private Relay on the telephone"},
                  {SOUL_TRAVELS, "traveller", "trips of some days; see travel"},
                  {SOUL_DEVELOPER, "developer", "command line tools with the own session"},
                  {SOUL_NIGHT, "night_shift", "works at night"},
                  {SOUL_CLOUD, "cloud_machine", "works on a rented machine, too"},
                  {SOUL_SAAS, "saas_app", "a service in a cloud acts for him"}};
    static const char *const kinds[] = {NULL,      "guest",           "kiosk", "service_account",
                                        "printer", "forgotten_client"};
    const struct person *person = &soul->person;

    if (kinds[soul->kind])
        truth_oddity(truth, person, kinds[soul->kind], 0, 0, "not a member of the staff");
    for (size_t i = 0; soul->kind == SOUL_STAFF && i < sizeof traits / sizeof traits[0]; i++)
        if (soul->traits & traits[i].trait)
            truth_oddity(truth, person, traits[i].kind, 0, 0, traits[i].note);
    if (house->traits & HOUSE_SASE)
        truth_oddity(truth, person, "sase", 0, 0, "egress flips between gateways");
    if (house->traits & HOUSE_VPN && soul->traits & SOUL_REMOTE)
        truth_oddity(truth, person, "company_vpn", 0, 0, "at home through the company's egress");
    if (atlas_km(house->mobile, soul->home) > FAR_GATEWAY_KM ||
        atlas_km(house->mobile, house->office) > FAR_GATEWAY_KM)
        truth_oddity(truth, person, "mobile_gateway", 0, 0,
                     "the carrier's gateway is in another city");
}

static void make_soul(struct town *town, uint32_t h, uint32_t k, struct stage *stage)
{
    static const char *const robots[] = {"", "", "kiosk", "svc-sync", "printer", ""};
    struct house *house = &town->houses[h];
    const uint32_t i = house->first + k;
    struct soul *soul = &town->souls[i];
    struct dice dice = dice_for(dice_mix(house->org.key, OF_SOUL), k);

    soul->person.key = dice_next(&dice);
    soul->person.org = &house->org;
    soul->house = h;
    soul->kind = (uint8_t)kind_of(&dice, k);
    soul->traits = traits_of(&dice, k);
    if (soul->kind != SOUL_STAFF)
        soul->traits &= SOUL_V6 | SOUL_UNMANAGED;
    if (*robots[soul->kind])
        name_robot(soul, house, robots[soul->kind], k);
    else
        name_soul(soul, house, k);
    if (soul->kind == SOUL_GUEST) {
        soul->person.guest = true;
        char *at = strchr(soul->person.upn, '@');
        snprintf(at, sizeof soul->person.upn - (size_t)(at - soul->person.upn),
                 "@partner%u.example", dice_below(&dice, 400));
    }
    equip(soul, &dice);
    settle(town, soul, house, &dice);
    schedule(soul, &dice);
    soul->dice = dice_for(soul->person.key, OF_LIFE);
    /* Three of a hundred begin while the set runs. */
    soul->first_day_ms = town->plan.start_ms;
    if (k >= 5 && dice_per_mille(&dice, 30)) {
        soul->first_day_ms += dice_below(&dice, town->plan.days) * DAY_MS;
        truth_oddity(stage_truth(stage), &soul->person, "new_employee", soul->first_day_ms, 0,
                     "has no history before");
    }
    tell_oddities(stage_truth(stage), soul, house);
    stage_wake(stage, i, soul->first_day_ms + 1 + dice_below(&dice, 60000));
}

static void make_ghosts(struct house *house)
{
    static const char *const names[GHOSTS] = {"admin", "info", "sales", "support", "hr", "office"};

    for (uint64_t i = 0; i < GHOSTS; i++) {
        house->ghosts[i] =
            (struct person){.key = dice_mix(house->org.key, 0x900 + i), .org = &house->org};
        snprintf(house->ghosts[i].upn, sizeof house->ghosts[i].upn, "%s@%s", names[i],
                 house->org.domain);
    }
}

bool people_make(struct town *town, struct stage *stage)
{
    town->souls_n = town->plan.users;
    town->souls = calloc(town->souls_n, sizeof *town->souls);
    if (!town->souls)
        return false;
    for (uint32_t h = 0; h < town->plan.tenants; h++) {
        struct house *house = &town->houses[h];
        make_ghosts(house);
        house->to_colleague.to = town->souls[house->first].person.upn;
        for (uint32_t k = 0; k < house->n; k++)
            make_soul(town, h, k, stage);
    }
    return true;
}
