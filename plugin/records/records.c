/* SPDX-License-Identifier: Apache-2.0
 */
#include "plugin/records/records.h"

#include "parsers/values/timestamp.h"
#include "plugin/records/policies.h"
#include "plugin/records/template.h"

#include <stdlib.h>

#define SECOND_MS INT64_C(1000)

#define CODES(...) {__VA_ARGS__}, sizeof((const int32_t[]){__VA_ARGS__}) / sizeof(int32_t)

#define ENTRA_CODES                                                                                \
    CODES(CODE_OK, CODE_LOCKED, CODE_EXPIRED, CODE_DISABLED, CODE_NO_SESSION, CODE_MFA_WANTED,     \
          CODE_MFA_POLICY, CODE_ENROL, CODE_KNOWN_DEVICE, CODE_WRONG, CODE_NO_USER,                \
          CODE_TOKEN_OLD, CODE_KEEP, CODE_CONSENT, CODE_BLOCKED, CODE_DENIED, CODE_TOKEN_EXPIRED,  \
          CODE_DEVICE_CODE)

/* Entra: 75 to 225 s (measured by others on Event Hub exports); Exchange: minutes to hours;
 * CloudTrail files every five minutes, 5 to 15 late; Duo's interface holds two minutes back. */
#define HUB                                                                                        \
    {                                                                                              \
        BATCH_EVENT_HUB, 75 * SECOND_MS, 225 * SECOND_MS, 20 * SECOND_MS                           \
    }
#define EXCHANGE                                                                                   \
    {                                                                                              \
        BATCH_NONE, 5 * MINUTE_MS, 3 * HOUR_MS, 0                                                  \
    }
#define AUDIT                                                                                      \
    {                                                                                              \
        BATCH_NONE, 2 * MINUTE_MS, 30 * MINUTE_MS, 0                                               \
    }
#define TRAIL                                                                                      \
    {                                                                                              \
        BATCH_TRAIL, 3 * MINUTE_MS, 10 * MINUTE_MS, 5 * MINUTE_MS                                  \
    }

const struct record_kind record_kinds[ACT_KINDS] = {
    [ACT_SIGN_IN] = {"entra.sign_in", "entra_sign_in.json", HUB, ENTRA_CODES},
    [ACT_REFRESH] = {"entra.refresh", "entra_sign_in.json", HUB, ENTRA_CODES},
    [ACT_AUDIT] = {"entra.audit", "entra_audit.json", HUB, CODES(CODE_OK)},
    [ACT_M365_LOGIN] = {"m365.login", "m365_login.json", AUDIT,
                        CODES(CODE_OK, CODE_WRONG, CODE_EXPIRED, CODE_LOCKED, CODE_NO_USER,
                              CODE_DISABLED, CODE_MFA_WANTED, CODE_MFA_POLICY, CODE_ENROL,
                              CODE_DENIED, CODE_BLOCKED, CODE_CONSENT, CODE_NO_SESSION)},
    [ACT_MAIL_RULE] = {"m365.rule", "m365_rule.json", EXCHANGE, CODES(CODE_OK)},
    [ACT_MAIL_OUTLOOK] = {"m365.outlook_rule", "m365_outlook_rule.json", EXCHANGE, CODES(CODE_OK)},
    [ACT_MAIL_FORWARD] = {"m365.forward", "m365_rule.json", EXCHANGE, CODES(CODE_OK)},
    [ACT_MAIL_READ] = {"m365.mail_read", "m365_mail_read.json", EXCHANGE, CODES(CODE_OK)},
    [ACT_OKTA_SESSION] = {"okta.session",
                          "okta.json",
                          {BATCH_NONE, SECOND_MS, 20 * SECOND_MS, 0},
                          CODES(CODE_OK, CODE_WRONG, CODE_LOCKED, CODE_EXPIRED)},
    [ACT_OKTA_FACTOR] = {"okta.factor",
                         "okta.json",
                         {BATCH_NONE, SECOND_MS, 20 * SECOND_MS, 0},
                         CODES(CODE_OK, CODE_DENIED)},
    [ACT_OKTA_APP] = {"okta.app",
                      "okta.json",
                      {BATCH_NONE, SECOND_MS, 20 * SECOND_MS, 0},
                      CODES(CODE_OK)},
    [ACT_GOOGLE_LOGIN] = {"google.login",
                          "google_login.json",
                          {BATCH_NONE, MINUTE_MS, 20 * MINUTE_MS, 0},
                          CODES(CODE_OK, CODE_WRONG, CODE_DISABLED, CODE_DENIED)},
    [ACT_AWS_CONSOLE] = {"aws.console", "aws_console.json", TRAIL,
                         CODES(CODE_OK, CODE_WRONG, CODE_DENIED)},
    [ACT_AWS_ROLE] = {"aws.role", "aws_role.json", TRAIL, CODES(CODE_OK)},
    [ACT_DUO] = {"duo.push",
                 "duo.json",
                 {BATCH_NONE, 2 * MINUTE_MS, 5 * MINUTE_MS, 0},
                 CODES(CODE_OK, CODE_DENIED, CODE_LOCKED)},
    [ACT_SSH] = {"ssh.password",
                 "ssh.txt",
                 {BATCH_NONE, 0, 2 * SECOND_MS, 0},
                 CODES(CODE_OK, CODE_WRONG, CODE_NO_USER)},
};

struct records {
    struct template *templates[ACT_KINDS];
    struct policies *policies;
};

struct records *records_new(void)
{
    struct records *records = calloc(1, sizeof *records);
    bool good = records != NULL && (records->policies = policies_new()) != NULL;

    for (int k = 0; good && k < ACT_KINDS; k++)
        good = (records->templates[k] = template_new(record_kinds[k].template)) != NULL;
    if (good)
        return records;
    records_free(records);
    return NULL;
}

void records_free(struct records *records)
{
    if (!records)
        return;
    for (int k = 0; k < ACT_KINDS; k++)
        template_free(records->templates[k]);
    policies_free(records->policies);
    free(records);
}

bool records_write(const struct records *records, const struct act *act, int64_t sent_ms,
                   struct pen *to)
{
    const struct writing w = {to, act, sent_ms, records->policies};
    const size_t start = to->len;

    to->full = false;
    template_write(records->templates[act->kind], &w);
    if (to->full)
        to->len = start;
    return !to->full;
}

void records_id(const struct act *act, char id[static RECORD_ID_MAX])
{
    struct pen to = {.ptr = id, .max = RECORD_ID_MAX - 1};

    if (act->kind == ACT_GOOGLE_LOGIN) {
        pen_number(&to, (int64_t)act->id);
        pen_lit(&to, "/0");
    } else if (act->kind != ACT_SSH) {
        pen_guid(&to, act->id);
    }
    id[to.len] = '\0';
}
