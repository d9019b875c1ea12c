/* SPDX-License-Identifier: Apache-2.0
 *
 * AWS CloudTrail in two files: cloudtrail.c says which records are ours and who did it,
 * cloudtrail_result.c how it ended.
 */
#ifndef PARSERS_FORMATS_CLOUDTRAIL_H
#define PARSERS_FORMATS_CLOUDTRAIL_H

#include "parsers/codes/reason.h"
#include "parsers/reader/record.h"

enum cloudtrail_path {
    CT_SOURCE,
    CT_EVENT_TYPE,
    CT_TIME,
    CT_IDENTITY,
    CT_USER_NAME,
    CT_ARN,
    CT_PRINCIPAL,
    CT_IP,
    CT_RESULT,
    CT_ERROR_CODE,
    CT_ERROR_MESSAGE,
    CT_MFA_USED,
    CT_SAML,
    CT_MFA_SESSION,
    CT_CREDENTIAL,
    CT_FILL, /* from here on straight into struct event */
    CT_NAME = CT_FILL,
    CT_TENANT,
    CT_CODE,
    CT_USER_AGENT,
    CT_TOKEN,
    CT_EVENT_ID,
    CT_PATHS_N
};

/* What a record is about, of those that are ours. */
enum cloudtrail_act {
    CT_CONSOLE,       /* ConsoleLogin */
    CT_ROLE,          /* a role or a console session taken on */
    CT_CHECK_MFA,     /* before ConsoleLogin: a second factor is asked for */
    CT_AUTHENTICATED, /* Identity Center: all that was asked for was given */
    CT_CHALLENGE,     /* Identity Center: a credential is asked for */
    CT_VERIFICATION,  /* Identity Center: a credential was given */
    CT_STS,           /* tokens */
    CT_ACCOUNT,       /* an account change that the sign-in service records */
    CT_IAM            /* account changes */
};

/* How an act ended; REASON_NONE where the record does not say. */
struct reason cloudtrail_judge(const struct record *record, enum cloudtrail_act act);

/* Which factors it took, as far as AWS knows. */
enum event_factor cloudtrail_factor(const struct record *record, enum cloudtrail_act act);

/* A step that gives a second factor, or asks for one. */
bool cloudtrail_is_factor_step(const struct record *record, enum cloudtrail_act act);

/* Text was typed where a user name belongs that is no user's, often a password: AWS hides it. */
bool cloudtrail_is_hidden(const struct record *record);

/* True if the text at a path is that word, in any case. */
bool cloudtrail_is(const struct record *record, unsigned path, const char *word);

#endif
