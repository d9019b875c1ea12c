/* SPDX-License-Identifier: Apache-2.0
 *
 * The one table of Microsoft result codes: code, class, outcome, and whether the password was
 * right. Two that surprise: 50055 is not a wrong password (it matched, it is only old), and 50053
 * says nothing about the password. 50072 and 50079 let whoever holds the password enrol a factor.
 */
#include "parsers/codes/reason.h"

#include "parsers/values/text.h"

/* How the sign-in ended, and whether the password is proved by it. */
#define PASSED(class)  REASON_##class, OUTCOME_SUCCESS, true
#define STOPPED(class) REASON_##class, OUTCOME_FAILURE, true
#define ASKED(class)   REASON_##class, OUTCOME_INTERRUPTED, true
#define HALTED(class)  REASON_##class, OUTCOME_INTERRUPTED, false
#define FAILED(class)  REASON_##class, OUTCOME_FAILURE, false

/* In ascending order, for the binary search. Comments: the vendor's name, or its meaning. */
const struct reason_code reason_codes[] = {
    {0, {PASSED(OK)}},                 /* success */
    {16000, {HALTED(INTERRUPT)}},      /* InteractionRequired */
    {16001, {HALTED(INTERRUPT)}},      /* UserAccountSelectionInvalid */
    {16003, {FAILED(UNKNOWN_USER)}},   /* the user was not added to the tenant */
    {20001, {FAILED(FAULT)}},          /* WsFedSignInResponseError */
    {20012, {FAILED(FAULT)}},          /* WsFedMessageInvalid */
    {40008, {FAILED(FAULT)}},          /* OAuth2IdPUnretryableServerError */
    {50000, {FAILED(FAULT)}},          /* TokenIssuanceError */
    {50001, {FAILED(CLIENT)}},         /* InvalidResource */
    {50005, {STOPPED(PASSWORD_OK)}},   /* DevicePolicyError */
    {50008, {FAILED(FAULT)}},          /* InvalidSamlToken */
    {50011, {FAILED(CLIENT)}},         /* InvalidReplyTo */
    {50012, {FAILED(FAULT)}},          /* AuthenticationFailed */
    {50013, {FAILED(TOKEN)}},          /* InvalidAssertion */
    {50014, {FAILED(UNKNOWN_USER)}},   /* MaxRedirects: the user cannot be found */
    {50034, {FAILED(UNKNOWN_USER)}},   /* UserAccountNotFound */
    {50053, {FAILED(LOCKED)}},         /* IdsLocked: locked out, or refused for the address */
    {50055, {STOPPED(PASSWORD_OK)}},   /* InvalidPasswordExpiredPassword */
    {50056, {FAILED(WRONG_PASSWORD)}}, /* InvalidPassword: none stored, or null */
    {50057, {FAILED(DISABLED)}},       /* UserDisabled */
    {50058, {HALTED(INTERRUPT)}},      /* UserInformationNotProvided */
    {50059, {FAILED(UNKNOWN_USER)}},   /* MissingTenantRealmAndNoUserInformationProvided */
    {50064, {FAILED(WRONG_PASSWORD)}}, /* CredentialAuthenticationError */
    {50072, {ASKED(PASSWORD_OK)}},     /* UserStrongAuthEnrollmentRequiredInterrupt */
    {50074, {ASKED(PASSWORD_OK)}},     /* UserStrongAuthClientAuthNRequired */
    {50076, {ASKED(PASSWORD_OK)}},     /* the same, by Conditional Access or a new place */
    {50078, {FAILED(TOKEN)}},          /* UserStrongAuthExpired */
    {50079, {ASKED(PASSWORD_OK)}},     /* UserStrongAuthEnrollmentRequired */
    {50087, {FAILED(THROTTLED)}},      /* telephony refused for now */
    {50088, {FAILED(THROTTLED)}},      /* telephony limit reached */
    {50089, {FAILED(TOKEN)}},          /* FlowTokenExpired */
    {50097, {HALTED(INTERRUPT)}},      /* DeviceAuthenticationRequired */
    {50105, {STOPPED(PASSWORD_OK)}},   /* EntitlementGrantsNotFound */
    {50125, {ASKED(INTERRUPT)}},       /* PasswordResetRegistrationRequiredInterrupt */
    {50126, {FAILED(WRONG_PASSWORD)}}, /* InvalidUserNameOrPassword */
    {50127, {HALTED(INTERRUPT)}},      /* BrokerAppNotInstalled */
    {50128, {FAILED(UNKNOWN_USER)}},   /* InvalidDomainName */
    {50129, {ASKED(PASSWORD_OK)}},     /* DeviceIsNotWorkplaceJoined */
    {50131, {STOPPED(PASSWORD_OK)}},   /* ConditionalAccessFailed */
    {50132, {FAILED(TOKEN)}},          /* SsoArtifactInvalidOrExpired */
    {50133, {FAILED(TOKEN)}},          /* SsoArtifactRevoked */
    {50135, {STOPPED(PASSWORD_OK)}},   /* PasswordChangeCompromisedPassword */
    {50140, {ASKED(INTERRUPT)}},       /* KmsiInterrupt */
    {50142, {STOPPED(PASSWORD_OK)}},   /* PasswordChangeRequiredConditionalAccess */
    {50144, {STOPPED(PASSWORD_OK)}},   /* InvalidPasswordExpiredOnPremPassword */
    {50155, {STOPPED(PASSWORD_OK)}},   /* DeviceAuthenticationFailed */
    {50158, {ASKED(PASSWORD_OK)}},     /* ExternalSecurityChallenge */
    {50168, {HALTED(INTERRUPT)}},      /* a proxy or extension stands in the way */
    {50173, {FAILED(TOKEN)}},          /* FreshTokenNeeded */
    {50187, {HALTED(INTERRUPT)}},      /* DeviceInformationNotProvided */
    {50194, {FAILED(CLIENT)}},         /* not a multi-tenant application */
    {50196, {FAILED(THROTTLED)}},      /* LoopDetected */
    {50199, {ASKED(INTERRUPT)}},       /* CmsiInterrupt */
    {51004, {FAILED(UNKNOWN_USER)}},   /* UserAccountNotInDirectory */
    {51006, {HALTED(INTERRUPT)}},      /* ForceReauthDueToInsufficientAuth */
    {53000, {STOPPED(PASSWORD_OK)}},   /* DeviceNotCompliant */
    {53001, {STOPPED(PASSWORD_OK)}},   /* DeviceNotDomainJoined */
    {53002, {STOPPED(PASSWORD_OK)}},   /* ApplicationUsedIsNotAnApprovedApp */
    {53003, {STOPPED(PASSWORD_OK)}},   /* BlockedByConditionalAccess */
    {53004, {STOPPED(PASSWORD_OK)}},   /* ProofUpBlockedDueToRisk */
    {53011, {STOPPED(PASSWORD_OK)}},   /* user blocked due to risk on the home tenant */
    {54005, {FAILED(TOKEN)}},          /* authorization code already redeemed */
    {65001, {ASKED(INTERRUPT)}},       /* DelegationDoesNotExist */
    {65002, {FAILED(CLIENT)}},         /* no pre-authorization between first-party apps */
    {65004, {ASKED(INTERRUPT)}},       /* UserDeclinedConsent */
    {70000, {FAILED(TOKEN)}},          /* InvalidGrant */
    {70001, {FAILED(CLIENT)}},         /* UnauthorizedClient */
    {70002, {FAILED(CLIENT)}},         /* InvalidClient */
    {70003, {FAILED(CLIENT)}},         /* UnsupportedGrantType */
    {70008, {FAILED(TOKEN)}},          /* ExpiredOrRevokedGrant */
    {70011, {FAILED(CLIENT)}},         /* InvalidScope */
    {70016, {HALTED(DEVICE_CODE)}},    /* AuthorizationPending */
    {70018, {HALTED(DEVICE_CODE)}},    /* BadVerificationCode */
    {70019, {HALTED(DEVICE_CODE)}},    /* CodeExpired */
    {70043, {FAILED(TOKEN)}},          /* refresh token refused by sign-in frequency */
    {80001, {FAILED(FAULT)}},          /* OnPremiseStoreIsNotAvailable */
    {80002, {FAILED(FAULT)}},          /* OnPremisePasswordValidatorRequestTimedout */
    {80005, {FAILED(FAULT)}},          /* OnPremisePasswordValidatorUnpredictableWebException */
    {80007, {FAILED(FAULT)}},          /* OnPremisePasswordValidatorErrorOccurredOnPrem */
    {80010, {FAILED(FAULT)}},          /* OnPremisePasswordValidationEncryptionException */
    {80013, {FAILED(FAULT)}},          /* OnPremisePasswordValidationTimeSkew */
    {80014, {FAILED(FAULT)}},          /* on-premises validation took too long */
    {81004, {FAILED(FAULT)}},          /* DesktopSso */
    {81005, {FAILED(FAULT)}},          /* DesktopSso */
    {81006, {FAILED(FAULT)}},          /* DesktopSso */
    {81007, {FAILED(FAULT)}},          /* DesktopSso */
    {81008, {FAILED(FAULT)}},          /* DesktopSso */
    {81009, {FAILED(FAULT)}},          /* DesktopSso */
    {81010, {FAILED(FAULT)}},          /* DesktopSso */
    {81011, {FAILED(FAULT)}},          /* DesktopSso */
    {81012, {FAILED(FAULT)}},          /* DesktopSso */
    {90002, {FAILED(UNKNOWN_USER)}},   /* InvalidTenantName */
    {90033, {FAILED(THROTTLED)}},      /* MsodsServiceUnavailable */
    {90055, {FAILED(THROTTLED)}},      /* TenantThrottlingError */
    {500011, {FAILED(CLIENT)}},        /* InvalidResourceServicePrincipalNotFound */
    {500121, {STOPPED(MFA_DENIED)}}, /* AuthenticationFailedSasError: denied, timed out, reported */
    {500133, {FAILED(TOKEN)}},       /* assertion outside its time */
    {530031, {STOPPED(PASSWORD_OK)}}, /* access policy does not allow */
    {530032, {STOPPED(PASSWORD_OK)}}, /* BlockedByConditionalAccessOnSecurityPolicy */
    {530035, {STOPPED(PASSWORD_OK)}}, /* BlockedBySecurityDefaults */
    {650057, {FAILED(CLIENT)}},       /* invalid resource */
    {700011, {FAILED(CLIENT)}},       /* UnauthorizedClientAppNotFoundInOrgIdTenant */
    {700016, {FAILED(CLIENT)}},       /* UnauthorizedClient_DoesNotMatchRequest */
    {700027, {FAILED(CLIENT)}},       /* client assertion does not match its key */
    {700082, {FAILED(TOKEN)}},        /* ExpiredOrRevokedGrantInactiveToken */
    {700084, {FAILED(TOKEN)}},        /* refresh token of a single-page app expired */
    {1000000, {FAILED(FAULT)}},       /* UserNotBoundError */
    {7000215, {FAILED(CLIENT)}},      /* wrong client secret */
    {7000218, {FAILED(CLIENT)}},      /* client secret or assertion missing */
    {7000222, {FAILED(CLIENT)}},      /* client secret expired */
};
const size_t reason_codes_n = sizeof reason_codes / sizeof *reason_codes;

/* In byte order. A name that begins with another one is more exact and wins. */
const struct reason_name reason_names[] = {
    {"ApplicationUsedIsNotAnApprovedApp", {STOPPED(PASSWORD_OK)}},
    {"AuthenticationFailedSasError", {STOPPED(MFA_DENIED)}},
    {"AuthorizationPending", {HALTED(DEVICE_CODE)}},
    {"BadVerificationCode", {HALTED(DEVICE_CODE)}},
    {"BlockedByConditionalAccess", {STOPPED(PASSWORD_OK)}},
    {"BlockedBySecurityDefaults", {STOPPED(PASSWORD_OK)}},
    {"BrokerAppNotInstalled", {HALTED(INTERRUPT)}},
    {"CmsiInterrupt", {ASKED(INTERRUPT)}},
    {"CodeExpired", {HALTED(DEVICE_CODE)}},
    {"ConditionalAccessFailed", {STOPPED(PASSWORD_OK)}},
    {"CredentialAuthenticationError", {FAILED(WRONG_PASSWORD)}},
    {"DelegationDoesNotExist", {ASKED(INTERRUPT)}},
    {"DesktopSso", {FAILED(FAULT)}},
    {"DeviceAuthenticationFailed", {STOPPED(PASSWORD_OK)}},
    {"DeviceAuthenticationRequired", {HALTED(INTERRUPT)}},
    {"DeviceIsNotWorkplaceJoined", {ASKED(PASSWORD_OK)}},
    {"DeviceNotCompliant", {STOPPED(PASSWORD_OK)}},
    {"DeviceNotDomainJoined", {STOPPED(PASSWORD_OK)}},
    {"DevicePolicyError", {STOPPED(PASSWORD_OK)}},
    {"EntitlementGrantsNotFound", {STOPPED(PASSWORD_OK)}},
    {"ExpiredOrRevokedGrant", {FAILED(TOKEN)}},
    {"ExternalSecurityChallenge", {ASKED(PASSWORD_OK)}},
    {"FedMetadata", {FAILED(FAULT)}},
    {"FlowTokenExpired", {FAILED(TOKEN)}},
    {"FreshTokenNeeded", {FAILED(TOKEN)}},
    {"IdsLocked", {FAILED(LOCKED)}},
    {"InvalidDomainName", {FAILED(UNKNOWN_USER)}},
    {"InvalidPassword", {FAILED(WRONG_PASSWORD)}},
    {"InvalidPasswordExpiredOnPremPassword", {STOPPED(PASSWORD_OK)}},
    {"InvalidPasswordExpiredPassword", {STOPPED(PASSWORD_OK)}},
    {"InvalidReplyTo", {FAILED(CLIENT)}},
    {"InvalidResource", {FAILED(CLIENT)}},
    {"InvalidUserNameOrPassword", {FAILED(WRONG_PASSWORD)}},
    {"KmsiInterrupt", {ASKED(INTERRUPT)}},
    {"LoopDetected", {FAILED(THROTTLED)}},
    {"MissingTenantRealmAndNoUserInformationProvided", {FAILED(UNKNOWN_USER)}},
    {"OnPremise", {FAILED(FAULT)}},
    {"PasswordResetRegistrationRequired", {ASKED(INTERRUPT)}},
    {"ProofUpBlockedDueToRisk", {STOPPED(PASSWORD_OK)}},
    {"SsoArtifactInvalidOrExpired", {FAILED(TOKEN)}},
    {"SsoArtifactRevoked", {FAILED(TOKEN)}},
    {"UnauthorizedClient", {FAILED(CLIENT)}},
    {"UserAccountNotFound", {FAILED(UNKNOWN_USER)}},
    {"UserAccountNotInDirectory", {FAILED(UNKNOWN_USER)}},
    {"UserDeclinedConsent", {ASKED(INTERRUPT)}},
    {"UserDisabled", {FAILED(DISABLED)}},
    {"UserInformationNotProvided", {HALTED(INTERRUPT)}},
    {"UserNotBoundError", {FAILED(FAULT)}},
    {"UserStrongAuthClientAuthNRequired", {ASKED(PASSWORD_OK)}},
    {"UserStrongAuthEnrollmentRequired", {ASKED(PASSWORD_OK)}},
    {"UserStrongAuthExpired", {FAILED(TOKEN)}},
};
const size_t reason_names_n = sizeof reason_names / sizeof *reason_names;

static const struct reason unknown_code = {REASON_UNKNOWN, OUTCOME_FAILURE, false};

struct reason reason_of_microsoft_code(struct slice code)
{
    struct slice text = text_trim(code);
    if (text.len == 0)
        return (struct reason){REASON_NONE, OUTCOME_UNKNOWN, false};
    uint32_t wanted = 0;
    if (!text_number(text, UINT32_MAX, &wanted))
        return unknown_code;
    size_t low = 0, high = reason_codes_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (reason_codes[middle].code == wanted)
            return reason_codes[middle].reason;
        if (reason_codes[middle].code < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return unknown_code;
}

bool reason_of_name(const struct reason_name *names, size_t n, struct slice name,
                    struct reason *ret)
{
    struct slice text = text_trim(name);
    size_t longest = 0;
    for (size_t i = 0; i < n; i++) {
        struct slice prefix = slice_of(names[i].name);
        if (prefix.len <= longest || !slice_starts_nocase(text, prefix))
            continue;
        longest = prefix.len;
        *ret = names[i].reason;
    }
    return longest > 0;
}

bool reason_of_logon_error(struct slice name, struct reason *ret)
{
    return reason_of_name(reason_names, reason_names_n, name, ret);
}
