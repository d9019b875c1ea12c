/* SPDX-License-Identifier: Apache-2.0
 *
 * The assembler includes the files; paths are relative to the root of the repository, where make
 * runs.
 */
#include "plugin/records/datafile.h"

#define EMBED(name, file)                                                                          \
    __asm__(".section .rodata\n"                                                                   \
            ".hidden generate_" #name "\n"                                                         \
            ".hidden generate_" #name "_end\n"                                                     \
            ".globl generate_" #name "\n"                                                          \
            ".globl generate_" #name "_end\n"                                                      \
            "generate_" #name ":\n"                                                                \
            ".incbin \"plugin/records/data/" file "\"\n"                                           \
            "generate_" #name "_end:\n"                                                            \
            ".byte 0\n"                                                                            \
            ".text\n");                                                                            \
    extern const char generate_##name[] __attribute__((visibility("hidden")));                     \
    extern const char generate_##name##_end[] __attribute__((visibility("hidden")))

/* EACH(name of the bytes, name of the file) */
#define FILES(EACH)                                                                                \
    EACH(atlas, "atlas.tsv")                                                                       \
    EACH(entra_sign_in, "entra_sign_in.json")                                                      \
    EACH(entra_audit, "entra_audit.json")                                                          \
    EACH(m365_login, "m365_login.json")                                                            \
    EACH(m365_rule, "m365_rule.json")                                                              \
    EACH(m365_outlook_rule, "m365_outlook_rule.json")                                              \
    EACH(m365_mail_read, "m365_mail_read.json")                                                    \
    EACH(okta, "okta.json")                                                                        \
    EACH(google_login, "google_login.json")                                                        \
    EACH(aws_console, "aws_console.json")                                                          \
    EACH(aws_role, "aws_role.json")                                                                \
    EACH(duo, "duo.json")                                                                          \
    EACH(ssh, "ssh.txt")

#define DECLARED(name, file) EMBED(name, file);
FILES(DECLARED)

struct slice datafile_find(const char *name)
{
#define FOUND(bytes, file)                                                                         \
    if (strcmp(name, file) == 0)                                                                   \
        return (struct slice){generate_##bytes,                                                    \
                              (size_t)(generate_##bytes##_end - generate_##bytes)};
    FILES(FOUND)
    return (struct slice){NULL, 0};
}
