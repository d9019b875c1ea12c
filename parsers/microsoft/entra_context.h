/* SPDX-License-Identifier: Apache-2.0
 *
 * What Entra records beside sign-ins: directory audits, risk detections, calls of Microsoft Graph.
 * They come in the same envelopes, so parsers/microsoft/entra.c chooses by the category and these fill the
 * event. All paths are those of entra_sign_in.h; the tenant is the caller's.
 */
#ifndef PARSERS_MICROSOFT_ENTRA_CONTEXT_H
#define PARSERS_MICROSOFT_ENTRA_CONTEXT_H

#include "parsers/reader/record.h"

/* AuditLogs, or a directory audit of Graph: account_change, or not ours. */
enum parse_answer entra_audit(const struct record *record, struct event *ev);

/* UserRiskEvents: risk. */
enum parse_answer entra_risk(const struct record *record, struct event *ev);

/* MicrosoftGraphActivityLogs: token_use. */
enum parse_answer entra_activity(const struct record *record, struct event *ev);

#endif
