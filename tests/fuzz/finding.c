/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a finding: whatever is read must be explained and put into a mail, without a control
 * character.
 */
#include "plugin/pages/explain.h"
#include "plugin/pages/notice.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_inert(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (((unsigned char)text[i] < 0x20 && text[i] != '\n') || text[i] == 0x7F)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct finding_reader *reader;
    static struct read_finding finding;
    if (!reader)
        reader = finding_reader_new(1);
    if (!reader || size > FINDING_LINE_MAX)
        return 0;
    while (size > 0 && data[size - 1] == '\n')
        size--;
    finding_reader_reset(reader);
    if (finding_read(reader, (struct slice){(const char *)data, size}, &finding) != NULL)
        return 0;
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    if (!to)
        return 0;
    explain(to, false, &finding);
    for (int lang = 0; lang < NOTICE_LANGS; lang++) {
        const struct notice notice = {&finding, 1, 1, 1, (enum notice_lang)lang, lang == NOTICE_EN};
        notice_write(to, &notice);
    }
    fclose(to);
    expect_inert(text, n);
    free(text);
    return 0;
}
