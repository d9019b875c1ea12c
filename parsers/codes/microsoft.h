/* SPDX-License-Identifier: Apache-2.0
 *
 * What Microsoft's formats have in common: legacy clients, GUIDs in resource paths, the names of
 * account changes.
 */
#ifndef PARSERS_CODES_MICROSOFT_H
#define PARSERS_CODES_MICROSOFT_H

#include "parsers/codes/reason.h"
#include "parsers/values/event.h"

/* Puts what a code means into the event, whose code is set. */
void microsoft_judge(struct reason reason, struct event *ev);

/* What status.additionalDetails says about a second factor that was not given ("MFA denied; user
 * declined the authentication"). Reference: Microsoft Entra sign-in log, "MFA denied" details. */
enum event_denial microsoft_denial(struct slice detail);

/* What is known of it from the method alone ("Mobile app notification", "Text message"). */
enum event_denial microsoft_denial_by(struct slice method);

/* A clientAppUsed of the legacy list. "Unknown" and nothing at all are not legacy. */
enum event_legacy microsoft_legacy_client(struct slice client);

/* Azure CLI, Azure PowerShell or the Graph command line, by id or, since records may lack that, by
 * name. The applications with which the published campaign tries passwords. */
bool microsoft_is_command_line(struct slice app_id, struct slice app);

/* The same, or by a user agent that Exchange uses when it signs in for a client with Basic
 * authentication: that names no protocol. */
enum event_legacy microsoft_legacy(struct slice client, struct slice user_agent);

/* The one of them that sends the password itself. */
bool microsoft_is_ropc_agent(struct slice user_agent);

/* A service principal or managed identity, which the audit log names in the user's place. */
bool microsoft_is_program(struct slice user);

/* A result that comes from checking a password. */
bool microsoft_is_password_check(enum event_reason reason);

/* What an authenticationRequirement says; FACTOR_UNKNOWN for anything else, nothing included. */
enum event_factor microsoft_factor(struct slice requirement);

/* The column that has the time of a row, in exports of Log Analytics, of advanced hunting and of the
 * Entra portal. A table with it is read row by row. */
bool microsoft_is_time_column(struct slice name);

/* The GUID after "/tenants/" in a resource path; absent if there is none. */
struct slice microsoft_tenant_of_path(struct slice path);

/* How an audit operation changes the ways in which an account can be used; ABSENT: it does not.
 * Trailing blanks and dots, case and the en dash aside. *ret_only_factors is true where it counts
 * only if a StrongAuthentication property changed. */
enum event_change microsoft_change_of(struct slice operation, bool *ret_only_factors);

#endif
