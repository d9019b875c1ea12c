/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of JSON envelopes, in the order in which they are tried: the ones with telling keys
 * first. A new one is a line.
 */
#include "parsers/envelopes.h"

#include "parsers/record.h"

#define SIGNS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define PATH(text) .paths = &(const struct parser_path){text, 0}, .paths_n = 1

static bool is_only_member(const struct record *record)
{
    const struct json_node *nodes = record->doc->nodes;
    return nodes[record->root + 1].next == nodes[record->root].next;
}

const struct parser envelopes_all[] = {
    /* Azure diagnostic settings (Event Hubs, blobs); CloudTrail files. */
    {.name = "records", .signs = SIGNS("records"), PATH("^records")},
    /* A page of a Microsoft Graph answer. */
    {.name = "graph page",
     .signs = SIGNS("value @odata.context", "value @odata.nextLink"),
     PATH("^value")},
    {.name = "page", .signs = SIGNS("value"), PATH("^value"), .claims = is_only_member},
};

const size_t envelopes_n = sizeof(envelopes_all) / sizeof(envelopes_all[0]);
