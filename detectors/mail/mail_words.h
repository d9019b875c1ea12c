/* SPDX-License-Identifier: Apache-2.0
 *
 * Words that thieves of mail look for, folders they hide it in, and letters that pass for others:
 * detectors/mail/data/mail-words.tsv, which is part of the binary. Read in place: rules are rare events.
 * Thread: any; nothing here has state.
 */
#ifndef DETECTORS_MAIL_MAIL_WORDS_H
#define DETECTORS_MAIL_MAIL_WORDS_H

#include "parsers/values/slice.h"

#include <stdbool.h>
#include <stdint.h>

/* One line of the file. more: the third column, or empty. */
struct mail_word {
    struct slice kind, text, more;
};

/* The next line that is no comment; false at the end. Start with *rest = mail_words_text(). */
bool mail_words_next(struct slice *rest, struct mail_word *ret);
struct slice mail_words_text(void);

/* The text contains a keyword. Only so much of it is read: nobody types a longer condition. */
enum { MAIL_WORDS_TEXT_MAX = 4096 };
bool mail_words_keyword(struct slice text);

/* The last part of the path is a folder that nobody reads. */
bool mail_words_hides(struct slice folder);

/* The ASCII letter that a code point looks like; 0: none. */
char mail_words_letter(uint32_t code_point);

#endif
