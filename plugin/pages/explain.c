/* SPDX-License-Identifier: Apache-2.0
 *
 * The page of a finding: a headline, then paragraphs with a label on the left. What is not in the
 * record is left out. Every text goes through columns.h, which makes it inert.
 */
#include "plugin/pages/explain.h"

#include "parsers/values/timestamp.h"
#include "plugin/base/columns.h"

#include <string.h>

enum { LEFT = 2, TEXT = 12, NUMBERS = TEXT + 26, LIMITS = NUMBERS + 16 };
enum { STAGE = TEXT + 21, WHAT = STAGE + 16 };

static const char *colour_of(int64_t severity)
{
    return severity >= SEVERITY_CRITICAL ? "\033[1;31m"
           : severity == SEVERITY_HIGH   ? "\033[31m"
           : severity == SEVERITY_MEDIUM ? "\033[33m"
                                         : "\033[36m";
}

static void label(struct columns *c, const char *name)
{
    columns_begin(c, LEFT, TEXT);
    columns_text(c, name);
    columns_tab(c, TEXT);
}

static void paragraph(struct columns *c, const char *name, struct slice text)
{
    if (text.len == 0)
        return;
    label(c, name);
    columns_put(c, text);
    columns_end(c);
}

/* " NAME VALUE", if there is one. */
static void also(struct columns *c, const char *name, struct slice value)
{
    if (value.len == 0)
        return;
    columns_text(c, " ");
    columns_text(c, name);
    columns_put(c, value);
}

static void put_time(struct columns *c, int64_t ms)
{
    char text[TIMESTAMP_TEXT_MAX];
    size_t n = timestamp_format(ms, text);
    columns_put(c, (struct slice){text, n});
}

/* To the second: "2026-06-12 10:04:00"; or as it is known: "2026-06-12 10:00+30m". */
static void put_moment(struct columns *c, int64_t ms, int64_t within_min)
{
    char text[TIMESTAMP_TEXT_MAX], within[16];
    size_t n = timestamp_format(ms, text);
    if (n < 19)
        return;
    text[10] = ' ';
    columns_put(c, (struct slice){text, within_min > 0 ? 16 : 19});
    snprintf(within, sizeof within, "+%um", (unsigned)(within_min < 999 ? within_min : 999));
    columns_text(c, within_min > 0 ? within : "");
}

static void headline(struct columns *c, bool colour, const struct read_finding *f)
{
    static const char *const names[] = {"", "INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"};
    int64_t severity = f->severity < SEVERITY_N ? f->severity : SEVERITY_NONE;
    columns_begin(c, 0, TEXT);
    columns_raw(c, colour ? colour_of(f->severity) : "");
    columns_text(c, severity > 0 ? names[severity] : "FINDING");
    columns_raw(c, colour ? "\033[0m\033[1m" : "");
    columns_text(c, "  ");
    columns_text(c, f->detector->name);
    columns_text(c, ": ");
    columns_put(c, f->title);
    columns_raw(c, colour ? "\033[0m" : "");
    columns_end(c);
}

static void when(struct columns *c, const struct read_finding *f)
{
    if (f->first_ms == 0)
        return;
    label(c, "when");
    put_time(c, f->first_ms);
    if (f->last_ms > f->first_ms) {
        columns_text(c, " to ");
        put_time(c, f->last_ms);
    }
    columns_text(c, " (UTC)");
    columns_end(c);
}

static void who(struct columns *c, const struct read_finding *f)
{
    if (f->tenant.len + f->subject.len == 0)
        return;
    label(c, "who");
    columns_text(c, f->tenant.len > 0 ? "tenant " : "");
    columns_put(c, f->tenant);
    if (f->subject.len > 0 && !slice_equal(f->subject, f->tenant)) {
        columns_text(c, f->tenant.len > 0 ? "," : "");
        also(c, "", f->subject_type.len > 0 ? f->subject_type : SLICE("subject"));
        also(c, "", f->subject);
    }
    columns_end(c);
}

static void names(struct columns *c, const char *name, const struct read_names *list)
{
    if (list->n == 0)
        return;
    label(c, name);
    for (unsigned i = 0; i < list->n; i++) {
        columns_text(c, i > 0 ? ", " : "");
        columns_put(c, list->items[i]);
    }
    if (list->total > list->n) {
        char more[48];
        snprintf(more, sizeof more, ", and %u more", list->total - list->n);
        columns_text(c, more);
    }
    columns_end(c);
}

static void sure(struct columns *c, const struct read_finding *f)
{
    label(c, "how sure");
    columns_text(c, "confidence ");
    columns_put(c, f->confidence_name.len > 0 ? f->confidence_name : SLICE("not given"));
    if (f->provisional)
        columns_text(c, "; provisional: checked again when its window is over");
    if (f->suppressed.len > 0)
        also(c, f->held ? "; held back and not an alert: " : "; taken back: ", f->suppressed);
    columns_end(c);
}

/* "30 min", "24 h", "about 120", "yes", a time. */
static void value(struct columns *c, const struct read_measure *m)
{
    if (slice_equal(m->unit, SLICE("yes/no"))) {
        columns_text(c, slice_equal(m->value, SLICE("0")) ? "no" : "yes");
    } else if (slice_equal(m->unit, SLICE("s since 1970"))) {
        put_time(c, 1000 * read_whole(m->value));
    } else if (read_hours(m) > 0) {
        char text[24];
        snprintf(text, sizeof text, "%lld h", (long long)read_hours(m));
        columns_text(c, text);
    } else {
        columns_text(c, m->estimated ? "about " : "");
        columns_put(c, m->value);
        also(c, "", m->unit);
    }
}

/* What desc says before it repeats the steps that are shown below it. */
static struct slice desc_of(const struct read_finding *f)
{
    const char mark[] = FINDING_TIMELINE;
    const char *at =
        f->steps_n > 0 ? memmem(f->desc.ptr, f->desc.len, mark, sizeof mark - 1) : NULL;
    return at ? (struct slice){f->desc.ptr, (size_t)(at - f->desc.ptr)} : f->desc;
}

static void timeline(struct columns *c, const struct read_finding *f)
{
    for (unsigned i = 0; i < f->steps_n; i++) {
        const struct read_step *step = &f->steps[i];
        columns_begin(c, LEFT, WHAT);
        columns_text(c, i == 0 ? "timeline" : "");
        columns_tab(c, TEXT);
        put_moment(c, step->time_ms, step->within_min);
        columns_tab(c, STAGE);
        columns_put(c, step->stage);
        columns_tab(c, WHAT);
        columns_put(c, step->what);
        also(c, "(", step->detector);
        columns_text(c, step->detector.len > 0 ? ")" : "");
        columns_end(c);
    }
}

static void measures(struct columns *c, const struct read_finding *f)
{
    for (unsigned i = 0; i < f->measures_n; i++) {
        const struct read_measure *m = &f->measures[i];
        columns_begin(c, LEFT, TEXT);
        columns_text(c, i == 0 ? "why" : "");
        columns_tab(c, TEXT);
        columns_put(c, m->name);
        columns_tab(c, NUMBERS);
        value(c, m);
        if (m->threshold.len > 0) {
            columns_tab(c, LIMITS);
            columns_text(c, "held against ");
            columns_put(c, m->threshold);
            also(c, "", m->unit);
        }
        columns_end(c);
    }
}

/* Name, state, users, and below what could not be seen. */
static void points(struct columns *c, const struct read_finding *f)
{
    for (unsigned i = 0; i < f->points_n; i++) {
        const struct read_point *p = &f->points[i];
        char users[24];
        columns_begin(c, LEFT, NUMBERS + 22);
        columns_text(c, i == 0 ? "points" : "");
        columns_tab(c, TEXT);
        columns_put(c, p->name);
        columns_tab(c, NUMBERS);
        columns_text(c, point_state_name(p->state));
        if (p->users > 0) {
            snprintf(users, sizeof users, "%u user%s", p->users, p->users == 1 ? "" : "s");
            columns_tab(c, NUMBERS + 20);
            columns_text(c, users);
        }
        for (unsigned k = 0; k < p->names_n; k++) {
            columns_text(c, k == 0 ? ": " : ", ");
            columns_put(c, p->names[k]);
        }
        columns_text(c, p->users > p->names_n && p->names_n > 0 ? " ..." : "");
        columns_end(c);
        for (unsigned k = 0; k < p->protocols_n; k++) {
            columns_begin(c, NUMBERS + 20, NUMBERS + 22);
            columns_put(c, p->protocols[k].name);
            also(c, "users ", p->protocols[k].users);
            columns_end(c);
        }
        if (p->note.len > 0) {
            columns_begin(c, TEXT + 2, TEXT + 2);
            columns_put(c, p->note);
            columns_end(c);
        }
    }
}

static void where(struct columns *c, const struct read_evidence *e)
{
    columns_put(c, e->ip);
    also(c, "port ", e->port);
    also(c, " ", e->city);
    also(c, e->city.len > 0 ? "/ " : " ", e->country);
    also(c, " AS", e->as_number);
    also(c, "", e->as_name);
    also(c, "network ", e->network_class);
}

/* A line of "name value" pairs, left out when all are absent. */
struct pair {
    const char *name;
    struct slice value;
};
static void pairs(struct columns *c, const struct pair *list, size_t n)
{
    bool open = false;
    for (size_t i = 0; i < n; i++) {
        if (list[i].value.len == 0)
            continue;
        if (!open)
            columns_begin(c, TEXT + 2, TEXT + 4);
        columns_text(c, open ? "  " : "");
        columns_text(c, list[i].name);
        columns_text(c, " ");
        columns_put(c, list[i].value);
        open = true;
    }
    if (open)
        columns_end(c);
}
#define PAIRS(c, list) pairs(c, list, sizeof(list) / sizeof *(list))

static bool is_event(const struct read_evidence *e)
{
    return e->event_id.len > 0 || e->source.len > 0 || e->user.len > 0 || e->topic.len > 0;
}

/* What is as in the event above is not repeated; NULL: there is none. */
static struct slice news(const struct slice *before, struct slice value)
{
    return before && slice_equal(*before, value) ? (struct slice){0} : value;
}
#define NEWS(field) news(before ? &before->field : NULL, e->field)

static void one_event(struct columns *c, const char *name, const struct read_evidence *before,
                      const struct read_evidence *e)
{
    label(c, name);
    if (e->time_ms != 0)
        put_time(c, e->time_ms);
    columns_text(c, "  ");
    where(c, e);
    columns_end(c);
    const struct pair person[] = {
        {"user", e->user}, {"host", NEWS(host)}, {"app", NEWS(app)}, {"app id", NEWS(app_id)}};
    const struct pair outcome[] = {{"result", e->reason},
                                   {"code", e->code},
                                   {"operation", NEWS(operation)},
                                   {"factor", NEWS(factor)},
                                   {"protocol", NEWS(protocol)}};
    const struct pair program[] = {
        {"client", NEWS(client)}, {"user agent", NEWS(user_agent)}, {"device", e->device}};
    const struct pair session[] = {{"session", e->session}, {"token", e->token_id}};
    const struct pair event[] = {{"event", e->event_id},    {"source", e->source},
                                 {"kafka topic", e->topic}, {"partition", e->partition},
                                 {"offset", e->offset},     {"index", e->index}};
    PAIRS(c, person);
    PAIRS(c, outcome);
    PAIRS(c, program);
    PAIRS(c, session);
    PAIRS(c, event);
}

/* Addresses of the window that no event here shows, in one paragraph. */
static void addresses(struct columns *c, const struct read_finding *f)
{
    bool open = false;
    for (unsigned i = 0; i < f->evidences_n; i++) {
        if (is_event(&f->evidences[i]) || f->evidences[i].ip.len == 0)
            continue;
        if (open)
            columns_text(c, "; ");
        else
            label(c, "also from");
        /* What is known by the day only is midnight. */
        if (f->evidences[i].time_ms % (24ll * 60 * 60 * 1000) != 0) {
            put_time(c, f->evidences[i].time_ms);
            columns_text(c, "  ");
        }
        where(c, &f->evidences[i]);
        open = true;
    }
    if (open)
        columns_end(c);
}

static void evidence(struct columns *c, const struct read_finding *f)
{
    const struct read_evidence *before = NULL;
    for (unsigned i = 0; i < f->evidences_n; i++) {
        const struct read_evidence *e = &f->evidences[i];
        if (!is_event(e))
            continue;
        one_event(c, before ? "" : "evidence", before, e);
        before = e;
    }
    addresses(c, f);
    if (f->evidences_total > f->evidences_n)
        paragraph(c, "", SLICE("and more in the record"));
}

static void commands(struct columns *c, const struct read_finding *f)
{
    if (f->commands_n == 0)
        return;
    paragraph(c, "commands", SLICE("check them before use"));
    for (unsigned i = 0; i < f->commands_n; i++)
        columns_command(
            c, TEXT, f->commands[i],
            "(cannot be shown here exactly: see unmapped.spoor.commands of the finding)");
}

static void attacks(struct columns *c, const struct read_finding *f)
{
    for (unsigned i = 0; i < f->attacks_n; i++) {
        const struct read_attack *a = &f->attacks[i];
        label(c, i == 0 ? "ATT&CK" : "");
        columns_put(c, a->technique);
        also(c, "", a->name);
        if (a->tactic.len > 0) {
            also(c, "(", a->tactic);
            also(c, "", a->tactic_name);
            columns_text(c, ")");
        }
        columns_end(c);
    }
}

static void related(struct columns *c, const struct read_finding *f)
{
    for (unsigned i = 0; i < f->related_n; i++) {
        label(c, i == 0 ? "related" : "");
        columns_put(c, f->related[i].uid);
        also(c, " ", f->related[i].type);
        also(c, ": ", f->related[i].why);
        columns_end(c);
    }
}

void explain(FILE *to, bool colour, const struct read_finding *f)
{
    struct columns c = {.to = to, .limit = EXPLAIN_COLUMNS};
    headline(&c, colour, f);
    paragraph(&c, "what", desc_of(f));
    timeline(&c, f);
    when(&c, f);
    who(&c, f);
    names(&c, "users", &f->users);
    names(&c, "networks", &f->networks);
    sure(&c, f);
    points(&c, f);
    measures(&c, f);
    evidence(&c, f);
    paragraph(&c, "do",
              finding_applies(f) ? slice_of(f->detector->remediation)
                                 : SLICE("None of the points applies: watch only."));
    commands(&c, f);
    attacks(&c, f);
    related(&c, f);
    if (f->detector->advisory)
        paragraph(&c, "advisory", slice_of(f->detector->advisory->name));
    label(&c, "finding");
    columns_put(&c, f->uid);
    also(&c, " ", f->activity_name);
    also(&c, " status ", f->status_name);
    columns_end(&c);
    fputc('\n', to);
}
