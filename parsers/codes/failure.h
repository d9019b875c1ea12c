/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a sign-in failed, by the free text of formats that any product may write (CEF, LEEF, OCSF,
 * ECS and their like).
 */
#ifndef PARSERS_CODES_FAILURE_H
#define PARSERS_CODES_FAILURE_H

#include "parsers/codes/reason.h"

/* What the text says: a class where its words name one; REASON_UNKNOWN where they say that it was
 * no guess at a password (an expired account, a policy, a certificate) or are a status of Windows
 * or Microsoft that no table knows; else REASON_UNSAID, as for an absent text. The first 256 bytes
 * are looked at. */
struct reason failure_of_text(struct slice text);

#endif
