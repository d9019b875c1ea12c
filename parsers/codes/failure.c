/* SPDX-License-Identifier: Apache-2.0
 *
 * Words, whoever wrote them. Most products say no more than that it failed, in one of a hundred
 * ways, so what is not understood counts as a failure without a reason: many users failing from one
 * address are an attack whatever the text. Only words that speak of something else excuse it.
 */
#include "parsers/codes/failure.h"

#include "parsers/codes/logon_status.h"
#include "parsers/codes/vendor.h"
#include "parsers/values/text.h"

enum { SEEN_MAX = 256 };

/* Read from the top; each list ends with NULL. "Unknown user name or bad password" is a wrong
 * password: whichever it was. */
static const struct {
    struct reason reason;
    const char *const *words;
} classes[] = {
    {VENDOR_FAILED(LOCKED), TEXT_WORDS("locked", "lockout")},
    {VENDOR_FAILED(DISABLED), TEXT_WORDS("disabled")},
    {VENDOR_FAILED(WRONG_PASSWORD),
     TEXT_WORDS("name or password", "name or bad password", "username or password",
                "username or bad password", "user or password", "username/password",
                "name and password", "username and password", "passwd invalid")},
    {VENDOR_FAILED(UNKNOWN_USER),
     TEXT_WORDS("invalid user", "unknown user", "no such user", "user unknown", "user not found",
                "user does not exist", "bad user", "name invalid")},
    {VENDOR_STOPPED(PASSWORD_OK),
     TEXT_WORDS("expired password", "password expired", "password has expired")},
    {VENDOR_FAILED(WRONG_PASSWORD),
     TEXT_WORDS("bad password", "wrong password", "invalid password", "incorrect",
                "password mismatch", "invalid credential", "bad credential")},
    {VENDOR_FAILED(UNKNOWN),
     TEXT_WORDS("expired", "inactive", "suspended", "deactivated", "policy", "policies", "restrict",
                "not allow", "disallow", "not permitted", "not authorized", "not authorised",
                "permission", "privilege", "blocked", "license", "licence", "certificate",
                "timeout", "timed out", "unreachable", "unavailable", "maintenance",
                "second factor", "multi factor", "multifactor", "two factor", "mfa", "otp",
                "one time")},
};

/* Entra's numbers travel as "50126" and "AADSTS50126: ..."; shorter ones are anybody's. */
static bool is_microsoft_code(struct slice text, struct reason *ret)
{
    const struct slice prefix = SLICE("AADSTS");
    bool named = slice_starts_nocase(text, prefix);
    struct slice number = named ? (struct slice){text.ptr + prefix.len, 0} : text;
    while (named && number.ptr + number.len < text.ptr + text.len &&
           number.ptr[number.len] >= '0' && number.ptr[number.len] <= '9')
        number.len++;
    uint32_t code;
    if (number.len < 5 || !text_number(number, UINT32_MAX, &code))
        return false;
    *ret = reason_of_microsoft_code(number);
    return true;
}

/* INVALID_CREDENTIALS and invalid-credentials are read as words. */
static struct slice spaced(struct slice text, char to[static SEEN_MAX])
{
    size_t n = text.len < SEEN_MAX ? text.len : SEEN_MAX;
    for (size_t i = 0; i < n; i++)
        to[i] = text.ptr[i] == '_' || text.ptr[i] == '-' ? ' ' : text.ptr[i];
    return (struct slice){to, n};
}

struct reason failure_of_text(struct slice text)
{
    struct reason reason = VENDOR_FAILED(UNKNOWN);
    char seen[SEEN_MAX];
    text = text_trim(text);
    if (reason_of_logon_status(text, &reason) || is_microsoft_code(text, &reason) ||
        slice_starts_nocase(text, SLICE("0xC")))
        return reason;
    text = spaced(text, seen);
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
        if (text_has_word(text, classes[i].words))
            return classes[i].reason;
    return (struct reason)VENDOR_FAILED(UNSAID);
}
