/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz: a destination as a log may hold it. The address found lies within the text and has a
 * domain; what is internal, and only that, ends with an own domain; a skeleton is bounded,
 * lower-case ASCII.
 */
#include "detectors/mail/mail_address.h"
#include "detectors/mail/mail_words.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool ends_with_own(struct slice domain)
{
    struct slice own = SLICE("contoso.com");
    return domain.len >= own.len &&
           slice_equal_nocase((struct slice){domain.ptr + domain.len - own.len, own.len}, own) &&
           (domain.len == own.len || domain.ptr[domain.len - own.len - 1] == '.');
}

static void check_skeleton(struct slice domain)
{
    char text[MAIL_SKELETON_MAX];
    size_t n = mail_skeleton(domain, text);
    require(n <= sizeof text);
    for (size_t i = 0; i < n; i++)
        require((unsigned char)text[i] < 128 && !(text[i] >= 'A' && text[i] <= 'Z'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct config_text own[] = {{.text = "contoso.com"}}, fine[] = {{.text = "a@x.org"}};
    const struct config_list domains = {own, 1}, accepted = {fine, 1};
    const struct mail_home home = {.domains = &domains, .accepted = &accepted};
    struct slice text = {size > 0 ? (const char *)data : "", size};
    struct mail_target t = mail_target_of(&home, text);
    require((t.where == MAIL_NOWHERE) == (t.address.len == 0));
    require(t.where == MAIL_EXTERNAL || !t.lookalike);
    if (t.where != MAIL_NOWHERE) {
        struct slice domain = mail_domain(t.address);
        require(t.address.ptr >= text.ptr && t.address.ptr + t.address.len <= text.ptr + text.len);
        require(domain.len > 0 && (t.where == MAIL_INTERNAL) == ends_with_own(domain));
        check_skeleton(domain);
    }
    check_skeleton(text);
    (void)mail_words_keyword(text);
    (void)mail_words_hides(text);
    return 0;
}
