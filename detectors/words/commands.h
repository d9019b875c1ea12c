/* SPDX-License-Identifier: Apache-2.0
 *
 * What a person may run after a finding: templates for struct detector's `commands`, one macro an
 * action. `tags` begin each template and say when it is offered; plugin/findings/finding_command.h reads
 * them and fills the placeholders. Actions that a product has no documented call for are missing in
 * its dialect: the remediation's sentence has to do. Nothing here enables a policy at once for
 * everybody: Conditional Access policies are made in report-only mode, without the emergency
 * accounts.
 *
 * Sources, read 2026-11: learn.microsoft.com/graph/api (user-revokesigninsessions, user-update,
 * message rules, conditionalaccessroot-post-policies, -post-namedlocations),
 * learn.microsoft.com/powershell/module/exchange; developer.okta.com (User Sessions: revoke all);
 * developers.google.com/workspace/admin/directory (users.signOut).
 */
#ifndef DETECTORS_WORDS_COMMANDS_H
#define DETECTORS_WORDS_COMMANDS_H

#define GRAPH "https://graph.microsoft.com/v1.0"

/* Access tokens live on for up to an hour unless the resource evaluates continuously. */
#define COMMAND_REVOKE(tags)                                                                       \
    tags "POST " GRAPH "/users/{user}/revokeSignInSessions",                                       \
        tags "Revoke-MgUserSignInSession -UserId '{user}'",                                        \
        tags "[okta]DELETE https://<okta-domain>/api/v1/users/{user}/sessions?oauthTokens=true",   \
        tags "[google]POST https://admin.googleapis.com/admin/directory/v1/users/{user}/signOut"

#define COMMAND_DISABLE(who) "PATCH " GRAPH "/users/" who " {\"accountEnabled\":false}"

#define COMMAND_RESET                                                                              \
    "PATCH " GRAPH "/users/{user} "                                                                \
    "{\"passwordProfile\":{\"forceChangePasswordNextSignIn\":true,\"password\":\"<new>\"}}"

#define COMMAND_LIST_RULES                                                                         \
    "Get-InboxRule -Mailbox '{user}' -IncludeHidden | Format-List Name,Enabled,Description"
#define COMMAND_LIST_FORWARDING                                                                    \
    "Get-Mailbox -Identity '{user}' | Format-List ForwardingSmtpAddress,ForwardingAddress,"        \
    "DeliverToMailboxAndForward"

/* Disabled, not removed: the rule is evidence. */
#define COMMAND_DISABLE_RULE "Disable-InboxRule -Mailbox '{user}' -Identity '{rule}'"

#define COMMAND_STOP_FORWARDING(tags, who)                                                         \
    tags "Set-Mailbox -Identity '" who "' -ForwardingSmtpAddress $null -ForwardingAddress $null "  \
         "-DeliverToMailboxAndForward $false"

#define COMMAND_FORBID_FORWARDING(tags)                                                            \
    tags "Set-HostedOutboundSpamFilterPolicy -Identity Default -AutoForwardingMode Off",           \
        tags "Set-RemoteDomain Default -AutoForwardEnabled $false"

#define POLICY(name, clients, control)                                                             \
    "POST " GRAPH "/identity/conditionalAccess/policies {\"displayName\":\"" name                  \
    "\",\"state\":\"enabledForReportingButNotEnforced\",\"conditions\":{\"clientAppTypes\":"       \
    "[" clients "],\"applications\":{\"includeApplications\":[\"All\"]},\"users\":"                \
    "{\"includeUsers\":[\"All\"],\"excludeUsers\":[\"<break-glass id>\"]}},\"grantControls\":"     \
    "{\"operator\":\"OR\",\"builtInControls\":[\"" control "\"]}}"

#define COMMAND_BLOCK_LEGACY                                                                       \
    POLICY("Block legacy authentication", "\"exchangeActiveSync\",\"other\"", "block"),            \
        "Set-TransportConfig -SmtpClientAuthenticationDisabled $true"

/* There is no switch for ROPC: it cannot answer a demand for a second factor, so one for everybody
 * and everything, with no place or application left out, ends it. */
#define COMMAND_CLOSE_ROPC POLICY("Second factor for everything", "\"all\"", "mfa")

/* Acts after the password check: it hides nothing from the guesser, but stops the token. A block
 * policy has to name the location. */
#define COMMAND_BLOCK_RANGE(name)                                                                  \
    "POST " GRAPH "/identity/conditionalAccess/namedLocations "                                    \
    "{\"@odata.type\":\"#microsoft.graph.ipNamedLocation\",\"displayName\":\"" name                \
    "\",\"isTrusted\":false,\"ipRanges\":[{\"@odata.type\":\"#microsoft.graph.{cidr_type}\","      \
    "\"cidrAddress\":\"{cidr}\"}]}"

#endif
