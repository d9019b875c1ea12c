/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets, read from where the config says: a file or an environment variable. Their bytes never
 * appear in a message. config_secret, declared in config.h, is the other half of this file.
 */
#ifndef CONFIG_SECRET_H
#define CONFIG_SECRET_H

#include "config/config.h"
#include "config/keep.h"

enum { SECRET_BYTES_MAX = 64 << 10 }; /* a chain of certificates fits */

/* The bytes of the file or variable that `from` names, trailing newlines off, NUL-terminated, in
 * `keep`. NULL with an error at from->at when it is missing, too large or empty. */
char *secret_file(const struct config_text *from, struct keep *keep, struct diag *diag,
                  size_t *ret_len);
char *secret_env(const struct config_text *from, struct keep *keep, struct diag *diag,
                 size_t *ret_len);

#endif
