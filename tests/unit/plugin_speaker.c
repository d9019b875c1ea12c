/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of a finding: Create, Update, Close, opened again, retracted and brought back,
 * displaced; and that a storm of reports is few records. Time is what the test says.
 */
#include "plugin/findings/speaker.h"

#include "detectors/frame/ladder.h"
#include "tests/unit/parts.h"
#include "tests/unit/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { INTERVAL = 300000, MINUTE = 60000, HOUR = 60 * MINUTE, SAID_MAX = 4096 };
#define DAY INT64_C(86400000)

static struct parts parts;
static struct speaker *speaker;
static struct said {
    enum activity activity;
    enum status status;
    enum severity severity;
    enum suppression suppressed;
    uint32_t sequence;
    bool provisional, held;
    double users;
    unsigned witnesses, related;
    char uid[FINDING_UID_TEXT], first_related[FINDING_UID_TEXT];
} said[SAID_MAX];
static unsigned said_n;

static void on_say(void *ctx, const struct finding *f)
{
    (void)ctx;
    assert_true(said_n < SAID_MAX);
    struct said *s = &said[said_n++];
    *s = (struct said){.activity = f->activity,
                       .status = f->status,
                       .severity = f->verdict.severity,
                       .suppressed = f->suppressed,
                       .sequence = f->sequence,
                       .provisional = f->verdict.provisional,
                       .held = f->held,
                       .users = verdict_measured(&f->verdict, MEASURE_TRIED_USERS),
                       .witnesses = f->witnesses_n};
    memcpy(s->uid, f->uid, sizeof s->uid);
    s->related = f->related_n;
    memcpy(s->first_related, f->related[0].uid, sizeof s->first_related);
    assert_true(f->title[0] != '\0' && f->subject_type[0] != '\0');
    for (unsigned i = 1; i < f->witnesses_n; i++)
        assert_true(f->witnesses[i - 1].time_ms <= f->witnesses[i].time_ms);
}

static void open_speaker(size_t findings)
{
    const struct speaker_out out = {NULL, on_say};
    speaker = speaker_new(parts.detectors, &out, findings, INTERVAL);
    assert_non_null(speaker);
    said_n = 0;
}

static int set_up(void **state)
{
    (void)state;
    parts_open(&parts, "{}");
    open_speaker(64);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    speaker_free(speaker);
    parts_close(&parts);
    return 0;
}

/* A report that no row backs: it stands as it was said. */
static struct report report_of(const char *detector, uint64_t subject, int64_t at_ms,
                               enum severity severity, double users)
{
    struct detection d = parts_detection(&parts, detector);
    struct report r = {.detector = d.detector, .subject = subject, .at_ms = at_ms};
    r.bucket = detector_bucket(d.detector, at_ms);
    detector_uid(&d, subject, r.bucket, r.uid);
    r.verdict =
        (struct verdict){.fires = true, .severity = severity, .first_ms = at_ms, .last_ms = at_ms};
    verdict_measure(&r.verdict, MEASURE_TRIED_USERS, users);
    r.witness.time_ms = at_ms;
    snprintf(r.witness.event_id, sizeof r.witness.event_id, "%lld", (long long)at_ms);
    return r;
}

static void report(int64_t at_ms, enum severity severity, double users)
{
    struct report r = report_of("ropc", 7, at_ms, severity, users);
    speaker_report(speaker, &r);
}

static void expect(unsigned n, enum activity activity, enum status status, enum severity severity)
{
    assert_int_equal(said_n, n);
    assert_int_equal(said[n - 1].activity, activity);
    assert_int_equal(said[n - 1].status, status);
    assert_int_equal(said[n - 1].severity, severity);
    assert_int_equal(said[n - 1].sequence, n - 1);
}

static void test_life(void **state)
{
    (void)state;
    int64_t t = PARTS_NOW;
    report(t, SEVERITY_MEDIUM, 5);
    expect(1, ACTIVITY_CREATE, STATUS_NEW, SEVERITY_MEDIUM);
    report(t, SEVERITY_MEDIUM, 5);
    report(t + MINUTE, SEVERITY_HIGH, 10); /* graver and doubled, but the interval is not over */
    speaker_tick(speaker, t + INTERVAL - 1000);
    assert_int_equal(said_n, 1);
    speaker_tick(speaker, t + INTERVAL);
    expect(2, ACTIVITY_UPDATE, STATUS_NEW, SEVERITY_HIGH);
    assert_true(said[1].users > 9.9);
    report(t + 6 * MINUTE, SEVERITY_CRITICAL, 10); /* goes at once */
    expect(3, ACTIVITY_UPDATE, STATUS_NEW, SEVERITY_CRITICAL);
    report(t + 6 * MINUTE, SEVERITY_CRITICAL, 10);
    report(t + 8 * MINUTE, SEVERITY_LOW, 10); /* neither more nor graver */
    speaker_tick(speaker, t + 12 * MINUTE);
    assert_int_equal(said_n, 3);
    report(t + 20 * MINUTE, SEVERITY_LOW, 11); /* one more */
    expect(4, ACTIVITY_UPDATE, STATUS_NEW, SEVERITY_CRITICAL);
    assert_true(said[3].users > 10.9);
    speaker_tick(speaker, t + 60 * MINUTE);
    speaker_tick(speaker, t + 20 * MINUTE + 7 * DAY - 1000);
    assert_int_equal(said_n, 4);
    speaker_tick(speaker, t + 20 * MINUTE + 7 * DAY);
    expect(5, ACTIVITY_CLOSE, STATUS_RESOLVED, SEVERITY_CRITICAL);
    assert_true(said[4].users > 10.9); /* the last numbers */
    report(t, SEVERITY_MEDIUM, 5);     /* nothing new: it stays closed */
    assert_int_equal(said_n, 5);
    report(t + 30 * MINUTE, SEVERITY_MEDIUM, 5);
    expect(6, ACTIVITY_UPDATE, STATUS_IN_PROGRESS, SEVERITY_CRITICAL);
    assert_int_equal(said[5].witnesses, 4); /* of six different events */
    speaker_tick(speaker, t + 60 * MINUTE + 7 * DAY);
    expect(7, ACTIVITY_CLOSE, STATUS_RESOLVED, SEVERITY_CRITICAL);
    speaker_end(speaker);
    assert_int_equal(said_n, 7);
    struct speaker_counts c = speaker_counts(speaker);
    unsigned i = detector_index(detectors_find("ropc"));
    assert_true(c.created[i] == 1 && c.updated[i] == 4 && c.closed[i] == 2 && c.open == 0);
}

/* A detector with an interval of its own: numbers once a day, what is graver as usual. It closes a
 * day after its bucket, a week from Thursday on, however fresh the evidence. */
static void test_own_interval_and_end_of_bucket(void **state)
{
    (void)state;
    int64_t t = PARTS_NOW, end = (t / DAY / 7 + 1) * 7 * DAY;
    struct report r = report_of("exposure", 7, t, SEVERITY_LOW, 1);
    speaker_report(speaker, &r);
    expect(1, ACTIVITY_CREATE, STATUS_NEW, SEVERITY_LOW);
    r = report_of("exposure", 7, t + HOUR, SEVERITY_LOW, 2);
    speaker_report(speaker, &r);
    speaker_tick(speaker, t + DAY - 1000);
    assert_int_equal(said_n, 1);
    speaker_tick(speaker, t + DAY);
    expect(2, ACTIVITY_UPDATE, STATUS_NEW, SEVERITY_LOW);
    r = report_of("exposure", 7, t + DAY + INTERVAL, SEVERITY_HIGH, 2);
    speaker_report(speaker, &r);
    expect(3, ACTIVITY_UPDATE, STATUS_NEW, SEVERITY_HIGH);
    r = report_of("exposure", 7, end - 1000, SEVERITY_HIGH, 2);
    speaker_report(speaker, &r);
    speaker_tick(speaker, end + DAY - 1000);
    assert_int_equal(said_n, 3);
    speaker_tick(speaker, end + DAY);
    expect(4, ACTIVITY_CLOSE, STATUS_RESOLVED, SEVERITY_HIGH);
}

static void test_end(void **state)
{
    (void)state;
    report(PARTS_NOW, SEVERITY_MEDIUM, 5);
    report(PARTS_NOW + 1, SEVERITY_MEDIUM, 6);
    speaker_end(speaker);
    expect(2, ACTIVITY_UPDATE, STATUS_NEW, SEVERITY_MEDIUM);
    speaker_end(speaker);
    assert_int_equal(said_n, 2);
}

/* A source row with users tried and users who succeeded, and a report about it that is behind. */
static uint32_t source_row(uint64_t key)
{
    struct table *sources = parts.windows->table[WINDOWS_SOURCE];
    uint32_t row = table_row(sources, key, (uint32_t)(PARTS_NOW / MINUTE), false);
    ladder_label(parts.windows, WINDOWS_SOURCE, row,
                 &(struct rung){.asn = 3320, .network = NETWORK_ISP}, 0);
    return row;
}

static void add_users(uint32_t row, unsigned set, uint64_t from, uint64_t n)
{
    struct table *sources = parts.windows->table[WINDOWS_SOURCE];
    for (uint64_t i = from; i < from + n; i++)
        windows_add(parts.windows, WINDOWS_SOURCE, row, set, hash_words(&parts.windows->key, &i, 1),
                    PARTS_NOW);
    row_merge(sources, row, &source_fields[SOURCE_FIRST], 0, ~(uint64_t)PARTS_NOW);
    row_merge(sources, row, &source_fields[SOURCE_LAST], 0, (uint64_t)PARTS_NOW);
}

static void report_spray(uint64_t key)
{
    struct report r = report_of("password_spray", key, PARTS_NOW, SEVERITY_MEDIUM, 5);
    r.verdict.provisional = true;
    r.verdict.settle_ms = PARTS_NOW + 10 * MINUTE;
    r.verdict.words[0] = key;
    r.verdict.words[1] = WINDOWS_SOURCE;
    speaker_report(speaker, &r);
}

/* One interval after the only report the words say how many there are by now. */
static void test_words_are_read_again(void **state)
{
    (void)state;
    uint64_t key = UINT64_C(5) << 55;
    uint32_t row = source_row(key);
    add_users(row, SET_TRIED, 0, 12);
    report_spray(key);
    assert_true(said[0].users < 5.1 && said[0].provisional);
    speaker_tick(speaker, PARTS_NOW + INTERVAL);
    assert_int_equal(said_n, 2);
    assert_true(said[1].users > 11.9 && said[1].provisional);
    speaker_tick(speaker, PARTS_NOW + 10 * MINUTE);
    speaker_tick(speaker, PARTS_NOW + DAY / 4 + MINUTE * 10);
    expect(3, ACTIVITY_CLOSE, STATUS_RESOLVED, SEVERITY_MEDIUM);
    assert_false(said[2].provisional);
}

static void test_retracted(void **state)
{
    (void)state;
    uint64_t key = UINT64_C(6) << 55;
    uint32_t row = source_row(key);
    add_users(row, SET_TRIED, 0, 5);
    add_users(row, SET_OK, 100, 9);
    report_spray(key);
    speaker_tick(speaker, PARTS_NOW + 10 * MINUTE - 1);
    assert_int_equal(said_n, 1);
    speaker_tick(speaker, PARTS_NOW + 11 * MINUTE);
    expect(2, ACTIVITY_CLOSE, STATUS_SUPPRESSED, SEVERITY_MEDIUM);
    assert_int_equal(said[1].suppressed, SUPPRESSED_SHARED_EGRESS);
    /* More are tried than succeed after all; their reports were not due. */
    add_users(row, SET_TRIED, 50, 6);
    speaker_tick(speaker, PARTS_NOW + 12 * MINUTE);
    assert_int_equal(said_n, 2);
    speaker_tick(speaker, PARTS_NOW + 17 * MINUTE);
    expect(3, ACTIVITY_UPDATE, STATUS_IN_PROGRESS, SEVERITY_MEDIUM);
    assert_true(said[2].users > 10.9);
    /* And the other way round, once more, at the end. */
    add_users(row, SET_OK, 200, 3);
    speaker_end(speaker);
    expect(4, ACTIVITY_CLOSE, STATUS_SUPPRESSED, SEVERITY_MEDIUM);
    unsigned i = detector_index(detectors_find("password_spray"));
    assert_int_equal(speaker_counts(speaker).retracted[i], 2);
    assert_int_equal(speaker_counts(speaker).open, 0);
}

/* A verdict that is certain is not retracted, whatever a provisional one turns out to be. */
static void test_certain(void **state)
{
    (void)state;
    report(PARTS_NOW, SEVERITY_MEDIUM, 5);
    struct report r = report_of("ropc", 7, PARTS_NOW, SEVERITY_MEDIUM, 6);
    r.verdict.provisional = true;
    r.verdict.settle_ms = PARTS_NOW + MINUTE;
    speaker_report(speaker, &r);
    speaker_tick(speaker, PARTS_NOW + 2 * MINUTE);
    speaker_end(speaker);
    expect(2, ACTIVITY_UPDATE, STATUS_NEW, SEVERITY_MEDIUM);
}

/* Ten thousand reports in 50 minutes: one Create, and an Update when a number has doubled. */
static void test_storm(void **state)
{
    (void)state;
    for (int i = 0; i < 10000; i++) {
        report(PARTS_NOW + i * 300, SEVERITY_MEDIUM, i + 1);
        speaker_tick(speaker, PARTS_NOW + i * 300);
    }
    assert_in_range(said_n, 2, 1 + 10);
    assert_int_equal(said[0].activity, ACTIVITY_CREATE);
    for (unsigned i = 1; i < said_n; i++)
        assert_int_equal(said[i].activity, ACTIVITY_UPDATE);
    speaker_end(speaker);
    assert_true(said[said_n - 1].users > 9999.9);
}

static void report_one(uint64_t subject, int64_t at_ms)
{
    struct report r = report_of("ropc", subject, at_ms, SEVERITY_MEDIUM, 5);
    speaker_report(speaker, &r);
}

static void test_displaced(void **state)
{
    (void)state;
    speaker_free(speaker);
    open_speaker(3);
    report_one(1, PARTS_NOW);
    report_one(2, PARTS_NOW + DAY);
    report_one(3, PARTS_NOW + DAY / 2);
    speaker_tick(speaker, PARTS_NOW + 7 * DAY);
    assert_int_equal(said_n, 4); /* 1 is closed by its silence */
    report_one(4, PARTS_NOW + DAY);
    assert_int_equal(said_n, 5); /* takes the place of the closed one */
    report_one(5, PARTS_NOW + DAY);
    assert_int_equal(said_n,
                     7); /* none is closed: 3 was longest without evidence, and is closed first */
    assert_int_equal(said[5].activity, ACTIVITY_CLOSE);
    assert_string_equal(said[5].uid, said[2].uid);
    assert_int_equal(said[6].activity, ACTIVITY_CREATE);
    assert_int_equal(speaker_counts(speaker).displaced, 2);
    assert_int_equal(speaker_counts(speaker).open, 3);
    report_one(2, PARTS_NOW + DAY); /* still known */
    assert_int_equal(said_n, 7);
}

/* The index after thousands of displacements: who is remembered is found, who is not is created. */
static void test_index(void **state)
{
    (void)state;
    enum { ROOM = 32, SUBJECTS = 100 };
    speaker_free(speaker);
    open_speaker(ROOM);
    uint64_t seed = 9;
    int64_t newest[SUBJECTS] = {0};
    for (int64_t i = 1; i < 1500; i++) {
        uint64_t subject = random_below(&seed, SUBJECTS);
        unsigned newer = 0;
        for (unsigned k = 0; k < SUBJECTS; k++)
            newer += newest[k] > newest[subject];
        bool known = newest[subject] != 0 && newer < ROOM;
        unsigned before = said_n;
        report_one(subject, PARTS_NOW + i);
        newest[subject] = i;
        if (known)
            assert_int_equal(said_n, before);
        else
            assert_int_equal(said[said_n - 1].activity, ACTIVITY_CREATE);
        assert_in_range(speaker_counts(speaker).open, 1, ROOM);
    }
}

/* What is held back is said, takes no place from what is open, and may be created later. */
static void test_held(void **state)
{
    (void)state;
    enum { ROOM = 3 };
    speaker_free(speaker);
    open_speaker(ROOM);
    for (uint64_t subject = 1; subject <= ROOM; subject++)
        report_one(subject, PARTS_NOW);
    for (uint64_t subject = 1; subject < 200; subject++) {
        struct report r = report_of("ropc", subject, PARTS_NOW, SEVERITY_HIGH, 5);
        r.verdict.suppressed = SUPPRESSED_FAMILIAR;
        speaker_report(speaker, &r);
    }
    assert_int_equal(said_n, ROOM + 199 - ROOM); /* those that are open are not spoken of */
    for (unsigned i = ROOM; i < said_n; i++) {
        assert_true(said[i].held);
        assert_int_equal(said[i].activity, ACTIVITY_CLOSE);
        assert_int_equal(said[i].status, STATUS_SUPPRESSED);
        assert_int_equal(said[i].suppressed, SUPPRESSED_FAMILIAR);
        assert_int_equal(said[i].severity, SEVERITY_HIGH);
    }
    struct speaker_counts c = speaker_counts(speaker);
    unsigned i = detector_index(detectors_find("ropc")), n = said_n;
    assert_true(c.open == ROOM && c.displaced == 0 && c.retracted[i] == 0 && c.held[i] == 196);
    report_one(7, PARTS_NOW + DAY);
    assert_string_equal(said[said_n - 1].uid, said[6].uid);
    assert_int_equal(said[said_n - 1].activity, ACTIVITY_CREATE);
    assert_int_equal(said[said_n - 1].sequence, 0);
    assert_false(said[said_n - 1].held);
    assert_int_equal(said_n, n + 2); /* one was closed for it */
}

/* An attack over the end of a bucket is two findings, and the later names the earlier, whichever
 * was heard of first. */
static void test_period_before(void **state)
{
    (void)state;
    report_one(1, PARTS_NOW);
    report_one(1, PARTS_NOW + 7 * DAY);
    assert_int_equal(said_n, 2);
    assert_int_equal(said[0].related, 0);
    assert_int_equal(said[1].related, 1);
    assert_string_equal(said[1].first_related, said[0].uid);
    report_one(2, PARTS_NOW + 7 * DAY);
    report_one(2, PARTS_NOW);
    assert_int_equal(said_n, 4);
    assert_int_equal(said[2].related, 0);
    speaker_end(speaker);
    assert_int_equal(said_n, 5); /* only who has something new to name */
    assert_string_equal(said[4].uid, said[2].uid);
    assert_string_equal(said[4].first_related, said[3].uid);
    assert_int_equal(said[4].activity, ACTIVITY_UPDATE);
    speaker_end(speaker);
    assert_int_equal(said_n, 5);
}

/* What is taken back is named no more. */
static void test_period_before_retracted(void **state)
{
    (void)state;
    uint64_t key = UINT64_C(7) << 55;
    uint32_t row = source_row(key);
    add_users(row, SET_TRIED, 0, 5);
    add_users(row, SET_OK, 100, 9);
    report_spray(key);
    struct report next = report_of("password_spray", key, PARTS_NOW + DAY, SEVERITY_MEDIUM, 5);
    next.verdict.words[0] = key;
    next.verdict.words[1] = WINDOWS_SOURCE;
    speaker_report(speaker, &next);
    assert_int_equal(said[1].related, 1);
    assert_string_equal(said[1].first_related, said[0].uid);
    speaker_end(speaker);
    bool retracted = false;
    for (unsigned i = 2; i < said_n; i++)
        retracted |= said[i].status == STATUS_SUPPRESSED && strcmp(said[i].uid, said[0].uid) == 0;
    assert_true(retracted);
    assert_string_equal(said[said_n - 1].uid, said[1].uid);
    assert_int_equal(said[said_n - 1].related, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_life, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_own_interval_and_end_of_bucket, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words_are_read_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_retracted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_certain, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_storm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_displaced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_index, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_held, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_period_before, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_period_before_retracted, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
