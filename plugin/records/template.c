/* SPDX-License-Identifier: Apache-2.0
 */
#include "plugin/records/template.h"

#include "plugin/records/datafile.h"

#include <stdlib.h>

enum { PIECES_MAX = 160 };

/* Text, then a field (NULL after the last). */
struct piece {
    const char *text;
    size_t len;
    void (*put)(const struct writing *w);
};

struct template
{
    char *text; /* of the file, without what is left out */
    struct piece pieces[PIECES_MAX];
    size_t n;
};

static const struct field *find(const char *name, size_t len)
{
    const struct field *const lists[] = {fields_common, fields_entra, fields_m365, fields_vendors};

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const struct field *field = lists[i]; field->name; field++)
            if (strlen(field->name) == len && memcmp(field->name, name, len) == 0)
                return field;
    return NULL;
}

/* The text without line ends and indentation. */
static char *flattened(struct slice file)
{
    char *text = malloc(file.len + 1);
    size_t len = 0;
    bool at_start = true;

    if (!text)
        return NULL;
    for (size_t i = 0; i < file.len; i++) {
        at_start = file.ptr[i] == '\n' || (at_start && file.ptr[i] == ' ');
        if (!at_start)
            text[len++] = file.ptr[i];
    }
    text[len] = '\0';
    return text;
}

static bool compile(struct template *template)
{
    const char *at = template->text;

    for (; template->n < PIECES_MAX; template->n++) {
        struct piece *piece = &template->pieces[template->n];
        const char *mark = strstr(at, "@{");
        piece->text = at;
        piece->len = mark ? (size_t)(mark - at) : strlen(at);
        if (!mark) {
            template->n++;
            return true;
        }
        const char *end = strchr(mark, '}');
        const struct field *field = end ? find(mark + 2, (size_t)(end - mark - 2)) : NULL;
        if (!field)
            return false;
        piece->put = field->put;
        at = end + 1;
    }
    return false;
}

struct template *template_new(const char *file)
{
    const struct slice text = datafile_find(file);
    struct template *template = text.ptr ? calloc(1, sizeof *template) : NULL;

    if (!template)
        return NULL;
    template->text = flattened(text);
    if (template->text && compile(template))
        return template;
    template_free(template);
    return NULL;
}

void template_free(struct template *template)
{
    if (!template)
        return;
    free(template->text);
    free(template);
}

void template_write(const struct template *template, const struct writing *w)
{
    for (size_t i = 0; i < template->n; i++) {
        const struct piece *piece = &template->pieces[i];
        pen_put(w->to, piece->text, piece->len);
        if (piece->put)
            piece->put(w);
    }
}
