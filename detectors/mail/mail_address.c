/* SPDX-License-Identifier: Apache-2.0
 *
 * Own, accepted or foreign; see the header. A display name may hold any address, so what stands in
 * brackets goes before what stands in quotes.
 */
#include "detectors/mail/mail_address.h"

#include "detectors/mail/mail_words.h"
#include "parsers/values/text.h"

#include <string.h>

/* TEXT_BYTES: the end of a text that is read; a display name of any length stands before it. */
enum { POINTS_MAX = 64, OWN_LABEL_MIN = 5, TEXT_BYTES = 1024 };

struct slice mail_domain(struct slice address)
{
    const char *at = address.len > 0 ? memrchr(address.ptr, '@', address.len) : NULL;
    if (!at)
        return (struct slice){NULL, 0};
    struct slice domain = {at + 1, address.len - (size_t)(at + 1 - address.ptr)};
    while (domain.len > 0 && domain.ptr[domain.len - 1] == '.')
        domain.len--;
    return domain;
}

/* The domain itself or a sub-domain: what stands before it ends with a dot. */
static bool is_within(struct slice domain, struct slice own)
{
    if (own.len == 0 || domain.len < own.len)
        return false;
    size_t before = domain.len - own.len;
    return slice_equal_nocase((struct slice){domain.ptr + before, own.len}, own) &&
           (before == 0 || domain.ptr[before - 1] == '.');
}

static bool is_internal(const struct mail_home *home, struct slice domain)
{
    if (!home->domains)
        return is_within(domain, mail_domain(home->people[0])) ||
               is_within(domain, mail_domain(home->people[1]));
    for (size_t i = 0; i < home->domains->n; i++)
        if (is_within(domain, slice_of(home->domains->items[i].text)))
            return true;
    return false;
}

static bool is_accepted(const struct mail_home *home, struct slice address)
{
    for (size_t i = 0; home->accepted && i < home->accepted->n; i++) {
        struct slice entry = slice_of(home->accepted->items[i].text), domain = mail_domain(entry);
        bool whole = domain.len > 0 && entry.ptr[0] != '@';
        if (whole ? slice_equal_nocase(address, entry)
                  : is_within(mail_domain(address), domain.len > 0 ? domain : entry))
            return true;
    }
    return false;
}

/* --- what a domain looks like --- */

/* The bias of RFC 3492, section 6.1. */
static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
    uint32_t k = 0;
    delta = first ? delta / 700 : delta / 2;
    for (delta += delta / points; delta > 35 * 26 / 2; k += 36)
        delta /= 35;
    return k + 36 * delta / (delta + 38);
}

static int digit_of(char c)
{
    c = slice_lower(c);
    return c >= 'a' && c <= 'z' ? c - 'a' : c >= '0' && c <= '9' ? c - '0' + 26 : -1;
}

/* One generalised number; false: broken, or beyond what a code point can need. */
static bool read_delta(struct slice *rest, uint32_t bias, uint32_t *i)
{
    for (uint32_t w = 1, k = 36;; k += 36) {
        int digit = rest->len > 0 ? digit_of(rest->ptr[0]) : -1;
        if (digit < 0 || w > UINT32_MAX / 36 / 36 || *i > UINT32_MAX / 2)
            return false;
        rest->ptr++;
        rest->len--;
        uint32_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
        *i += (uint32_t)digit * w;
        if ((uint32_t)digit < t)
            return true;
        w *= 36 - t;
    }
}

/* Decodes a label behind its "xn--" (RFC 3492, section 6.2). 0: broken. */
static size_t decode_label(struct slice label, uint32_t points[static POINTS_MAX])
{
    const char *dash = label.len > 0 ? memrchr(label.ptr, '-', label.len) : NULL;
    size_t basic = dash ? (size_t)(dash - label.ptr) : 0, n = 0;
    if (basic >= POINTS_MAX)
        return 0;
    for (; n < basic; n++)
        points[n] = (unsigned char)label.ptr[n];
    struct slice rest = {label.ptr + basic + (dash != NULL), label.len - basic - (dash != NULL)};
    uint32_t point = 128, bias = 72, i = 0;
    while (rest.len > 0) {
        uint32_t before = i;
        if (n == POINTS_MAX || !read_delta(&rest, bias, &i))
            return 0;
        n++;
        bias = adapt(i - before, (uint32_t)n, before == 0);
        point += i / (uint32_t)n;
        i %= (uint32_t)n;
        memmove(points + i + 1, points + i, (n - 1 - i) * sizeof points[0]);
        points[i++] = point;
    }
    return n;
}

/* Appends what a code point looks like; pairs that look like one letter become it. */
static size_t append(char *to, size_t len, uint32_t point)
{
    char c = point < 128 ? slice_lower((char)point) : mail_words_letter(point);
    if (len == MAIL_SKELETON_MAX)
        return len;
    c = c == 0 ? '?' : c == '0' ? 'o' : c == '1' || c == 'i' ? 'l' : c;
    if (len > 0 && c == 'n' && to[len - 1] == 'r')
        to[len - 1] = 'm';
    else if (len > 0 && c == 'v' && to[len - 1] == 'v')
        to[len - 1] = 'w';
    else
        to[len++] = c;
    return len;
}

static size_t append_label(char *to, size_t len, struct slice label)
{
    uint32_t points[POINTS_MAX];
    size_t n = 0;
    if (slice_starts_nocase(label, SLICE("xn--")))
        n = decode_label((struct slice){label.ptr + 4, label.len - 4}, points);
    for (size_t i = 0; i < n; i++)
        len = append(to, len, points[i]);
    while (n == 0 && label.len > 0) {
        uint32_t point = 0;
        size_t bytes = text_utf8_next(label, &point);
        len = append(to, len, point);
        label.ptr += bytes;
        label.len -= bytes;
    }
    return len;
}

size_t mail_skeleton(struct slice domain, char ret[static MAIL_SKELETON_MAX])
{
    size_t len = 0;
    while (domain.len > 0) {
        const char *dot = memchr(domain.ptr, '.', domain.len);
        size_t label = dot ? (size_t)(dot - domain.ptr) : domain.len;
        len = append_label(ret, len, (struct slice){domain.ptr, label});
        if (dot)
            len = append(ret, len, '.');
        domain.ptr += label + (dot != NULL);
        domain.len -= label + (dot != NULL);
    }
    return len;
}

/* Looks the same, or has the own name as a part: contoso.com.evil.net, evil-contoso.com. */
static bool looks_like(struct slice domain, struct slice own)
{
    char a[MAIL_SKELETON_MAX], b[MAIL_SKELETON_MAX];
    size_t a_n = mail_skeleton(domain, a), b_n = mail_skeleton(own, b), name = 0;
    if (b_n == 0)
        return false;
    if (slice_equal((struct slice){a, a_n}, (struct slice){b, b_n}))
        return true;
    while (name < b_n && b[name] != '.')
        name++;
    for (size_t i = 0, from = 0; name >= OWN_LABEL_MIN && i <= a_n; i++)
        if (i == a_n || a[i] == '.' || a[i] == '-') {
            if (slice_equal((struct slice){a + from, i - from}, (struct slice){b, name}))
                return true;
            from = i + 1;
        }
    return false;
}

static bool is_lookalike(const struct mail_home *home, struct slice domain)
{
    if (!home->domains)
        return looks_like(domain, mail_domain(home->people[0])) ||
               looks_like(domain, mail_domain(home->people[1]));
    for (size_t i = 0; i < home->domains->n; i++)
        if (looks_like(domain, slice_of(home->domains->items[i].text)))
            return true;
    return false;
}

/* --- the forms addresses are written in --- */

/* What stands in the last [...] or <...>; else the text itself. */
static struct slice unwrap(struct slice text)
{
    char close = text.len > 0 ? text.ptr[text.len - 1] : 0;
    const char *open = NULL;
    if (close == ']' || close == '>')
        open = memrchr(text.ptr, close == ']' ? '[' : '<', text.len);
    if (open)
        return (struct slice){open + 1, text.len - (size_t)(open - text.ptr) - 2};
    return text;
}

static bool ends_address(char c)
{
    return (unsigned char)c <= ' ' || strchr("<>[]()\"',;:", c) != NULL;
}

/* The address around the @ at `at`. */
static struct slice address_at(struct slice text, size_t at)
{
    size_t from = at, to = at + 1;
    while (from > 0 && !ends_address(text.ptr[from - 1]))
        from--;
    while (to < text.len && !ends_address(text.ptr[to]))
        to++;
    return (struct slice){text.ptr + from, to - from};
}

struct mail_target mail_target_of(const struct mail_home *home, struct slice text)
{
    struct mail_target worst = {MAIL_NOWHERE, false, {NULL, 0}};
    text = text_trim(text);
    if (text.len > TEXT_BYTES)
        text = (struct slice){text.ptr + text.len - TEXT_BYTES, TEXT_BYTES};
    text = unwrap(text);
    if (slice_starts_nocase(text, SLICE("EX:"))) /* an object of the directory */
        return worst;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '@')
            continue;
        struct mail_target t = {.address = address_at(text, i)};
        struct slice domain = mail_domain(t.address);
        if (domain.len == 0)
            continue;
        t.where = is_internal(home, domain)      ? MAIL_INTERNAL
                  : is_accepted(home, t.address) ? MAIL_ACCEPTED
                                                 : MAIL_EXTERNAL;
        if (t.where > worst.where)
            worst = t;
    }
    worst.lookalike =
        worst.where == MAIL_EXTERNAL && is_lookalike(home, mail_domain(worst.address));
    return worst;
}
