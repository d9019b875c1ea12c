/* SPDX-License-Identifier: Apache-2.0
 *
 * Directory audits: who changed how an account can be used. Of the many activities only those of
 * microsoft_is_account_change are ours, and "Update user" only where a StrongAuthentication
 * property changed.
 *
 * Sources: Microsoft Learn, "Interpret the Microsoft Entra audit log schema in Azure Monitor",
 * "AuditLogs" table reference, "directoryAudit resource type" (Graph), read 2025.
 */
#include "parsers/codes/microsoft.h"
#include "parsers/microsoft/entra_context.h"
#include "parsers/microsoft/entra_sign_in.h"
#include "parsers/values/text.h"

/* Several properties are listed with the values they had and have; equal ones did not change. */
static bool is_changed_factor(const struct record *record, uint32_t property)
{
    struct slice name = record_member(record, property, ENTRA_MODIFIED_NAME);
    struct slice old = record_raw(record, record_member_node(record, property, ENTRA_MODIFIED_OLD));
    struct slice new = record_raw(record, record_member_node(record, property, ENTRA_MODIFIED_NEW));
    bool equal = old.ptr != NULL && new.ptr != NULL &&slice_equal(old, new);
    return slice_starts_nocase(name, SLICE("StrongAuthentication")) && !equal;
}

static bool has_changed_factor(const struct record *record)
{
    uint32_t targets = record_node(record, ENTRA_TARGETS);
    for (uint32_t at = 0, target; (target = record_entry(record, targets, &at)) != 0;) {
        uint32_t list = record_member_node(record, target, ENTRA_MODIFIED);
        list = list != 0 ? json_open(record->doc, list) : 0;
        for (uint32_t pos = 0, i; (i = record_entry(record, list, &pos)) != 0;)
            if (is_changed_factor(record, i))
                return true;
    }
    return false;
}

/* Who did it; where an application did, whom it did it to. */
static struct slice user_of(const struct record *record)
{
    struct slice user = record_lower(record, ENTRA_AUDIT_BY_USER);
    if (user.ptr == NULL && record_node(record, ENTRA_AUDIT_BY_APP) != 0)
        user = record_lower(record, ENTRA_AUDIT_TARGET);
    return user.ptr != NULL ? user : record_lower(record, ENTRA_AUDIT_BY_USER_ID);
}

/* A word, or a number that is 0 for success. */
static enum event_outcome outcome_of(struct slice result)
{
    uint32_t number = 0;
    if (text_number(result, UINT32_MAX, &number))
        return number == 0 ? OUTCOME_SUCCESS : OUTCOME_FAILURE;
    if (slice_equal_nocase(result, SLICE("success")))
        return OUTCOME_SUCCESS;
    bool failed = slice_equal_nocase(result, SLICE("failure")) ||
                  slice_equal_nocase(result, SLICE("timeout"));
    return failed ? OUTCOME_FAILURE : OUTCOME_UNKNOWN;
}

enum parse_answer entra_audit(const struct record *record, struct event *ev)
{
    bool only_factors = false;
    record_fill(record, ENTRA_AUDIT_NAME, ENTRA_AUDIT_AGENT + 1, ev);
    ev->change = microsoft_change_of(ev->operation, &only_factors);
    if (ev->change == CHANGE_ABSENT || (only_factors && !has_changed_factor(record)))
        return PARSE_IGNORED;
    ev->kind = KIND_ACCOUNT_CHANGE;
    ev->outcome = outcome_of(record_text(record, ENTRA_AUDIT_RESULT));
    ev->user = user_of(record);
    record_ip(record, ENTRA_AUDIT_IP, ev);
    record_fill(record, ENTRA_EVENT_ID, ENTRA_EVENT_ID + 1, ev);
    record_fill(record, ENTRA_CORRELATION, ENTRA_CORRELATION + 1, ev);
    return record_time(record, ENTRA_AUDIT_TIME, ev);
}
