/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines of findings files, with their numbers: what `explain` and `notice` read. A line is held
 * whole in memory, and one longer than any finding is refused before it is.
 */
#include "plugin/pages/finding_read.h"

#include "parsers/values/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads up to the line end or FINDING_LINE_MAX + 1 bytes. False: nothing is left. */
static bool read_line(FILE *file, char *line, size_t *ret_len)
{
    size_t n = 0;
    int c = EOF;
    while (n <= FINDING_LINE_MAX && (c = getc_unlocked(file)) != EOF && c != '\n')
        line[n++] = (char)c;
    *ret_len = n;
    return n > 0 || c == '\n';
}

static bool read_file(const char *name, const char *path, FILE *file, char *line,
                      const struct line_sink *sink)
{
    size_t len = 0;
    for (unsigned long number = 1; read_line(file, line, &len); number++) {
        if (len > FINDING_LINE_MAX) {
            fprintf(stderr, "spoor %s: %s:%lu: longer than any finding (%d bytes)\n", name, path,
                    number, (int)FINDING_LINE_MAX);
            return false;
        }
        struct slice text = text_trim((struct slice){line, len});
        if (text.len > 0 && !sink->take(sink->ctx, path, number, text))
            return false;
    }
    if (!ferror(file))
        return true;
    fprintf(stderr, "spoor %s: %s: %s\n", name, path, strerror(errno));
    return false;
}

bool finding_lines(const char *name, const char *const *paths, int paths_n,
                   const struct line_sink *sink)
{
    char *line = malloc(FINDING_LINE_MAX + 1);
    bool fine = line != NULL;
    if (!line)
        fprintf(stderr, "spoor %s: out of memory\n", name);
    for (int i = 0; fine && i < paths_n; i++) {
        bool is_stdin = strcmp(paths[i], "-") == 0;
        FILE *file = is_stdin ? stdin : fopen(paths[i], "r");
        if (!file) {
            fprintf(stderr, "spoor %s: %s: %s\n", name, paths[i], strerror(errno));
            fine = false;
            break;
        }
        fine = read_file(name, is_stdin ? "stdin" : paths[i], file, line, sink);
        if (!is_stdin)
            fclose(file);
    }
    free(line);
    return fine;
}
