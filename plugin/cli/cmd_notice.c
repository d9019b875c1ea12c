/* SPDX-License-Identifier: Apache-2.0
 *
 * spoor notice: findings, one JSON a line, as mail drafts. All lines are read before the first mail
 * is written, for a finding's last record is the one that counts and a bad line is told before
 * anything is sent to anybody. A mail holds findings of one tenant and one family of detectors.
 */
#include "detectors/detectors.h"
#include "plugin/cli/cli.h"
#include "plugin/pages/notice.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MAX = 10000, STATUS_RETRACTED = STATUS_SUPPRESSED };

/* The last record of a finding. uid and tenant are copies. */
struct entry {
    struct slice line, uid, tenant;
    const struct detector *detector;
    int64_t severity, status;
    size_t order; /* of the finding's first record */
};

struct notices {
    struct finding_reader *reader;
    struct read_finding *findings; /* NOTICE_FINDINGS_MAX */
    struct entry *entries;
    size_t n;
    bool langs[NOTICE_LANGS], defang;
    bool written; /* a mail was */
};

static bool copy(struct slice text, struct slice *ret)
{
    char *bytes = malloc(text.len + 1);
    if (!bytes)
        return false;
    memcpy(bytes, text.ptr, text.len);
    *ret = (struct slice){bytes, text.len};
    return true;
}

static void release(struct slice *text)
{
    free((void *)(uintptr_t)text->ptr);
    *text = (struct slice){0};
}

static struct entry *find(const struct notices *x, const struct read_finding *f)
{
    for (size_t i = 0; i < x->n; i++)
        if (slice_equal(x->entries[i].uid, f->uid) && slice_equal(x->entries[i].tenant, f->tenant))
            return &x->entries[i];
    return NULL;
}

/* NULL, or why not. */
static const char *keep(struct notices *x, struct slice line, const struct read_finding *f)
{
    struct entry *e = find(x, f);
    if (e && f->held)
        return NULL; /* what was said stands, whatever was held back under its id */
    if (!e && x->n == ENTRIES_MAX)
        return "more than 10000 findings at once; split the input";
    if (!e) {
        e = &x->entries[x->n];
        *e = (struct entry){.order = x->n};
        x->n++;
        if (!copy(f->uid, &e->uid) || !copy(f->tenant, &e->tenant))
            return "out of memory";
    }
    release(&e->line);
    e->detector = f->detector;
    e->severity = f->severity;
    e->status = f->status;
    return copy(line, &e->line) ? NULL : "out of memory";
}

static bool take(void *ctx, const char *path, unsigned long number, struct slice line)
{
    struct notices *x = ctx;
    struct read_finding *f = &x->findings[0];
    finding_reader_reset(x->reader);
    const char *why = finding_read(x->reader, line, f);
    if (!why)
        why = keep(x, line, f);
    if (why)
        fprintf(stderr, "spoor notice: %s:%lu: %s\n", path, number, why);
    return !why;
}

static int compare_texts(struct slice a, struct slice b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n > 0 ? memcmp(a.ptr, b.ptr, n) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* The number of the detector that stands for the family. */
static unsigned family(const struct detector *detector)
{
    const char *name = notice_topic(detector->name)->family;
    const struct detector *leader = name ? detectors_find(name) : NULL;
    return detector_index(leader ? leader : detector);
}

static bool same_mail(const struct entry *a, const struct entry *b)
{
    return family(a->detector) == family(b->detector) && slice_equal(a->tenant, b->tenant);
}

/* By tenant and family, the gravest first, then in the order of the input. */
static int compare(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order = compare_texts(a->tenant, b->tenant);
    if (order != 0)
        return order;
    if (family(a->detector) != family(b->detector))
        return family(a->detector) < family(b->detector) ? -1 : 1;
    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

static void write_mail(struct notices *x, const struct entry *entries, unsigned n, unsigned part,
                       unsigned parts)
{
    finding_reader_reset(x->reader);
    for (unsigned i = 0; i < n; i++)
        (void)finding_read(x->reader, entries[i].line, &x->findings[i]); /* it was read before */
    for (int lang = 0; lang < NOTICE_LANGS; lang++) {
        if (!x->langs[lang])
            continue;
        const struct notice notice = {x->findings, n, part, parts, (enum notice_lang)lang,
                                      x->defang};
        for (int i = 0; x->written && i < NOTICE_COLUMNS; i++)
            putchar('=');
        fputs(x->written ? "\n" : "", stdout);
        notice_write(stdout, &notice);
        x->written = true;
    }
}

/* Takes out what was retracted, then writes mail after mail. */
static void write_all(struct notices *x)
{
    size_t n = 0;
    for (size_t i = 0; i < x->n; i++) {
        struct entry e = x->entries[i];
        if (e.status != STATUS_RETRACTED) {
            x->entries[i] = x->entries[n];
            x->entries[n++] = e;
        }
    }
    if (n < x->n)
        fprintf(stderr, "spoor notice: %zu retracted or suppressed finding(s) left out\n",
                x->n - n);
    qsort(x->entries, n, sizeof *x->entries, compare);
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && same_mail(&x->entries[first], &x->entries[end]);)
            end++;
        unsigned parts = (unsigned)((end - first + NOTICE_FINDINGS_MAX - 1) / NOTICE_FINDINGS_MAX);
        for (unsigned part = 0; part < parts; part++) {
            size_t from = first + part * (size_t)NOTICE_FINDINGS_MAX;
            size_t left = end - from;
            write_mail(x, &x->entries[from],
                       left < NOTICE_FINDINGS_MAX ? (unsigned)left : NOTICE_FINDINGS_MAX, part + 1,
                       parts);
        }
    }
}

static bool read_lang(struct notices *x, const char *text)
{
    x->langs[NOTICE_JA] = strcmp(text, "ja") == 0 || strcmp(text, "both") == 0;
    x->langs[NOTICE_EN] = strcmp(text, "en") == 0 || strcmp(text, "both") == 0;
    return x->langs[NOTICE_JA] || x->langs[NOTICE_EN];
}

/* Returns where the files begin, or 0 after a usage error. */
static int read_options(struct notices *x, int argc, char **argv)
{
    int i = 1;
    read_lang(x, "both");
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "--") == 0)
            return i + 1;
        if (strcmp(argv[i], "--defang") == 0) {
            x->defang = true;
        } else if (strcmp(argv[i], "--lang") == 0) {
            if (++i >= argc || !read_lang(x, argv[i])) {
                cli_usage_error(argv[0], "--lang needs ja, en or both");
                return 0;
            }
        } else {
            cli_usage_error(argv[0], "no option \"%s\"", argv[i]);
            return 0;
        }
    }
    return i;
}

static int notices_run(struct notices *x, const char *const *paths, int paths_n)
{
    x->reader = finding_reader_new(NOTICE_FINDINGS_MAX);
    x->findings = calloc(NOTICE_FINDINGS_MAX, sizeof *x->findings);
    x->entries = calloc(ENTRIES_MAX, sizeof *x->entries);
    if (!x->reader || !x->findings || !x->entries) {
        fputs("spoor notice: out of memory\n", stderr);
        return CLI_FAILED;
    }
    const struct line_sink sink = {x, take};
    if (!finding_lines("notice", paths, paths_n, &sink))
        return CLI_FAILED;
    write_all(x);
    return cli_stdout_ok("notice") ? CLI_OK : CLI_FAILED;
}

int cmd_notice(int argc, char **argv)
{
    static const char *const only_stdin[] = {"-"};
    struct notices x = {0};
    int i = read_options(&x, argc, argv);
    if (i == 0)
        return CLI_USAGE;
    int exit_code = i < argc ? notices_run(&x, (const char *const *)(argv + i), argc - i)
                             : notices_run(&x, only_stdin, 1);
    for (size_t e = 0; e < x.n; e++) {
        release(&x.entries[e].line);
        release(&x.entries[e].uid);
        release(&x.entries[e].tenant);
    }
    free(x.entries);
    free(x.findings);
    finding_reader_free(x.reader);
    return exit_code;
}
