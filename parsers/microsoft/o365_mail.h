/* SPDX-License-Identifier: Apache-2.0
 *
 * What Exchange records say about rules, forwarding and permissions: Parameters of cmdlets,
 * OperationProperties of mail clients.
 */
#ifndef PARSERS_MICROSOFT_O365_MAIL_H
#define PARSERS_MICROSOFT_O365_MAIL_H

#include "parsers/reader/record.h"

enum o365_path {
    O365_OPERATION,
    O365_TIME,
    O365_TENANT,
    O365_USER_ID,
    O365_USER_SIGN_IN,
    O365_USER_MAILBOX,
    O365_USER_TARGET,
    O365_USER_TYPE,
    O365_IP_SIGN_IN,
    O365_IP_ADMIN,
    O365_IP_MAILBOX,
    O365_RESULT,
    O365_ERROR_NUMBER,
    O365_LOGON_ERROR,
    O365_REQUEST_TYPE, /* from here to O365_APP_SIGN_IN: filled for sign-ins */
    O365_USER_AGENT,
    O365_SESSION_DEVICE,
    O365_DEVICE,
    O365_MANAGED,
    O365_APP_SIGN_IN,
    O365_EVENT_ID,
    O365_CORRELATION,
    O365_APP, /* from here to O365_TOKEN: filled for everything else */
    O365_SESSION,
    O365_TOKEN,
    O365_CLIENT,
    O365_ACTOR_INFO,
    O365_PARAMETERS,
    O365_PROPERTIES,
    O365_OBJECT,
    O365_MAILBOX,
    O365_MAILBOX_OWNER,
    O365_MODIFIED,
    O365_ACTION_TYPE,
    O365_RECIPIENTS,
    O365_FOLDER,
    O365_PATHS_N
};

/* New-, Set-, Enable-, Disable-, Remove-InboxRule. */
void o365_rule(const struct record *record, struct event *ev);

/* UpdateInboxRules of Outlook and other clients. */
void o365_rule_properties(const struct record *record, struct event *ev);

/* Set-Mailbox; false if it is about something else than forwarding. */
bool o365_forwarding(const struct record *record, struct event *ev);

/* New-TransportRule and its like; with `only_forward` false unless an AutoForward setting is there.
 */
bool o365_transport(const struct record *record, bool only_forward, struct event *ev);

/* Add-MailboxPermission and its like: the grantee is the destination. */
void o365_permission(const struct record *record, struct event *ev);

/* The mailbox acted on, where it is not the user's own. */
void o365_mailbox(const struct record *record, struct event *ev);

#endif
