/* SPDX-License-Identifier: Apache-2.0
 *
 * CSV exports: quotes, line ends in cells, headers; and that pieces of any size give the same.
 */
#include "plugin/files/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char said[4096];
static struct csv *csv;

static void on_message(void *ctx, struct slice bytes, uint64_t offset)
{
    (void)ctx;
    size_t n = strlen(said);
    snprintf(said + n, sizeof said - n, "%u:%.*s;", (unsigned)offset,
             (int)(bytes.len < 64 ? bytes.len : 64), bytes.ptr);
}

static void on_bad(void *ctx, enum bad_reason reason, uint64_t offset)
{
    (void)ctx;
    size_t n = strlen(said);
    snprintf(said + n, sizeof said - n, "%u!%s;", (unsigned)offset, bad_reason_name(reason));
}

static const struct files_sink sink = {NULL, on_message, on_bad};

/* In pieces of every size, the same each time. */
static void expect(const char *text, const char *wanted)
{
    size_t len = strlen(text);
    for (size_t piece = 1; piece <= len; piece++) {
        said[0] = '\0';
        for (size_t at = 0; at < len; at += piece)
            csv_feed(csv, (struct slice){text + at, len - at < piece ? len - at : piece}, at,
                     &sink);
        csv_end(csv, &sink);
        assert_string_equal(said, wanted);
    }
}

static void test_cells(void **state)
{
    (void)state;
    expect("AuditData\nx\n", "10:x;");
    expect("a,AuditData,b\n1,x,2\r\n3,y,4\r\n", "16:x;23:y;");
    expect("a,_RAW\n1,x", "9:x;"); /* no line end, any case */
    expect("\xEF\xBB\xBF\"_raw\",a\nx,1\n", "12:x;");
    expect(" AuditData ,AuditData\nx,y\n", "22:x;"); /* the first */
    expect("a,_raw\n\"1,\n\",\"{\"\"b\"\":\n\"\"c,\"\"}\"\n", "14:{\"b\":\n\"c,\"};");
    expect("a,_raw\n1,\n2,\"\"\n3\n\n4,x\n", "20:x;"); /* empty, absent */
}

/* Excel in Europe, Export-Csv of Windows PowerShell, tabs; quotes behind a mark. */
static void test_other_hands(void **state)
{
    (void)state;
    expect("a;AuditData\n1,5;x\n", "16:x;");
    expect("a\tAuditData\n1,5;\tx\n", "17:x;");
    expect("#TYPE Deserialized.X, Y\r\n\"a\",\"AuditData\"\r\n\"1\",\"x\"\r\n", "47:x;");
    expect("\xEF\xBB\xBF#TYPE X\n\"a\",\"AuditData\"\n1,x\n", "29:x;");
    expect("\xEF\xBB\xBF\"a,b\",\"_raw\"\n\"#1\",x\n", "21:x;");
    expect("_raw\n#x\n", "5:#x;"); /* only before the header */
}

/* Tables of Log Analytics and advanced hunting: a row is a record. */
static void test_rows(void **state)
{
    (void)state;
    expect("\"TimeGenerated [UTC]\",A,,B\n1,\"{\"\"x\"\":\n1}\",2,\n,,,\n3\n",
           "27:{\"TimeGenerated\":\"1\",\"A\":\"{\\\"x\\\":\\u000a1}\"};"
           "49:{\"TimeGenerated\":\"3\"};");
    expect("Timestamp;A\n1;a\\b;more\n", "12:{\"Timestamp\":\"1\",\"A\":\"a\\\\b\"};");
    expect("Timestamp,_raw\n1,x\n", "17:x;"); /* records in a cell come first */
}

static void test_what_is_refused(void **state)
{
    (void)state;
    expect("a,b\n1,2\n3,4\n", "0!unknown_format;");
    expect("a", "0!unknown_format;");
    expect("", "");
    expect("_raw\n\"x", "7!truncated;");
    expect("_raw\nx\n\"y\n", "5:x;10!truncated;");
}

static void test_a_cell_that_is_too_large(void **state)
{
    (void)state;
    size_t len = READER_RECORD_MAX;
    char *text = malloc(len + 32);
    for (size_t more = 0; more < 2; more++) {
        size_t n = (size_t)sprintf(text, "_raw\n");
        memset(text + n, 'x', len + more);
        n += len + more;
        memcpy(text + n, "\ny\n", 3);
        said[0] = '\0';
        csv_feed(csv, (struct slice){text, n + 3}, 0, &sink);
        csv_end(csv, &sink);
        assert_int_equal(strncmp(said, more ? "5!too_large;" : "5:xxxx", 6), 0);
        assert_non_null(strstr(said, ":y;"));
    }
    free(text);
}

int main(void)
{
    csv = csv_new();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_other_hands),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_a_cell_that_is_too_large),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    csv_free(csv);
    return failed;
}
