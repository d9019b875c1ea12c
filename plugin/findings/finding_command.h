/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands of a finding: a detector's templates (detectors/words/commands.h) with the values of this
 * finding in place of {user}, {mailbox}, {actor}, {rule}, {feed}, {cidr} and {cidr_type}. They are
 * text for a person; nothing is executed. Values come from log fields that an attacker may have
 * written, so each is escaped for where it stands, or withheld. Any thread.
 *
 * A template may begin with tags, all of which must hold for it to be offered:
 *   [okta] [google]  an event of the evidence is of this product; without: of a Microsoft one
 *   [if MEASURE]     the measure is greater than 0
 *   [about TYPE]     the subject is of this type
 */
#ifndef PLUGIN_FINDINGS_FINDING_COMMAND_H
#define PLUGIN_FINDINGS_FINDING_COMMAND_H

#include "detectors/words/finding.h"

#include <stddef.h>

enum {
    FINDING_COMMAND_MAX = 2048,      /* with the NUL; a longer command is left out */
    FINDING_COMMAND_VALUE_MAX = 256, /* bytes of a value; a longer one is withheld */
    FINDING_COMMAND_TARGETS = 4 /* one for networks or mailboxes is given for so many of them */
};

#define FINDING_COMMAND_WITHHELD "<see evidence>"

/* Calls take once for each command, in the order of the templates. */
void finding_commands(const struct finding *f, void (*take)(void *ctx, const char *command),
                      void *ctx);

/* What stands for the placeholders; NULL: there is none. */
struct command_values {
    const char *user, *cidr, *feed, *mailbox, *actor, *rule;
};

/* Fills one template without its tags. What precedes a name's placeholder says how the value is
 * escaped:
 *   '     PowerShell: single quotes, also the typographic ones it takes for such, are doubled
 *   "     JSON: quotes and backslashes
 *   else  a segment of a URL path: percent-encoded but for letters, digits and -._~@
 * A value that is absent, empty, too long, cut, not UTF-8 or has control or invisible formatting
 * characters becomes FINDING_COMMAND_WITHHELD. {cidr} is written canonically and only if it is a
 * network; {cidr_type} is Graph's name for its kind. Returns the length, 0 if it did not fit. */
size_t finding_command_fill(const char *template, const struct command_values *values,
                            char ret_text[static FINDING_COMMAND_MAX]);

#endif
