/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets from a file or the environment, and the 16-byte key made of the one that keys the hashes.
 *
 * The key is a function of the secret's bytes alone: every instance of a group, of any version,
 * must get the same, or it cannot read the state the others published. So derive() never changes.
 */
#include "config/secret.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SECRET_BYTES_MIN = 16 };

static char *trimmed(char *text, size_t len, const struct config_text *from, struct diag *diag,
                     size_t *ret_len)
{
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        text[--len] = '\0';
    if (len == 0) {
        diag_error(diag, from->at, "secret from %.200s is empty", from->text);
        return NULL;
    }
    *ret_len = len;
    return text;
}

char *secret_file(const struct config_text *from, struct keep *keep, struct diag *diag,
                  size_t *ret_len)
{
    char *text;
    size_t len;
    const int error = keep_file(keep, from->text, SECRET_BYTES_MAX, &text, &len);
    if (error == -EFBIG)
        diag_error(diag, from->at, "secret file %.200s is larger than %d bytes", from->text,
                   (int)SECRET_BYTES_MAX);
    else if (error)
        diag_error(diag, from->at, "cannot read secret file %.200s: %s", from->text,
                   strerror(-error));
    return error ? NULL : trimmed(text, len, from, diag, ret_len);
}

char *secret_env(const struct config_text *from, struct keep *keep, struct diag *diag,
                 size_t *ret_len)
{
    const char *value = getenv(from->text);
    if (!value) {
        diag_error(diag, from->at, "environment variable %.200s is not set", from->text);
        return NULL;
    }
    if (strlen(value) > SECRET_BYTES_MAX) {
        diag_error(diag, from->at, "environment variable %.200s is longer than %d bytes",
                   from->text, (int)SECRET_BYTES_MAX);
        return NULL;
    }
    char *text = keep_text(keep, value, strlen(value));
    if (!text) {
        diag_error(diag, from->at, "out of memory");
        return NULL;
    }
    return trimmed(text, strlen(text), from, diag, ret_len);
}

/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014; constants by Stafford, "Mix13"): a
 * bijection of 64 bits in which each input bit changes each output bit with a chance of about one
 * half. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
    x = (x ^ x >> 27) * 0x94d049bb133111ebU;
    return x ^ x >> 31;
}

/* One step is a bijection of (a, b) for a given word, so no step loses what was taken in before. */
static void absorb(uint64_t state[2], uint64_t word)
{
    state[0] = mix(state[0] ^ word) + state[1];
    state[1] = mix(state[1] ^ state[0]) + word * 0x9e3779b97f4a7c15U;
}

/* Takes in 8 bytes at a time (little endian, the last word padded with zeros), then the length,
 * which tells padding from data, then two empty rounds so that the last word reaches all 128 bits.
 * It has to spread a secret nobody can guess over a key, not to hide it: the key never leaves the
 * process. */
static void derive(const char *secret, size_t len, unsigned char key[static 16])
{
    uint64_t state[2] = {0x73706f6f72206b65U, 0x792066726f6d2031U}; /* "spoor ke" "y from 1" */
    for (size_t i = 0; i < len; i += 8) {
        uint64_t word = 0;
        for (size_t j = 0; j < 8 && i + j < len; j++)
            word |= (uint64_t)(unsigned char)secret[i + j] << 8 * j;
        absorb(state, word);
    }
    absorb(state, len);
    absorb(state, 0);
    absorb(state, 0);
    for (size_t i = 0; i < 16; i++)
        key[i] = (unsigned char)(state[i / 8] >> 8 * (i % 8));
}

bool config_secret(const struct config *config, unsigned char ret_key[static 16], struct diag *diag)
{
    const struct config_text *file = &config->secret_file, *env = &config->secret_env;
    if (!file->text && !env->text)
        return false;
    struct keep keep = {0};
    size_t len = 0;
    const char *text =
        file->text ? secret_file(file, &keep, diag, &len) : secret_env(env, &keep, diag, &len);
    const bool good = text && len >= SECRET_BYTES_MIN;
    if (good)
        derive(text, len, ret_key);
    else if (text)
        diag_error(diag, file->text ? file->at : env->at,
                   "the secret has %zu bytes; expected at least %d, such as 32 random ones", len,
                   (int)SECRET_BYTES_MIN);
    keep_done(&keep);
    return good;
}
