/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of advanced hunting: defender.c chooses by the table, defender_sign_in.c reads those that
 * hold sign-ins.
 */
#ifndef PARSERS_MICROSOFT_DEFENDER_H
#define PARSERS_MICROSOFT_DEFENDER_H

#include "parsers/reader/record.h"

enum defender_path {
    DEFENDER_CATEGORY,
    DEFENDER_PROPERTIES,
    DEFENDER_TABLE,
    DEFENDER_TIME,
    DEFENDER_TENANT,
    DEFENDER_RAW,
    DEFENDER_ACTION,
    DEFENDER_FAILURE,
    DEFENDER_UPN,
    DEFENDER_NAME,
    DEFENDER_DOMAIN,
    DEFENDER_OBJECT_ID,
    DEFENDER_IP,
    DEFENDER_PORT,
    DEFENDER_LOGON_TYPE,
    DEFENDER_REMOTE_IP,
    DEFENDER_REMOTE_PORT,
    DEFENDER_ERROR,
    DEFENDER_REQUIREMENT,
    DEFENDER_ACCESS,
    DEFENDER_MANAGED,
    DEFENDER_COMPLIANT,
    DEFENDER_LOGON_PROTOCOL, /* from here to _HOST: filled for IdentityLogonEvents */
    DEFENDER_LOGON_CLIENT,
    DEFENDER_LOGON_ID, /* up to here: for DeviceLogonEvents as well */
    DEFENDER_LOGON_APP,
    DEFENDER_LOGON_DEVICE,
    DEFENDER_LOGON_HOST,
    DEFENDER_PROTOCOL, /* from here on: filled for Entra sign-ins */
    DEFENDER_CLIENT,
    DEFENDER_APP_ID,
    DEFENDER_APP,
    DEFENDER_RESOURCE,
    DEFENDER_SESSION,
    DEFENDER_TOKEN,
    DEFENDER_DEVICE,
    DEFENDER_USER_AGENT,
    DEFENDER_CORRELATION,
    DEFENDER_ID,
    DEFENDER_PATHS_N
};

/* IdentityLogonEvents: logons that a domain controller saw. Other acts of it are not ours. */
enum parse_answer defender_logon(const struct record *record, struct event *ev);

/* DeviceLogonEvents: logons that a computer saw. Those that come from no other machine, and
 * machines themselves, are not ours. */
enum parse_answer defender_device_logon(const struct record *record, struct event *ev);

/* AADSignInEventsBeta and EntraIdSignInEvents. */
enum parse_answer defender_sign_in(const struct record *record, struct event *ev);

/* Their twins for service principals: no user. */
enum parse_answer defender_principal(const struct record *record, struct event *ev);

#endif
