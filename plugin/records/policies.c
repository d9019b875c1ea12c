/* SPDX-License-Identifier: Apache-2.0
 *
 * All tenants share names and ids of policies: no detector reads them, and the sizes are what
 * matters.
 */
#include "plugin/records/policies.h"

#include "plugin/records/pen.h"

#include <stdlib.h>

enum { ACCESSES = ACT_REPORT_ONLY + 1, TEXT_MAX = 32 * 1024 };

struct policies {
    struct slice texts[POLICIES_MAX + 1][ACCESSES];
    char *bytes;
};

static const char *const names[] = {
    "Require multifactor authentication for all users",
    "Block legacy authentication",
    "Require compliant device for finance apps",
    "Require multifactor authentication for admins",
    "Block access from unknown countries",
    "Sign-in frequency for unmanaged devices",
    "Terms of use for guests",
    "Require app protection policy on phones",
};
enum { NAMES = sizeof names / sizeof names[0] };

static void put_policy(struct pen *to, unsigned i, enum act_access access)
{
    static const char *const results[ACCESSES] = {"notApplied", "success", "failure",
                                                  "reportOnlyInterrupted"};
    const bool decides = i == 0 && access != ACT_NOT_APPLIED;
    const bool blocks = access == ACT_STOPPED;

    if (i > 0)
        pen_lit(to, ",");
    pen_lit(to, "{\"id\":\"");
    pen_guid(to, 0x706f6c00 + i);
    pen_lit(to, "\",\"displayName\":\"CA");
    pen_number(to, 100 + i);
    pen_lit(to, " - ");
    pen_string(to, names[i % NAMES]);
    pen_lit(to, "\",\"enforcedGrantControls\":[");
    pen_string(to, !decides ? "" : blocks ? "\"Block\"" : "\"Mfa\"");
    pen_lit(to, "],\"enforcedSessionControls\":[],\"result\":\"");
    pen_string(to, results[decides ? access : ACT_NOT_APPLIED]);
    pen_lit(to, "\",\"conditionsSatisfied\":");
    pen_number(to, decides ? 3 : 0);
    pen_lit(to, ",\"conditionsNotSatisfied\":");
    pen_number(to, decides ? 0 : 1 + i % 8);
    pen_lit(to, "}");
}

struct policies *policies_new(void)
{
    const size_t max = (size_t)TEXT_MAX / 2 * (POLICIES_MAX + 1) * ACCESSES;
    struct policies *policies = calloc(1, sizeof *policies);

    if (!policies || !(policies->bytes = malloc(max))) {
        free(policies);
        return NULL;
    }
    struct pen to = {.ptr = policies->bytes, .max = max};
    for (unsigned count = 0; count <= POLICIES_MAX; count++)
        for (int access = 0; access < ACCESSES; access++) {
            const size_t start = to.len;
            pen_lit(&to, "[");
            for (unsigned i = 0; i < count; i++)
                put_policy(&to, i, (enum act_access)access);
            pen_lit(&to, "]");
            policies->texts[count][access] = (struct slice){to.ptr + start, to.len - start};
        }
    return policies;
}

void policies_free(struct policies *policies)
{
    if (!policies)
        return;
    free(policies->bytes);
    free(policies);
}

struct slice policies_text(const struct policies *policies, unsigned count, enum act_access access)
{
    return policies->texts[count < POLICIES_MAX ? count : POLICIES_MAX][access];
}
