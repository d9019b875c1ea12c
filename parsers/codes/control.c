/* SPDX-License-Identifier: Apache-2.0
 *
 * Sources: as reason.h and logon_status.c. That 53004 and 53011 are risk, and 50129, 50155 and
 * 5300x the device, is in the vendor's description of the code; 53003 does not say of what
 * condition the policy was.
 */
#include "parsers/codes/control.h"

#include "parsers/values/text.h"

/* A code and the name of the same, where either is written. */
static const struct {
    const char *code, *name;
    enum event_control control;
} controls[] = {
    {"50005", "DevicePolicyError", CONTROL_DEVICE},
    {"50055", "InvalidPasswordExpiredPassword", CONTROL_PASSWORD},
    {"50072", "UserStrongAuthEnrollmentRequired", CONTROL_ENROLMENT},
    {"50074", "UserStrongAuthClientAuthNRequired", CONTROL_FACTOR},
    {"50076", NULL, CONTROL_FACTOR},
    {"50079", NULL, CONTROL_ENROLMENT},
    {"50105", "EntitlementGrantsNotFound", CONTROL_ASSIGNMENT},
    {"50129", "DeviceIsNotWorkplaceJoined", CONTROL_DEVICE},
    {"50131", "ConditionalAccessFailed", CONTROL_POLICY},
    {"50135", NULL, CONTROL_PASSWORD},
    {"50142", NULL, CONTROL_PASSWORD},
    {"50144", "InvalidPasswordExpiredOnPremPassword", CONTROL_PASSWORD},
    {"50155", "DeviceAuthenticationFailed", CONTROL_DEVICE},
    {"50158", "ExternalSecurityChallenge", CONTROL_FACTOR},
    {"53000", "DeviceNotCompliant", CONTROL_DEVICE},
    {"53001", "DeviceNotDomainJoined", CONTROL_DEVICE},
    {"53002", "ApplicationUsedIsNotAnApprovedApp", CONTROL_POLICY},
    {"53003", "BlockedByConditionalAccess", CONTROL_POLICY},
    {"53004", "ProofUpBlockedDueToRisk", CONTROL_RISK},
    {"53011", NULL, CONTROL_RISK},
    {"530031", NULL, CONTROL_POLICY},
    {"530032", NULL, CONTROL_POLICY},
    {"530035", "BlockedBySecurityDefaults", CONTROL_POLICY},
    {"65001", "DelegationDoesNotExist", CONTROL_CONSENT},
    {"65004", "UserDeclinedConsent", CONTROL_CONSENT},
    {NULL, "PasswordExpired", CONTROL_PASSWORD},
    {"0xC000006E", NULL, CONTROL_POLICY},
    {"0xC000006F", NULL, CONTROL_POLICY},
    {"0xC0000070", NULL, CONTROL_DEVICE},
    {"0xC0000071", "PASSWORD_EXPIRED", CONTROL_PASSWORD},
    {"0xC000015B", NULL, CONTROL_POLICY},
    {"0xC0000224", NULL, CONTROL_PASSWORD},
    {"0x17", NULL, CONTROL_PASSWORD}, /* of Kerberos: expired */
};

enum event_control control_of_code(struct slice code)
{
    struct slice text = text_trim(code);
    enum event_control control = CONTROL_ABSENT;
    size_t longest = 0;
    for (size_t i = 0; text.len > 0 && i < sizeof controls / sizeof controls[0]; i++) {
        if (controls[i].code && slice_equal_nocase(text, slice_of(controls[i].code)))
            return controls[i].control;
        struct slice name = controls[i].name ? slice_of(controls[i].name) : (struct slice){NULL, 0};
        if (name.len <= longest || !slice_starts_nocase(text, name))
            continue;
        longest = name.len;
        control = controls[i].control;
    }
    return control;
}

enum event_control control_of_event(const struct event *ev)
{
    if (ev->reason == REASON_MFA_DENIED)
        return CONTROL_FACTOR;
    bool stopped = ev->password_valid && ev->outcome != OUTCOME_SUCCESS;
    return stopped ? control_of_code(ev->code) : CONTROL_ABSENT;
}
