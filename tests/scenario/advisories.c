/* SPDX-License-Identifier: Apache-2.0
 *
 * Holds advisories.tsv, the points of the two advisories, against what proves them: stories are
 * told again, once and in order, and must expect the detector with at least the severity that the
 * row gives; a test must exist where the row says. Prints the rows as a table, which README.md here
 * must hold word by word. Usage: advisories [write]   to put it there
 */
#include "tests/scenario/order.h"
#include "tests/scenario/told.h"

enum { TEXT_MAX = 1 << 20, COLUMNS = 6 };
enum { ADVISORY, POINT, PRIORITY, DETECTOR, SAYS, PROOF };

static const char data[] = "tests/scenario/advisories.tsv", page[] = "tests/scenario/README.md",
                  from_mark[] = "<!-- advisories.tsv, by build/scenario/advisories write -->\n",
                  to_mark[] = "<!-- end of advisories.tsv -->\n";
static char table[TEXT_MAX], text[TEXT_MAX];
static size_t table_len;

struct point {
    unsigned line;
    char *column[COLUMNS];
};

static unsigned wrong(const struct point *p, const char *what, const char *about)
{
    fprintf(stderr, "%s:%u: %s: %s\n", data, p->line, what, about);
    return 1;
}

static size_t slurp(const char *file)
{
    FILE *in = fopen(file, "r");
    size_t n = in ? fread(text, 1, sizeof text - 1, in) : 0;
    text[n] = '\0';
    if (in)
        fclose(in);
    return n;
}

/* Does the story say of the detector what the row wants? */
static bool claims(const struct story *st, const struct detector *d, const char *says)
{
    enum severity least = severity_of_name(says);
    for (unsigned i = 0; i < st->claims_n; i++) {
        const struct story_claim *c = &st->claims[i];
        if (c->detector != d)
            continue;
        if (least == SEVERITY_NONE
                ? c->verb != STORY_EXPECT
                : c->verb == STORY_EXPECT && c->least > 0 && c->severity >= least)
            return true;
    }
    return false;
}

static unsigned tell(const struct point *p, const char *name, const struct detector *d)
{
    char file[128];
    struct story st;
    struct world world;
    snprintf(file, sizeof file, "tests/scenario/%s", name);
    if (slurp(file) == 0)
        return wrong(p, "no such story", name);
    story_read(&st, file);
    world_open(&world, &st);
    size_t *order = make_order(&st, IN_ORDER, 0, 1, 0);
    const struct way way = {.name = "in order", .order = order, .n = st.events_n, .batch = 1};
    struct run *run = run_story(&world, &st, &way);
    unsigned bad = check_claims(&st, run);
    if (!claims(&st, d, p->column[SAYS]))
        bad += wrong(p, "the story does not say so", name);
    run_free(run);
    free(order);
    world_close(&world);
    story_free(&st);
    return bad;
}

/* FILE:NAME, a test that its file runs. */
static unsigned find_test(const struct point *p, char *proof)
{
    char mark[128], *name = strchr(proof, ':');
    if (!name)
        return wrong(p, "FILE:NAME expected", proof);
    *name++ = '\0';
    bool python = strstr(proof, ".py") != NULL;
    snprintf(mark, sizeof mark, python ? "\ndef %s(" : "cmocka_unit_test(%s)", name);
    if (slurp(proof) == 0 || !strstr(text, mark))
        return wrong(p, "no such test", name);
    return 0;
}

static unsigned find_advice(const struct point *p, const struct detector *d)
{
    bool found = false;
    if (strcmp(p->column[SAYS], "advises") == 0)
        return strstr(d->remediation, p->column[PROOF]) ? 0 : wrong(p, "not advised", d->name);
    for (const char *const *c = d->commands; c && *c; c++)
        found |= strstr(*c, p->column[PROOF]) != NULL;
    return found ? 0 : wrong(p, "not offered", d->name);
}

static unsigned prove(const struct point *p, char *proofs, const char *detector)
{
    char *rest = NULL;
    unsigned bad = 0;
    bool tested = strcmp(p->column[SAYS], "tested") == 0;
    const struct detector *d = detectors_find(detector);
    if (!d && !tested)
        return wrong(p, "no such detector", detector);
    if (strcmp(p->column[SAYS], "offers") == 0 || strcmp(p->column[SAYS], "advises") == 0)
        return find_advice(p, d);
    if (!tested && strcmp(p->column[SAYS], "not") != 0 &&
        severity_of_name(p->column[SAYS]) == SEVERITY_NONE)
        return wrong(p, "no such word in `says`", p->column[SAYS]);
    for (char *proof = strtok_r(proofs, " ", &rest); proof; proof = strtok_r(NULL, " ", &rest))
        bad += tested ? find_test(p, proof) : tell(p, proof, d);
    return bad;
}

static void print(const struct point *p)
{
    table_len += (size_t)snprintf(table + table_len, sizeof table - table_len,
                                  "| %s | %s | %s | %s | %s | %s |\n", p->column[ADVISORY],
                                  p->column[POINT], p->column[PRIORITY], p->column[DETECTOR],
                                  p->column[SAYS], p->column[PROOF]);
}

static unsigned check(struct point *p, char *line)
{
    unsigned n = 0, bad = 0;
    char *rest = NULL, detectors[512], proofs[1024];
    for (char *part = line; part && n < COLUMNS; n++) {
        p->column[n] = part;
        part = strchr(part, '\t');
        if (part)
            *part++ = '\0';
    }
    if (n != COLUMNS || p->column[PROOF][0] == '\0')
        return wrong(p, "a row of six columns with a proof expected", line);
    print(p);
    snprintf(detectors, sizeof detectors, "%s", p->column[DETECTOR]);
    for (char *d = strtok_r(detectors, " ", &rest); d; d = strtok_r(NULL, " ", &rest)) {
        snprintf(proofs, sizeof proofs, "%s", p->column[PROOF]);
        bad += prove(p, proofs, d);
    }
    return bad;
}

/* The table stands in the page between two marks. */
static unsigned check_page(bool write)
{
    size_t n = slurp(page);
    char *from = strstr(text, from_mark), *to = strstr(text, to_mark);
    if (!from || !to) {
        fprintf(stderr, "%s has no place for the table\n", page);
        return 1;
    }
    from += strlen(from_mark);
    if ((size_t)(to - from) == table_len && memcmp(from, table, table_len) == 0)
        return 0;
    FILE *out = write ? fopen(page, "w") : NULL;
    if (!out) {
        fprintf(stderr, "%s does not hold the table: advisories write\n", page);
        return 1;
    }
    fprintf(out, "%.*s%s", (int)(from - text), text, table);
    fwrite(to, 1, n - (size_t)(to - text), out);
    fclose(out);
    return 0;
}

int main(int argc, char **argv)
{
    char line[2048];
    struct point p = {0};
    unsigned rows = 0, bad = 0;
    FILE *in = fopen(data, "r");
    if (!in) {
        fprintf(stderr, "%s is not there: run from the root of the repository\n", data);
        return 2;
    }
    table_len = (size_t)snprintf(table, sizeof table,
                                 "| advisory | point | priority | detector | says | proof |\n"
                                 "|---|---|---|---|---|---|\n");
    while (fgets(line, sizeof line, in)) {
        p.line++;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '#' && rows++ > 0)
            bad += check(&p, line);
    }
    fclose(in);
    printf("%s%u points, %u not proved\n", table, rows - 1, bad);
    bad += rows < 2;
    return bad + check_page(argc > 1 && strcmp(argv[1], "write") == 0) > 0;
}
