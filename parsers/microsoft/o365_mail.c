/* SPDX-License-Identifier: Apache-2.0
 *
 * Cmdlet parameters are read by one table: what each name means for the event. Names, folders and
 * words are kept as users wrote them; an empty rule name is a sign of an attacker, not an absent
 * one.
 *
 * Sources: Microsoft Learn, New-InboxRule, Set-Mailbox, New-TransportRule cmdlet references;
 * "Office 365 Management Activity API schema", Exchange mailbox schema; read 2025.
 */
#include "parsers/microsoft/o365_mail.h"

#include "parsers/values/text.h"

enum meaning {
    MEANS_NAME,
    MEANS_FORWARD,
    MEANS_ATTACHMENT,
    MEANS_REDIRECT,
    MEANS_COPY, /* a destination that neither forwards nor redirects */
    MEANS_DELETE,
    MEANS_FOLDER,
    MEANS_READ,
    MEANS_STOP,
    MEANS_WORDS,
    MEANS_NOTHING
};

struct parameter {
    const char *name;
    enum meaning meaning;
};

static const struct parameter rule_parameters[] = {
    {"Name", MEANS_NAME},
    {"ForwardTo", MEANS_FORWARD},
    {"ForwardAsAttachmentTo", MEANS_ATTACHMENT},
    {"RedirectTo", MEANS_REDIRECT},
    {"DeleteMessage", MEANS_DELETE},
    {"SoftDeleteMessage", MEANS_DELETE},
    {"MoveToFolder", MEANS_FOLDER},
    {"CopyToFolder", MEANS_FOLDER},
    {"MarkAsRead", MEANS_READ},
    {"StopProcessingRules", MEANS_STOP},
    {"From", MEANS_WORDS},
    {"SubjectContainsWords", MEANS_WORDS},
    {"BodyContainsWords", MEANS_WORDS},
    {"SubjectOrBodyContainsWords", MEANS_WORDS},
    {"FromAddressContainsWords", MEANS_WORDS},
    {"HeaderContainsWords", MEANS_WORDS},
    {"RecipientAddressContainsWords", MEANS_WORDS},
    /* Transport rules. */
    {"BlindCopyTo", MEANS_COPY},
    {"CopyTo", MEANS_COPY},
    {"AddToRecipients", MEANS_COPY},
    {"RedirectMessageTo", MEANS_REDIRECT},
    /* Parameters that choose no mail; any other one does. */
    {"Identity", MEANS_NOTHING},
    {"Mailbox", MEANS_NOTHING},
    {"AlwaysDeleteOutlookRulesBlob", MEANS_NOTHING},
    {"ApplyCategory", MEANS_NOTHING},
    {"Confirm", MEANS_NOTHING},
    {"Enabled", MEANS_NOTHING},
    {"Force", MEANS_NOTHING},
    {"MarkImportance", MEANS_NOTHING},
    {"PinMessage", MEANS_NOTHING},
    {"Priority", MEANS_NOTHING},
    {"WhatIf", MEANS_NOTHING},
    {NULL, MEANS_NAME},
};

static const struct parameter action_types[] = {
    {"Forward", MEANS_FORWARD},   {"ForwardAsAttachment", MEANS_ATTACHMENT},
    {"Redirect", MEANS_REDIRECT}, {"Delegate", MEANS_REDIRECT},
    {"Move", MEANS_FOLDER},       {"Copy", MEANS_FOLDER},
    {"Delete", MEANS_DELETE},     {"PermanentDelete", MEANS_DELETE},
    {"MarkAsRead", MEANS_READ},   {"StopProcessingRules", MEANS_STOP},
    {NULL, MEANS_NAME},
};

static const struct parameter *find(const struct parameter *table, struct slice name)
{
    for (; table->name != NULL; table++)
        if (slice_equal_nocase(name, slice_of(table->name)))
            return table;
    return NULL;
}

/* An address without the "smtp:" that Exchange may write before it, in any case. */
static struct slice strip_smtp(struct slice text)
{
    text = text_trim(text);
    if (slice_starts_nocase(text, SLICE("smtp:")))
        text = text_trim((struct slice){text.ptr + 5, text.len - 5});
    return text;
}

/* Adds the parts of a list in one text, or of an array, up to `max`; what is beyond is dropped:
 * 16 destinations are more than any rule of a person has. */
static void add_parts(struct slice text, struct slice *to, uint8_t *n, uint8_t max)
{
    while (text.len > 0) {
        const char *semicolon = memchr(text.ptr, ';', text.len);
        size_t len = semicolon != NULL ? (size_t)(semicolon - text.ptr) : text.len;
        struct slice part = strip_smtp((struct slice){text.ptr, len});
        if (part.len > 0 && *n < max)
            to[(*n)++] = part;
        len += semicolon != NULL;
        text.ptr += len;
        text.len -= len;
    }
}

static void add_list(const struct record *record, uint32_t value, struct slice *to, uint8_t *n,
                     uint8_t max)
{
    if (value == 0)
        return;
    if (record->doc->nodes[value].type == JSON_STRING) {
        add_parts(record_raw(record, value), to, n, max);
        return;
    }
    for (uint32_t pos = 0, i; record->doc->nodes[value].type == JSON_ARRAY &&
                              (i = record_entry(record, value, &pos)) != 0;)
        add_parts(record_raw(record, i), to, n, max);
}

static void add_destinations(const struct record *record, uint32_t value, struct event_mail *mail)
{
    add_list(record, value, mail->destinations, &mail->destinations_n, EVENT_DESTINATIONS_MAX);
}

/* What one parameter says. A switch ("DeleteMessage") says nothing when it is false. */
static void apply(const struct record *record, enum meaning meaning, uint32_t value, bool on,
                  struct event_mail *mail)
{
    switch (meaning) {
    case MEANS_NAME:
        mail->rule = record_raw(record, value);
        break;
    case MEANS_ATTACHMENT:
        mail->as_attachment = true;
        /* fall through */
    case MEANS_FORWARD:
        mail->forwards = true;
        add_destinations(record, value, mail);
        break;
    case MEANS_REDIRECT:
        mail->redirects = true;
        add_destinations(record, value, mail);
        break;
    case MEANS_COPY:
        add_destinations(record, value, mail);
        break;
    case MEANS_DELETE:
        mail->deletes |= on;
        break;
    case MEANS_FOLDER:
        mail->folder = record_raw(record, value);
        break;
    case MEANS_READ:
        mail->marks_read |= on;
        break;
    case MEANS_STOP:
        mail->stops |= on;
        break;
    case MEANS_WORDS:
        add_list(record, value, mail->words, &mail->words_n, EVENT_WORDS_MAX);
        break;
    case MEANS_NOTHING:
        break;
    }
}

/* A destination that is empty takes forwarding away. */
static bool is_empty(const struct record *record, uint32_t value)
{
    const struct json_node *node = &record->doc->nodes[value];
    if (value == 0 || node->type == JSON_NULL)
        return true;
    if (node->type == JSON_ARRAY)
        return node->next == value + 1;
    return node->type == JSON_STRING && text_trim(record_raw(record, value)).len == 0;
}

static void read_parameters(const struct record *record, struct event_mail *mail)
{
    uint32_t list = record_node(record, O365_PARAMETERS);
    struct record_item item;
    for (uint32_t pos = 0; record_next(record, list, &pos, &item);) {
        const struct parameter *parameter = find(rule_parameters, item.name);
        if (item.value == 0 || ((parameter == NULL || parameter->meaning != MEANS_NAME) &&
                                is_empty(record, item.value)))
            continue;
        if (parameter == NULL) {
            mail->narrowed = true;
            continue;
        }
        apply(record, parameter->meaning, item.value, record_is_true(record, item.value), mail);
    }
}

/* The rule in "mailbox\\rule"; absent without a backslash. */
static struct slice rule_of(struct slice text)
{
    const char *bar = text.len > 0 ? memrchr(text.ptr, '\\', text.len) : NULL;
    return bar ? (struct slice){bar + 1, text.len - (size_t)(bar + 1 - text.ptr)}
               : (struct slice){NULL, 0};
}

void o365_rule(const struct record *record, struct event *ev)
{
    read_parameters(record, &ev->mail);
    ev->mail.made = slice_starts_nocase(ev->operation, SLICE("New-"));
    if (ev->mail.rule.ptr == NULL)
        ev->mail.rule = rule_of(record_raw(record, record_node(record, O365_OBJECT)));
    if (ev->mail.rule.ptr == NULL)
        ev->mail.rule = rule_of(record_raw(record, record_node(record, O365_MAILBOX)));
    ev->mail.removed = slice_starts_nocase(ev->operation, SLICE("Remove-")) ||
                       slice_starts_nocase(ev->operation, SLICE("Disable-"));
}

static void read_actions(const struct record *record, uint32_t value, struct event_mail *mail)
{
    uint32_t list = value != 0 ? json_open(record->doc, value) : 0;
    if (list == 0 || record->doc->nodes[list].type != JSON_ARRAY)
        return;
    for (uint32_t pos = 0, i; (i = record_entry(record, list, &pos)) != 0;) {
        const struct parameter *action =
            find(action_types, record_member(record, i, O365_ACTION_TYPE));
        if (action == NULL)
            continue;
        uint32_t what = record_member_node(
            record, i, action->meaning == MEANS_FOLDER ? O365_FOLDER : O365_RECIPIENTS);
        apply(record, action->meaning, what, true, mail);
    }
}

void o365_rule_properties(const struct record *record, struct event *ev)
{
    struct event_mail *mail = &ev->mail;
    uint32_t list = record_node(record, O365_PROPERTIES);
    struct record_item item;
    for (uint32_t pos = 0; record_next(record, list, &pos, &item);) {
        if (slice_equal_nocase(item.name, SLICE("RuleName")))
            /* The entry is there without a value when the rule has an empty name. */
            mail->rule = item.value != 0 ? record_raw(record, item.value) : SLICE("");
        else if (slice_equal_nocase(item.name, SLICE("RuleOperation")))
            mail->removed |= slice_starts_nocase(record_raw(record, item.value), SLICE("Remove"));
        else if (slice_equal_nocase(item.name, SLICE("RuleState")))
            mail->removed |= slice_starts_nocase(record_raw(record, item.value), SLICE("Disabled"));
        else if (slice_equal_nocase(item.name, SLICE("RuleCondition")) && item.value != 0)
            /* Not JSON, and without its grammar only good for looking for words in it. */
            add_list(record, item.value, mail->words, &mail->words_n, EVENT_WORDS_MAX);
        else if (slice_equal_nocase(item.name, SLICE("RuleActions")))
            read_actions(record, item.value, mail);
    }
}

bool o365_forwarding(const struct record *record, struct event *ev)
{
    struct event_mail *mail = &ev->mail;
    uint32_t list = record_node(record, O365_PARAMETERS);
    bool any = false, taken_away = false;
    struct record_item item;
    for (uint32_t pos = 0; record_next(record, list, &pos, &item);) {
        if (slice_equal_nocase(item.name, SLICE("DeliverToMailboxAndForward"))) {
            any = true;
            mail->keeps_copy = record_is_true(record, item.value);
        } else if (slice_equal_nocase(item.name, SLICE("ForwardingSmtpAddress")) ||
                   slice_equal_nocase(item.name, SLICE("ForwardingAddress"))) {
            any = true;
            taken_away |= is_empty(record, item.value);
            add_destinations(record, item.value, mail);
        }
    }
    mail->forwards = mail->destinations_n > 0;
    mail->removed = taken_away && mail->destinations_n == 0;
    return any;
}

bool o365_transport(const struct record *record, bool only_forward, struct event *ev)
{
    read_parameters(record, &ev->mail);
    if (!only_forward)
        return true;
    uint32_t list = record_node(record, O365_PARAMETERS);
    struct record_item item;
    for (uint32_t pos = 0; record_next(record, list, &pos, &item);)
        if (slice_starts_nocase(item.name, SLICE("AutoForward"))) {
            struct slice value = record_raw(record, item.value);
            /* "Automatic" is the default and means off: Microsoft Learn, external email forwarding.
             */
            ev->mail.forwards =
                record_is_true(record, item.value) || slice_equal_nocase(value, SLICE("On"));
            ev->mail.removed = !ev->mail.forwards;
            return true;
        }
    return false;
}

void o365_permission(const struct record *record, struct event *ev)
{
    uint32_t list = record_node(record, O365_PARAMETERS);
    struct record_item item;
    for (uint32_t pos = 0; record_next(record, list, &pos, &item);) {
        if (slice_equal_nocase(item.name, SLICE("User")) ||
            slice_equal_nocase(item.name, SLICE("Trustee")))
            add_destinations(record, item.value, &ev->mail);
        else if (slice_equal_nocase(item.name, SLICE("AccessRights")))
            add_list(record, item.value, ev->mail.words, &ev->mail.words_n, EVENT_WORDS_MAX);
    }
}

/* What a cmdlet calls a mailbox: an address, "path/of/name", either with "\\rule" behind. */
static struct slice mailbox_of(struct slice text)
{
    const char *rule = text.len > 0 ? memrchr(text.ptr, '\\', text.len) : NULL;
    if (rule != NULL)
        text.len = (size_t)(rule - text.ptr);
    const char *bar = text.len > 0 ? memrchr(text.ptr, '/', text.len) : NULL;
    if (bar != NULL) {
        text.len -= (size_t)(bar + 1 - text.ptr);
        text.ptr = bar + 1;
    }
    return text;
}

/* The user's own mailbox, by its address or by the part before the @. */
static bool is_own(struct slice mailbox, struct slice user)
{
    return slice_starts_nocase(user, mailbox) &&
           (user.len == mailbox.len || user.ptr[mailbox.len] == '@');
}

void o365_mailbox(const struct record *record, struct event *ev)
{
    struct slice mailbox = record_lower(record, O365_MAILBOX_OWNER);
    if (mailbox.ptr == NULL)
        mailbox = mailbox_of(record_lower(record, O365_MAILBOX));
    if (mailbox.len == 0 && ev->kind != KIND_TRANSPORT_RULE && ev->kind != KIND_MAIL_ACCESS)
        mailbox = mailbox_of(record_lower(record, O365_OBJECT));
    if (mailbox.len > 0 && ev->kind != KIND_TRANSPORT_RULE && !is_own(mailbox, ev->user))
        ev->mail.mailbox = mailbox;
}
