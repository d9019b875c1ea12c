/* SPDX-License-Identifier: Apache-2.0
 *
 * Sources: Microsoft Learn, "4624(S)" and "4625(F)" (Logon Type, Status, Sub Status), "4768(S, F)"
 * and "4771(F)" (failure codes) and "[MS-ERREF] NTSTATUS values"; RFC 4120, 7.5.9; OCSF schema,
 * class Authentication, attribute status_detail; read 2025. An expired or restricted account was
 * checked after its password: a domain controller answers a wrong one of an expired account with
 * 0x18.
 */
#include "parsers/codes/logon_status.h"

#define FAILED(class)  REASON_##class, OUTCOME_FAILURE, false
#define STOPPED(class) REASON_##class, OUTCOME_FAILURE, true

const struct reason_name logon_statuses[] = {
    {"0xC000005E", {FAILED(FAULT)}},          /* no logon server */
    {"0xC0000064", {FAILED(UNKNOWN_USER)}},   /* no such user */
    {"0xC000006A", {FAILED(WRONG_PASSWORD)}}, /* wrong password */
    {"0xC000006D", {FAILED(WRONG_PASSWORD)}}, /* bad user name or password */
    {"0xC000006E", {STOPPED(PASSWORD_OK)}},   /* account restriction */
    {"0xC000006F", {STOPPED(PASSWORD_OK)}},   /* outside logon hours */
    {"0xC0000070", {STOPPED(PASSWORD_OK)}},   /* not from this workstation */
    {"0xC0000071", {STOPPED(PASSWORD_OK)}},   /* password expired */
    {"0xC0000072", {FAILED(DISABLED)}},       /* account disabled */
    {"0xC0000133", {FAILED(FAULT)}},          /* clocks too far apart */
    {"0xC000015B", {STOPPED(PASSWORD_OK)}},   /* may not log on in this way here */
    {"0xC0000193", {FAILED(DISABLED)}},       /* account expired */
    {"0xC0000224", {STOPPED(PASSWORD_OK)}},   /* password must change */
    {"0xC0000234", {FAILED(LOCKED)}},         /* locked out */
    {"ACCOUNT_DISABLED", {FAILED(DISABLED)}},
    {"ACCOUNT_LOCKED_OUT", {FAILED(LOCKED)}},
    {"INVALID_CREDENTIALS", {FAILED(WRONG_PASSWORD)}},
    {"PASSWORD_EXPIRED", {STOPPED(PASSWORD_OK)}},
    {"USER_DOES_NOT_EXIST", {FAILED(UNKNOWN_USER)}},
};
const size_t logon_statuses_n = sizeof logon_statuses / sizeof *logon_statuses;

bool reason_of_logon_status(struct slice status, struct reason *ret)
{
    return reason_of_name(logon_statuses, logon_statuses_n, status, ret);
}

/* Locked, disabled and expired accounts share 0x12; it is given before any password is looked at.
 */
static const struct reason_name kerberos_codes[] = {
    {"0x6", {FAILED(UNKNOWN_USER)}},    {"0xE", {FAILED(FAULT)}},
    {"0x12", {FAILED(LOCKED)}},         {"0x17", {STOPPED(PASSWORD_OK)}},
    {"0x18", {FAILED(WRONG_PASSWORD)}}, {"0x25", {FAILED(FAULT)}},
};

bool reason_of_kerberos_code(struct slice code, struct reason *ret)
{
    for (size_t i = 0; i < sizeof kerberos_codes / sizeof *kerberos_codes; i++)
        if (slice_equal_nocase(code, slice_of(kerberos_codes[i].name))) {
            *ret = kerberos_codes[i].reason;
            return true;
        }
    return false;
}

const struct logon_type *logon_type_of(struct slice type)
{
    static const struct logon_type remote[] = {
        {"3", "Network", false},
        {"7", "Unlock", true},
        {"8", "NetworkCleartext", false},
        {"10", "RemoteInteractive", true},
        {"12", "CachedRemoteInteractive", true},
    };
    for (size_t i = 0; i < sizeof remote / sizeof *remote; i++)
        if (slice_equal(type, slice_of(remote[i].number)) ||
            slice_equal_nocase(type, slice_of(remote[i].name)))
            return &remote[i];
    return NULL;
}

bool logon_of_a_machine(struct slice name)
{
    static const char *const names[] = {"anonymous logon", "iusr",   "local service",
                                        "network service", "system", NULL};
    if (name.len == 0 || name.ptr[name.len - 1] == '$')
        return true;
    for (const char *const *own = names; *own != NULL; own++)
        if (slice_equal_nocase(name, slice_of(*own)))
            return true;
    return false;
}

bool logon_is_remote(const struct event *ev)
{
    static const struct ip here = {{[15] = 1}};
    return ev->has_ip && !ip_equal(&ev->ip, &here) &&
           !(ip_is_v4(&ev->ip) && ev->ip.bytes[12] == 127);
}
