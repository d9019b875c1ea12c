/* SPDX-License-Identifier: Apache-2.0
 *
 * Text <-> milliseconds: chooses the form by its first bytes, checks the numbers against the
 * calendar and the years we believe, reads epoch numbers, writes RFC 3339. The calendar is the
 * proleptic Gregorian one, days counted as in H. Hinnant, "chrono-compatible low-level date
 * algorithms".
 */
#include "parsers/values/timestamp.h"

#include "parsers/values/moment.h"
#include "parsers/values/text.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
enum { YEAR_MIN = 2000, YEAR_MAX = 2100 };

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int year, int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days since 1970-01-01, for years from 0. The year begins in March, so that the leap day is last.
 */
static int64_t days_since_1970(int year, int month, int day)
{
    int shifted = year - (month <= 2) + 400; /* one cycle later, to stay above zero */
    int era = shifted / 400, of_era = shifted % 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + day_of_year;
    return (int64_t)(era - 1) * 146097 + day_of_era - 719468;
}

static bool in_range(int64_t ms)
{
    /* 2000-01-01 and 2101-01-01: the years 2000 to 2100. */
    return ms >= INT64_C(946684800000) && ms < INT64_C(4133980800000);
}

static bool moment_to_ms(const struct moment *m, int64_t *ret_ms)
{
    if (m->year < YEAR_MIN - 1 || m->year > YEAR_MAX + 1 || m->month < 1 || m->month > 12 ||
        m->day < 1 || m->day > days_in_month(m->year, m->month))
        return false;
    if (m->hour > 23 || m->minute > 59 || m->second > 60)
        return false;
    /* A leap second counts as the last instant of its minute: no other second has two names. */
    int64_t second_ms = m->second == 60 ? 59999 : m->second * SECOND + m->millisecond;
    int64_t ms = days_since_1970(m->year, m->month, m->day) * DAY + (int64_t)m->hour * HOUR +
                 (int64_t)m->minute * MINUTE + second_ms - (int64_t)m->offset_minutes * MINUTE;
    if (!in_range(ms))
        return false;
    *ret_ms = ms;
    return true;
}

static struct cursor cursor_of(struct slice text)
{
    return (struct cursor){text.ptr, text.len > 0 ? text.ptr + text.len : text.ptr};
}

bool timestamp_parse_local(struct slice text, struct slice zone_text, const struct zone *local,
                           bool *ret_zoneless, int64_t *ret_ms)
{
    *ret_zoneless = false; /* a number of seconds is in no zone */
    text = text_trim(text);
    if (text.len < 3)
        return false;
    const struct cursor in = cursor_of(text);
    struct moment m = {0};
    bool read;
    if (text.ptr[0] < '0' || text.ptr[0] > '9')
        read = moment_read_cef(in, &m) || moment_read_asctime(in, &m) || moment_read_mail(in, &m);
    else if (text.len > 4 && text.ptr[4] == '-')
        read = moment_read_iso(in, &m);
    else if (text.ptr[1] == '/' || text.ptr[2] == '/')
        read = moment_read_us(in, &m);
    else if (text.ptr[1] == ' ' || text.ptr[2] == ' ')
        read = moment_read_mail(in, &m);
    else
        return timestamp_parse_epoch(text, ret_ms);
    if (!read)
        return false;
    zone_text = text_trim(zone_text);
    if (!m.has_offset && zone_text.len > 0 && !moment_read_zone(cursor_of(zone_text), &m))
        return false;
    int64_t ms;
    if (!moment_to_ms(&m, &ms))
        return false;
    *ret_zoneless = !m.has_offset;
    *ret_ms = m.has_offset ? ms : zone_to_utc(local, ms);
    return true;
}

bool timestamp_parse_in(struct slice text, struct slice zone_text, int64_t *ret_ms)
{
    bool zoneless;
    return timestamp_parse_local(text, zone_text, NULL, &zoneless, ret_ms);
}

bool timestamp_parse(struct slice text, int64_t *ret_ms)
{
    return timestamp_parse_in(text, (struct slice){0}, ret_ms);
}

bool timestamp_is_syslog(struct slice text)
{
    struct moment m = {0};
    return text.len > 0 && moment_read_syslog(cursor_of(text_trim(text)), &m);
}

bool timestamp_parse_syslog(struct slice text, struct slice zone_text, const struct zone *local,
                            int64_t reference_ms, int64_t *ret_ms)
{
    struct moment m = {0};
    if (!in_range(reference_ms) || !moment_read_syslog(cursor_of(text_trim(text)), &m))
        return false;
    zone_text = text_trim(zone_text);
    if (zone_text.len > 0 && !moment_read_zone(cursor_of(zone_text), &m))
        return false;
    /* Years are farther apart than 24 h, so the latest one allowed is also the nearest. Eight of
     * them always hold a 29 February; the first guess is at most two years ahead. */
    int year = 1970 + (int)(reference_ms / DAY / 365) + 1;
    for (int tries = 0; tries < 8; tries++) {
        int64_t ms;
        m.year = year - tries;
        if (!moment_to_ms(&m, &ms))
            continue;
        ms = m.has_offset ? ms : zone_to_utc(local, ms);
        if (ms - reference_ms > DAY)
            continue;
        *ret_ms = ms;
        return true;
    }
    return false;
}

/* A number of any notation as its digits and the place of the decimal point among them. */
struct decimal {
    char digits[40];
    int n, point;
};

static bool read_decimal(struct slice text, struct decimal *ret)
{
    struct decimal d = {.point = -1};
    size_t i = 0;
    for (; i < text.len && text.ptr[i] != 'e' && text.ptr[i] != 'E'; i++) {
        char c = text.ptr[i];
        if (c == '.' && d.point < 0 && d.n > 0)
            d.point = d.n;
        else if (c >= '0' && c <= '9' && d.n < (int)sizeof d.digits)
            d.digits[d.n++] = c;
        else
            return false;
    }
    if (d.n == 0 || d.point == d.n)
        return false;
    if (d.point < 0)
        d.point = d.n;
    if (i < text.len) { /* E9, e+18: always upwards, no time is that small */
        i += i + 1 < text.len && text.ptr[i + 1] == '+' ? 2 : 1;
        int exponent = 0;
        size_t first = i;
        for (; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9' && i < first + 2; i++)
            exponent = exponent * 10 + (text.ptr[i] - '0');
        if (i == first || i < text.len)
            return false;
        d.point += exponent;
    }
    *ret = d;
    return true;
}

static int64_t digit_at(const struct decimal *d, int place)
{
    return place < d->n ? d->digits[place] - '0' : 0;
}

bool timestamp_parse_epoch(struct slice text, int64_t *ret_ms)
{
    struct decimal d;
    if (!read_decimal(text_trim(text), &d))
        return false;
    int64_t whole = 0;
    for (int i = 0; i < d.point; i++) {
        if (whole > (INT64_MAX - 9) / 10)
            return false;
        whole = whole * 10 + digit_at(&d, i);
    }
    int64_t ms;
    if (whole < INT64_C(100000000000))
        ms = whole * SECOND + digit_at(&d, d.point) * 100 + digit_at(&d, d.point + 1) * 10 +
             digit_at(&d, d.point + 2);
    else if (whole < INT64_C(100000000000000))
        ms = whole;
    else if (whole < INT64_C(100000000000000000))
        ms = whole / 1000;
    else
        ms = whole / 1000000;
    if (!in_range(ms))
        return false;
    *ret_ms = ms;
    return true;
}

/* Writes `value` with exactly n digits; returns the place after them. */
static char *put(char *to, int n, int value, char after)
{
    for (int i = n - 1; i >= 0; i--, value /= 10)
        to[i] = (char)('0' + value % 10);
    to[n] = after;
    return to + n + 1;
}

size_t timestamp_format(int64_t ms, char text[static TIMESTAMP_TEXT_MAX])
{
    const int64_t first = INT64_C(-62167219200000), last = INT64_C(253402300799999);
    ms = ms < first ? first : ms > last ? last : ms;
    int64_t since_year_0 = ms - first;
    int of_day = (int)(since_year_0 % DAY);
    int64_t days = ms / DAY - (ms % DAY < 0); /* rounded down */
    int year = (int)(since_year_0 / DAY / 366);
    while (days_since_1970(year + 1, 1, 1) <= days)
        year++;
    int day = (int)(days - days_since_1970(year, 1, 1)), month = 1;
    while (day >= days_in_month(year, month))
        day -= days_in_month(year, month++);
    char *at = put(text, 4, year, '-');
    at = put(at, 2, month, '-');
    at = put(at, 2, day + 1, 'T');
    at = put(at, 2, of_day / HOUR, ':');
    at = put(at, 2, of_day / MINUTE % 60, ':');
    at = put(at, 2, of_day / SECOND % 60, '.');
    at = put(at, 3, of_day % SECOND, 'Z');
    *at = '\0';
    return (size_t)(at - text);
}
