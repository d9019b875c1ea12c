/* SPDX-License-Identifier: Apache-2.0
 *
 * Something that happens and that a vendor writes a record of: what a world says and what the
 * writers of records (records.h) read. A world fills a `struct act`, hands it to stage_say
 * (stage.h), and the record comes out when that vendor's log would have delivered it.
 *
 * Lifetime: everything an act points at belongs to the world, or is static, and must stay
 * unchanged until the run ends, because an act waits for its delivery for minutes to a day.
 * Texts are written as they are into JSON: no quotation mark, backslash or control character.
 */
#ifndef PLUGIN_RECORDS_ACT_H
#define PLUGIN_RECORDS_ACT_H

#include "parsers/values/ip.h"
#include "plugin/records/atlas.h"

#include <stdbool.h>
#include <stdint.h>

/* Each is one record of one vendor. What a kind does not name below is not read for it. */
enum act_kind {
    /* Microsoft Entra diagnostic records, in Event Hub batches. All members of struct act. */
    ACT_SIGN_IN, /* category SignInLogs: somebody at a prompt, or a browser that is known */
    ACT_REFRESH, /* NonInteractiveUserSignInLogs: a client got, or wanted, a token by itself. The
                    password grant (protocol "ropc") is in this category, too. */
    ACT_AUDIT,   /* AuditLogs: `what` is the activity's display name, e.g. "User registered security
                    info"; person is who did it, `other` to whom (NULL: himself) */
    /* Microsoft 365 unified audit log, one record a message. */
    ACT_M365_LOGIN,   /* UserLoggedIn, or UserLoginFailed by code */
    ACT_MAIL_RULE,    /* New-InboxRule (or `what`, e.g. "Set-InboxRule"): mail; session */
    ACT_MAIL_OUTLOOK, /* UpdateInboxRules, from an Outlook client: mail */
    ACT_MAIL_FORWARD, /* Set-Mailbox with ForwardingSmtpAddress: mail->to */
    ACT_MAIL_READ,    /* MailItemsAccessed: session */
    /* Other vendors. `code` is Entra's number all the same; see records.h for those each can say.
     */
    ACT_OKTA_SESSION, /* user.session.start */
    ACT_OKTA_FACTOR,  /* user.authentication.auth_via_mfa, by push */
    ACT_OKTA_APP,     /* user.authentication.sso: app */
    ACT_GOOGLE_LOGIN, /* login_success, login_failure */
    ACT_AWS_CONSOLE,  /* ConsoleLogin of an IAM user */
    ACT_AWS_ROLE,     /* AssumeRoleWithSAML: `what` is the role */
    ACT_DUO,          /* the second factor of an application: app */
    ACT_SSH,          /* Accepted and Failed password of OpenSSH, as a syslog line */
    ACT_KINDS
};

/* Codes of Entra that worlds use; any other number may stand in an Entra act, too, and is written
 * without a text of its own. */
enum act_code {
    CODE_OK = 0,
    CODE_LOCKED = 50053,
    CODE_EXPIRED = 50055,
    CODE_DISABLED = 50057,
    CODE_NO_SESSION = 50058, /* silent sign-in without a session */
    CODE_MFA_WANTED = 50074,
    CODE_MFA_POLICY = 50076,
    CODE_ENROL = 50079,
    CODE_KNOWN_DEVICE = 50097,
    CODE_WRONG = 50126,
    CODE_NO_USER = 50034,
    CODE_TOKEN_OLD = 50173, /* the password was changed since */
    CODE_KEEP = 50140,      /* "stay signed in?" */
    CODE_CONSENT = 65001,
    CODE_BLOCKED = 53003, /* by Conditional Access */
    CODE_DENIED = 500121, /* second factor refused; with `ignored` timed out */
    CODE_TOKEN_EXPIRED = 70043,
    CODE_DEVICE_CODE = 70016 /* the device code is not redeemed yet */
};

enum act_access { ACT_NOT_APPLIED, ACT_PASSED, ACT_STOPPED, ACT_REPORT_ONLY };

/* A customer: one tenant of Microsoft's, one organisation of Okta's and so on. */
struct org {
    uint64_t key;       /* ids come from it */
    char domain[48];    /* of its people's addresses; lower case */
    char name[48];      /* as people write it */
    uint8_t policies;   /* Conditional Access policies that its sign-in records list, 0 to 55 */
    bool second_factor; /* policies ask for it as a rule */
};

/* An account. A guest's address is of another organisation; `org` is where he is a guest. */
struct person {
    uint64_t key;
    const struct org *org;
    char upn[80];  /* lower case */
    char name[48]; /* display name */
    bool guest;
};

/* A machine that the organisation knows. What is not registered is NULL in an act. */
struct device {
    uint64_t key;
    char name[24];
    const char *os;    /* "Windows10", "MacOs", "Ios 18.3", "Android 15" ... as Entra writes */
    const char *trust; /* "Azure AD joined", "Hybrid Azure AD joined", "Azure AD registered" */
    bool managed, compliant;
};

/* A program that speaks for the person. */
struct agent {
    const char *text;    /* the User-Agent; "" none */
    const char *browser; /* as Entra names it: "Edge 133.0.0"; "" a native client */
    const char *os;
};

struct app {
    const char *id, *name;
};

/* What a rule or forwarding does. NULL: not used. */
struct mail_change {
    const char *name, *to, *words, *folder, *from; /* words joined by ';', `to` too */
    bool deletes, marks_read, stops;
};

struct act {
    enum act_kind kind;
    int64_t at_ms;   /* when it happens; not before the moment of the step that says it */
    int64_t late_ms; /* how much later than usual its record comes; 0: by chance alone */
    uint64_t id;     /* its own, different for each act: the record's id comes from it */

    const struct person *person;
    const struct person *other;    /* audit: to whom; mail: whose mailbox, if not person's own */
    const struct device *device;   /* NULL: none registered */
    const struct agent *agent;     /* never NULL */
    const struct app *app;         /* who asks; never NULL for Entra */
    const struct app *resource;    /* for what; never NULL for Entra */
    const struct network *network; /* where the address is of; never NULL */
    const struct network *told;    /* where the record says it was; NULL: the network's place */
    struct ip ip;
    uint16_t port; /* mail, ssh; 0: none */

    uint64_t session; /* 0: none */
    int32_t code;     /* 0: success */
    bool multi;       /* a second factor was required, or given */
    bool claimed;     /* it was given earlier: "by claim in the token" */
    bool ignored;     /* code CODE_DENIED: nobody answered */
    enum act_access access;
    const char
        *client; /* clientAppUsed: "Browser", "Mobile Apps and Desktop clients", "IMAP4" ... */
    const char *protocol; /* "none", "ropc", "deviceCode", "oAuth2" */
    const char *token;    /* incomingTokenType: "none", "primaryRefreshToken", "refreshToken" */
    const struct mail_change *mail;
    const char *what;
};

#endif
