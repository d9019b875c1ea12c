/* SPDX-License-Identifier: Apache-2.0
 *
 * ArcSight Common Event Format:
 *
 *   CEF:0|Vendor|Product|Version|SignatureID|Name|Severity|key=value key2=value with blanks
 *
 * Source: "ArcSight Common Event Format (CEF) implementation standard" of SmartConnectors 8.3,
 * read 2025; versions 23 (2016) and 25 (2017) have the same header and dictionary.
 */
#include "parsers/formats/cef_fields.h"
#include "parsers/reader/formats.h"
#include "parsers/syslog/syslog.h"

static enum line_answer open_line(struct line *line)
{
    struct slice rest, field;
    if (!syslog_takes_cef(line->text, line->tag, SLICE("CEF"), &rest))
        return LINE_OTHER;
    static const char *const names[] = {
        "header:version",   "header:vendor", "header:product", "header:product version",
        "header:signature", "header:name",   "header:severity"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!cef_take_field(line, &rest, &field))
            return LINE_BAD_HEADER;
        line_add(line, slice_of(names[i]), field);
    }
    cef_add_pairs(line, rest, '\0');
    return LINE_OPENED;
}

const struct parser parser_cef = {
    .name = "cef",
    .summary = "Common Event Format: authentication events of any product",
    /* A row of CommonSecurityLog is the line in columns. */
    .signs = (const char *const[]){"DeviceVendor DeviceProduct DeviceEventClassID|Activity", NULL},
    .paths = cef_paths,
    .paths_n = CEF_PATHS_N,
    .line = open_line,
    .tells = {CEF_FILL + 1, CEF_SIGNATURE, CEF_TOPIC},
    .parse = cef_parse,
    .kinds = 1 << KIND_SIGN_IN,
    .fields =
        "user ip port host outcome reason code app protocol user_agent device operation event_id",
    .example = "CEF:0|Example|IdP|1|300|Authentication failed|5|start=1741064767123 suser=anna "
               "src=203.0.113.7",
    .page = "https://www.microfocus.com/documentation/arcsight/arcsight-smartconnectors-8.3/"
            "cef-implementation-standard/Content/CEF/Chapter%201%20What%20is%20CEF.htm",
};
