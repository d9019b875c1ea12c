/* SPDX-License-Identifier: Apache-2.0
 *
 * Findings for a person's eyes. No JSON reader is needed: the text is our own writer's, compact and
 * escaped, so a member's name in quotes with a colon cannot stand inside a value.
 */
#include "plugin/demo/demo_view.h"

#include <string.h>
#include <time.h>

enum { DETECTOR_WIDTH = 20, SEVERITY_WIDTH = 9, LINE_WIDTH = 118 };

static const char *find(struct slice json, const char *name)
{
    char key[64];
    const int n = snprintf(key, sizeof key, "\"%s\":", name);
    const char *at = n > 0 ? memmem(json.ptr, json.len, key, (size_t)n) : NULL;

    return at ? at + n : NULL;
}

void demo_view_text(struct slice json, const char *name, char *ret_text, size_t size)
{
    const char *end = json.ptr + json.len, *p = find(json, name);
    size_t n = 0;

    if (p && p < end && *p == '"')
        for (p++; p < end && *p != '"' && n + 1 < size; p++) {
            if (*p == '\\' && p + 1 < end && (p[1] == '"' || p[1] == '\\'))
                p++;
            ret_text[n++] = *p;
        }
    ret_text[n] = '\0';
}

int64_t demo_view_number(struct slice json, const char *name)
{
    const char *end = json.ptr + json.len, *p = find(json, name);
    int64_t number = 0;

    for (; p && p < end && *p >= '0' && *p <= '9'; p++)
        number = 10 * number + (*p - '0');
    return number;
}

static const char *colour_of(const char *severity)
{
    return strcmp(severity, "Critical") == 0 ? "\033[1;31m"
           : strcmp(severity, "High") == 0   ? "\033[31m"
           : strcmp(severity, "Medium") == 0 ? "\033[33m"
                                             : "\033[36m";
}

void demo_view_head(FILE *out, bool colour)
{
    fprintf(out, "\n%s%-9s  %-*s  %-*s  %s%s\n", colour ? "\033[1m" : "", "TIME", SEVERITY_WIDTH,
            "SEVERITY", DETECTOR_WIDTH, "DETECTOR", "WHAT WAS FOUND", colour ? "\033[0m" : "");
}

/* Words that do not fit the line go on below, under the same column. */
static void wrapped(FILE *out, const char *text)
{
    const size_t column = 9 + 2 + SEVERITY_WIDTH + 2 + DETECTOR_WIDTH + 2;
    size_t at = column;

    for (const char *word = text; *word;) {
        const size_t n = strcspn(word, " ");
        if (at > column && at + 1 + n > LINE_WIDTH) {
            fprintf(out, "\n%*s", (int)column, "");
            at = column;
        }
        fprintf(out, "%s%.*s", at > column ? " " : "", (int)n, word);
        at += n + (at > column);
        word += n + (word[n] == ' ');
    }
    fputc('\n', out);
}

void demo_view_row(FILE *out, bool colour, struct slice json, const char *detector,
                   const char *severity)
{
    const time_t seconds = (time_t)(demo_view_number(json, "first_seen_time") / 1000);
    char title[512], clock[16];
    struct tm utc;

    gmtime_r(&seconds, &utc);
    strftime(clock, sizeof clock, "%a %H:%M", &utc);
    demo_view_text(json, "title", title, sizeof title);
    fprintf(out, "%s  %s%-*s%s  %-*s  ", clock, colour ? colour_of(severity) : "", SEVERITY_WIDTH,
            severity, colour ? "\033[0m" : "", DETECTOR_WIDTH, detector);
    wrapped(out, title);
}

static void new_line(FILE *out, int depth)
{
    fprintf(out, "\n%*s", 2 * depth, "");
}

void demo_view_pretty(FILE *out, struct slice json)
{
    bool in_text = false;
    int depth = 0;

    for (size_t i = 0; i < json.len; i++) {
        const char c = json.ptr[i], next = i + 1 < json.len ? json.ptr[i + 1] : '\0';
        if (in_text || (c != '{' && c != '[' && c != '}' && c != ']' && c != ',' && c != ':')) {
            fputc(c, out);
            if (in_text && c == '\\' && next) {
                fputc(next, out);
                i++;
            } else if (c == '"') {
                in_text = !in_text;
            }
            continue;
        }
        if (c == '}' || c == ']')
            new_line(out, --depth);
        fputc(c, out);
        if ((c == '{' || c == '[') && (next == '}' || next == ']')) {
            fputc(next, out);
            i++;
        } else if (c == '{' || c == '[') {
            new_line(out, ++depth);
        } else if (c == ',') {
            new_line(out, depth);
        } else if (c == ':') {
            fputc(' ', out);
        }
    }
    fputc('\n', out);
}
