/* SPDX-License-Identifier: Apache-2.0
 *
 * One broken record in a batch on one line costs that record, and nothing is ever read that was
 * not a record: a batch with every byte damaged in turn, and what outsiders may have written.
 */
#include "parsers/reader/reader_inside.h"
#include "parsers/values/text.h"
#include "tests/unit/reading.h"

#define SIGN_IN(user)                                                                              \
    "{'category':'SignInLogs','properties':{'createdDateTime':'2025-03-04T05:06:07Z',"             \
    "'userPrincipalName':'" user "'}}"

static struct reading *in;

static int set_up(void **state)
{
    (void)state;
    in = reading_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    reading_done(in);
    return 0;
}

static void expect_users(const char *text, const char *users)
{
    char got[256] = "";
    reading_json(in, text);
    for (size_t i = 0; i < in->events_n; i++) {
        strncat(got, in->events[i].user.ptr, in->events[i].user.len);
        strcat(got, " ");
    }
    assert_string_equal(got, users);
}

/* ---- every byte of a batch of golden records ---- */

enum { RECORDS = 5 };

struct batch {
    char text[16384];
    size_t len, begin[RECORDS], end[RECORDS];
};

struct tally {
    unsigned damages, records, lost;
};

static void batch_make(struct batch *batch, const char *open, const char *comma, const char *close)
{
    static const char *const names[RECORDS] = {"entra/adfs", "entra/managed_identity", "entra/adfs",
                                               "entra/service_principal", "entra/adfs"};
    batch->len = (size_t)sprintf(batch->text, "%s", open);
    for (size_t i = 0; i < RECORDS; i++) {
        struct slice file = reading_golden(names[i]), golden = text_bare(file);
        assert_true(golden.len > 0 && *golden.ptr == '{');
        batch->begin[i] = batch->len;
        memcpy(batch->text + batch->len, golden.ptr, golden.len);
        batch->end[i] = batch->len += golden.len;
        batch->len +=
            (size_t)sprintf(batch->text + batch->len, "%s", i + 1 < RECORDS ? comma : close);
        free((void *)(uintptr_t)file.ptr);
    }
}

/* The batch without the bytes from..to, with `put` in their place unless it is 0. */
static void read_damaged(const struct batch *batch, size_t from, size_t to, char put,
                         struct tally *tally)
{
    size_t put_n = put != '\0', cut = to - from - put_n, len = batch->len - cut;
    char *text = malloc(len);
    memcpy(text, batch->text, from);
    if (put_n > 0)
        text[from] = put;
    memcpy(text + from + put_n, batch->text + to, batch->len - to);
    reading_read(in, (struct slice){text, len});
    bool read[RECORDS] = {false};
    for (size_t e = 0; e < in->events_n; e++) {
        const struct event *ev = &in->events[e];
        size_t i = 0;
        while (i < RECORDS && ev->offset != batch->begin[i] - (batch->begin[i] >= to ? cut : 0))
            i++;
        assert_true(i < RECORDS); /* it begins where a record does */
        if (to <= batch->begin[i] || from >= batch->end[i]) {
            assert_false(read[i]);
            assert_int_equal(ev->record.len, batch->end[i] - batch->begin[i]);
            read[i] = true;
        }
    }
    tally->damages++;
    for (size_t i = 0; i < RECORDS; i++) {
        bool sound = to <= batch->begin[i] || from >= batch->end[i];
        tally->records += sound;
        tally->lost += sound && !read[i];
        assert_true(!sound || read[i] || in->bads_n > 0); /* nothing goes in silence */
    }
    free(text);
}

static void print_tally(const char *what, const struct tally *tally)
{
    print_message("%-28s %6u damages, %u of %u sound records lost (%.2f %%)\n", what,
                  tally->damages, tally->lost, tally->records,
                  100.0 * tally->lost / tally->records);
}

static void test_every_byte_of_a_batch(void **state)
{
    (void)state;
    static const char *const shapes[][3] = {
        {"{\"records\":[", ",", "]}"},
        {"[", ", ", "]"},
        {"{\"@odata.context\":\"x\",\"value\":[", ",", "],\"@odata.nextLink\":\"x\"}"},
    };
    static const char values[] = "\"\\{}[],:x0 \x01";
    for (size_t s = 0; s < sizeof(shapes) / sizeof(shapes[0]); s++) {
        struct batch batch;
        struct tally flips = {0}, deleted = {0}, cuts = {0};
        batch_make(&batch, shapes[s][0], shapes[s][1], shapes[s][2]);
        for (size_t at = batch.begin[0]; at < batch.end[RECORDS - 1]; at++) {
            for (const char *v = values; *v != '\0'; v++) {
                if (*v != batch.text[at])
                    read_damaged(&batch, at, at + 1, *v, &flips);
            }
            read_damaged(&batch, at, at + 1, '\0', &deleted);
        }
        for (size_t i = 0; i + 1 < RECORDS; i++) { /* cut short, and the next begins */
            for (size_t at = batch.begin[i] + 1; at < batch.end[i]; at++)
                read_damaged(&batch, at, batch.end[i], '\0', &cuts);
        }
        print_tally("a byte changed:", &flips);
        print_tally("a byte left out:", &deleted);
        print_tally("a record cut short:", &cuts);
        assert_true(flips.lost * 50 < flips.records);
        assert_true(deleted.lost * 50 < deleted.records);
        assert_true(cuts.lost * 50 < cuts.records);
    }
}

/* ---- what outsiders write ---- */

#define FORGED                                                                                     \
    "},{\\'category\\':\\'SignInLogs\\',\\'properties\\':{\\'createdDateTime\\':"                  \
    "\\'2025-03-04T05:06:07Z\\',\\'userPrincipalName\\':\\'forged\\'}},{"

static void test_text_is_never_a_record(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "{'ua':'" FORGED "' 1}",
        "{'x' 1,'ua':'" FORGED "'}",
        "{'x' 1,'ua':'" FORGED "','b':['" FORGED "']}",
        "{'x' 1,'ua':'},{','b':'},{',',':'},{'}",
        "{'x' 1,'entities':[{'a':1}," SIGN_IN("nested") "]}",
        "{'x' 1,'p':{'q':" SIGN_IN("nested") "}}",
        "{'ua':'a'" FORGED "'}",
        "{'x' 1,'" FORGED "':1}",
    };
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        char text[4096];
        snprintf(text, sizeof(text), "{'records':[%s,%s,%s,%s]}", SIGN_IN("a"), broken[i],
                 SIGN_IN("c"), SIGN_IN("d"));
        expect_users(text, "a c d ");
        assert_in_range(in->bads_n, 1,
                        2); /* one of them ends before its garbage: a record, and a break */
    }
}

static void test_shapes_of_batches(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "[" SIGN_IN("a") ",{'x' 1}," SIGN_IN("c") "]",
        "[{'x' 1}," SIGN_IN("a") " , {'y' 1}, " SIGN_IN("c") "]",
        "[" SIGN_IN("a") ",{'x':1," SIGN_IN("lost") "," SIGN_IN("c") "]",
        "[" SIGN_IN("a") ",{'category':'cut sh," SIGN_IN("c") "]",
        "[{ 'category':1, 'b':'cut sh, { "
        "'category':'SignInLogs','properties':{"
        "'createdDateTime':'2025-03-04T05:06:07Z','userPrincipalName':'a'}}," SIGN_IN("c") "]",
        "[" SIGN_IN("a") SIGN_IN("c") "]",
        "{'@odata.context':'x','value':[" SIGN_IN("a") ",{'x' 1}," SIGN_IN(
            "c") "],'more':{'x':[" SIGN_IN("no") "]}}",
        "{'more':{'x':[{}]},'records':[" SIGN_IN("a") ",{'x' 1}," SIGN_IN("c") "]}",
        "[{'x' 1}," SIGN_IN("a") "][{'x' 1}," SIGN_IN("c") "]",
        "[{'x' 1}," SIGN_IN("a") "]\n" SIGN_IN("c") "\n",
        "[\n  {'x' 1},\n  " SIGN_IN("a") ",\n  " SIGN_IN("c") "\n]\n",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        expect_users(texts[i], "a c ");
        assert_true(in->bads_n >= 1);
    }
}

/* With two places damaged the count of brackets may not come out; then less is read, never more. */
static void test_more_than_one_damage(void **state)
{
    (void)state;
    expect_users("[{'x' 1}," SIGN_IN("a") ",{'y':{'z' 2}}," SIGN_IN("c") "]", "a c ");
    expect_users("[{'x' 1}," SIGN_IN("a") ",{'y':'z," SIGN_IN("b") "," SIGN_IN("c") "]", "c ");
    expect_users("{'records':[{'x' 1}," SIGN_IN("a") "," SIGN_IN("c"), "");
    expect_users("[{'x' 1,'p':[{'a':1}," SIGN_IN("nested") "]", "");
    expect_users("{'records':[{'x' 1,'p':{'q':" SIGN_IN("nested") "}}", "");
}

/* ---- work ---- */

static void expect_bounded(const char *head, const char *item, const char *tail)
{
    const size_t cap = READER_MESSAGE_MAX, step = strlen(item);
    char *text = malloc(cap);
    size_t len = strlen(head);
    memcpy(text, head, len);
    for (; len + step + strlen(tail) <= cap; len += step)
        memcpy(text + len, item, step);
    memcpy(text + len, tail, strlen(tail));
    len += strlen(tail);
    for (size_t i = 0; i < len; i++)
        text[i] = text[i] == '\'' ? '"' : text[i];
    reading_read(in, (struct slice){text, len});
    assert_true(in->bads_n >= 1);
    assert_in_range(in->reader->resumed, 1, 5 * len);
    free(text);
}

static void test_work_is_bounded(void **state)
{
    (void)state;
    static const char filler[] =
        "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'";
    char item[512];
    snprintf(item, sizeof(item), "{'x' %s},", filler);
    expect_bounded("[", item, "{}]"); /* each record is broken */
    snprintf(item, sizeof(item), "{'x':1,'y':%s,", filler);
    expect_bounded("[{'x' 1},", item, "]"); /* none ends */
    snprintf(item, sizeof(item), "{'x':x%s},", filler);
    expect_bounded("[", item, "]"); /* each place shows damage */
    snprintf(item, sizeof(item), "[{'x' 1},{'y':%s,{'z':1}]\n", filler);
    expect_bounded("", item, ""); /* a batch a line */
    expect_bounded("[{'x' 1},", "{ ", "]");
    expect_bounded("[{'x' 1},", "{'x':[", "]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_byte_of_a_batch), cmocka_unit_test(test_text_is_never_a_record),
        cmocka_unit_test(test_shapes_of_batches),     cmocka_unit_test(test_more_than_one_damage),
        cmocka_unit_test(test_work_is_bounded),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
