/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding the token that yajl refused: it says only about where it stopped.
 */
#ifndef PARSERS_JSON_JSON_TOKEN_H
#define PARSERS_JSON_JSON_TOKEN_H

#include "parsers/values/slice.h"

/* The first byte of the token that ends at `stop`. After a value in an object yajl takes the length
 * of the token's text, without quotes, off what it says: `taken_off`. */
const char *json_refused_token(struct slice text, const char *stop, bool taken_off);

#endif
