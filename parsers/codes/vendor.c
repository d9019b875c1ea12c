/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking up vendors' words. The tables have a few dozen rows and are gone through from the top.
 */
#include "parsers/codes/vendor.h"

bool vendor_has_word(struct slice text, struct slice word)
{
    for (size_t i = 0; i + word.len <= text.len; i++)
        if (slice_starts_nocase((struct slice){text.ptr + i, text.len - i}, word))
            return true;
    return false;
}

/* Name, name* or *name*. */
static bool matches(const char *pattern, struct slice text)
{
    struct slice name = slice_of(pattern);
    bool anywhere = *name.ptr == '*';
    if (anywhere)
        name = (struct slice){name.ptr + 1, name.len - 1};
    bool open = name.len > 0 && name.ptr[name.len - 1] == '*';
    name.len -= open;
    if (anywhere)
        return vendor_has_word(text, name);
    return open ? slice_starts_nocase(text, name) : slice_equal_nocase(text, name);
}

const struct vendor_act *vendor_act_of(const struct vendor_act *table, size_t n, struct slice name)
{
    for (size_t i = 0; i < n && name.ptr != NULL; i++)
        if (matches(table[i].name, name))
            return &table[i];
    return NULL;
}

bool vendor_reason_of(const struct reason_name *table, size_t n, struct slice name,
                      struct reason *ret)
{
    for (size_t i = 0; i < n && name.ptr != NULL; i++) {
        if (!matches(table[i].name, name))
            continue;
        *ret = table[i].reason;
        return true;
    }
    return false;
}

enum event_denial vendor_denial_of(const struct denial_name *table, size_t n, struct slice name)
{
    for (size_t i = 0; i < n && name.ptr != NULL; i++)
        if (matches(table[i].name, name))
            return table[i].denial;
    return DENIAL_ABSENT;
}

enum event_control vendor_control_of(const struct control_name *table, size_t n, struct slice name)
{
    for (size_t i = 0; i < n && name.ptr != NULL; i++)
        if (matches(table[i].name, name))
            return table[i].control;
    return CONTROL_ABSENT;
}

enum event_change vendor_change_of(const struct change_name *table, size_t n, struct slice name)
{
    for (size_t i = 0; i < n && name.ptr != NULL; i++)
        if (matches(table[i].name, name))
            return table[i].change;
    return CHANGE_ABSENT;
}

bool vendor_is_one_of(const char *const *names, struct slice text)
{
    for (; *names != NULL; names++)
        if (slice_equal_nocase(text, slice_of(*names)))
            return true;
    return false;
}

void vendor_judge(struct reason reason, struct event *ev)
{
    ev->reason = reason.reason;
    ev->outcome = reason.outcome;
    ev->password_valid = reason.password_valid;
    ev->control = reason.reason == REASON_MFA_DENIED ? CONTROL_FACTOR : CONTROL_ABSENT;
}
