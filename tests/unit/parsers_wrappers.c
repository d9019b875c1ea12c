/* SPDX-License-Identifier: Apache-2.0
 *
 * Every envelope around every golden input: the same events must come out, and no more of them when
 * the message is cut or a byte of it is wrong. Then what the table cannot say: depth, offsets,
 * times of envelopes, gzip that is broken, shapes of what nobody knows.
 */
#include "plugin/path/gunzip.h"
#include "tests/unit/reading.h"
#include "tests/unit/wrapping.h"

#include <glob.h>
#include <malloc.h>

static struct gunzip *gunzip;

static struct reading *open_reading(void)
{
    struct reading *in = reading_new(NULL);
    struct inflater inflater = gunzip_inflater(gunzip);
    assert_true(reader_use_inflater(in->reader, &inflater));
    return in;
}

static bool has(struct slice text, char c)
{
    return memchr(text.ptr, c, text.len) != NULL;
}

static bool is_json_value(struct slice text)
{
    if (text.len == 0 || (*text.ptr != '{' && *text.ptr != '['))
        return false;
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '{' || c == '['))
            depth++;
        else if (!quoted && (c == '}' || c == ']') && --depth == 0)
            return i + 2 >= text.len;
    }
    return false;
}

/* A line of syslog ends with its line; JSON in a string, or counted, may be on several. */
static bool fits(const struct wrapping *by, struct slice text)
{
    bool value = is_json_value(text);
    bool several = has((struct slice){text.ptr, text.len - 1}, '\n');
    return !(by->json_only && !value) &&
           !(by->line_only && several && (!value || by->what == WRAP_PLAIN));
}

/* All golden inputs: of JSON formats x.json, of lines x.log. */
static void each_golden(void (*test)(const char *path, struct slice text))
{
    static const char *const patterns[] = {"tests/data/*/*.json", "tests/data/*/*.log"};
    size_t found = 0;
    for (size_t p = 0; p < 2; p++) {
        glob_t paths;
        assert_int_equal(glob(patterns[p], 0, NULL, &paths), 0);
        for (size_t i = 0; i < paths.gl_pathc; i++) {
            char expected[512];
            snprintf(expected, sizeof(expected), "%s", paths.gl_pathv[i]);
            strcpy(strrchr(expected, '.'), ".expected");
            FILE *file = fopen(expected, "rb");
            if (file == NULL)
                continue;
            fclose(file);
            struct slice text = reading_file(paths.gl_pathv[i]);
            test(paths.gl_pathv[i], text);
            free((void *)(uintptr_t)text.ptr);
            found++;
        }
        globfree(&paths);
    }
    assert_true(found > 10);
}

static void wrap_one(const char *path, struct slice text)
{
    struct reading *in = open_reading();
    reading_read(in, text);
    char *bare = reading_print(in);
    size_t events = in->events_n, ignored = in->ignored_n, bads = in->bads_n;
    bool lacks_time = false;
    for (size_t i = 0; i < bads; i++)
        lacks_time |= in->bads[i].reason == BAD_NO_TIME;
    for (size_t w = 0; w < WRAPPINGS_N; w++) {
        bool says_time = strstr(wrappings[w].before, "2001") != NULL;
        if (!fits(&wrappings[w], text) || (lacks_time && says_time))
            continue; /* a record without a time would take the wrapping's */
        struct slice wrapped = wrap(&wrappings[w], text);
        reading_read(in, wrapped);
        char *got = reading_print(in);
        if (strcmp(got, bare) != 0 || in->events_n != events || in->ignored_n != ignored ||
            in->bads_n != bads)
            fail_msg("%s in %s: %zu events, %zu ignored, %zu bad (%s at %zu) in place of %zu, %zu, "
                     "%zu: %s",
                     path, wrappings[w].name, in->events_n, in->ignored_n, in->bads_n,
                     in->bads_n > 0 ? bad_reason_name(in->bads[0].reason) : "-",
                     in->bads_n > 0 ? in->bads[0].offset : 0, events, ignored, bads, got);
        free(got);
        free((void *)(uintptr_t)wrapped.ptr);
    }
    free(bare);
    reading_done(in);
}

static void test_every_wrapping_of_every_format(void **state)
{
    (void)state;
    each_golden(wrap_one);
}

/* Two wrappings, one in the other. */
static void test_wrappings_of_wrappings(void **state)
{
    (void)state;
    struct slice text = reading_file("tests/data/o365/login_failed.json");
    struct reading *in = open_reading();
    reading_read(in, text);
    char *bare = reading_print(in);
    for (size_t inner = 0; inner < WRAPPINGS_N; inner++) {
        struct slice once = wrap(&wrappings[inner], text);
        for (size_t outer = 0; outer < WRAPPINGS_N; outer++) {
            const struct wrapping *by = &wrappings[outer];
            bool packed = wrappings[inner].what >= WRAP_GZIP;
            bool counted = wrappings[inner].what == WRAP_COUNT;
            if (!fits(by, once) || (packed && by->what < WRAP_GZIP) ||
                (counted && by->what != WRAP_GZIP && by->what != WRAP_GZIP_TWO))
                continue;
            /* A header directly in a header, or a BOM behind one, is nobody's form. */
            if (!is_json_value(once) && (by->what == WRAP_PLAIN || by->what == WRAP_COUNT))
                continue;
            /* That would be nine envelopes, or more; or quotes in quotes. */
            bool both = wrappings[inner].what == WRAP_STRING && by->what == WRAP_STRING;
            bool deep = strcmp(wrappings[inner].name, "otlp") == 0 || strcmp(by->name, "otlp") == 0;
            if ((both && deep) ||
                (by->what == WRAP_STRING && strcmp(wrappings[inner].name, "string") == 0) ||
                (inner == outer && strcmp(by->name, "string in string") == 0))
                continue;
            struct slice twice = wrap(by, once);
            reading_read(in, twice);
            char *got = reading_print(in);
            if (strcmp(got, bare) != 0)
                fail_msg("%s in %s: %s %zu bad %s", wrappings[inner].name, by->name, got,
                         in->bads_n, in->bads_n > 0 ? bad_reason_name(in->bads[0].reason) : "-");
            free(got);
            free((void *)(uintptr_t)twice.ptr);
        }
        free((void *)(uintptr_t)once.ptr);
    }
    free(bare);
    free((void *)(uintptr_t)text.ptr);
    reading_done(in);
}

static void test_cut_and_flipped_everywhere(void **state)
{
    (void)state;
    struct slice text = reading_file("tests/data/o365/login_failed.json");
    struct reading *in = open_reading();
    for (size_t w = 0; w < WRAPPINGS_N; w++) {
        struct slice wrapped = wrap(&wrappings[w], text);
        reading_read(in, wrapped);
        char *whole = reading_print(in);
        for (size_t cut = 0; cut < wrapped.len; cut++) {
            char *part = malloc(cut ? cut : 1);
            memcpy(part, wrapped.ptr, cut);
            reading_read(in, (struct slice){part, cut});
            char *got = reading_print(in);
            if (strncmp(got, whole, strlen(got)) != 0)
                fail_msg("%s cut at %zu: %s", wrappings[w].name, cut, got);
            free(got);
            free(part);
        }
        char *flipped = (char *)(uintptr_t)wrapped.ptr;
        for (size_t i = 0; i < wrapped.len; i++) {
            static const char masks[] = {0x01, 0x20, (char)0x80, (char)0xFF};
            char mask = masks[(i + w) % 4];
            flipped[i] = (char)(flipped[i] ^ mask);
            reading_read(in, wrapped); /* checks the sums */
            flipped[i] = (char)(flipped[i] ^ mask);
        }
        free(whole);
        free((void *)(uintptr_t)wrapped.ptr);
    }
    free((void *)(uintptr_t)text.ptr);
    reading_done(in);
}

#define RECORD                                                                                     \
    "{'category':'SignInLogs','properties':{'createdDateTime':'2025-03-04T05:06:07Z',"             \
    "'userPrincipalName':'anna'}}"
#define TIMELESS "{'category':'SignInLogs','properties':{'userPrincipalName':'anna'}}"

static void test_depth_of_every_wrapping(void **state)
{
    (void)state;
    struct reading *in = open_reading();
    static const char *const names[] = {"gzip", "hec", "data", "records", "eventbridge", "message"};
    for (size_t w = 0; w < WRAPPINGS_N; w++) {
        bool tried = false;
        for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++)
            tried |= strcmp(wrappings[w].name, names[n]) == 0;
        if (!tried)
            continue;
        /* A string is one more, so `message` has two a level. */
        size_t a_level = wrappings[w].what == WRAP_STRING ? 2 : 1;
        for (size_t depth = 1; depth <= 9; depth++) {
            struct wrapped first = {0};
            wrapped_add_quoted(&first, RECORD);
            struct slice text = wrapped_done(&first);
            for (size_t i = 0; i < depth; i++) {
                struct slice next = wrap(&wrappings[w], text);
                free((void *)(uintptr_t)text.ptr);
                text = next;
            }
            reading_read(in, text);
            bool good = depth * a_level <= READER_ENVELOPES_MAX;
            if (in->events_n != good || in->bads_n != !good)
                fail_msg("%s, %zu times: %zu events, %zu bad", wrappings[w].name, depth,
                         in->events_n, in->bads_n);
            if (!good)
                assert_int_equal(in->bads[0].reason, BAD_TOO_DEEP);
            free((void *)(uintptr_t)text.ptr);
        }
    }
    reading_done(in);
}

static void test_named_members(void **state)
{
    (void)state;
    struct reading *in = open_reading();
    reading_event(in, "{'integration':'entra','entra':" RECORD "}");
    reading_event(in, "[{'x':{'a':{}},'entra':" RECORD ",'y':[]}]");
    reading_event(in, "{'event':{'integration':'entra','entra':" RECORD "}}");
    /* Two are one too many, and one level is enough. */
    reading_expect_bad(in, "{'a':" RECORD ",'b':" RECORD "}", BAD_UNKNOWN_FORMAT, 0);
    reading_expect_bad(in, "{'a':{'b':" RECORD "}}", BAD_UNKNOWN_FORMAT, 0);
    reading_done(in);
}

static void test_ordinary_words(void **state)
{
    (void)state;
    struct reading *in = open_reading();
    /* What is recognised comes before what can only be opened. */
    reading_event(in, "{'message':'{\\'a\\':1}','log':{'file':'x'},'data':" RECORD "}");
    reading_expect_bad(in, "{'message':'{\\'a\\':1}'}", BAD_UNKNOWN_FORMAT, 11);
    reading_expect_bad(in, "{'message':'prose','n':1}", BAD_UNKNOWN_FORMAT, 0);
    reading_expect_bad(in, "{'message':'','n':1}", BAD_UNKNOWN_FORMAT, 0);
    reading_expect_bad(in, "{'message':null}", BAD_UNKNOWN_FORMAT, 0);
    reading_expect_bad(in, "{'event':''}", BAD_UNKNOWN_FORMAT, 9);
    reading_expect_bad(in, "{'event':'prose'}", BAD_UNKNOWN_FORMAT, 9);
    reading_json(in, "{'event':'[]'}");
    assert_int_equal(in->next_index, 0);
    reading_done(in);
}

static void test_several_events_in_one_message(void **state)
{
    (void)state;
    struct reading *in = open_reading();
    reading_json(in, "{'event':" RECORD "}{'event':'{\\'a\\':1}'}\n{'event':" RECORD "}");
    assert_int_equal(in->events_n, 2);
    assert_int_equal(in->bads_n, 1);
    char text[512];
    size_t n = strlen("<13>1 - h a - - - " RECORD);
    snprintf(text, sizeof(text), "%zu <13>1 - h a - - - %s%zu <13>1 - h a - - - %s", n, RECORD, n,
             RECORD);
    reading_json(in, text);
    assert_int_equal(in->events_n, 2);
    assert_int_equal(in->bads_n, 0);
    assert_int_equal(in->events[0].offset, strlen("113 <13>1 - h a - - - "));
    reading_done(in);
}

static void test_a_large_batch_in_a_string(void **state)
{
    (void)state;
    struct wrapped batch = {0};
    wrapped_add_quoted(&batch, "{'records':[");
    for (int i = 0; i < 2000; i++)
        wrapped_add_quoted(&batch, i == 0 ? RECORD : "," RECORD);
    wrapped_add_quoted(&batch, "]}");
    struct reading *in = open_reading();
    struct slice text = wrapped_done(&batch);
    for (size_t w = 0; w < WRAPPINGS_N; w++) {
        /* In a string of a string it would be larger than a record may be; in an array two members
         * deep it is on the tape three times. */
        if (strcmp(wrappings[w].name, "string in string") == 0 ||
            strncmp(wrappings[w].name, "duo page", 8) == 0 ||
            strcmp(wrappings[w].name, "okta hook") == 0)
            continue;
        struct slice wrapped = wrap(&wrappings[w], text);
        reading_read(in, wrapped);
        if (in->events_n != 2000 || in->bads_n != 0)
            fail_msg("%s: %zu events, %s", wrappings[w].name, in->events_n,
                     in->bads_n ? bad_reason_name(in->bads[0].reason) : "-");
        free((void *)(uintptr_t)wrapped.ptr);
    }
    free((void *)(uintptr_t)text.ptr);
    reading_done(in);
}

static void test_opening_takes_no_memory(void **state)
{
    (void)state;
    struct slice text = reading_file("tests/data/o365/login_failed.json"), all[WRAPPINGS_N];
    struct reading *in = open_reading();
    for (size_t w = 0; w < WRAPPINGS_N; w++)
        all[w] = wrap(&wrappings[w], text);
    struct mallinfo2 before = mallinfo2();
    for (size_t w = 0; w < WRAPPINGS_N; w++) {
        reading_read(in, all[w]);
        assert_int_equal(in->events_n, 1);
        reading_read(in, (struct slice){all[w].ptr, all[w].len - 9}); /* zlib needs its window */
    }
    struct mallinfo2 after = mallinfo2();
    assert_int_equal(before.uordblks, after.uordblks);
    assert_int_equal(before.hblks, after.hblks);
    for (size_t w = 0; w < WRAPPINGS_N; w++)
        free((void *)(uintptr_t)all[w].ptr);
    free((void *)(uintptr_t)text.ptr);
    reading_done(in);
}

static void expect_time(struct reading *in, const char *text, int64_t time_ms)
{
    assert_int_equal(reading_event(in, text)->time_ms, time_ms);
}

static void test_times_of_envelopes_come_last(void **state)
{
    (void)state;
    struct reading *in = open_reading();
    const int64_t own = 1741064767000, other = 1741151167500;
    expect_time(in, "<13>1 2025-03-05T05:06:07.5Z h a - - - " RECORD, own);
    expect_time(in, "<13>1 2025-03-05T05:06:07.5Z h a - - - " TIMELESS, other);
    expect_time(in, "2025-03-05T07:06:07.5+02:00 h a: " TIMELESS, other);
    expect_time(in, "<13>Mar 05 2025 05:06:07.500 h a: " TIMELESS, other);
    expect_time(in, "{'time':'1741151167.5','event':" TIMELESS "}", other);
    expect_time(in, "{'time':1,'event':" RECORD "}", own);
    expect_time(in, "{'_raw':" TIMELESS ",'_time':1741151167.5}", other);
    expect_time(in, "{'log':" TIMELESS ",'p_event_time':'2025-03-05 05:06:07.5'}", other);
    expect_time(in, "{'detail-type':'x','detail':" TIMELESS ",'time':'2025-03-05T05:06:07.5Z'}",
                other);
    /* The innermost that has one. */
    expect_time(in,
                "{'time':1,'event':'<13>1 2025-03-05T05:06:07.5Z h a - - - "
                "{\\'category\\':\\'SignInLogs\\',\\'properties\\':{}}'}",
                other);
    reading_expect_bad(in, "<13>1 - h a - - - " TIMELESS, BAD_NO_TIME, 18);
    reading_expect_bad(in, "<13>1 yesterday h a - - - " TIMELESS, BAD_TIME, 26);
    reading_done(in);
}

static void test_times_without_a_year(void **state)
{
    (void)state;
    struct reading *in = open_reading();
    reading_expect_bad(in, "<13>Mar  5 05:06:07 h a: " TIMELESS, BAD_TIME, 25);
    reader_reference(in->reader, 1741151168000); /* 2025-03-05T05:06:08Z */
    expect_time(in, "<13>Mar  5 05:06:07 h a: " TIMELESS, 1741151167000);
    expect_time(in, "Mar  6 05:06:07 h a: " TIMELESS, 1741237567000);
    expect_time(in, "Mar  7 05:06:07 h a: " TIMELESS, INT64_C(1709787967000)); /* last year */
    reader_reference(in->reader, 0);
    reading_expect_bad(in, "<13>Mar  5 05:06:07 h a: " TIMELESS, BAD_TIME, 25);
    reading_done(in);
}

static void test_gzip_that_is_broken(void **state)
{
    (void)state;
    struct reading *in = open_reading();
    struct wrapped text = {0}, packed = {0};
    wrapped_add_quoted(&text, RECORD);
    wrapped_add_gzip(&packed, (struct slice){text.text, text.len});
    size_t one = packed.len;
    packed.text[one - 5] ^= 1; /* the checksum */
    reading_read(in, (struct slice){packed.text, one});
    assert_int_equal(in->bads[0].reason, BAD_COMPRESSION);
    assert_int_equal(in->bads[0].offset, 0);
    packed.text[one - 5] ^= 1;
    wrapped_add(&packed, "\0\0\0", 3); /* padding */
    reading_read(in, (struct slice){packed.text, packed.len});
    assert_int_equal(in->events_n, 1);
    wrapped_add(&packed, "x", 1);
    reading_read(in, (struct slice){packed.text, packed.len});
    assert_int_equal(in->bads[0].reason, BAD_COMPRESSION);
    assert_int_equal(in->bads[0].offset, text.len);
    reading_read(in, (struct slice){packed.text, one - 9});
    assert_int_equal(in->bads[0].reason, BAD_TRUNCATED);
    assert_int_equal(in->events_n, 0);
    free(text.text);
    free(packed.text);
    reading_done(in);
}

/* 16 MiB of blanks are a message, one byte more is too large; and a batch of messages may need the
 * room of the earlier ones. */
static void test_a_gzip_bomb(void **state)
{
    (void)state;
    struct reading *in = open_reading();
    char *blanks = malloc(READER_MESSAGE_MAX + 1);
    memset(blanks, ' ', READER_MESSAGE_MAX + 1);
    for (size_t more = 0; more < 2; more++) {
        struct wrapped packed = {0};
        wrapped_add_gzip(&packed, (struct slice){blanks, READER_MESSAGE_MAX + more});
        assert_true(packed.len < 200000);
        reading_read(in, (struct slice){packed.text, packed.len});
        assert_int_equal(in->next_index, more);
        if (more)
            assert_int_equal(in->bads[0].reason, BAD_TOO_LARGE);
        free(packed.text);
    }
    struct wrapped first = {0}, second = {0};
    wrapped_add_gzip(&first, (struct slice){blanks, READER_MESSAGE_MAX - 10});
    wrapped_add_quoted(&second, RECORD);
    struct wrapped packed = {0};
    wrapped_add_gzip(&packed, (struct slice){second.text, second.len});
    reading_read(in, (struct slice){first.text, first.len});
    reader_read(in->reader, (struct slice){packed.text, packed.len}, &in->sink);
    assert_int_equal(in->flushes_n, 1);
    assert_int_equal(in->events_n, 1);
    free(first.text);
    free(second.text);
    free(packed.text);
    free(blanks);
    reading_done(in);
}

static struct reader_shape ignored_shape;

static const struct reader_shape *shape(struct reading *in, const char *text)
{
    reading_json(in, text);
    assert_int_equal(in->bads_n, 1);
    assert_int_equal(in->bads[0].reason, BAD_UNKNOWN_FORMAT);
    return reader_shape(in->reader);
}

static void test_shapes(void **state)
{
    (void)state;
    struct reading *in = open_reading();
    static const struct {
        const char *text, *example;
    } rows[] = {{"{'a':1,'b':{'c':2}}", "{a, b}"},
                {"{'event':{'a':1,'b':2}}", "{a, b}"},
                {"{'x\\n\\u00e9':1}", "{x???}"},
                {"{}", "{}"},
                {"<13>1 - h nginx - - - hello", "text of nginx"},
                {"<38>Connection closed", "text"},
                {"[1]", "number"},
                {"['prose']", "string"},
                {"[null]", "null"},
                {"[true]", "true"},
                {"{'event':''}", "string"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(shape(in, rows[i].text)->example, rows[i].example);
    /* The names make the fingerprint, in any order and case; their values do not. */
    uint64_t hash = shape(in, "{'a':1,'b':{'c':2}}")->hash;
    assert_true(shape(in, "{'b':[],'A':'x'}")->hash == hash);
    assert_true(shape(in, "{'a':1,'c':{'c':2}}")->hash != hash);
    assert_true(shape(in, "{'a':1}")->hash != hash);
    reading_done(in);
}

static void keep_ignored_shape(void *ctx, uint32_t index)
{
    struct reading *in = ctx;
    reading_on_ignored(ctx, index);
    reader_ignored_shape(in->reader, &ignored_shape);
}

/* The shape of the one record, which is not ours. */
static const struct reader_shape *not_ours(struct reading *in, const char *quoted)
{
    const struct record_sink sink = {in, reading_on_event, keep_ignored_shape, reading_on_bad,
                                     reading_on_flush};
    struct wrapped text = {0};
    in->events_n = in->bads_n = in->ignored_n = 0;
    in->next_index = 0;
    wrapped_add_quoted(&text, quoted);
    reader_read(in->reader, (struct slice){text.text, text.len}, &sink);
    free(text.text);
    if (in->ignored_n != 1)
        fail_msg("%s: %zu not ours", quoted, in->ignored_n);
    return &ignored_shape;
}

/* What is not ours is told apart by what its format calls it, be it written by an attacker. */
static void test_shapes_of_what_is_not_ours(void **state)
{
    (void)state;
    struct reading *in = open_reading();
    static const struct {
        const char *format, *text, *example;
    } rows[] = {
        {"okta", "{'eventType':'system.api\\\"x\\n','published':'x','outcome':{}}", "system.api?x"},
        {"cloudtrail",
         "{'eventSource':'ec2.amazonaws.com','eventName':'RunInstances','awsRegion':'x'}",
         "ec2.amazonaws.com / RunInstances"},
        {"ocsf", "{'class_uid':4001,'category_uid':4,'activity_id':6}", "4001 / 6"},
        {"o365", "{'Operation':'FileAccessed','UserKey':'k','CreationTime':'2025-03-04T05:06:07'}",
         "FileAccessed"},
        {"entra", "{'category':'SignInLogz','operationName':'Look','properties':{}}",
         "SignInLogz / Look"},
        {"ecs", "{'ecs':{},'@timestamp':'x','event':{'dataset':'nginx.access','action':'get'}}",
         "nginx.access / get"},
        {"cef", "CEF:0|V|Proxy|1|77|Blocked|5|src=203.0.113.7", "Proxy / 77 / Blocked"},
        {"sshd", "<38>1 2025-03-04T05:06:07Z h sshd 1 - - Connection closed by 203.0.113.7",
         "Connection closed"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct reader_shape *shape = not_ours(in, rows[i].text);
        assert_string_equal(shape->format, rows[i].format);
        assert_string_equal(shape->example, rows[i].example);
    }
    reading_done(in);
}

static void test_fingerprints_of_what_is_not_ours(void **state)
{
    (void)state;
    struct reading *in = open_reading();
    static const char *const texts[] = {
        "{'eventType':'a.b','published':'x','outcome':{}}",
        "{'eventType':'A.b','published':'y','displayMessage':'z'}", /* as the first */
        "{'eventType':'a.c','published':'x','outcome':{}}",
        "{'Operation':'a.b','UserKey':'k','CreationTime':'2025-03-04T05:06:07'}",
    };
    uint64_t hashes[4];
    for (size_t i = 0; i < 4; i++)
        hashes[i] = not_ours(in, texts[i])->hash;
    assert_true(hashes[0] == hashes[1]);
    assert_true(hashes[0] != hashes[2] && hashes[0] != hashes[3]);
    reading_done(in);
}

static void test_long_names_are_cut(void **state)
{
    (void)state;
    struct reading *in = open_reading();
    struct wrapped text = {0};
    wrapped_add_quoted(&text, "{'");
    for (int i = 0; i < 100000; i++)
        wrapped_add_quoted(&text, "k");
    wrapped_add_quoted(&text, "':1}");
    reading_read(in, (struct slice){text.text, text.len});
    assert_int_equal(in->bads[0].reason, BAD_UNKNOWN_FORMAT);
    assert_int_equal(strlen(reader_shape(in->reader)->example), READER_SHAPE_TEXT - 1);
    free(text.text);
    reading_done(in);
}

int main(void)
{
    gunzip = gunzip_new();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_wrapping_of_every_format),
        cmocka_unit_test(test_wrappings_of_wrappings),
        cmocka_unit_test(test_cut_and_flipped_everywhere),
        cmocka_unit_test(test_depth_of_every_wrapping),
        cmocka_unit_test(test_named_members),
        cmocka_unit_test(test_ordinary_words),
        cmocka_unit_test(test_several_events_in_one_message),
        cmocka_unit_test(test_a_large_batch_in_a_string),
        cmocka_unit_test(test_opening_takes_no_memory),
        cmocka_unit_test(test_times_of_envelopes_come_last),
        cmocka_unit_test(test_times_without_a_year),
        cmocka_unit_test(test_gzip_that_is_broken),
        cmocka_unit_test(test_a_gzip_bomb),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_shapes_of_what_is_not_ours),
        cmocka_unit_test(test_fingerprints_of_what_is_not_ours),
        cmocka_unit_test(test_long_names_are_cut),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    gunzip_free(gunzip);
    return failed;
}
