/* SPDX-License-Identifier: Apache-2.0
 *
 * The text forms of times. A cursor walks the text; each form is a line of small steps that either
 * all succeed or the text is not of that form. A bool expression is the grammar: its order is the
 * order of the text.
 */
#include "parsers/values/moment.h"

enum { OFFSET_MAX_MINUTES = 14 * 60 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool at_end(const struct cursor *in)
{
    return in->at == in->end;
}

static bool skip(struct cursor *in, char c)
{
    if (at_end(in) || *in->at != c)
        return false;
    in->at++;
    return true;
}

static bool skip_blanks(struct cursor *in)
{
    if (!skip(in, ' '))
        return false;
    while (skip(in, ' '))
        ;
    return true;
}

/* Takes a word if it stands here, in any case. */
static bool skip_word(struct cursor *in, struct slice word)
{
    if (!slice_starts_nocase((struct slice){in->at, (size_t)(in->end - in->at)}, word))
        return false;
    in->at += word.len;
    return true;
}

/* From `least` to `most` digits, as many as there are. */
static bool number(struct cursor *in, int least, int most, int *ret)
{
    int value = 0, n = 0;
    for (; n < most && !at_end(in) && is_digit(*in->at); n++)
        value = value * 10 + (*in->at++ - '0');
    *ret = value;
    return n >= least;
}

/* An optional fraction of 1 to 9 digits, cut to milliseconds. */
static bool fraction(struct cursor *in, int *ret_millisecond)
{
    *ret_millisecond = 0;
    if (!skip(in, '.'))
        return true;
    int n = 0;
    for (int unit = 100; n < 9 && !at_end(in) && is_digit(*in->at); n++, unit /= 10)
        *ret_millisecond += (*in->at++ - '0') * unit;
    return n > 0;
}

/* 5:06:07.123 */
static bool clock_time(struct cursor *in, int least_hour_digits, struct moment *m)
{
    return number(in, least_hour_digits, 2, &m->hour) && skip(in, ':') &&
           number(in, 2, 2, &m->minute) && skip(in, ':') && number(in, 2, 2, &m->second) &&
           fraction(in, &m->millisecond);
}

/* Z, UTC, GMT, +02:00, +0200. */
static bool zone(struct cursor *in, struct moment *m)
{
    m->has_offset = true;
    m->offset_minutes = 0;
    if (skip_word(in, SLICE("Z")) || skip_word(in, SLICE("UTC")) || skip_word(in, SLICE("GMT")))
        return true;
    int sign = skip(in, '+') ? 1 : skip(in, '-') ? -1 : 0;
    int hours, minutes;
    if (sign == 0 || !number(in, 2, 2, &hours))
        return false;
    skip(in, ':');
    if (!number(in, 2, 2, &minutes) || minutes > 59)
        return false;
    m->offset_minutes = sign * (hours * 60 + minutes);
    return hours * 60 + minutes <= OFFSET_MAX_MINUTES;
}

/* The end of the text, or blanks, a zone and the end. */
static bool zone_or_end(struct cursor *in, struct moment *m)
{
    return at_end(in) || (skip_blanks(in) && zone(in, m) && at_end(in));
}

bool moment_read_iso(struct cursor in, struct moment *m)
{
    if (!number(&in, 4, 4, &m->year) || !skip(&in, '-') || !number(&in, 2, 2, &m->month) ||
        !skip(&in, '-') || !number(&in, 2, 2, &m->day))
        return false;
    if (!skip(&in, 'T') && !skip(&in, 't') && !skip(&in, ' '))
        return false;
    if (!clock_time(&in, 2, m))
        return false;
    if (at_end(&in) || *in.at == ' ')
        return zone_or_end(&in, m);
    /* Zone names stand apart; only Z and offsets may touch the seconds. */
    return (*in.at == 'Z' || *in.at == 'z' || *in.at == '+' || *in.at == '-') && zone(&in, m) &&
           at_end(&in);
}

bool moment_read_us(struct cursor in, struct moment *m)
{
    if (!number(&in, 1, 2, &m->month) || !skip(&in, '/') || !number(&in, 1, 2, &m->day) ||
        !skip(&in, '/') || !number(&in, 4, 4, &m->year))
        return false;
    (void)skip(&in, ','); /* exports of the Azure portal */
    if (!skip(&in, ' ') || !clock_time(&in, 1, m))
        return false;
    struct cursor after = in;
    bool am = skip(&after, ' ') && skip_word(&after, SLICE("AM"));
    bool pm = !am && after.at > in.at && skip_word(&after, SLICE("PM"));
    if (am || pm) {
        if (m->hour < 1 || m->hour > 12)
            return false;
        m->hour = m->hour % 12 + (pm ? 12 : 0);
        in = after;
    }
    return zone_or_end(&in, m);
}

static bool month_name(struct cursor *in, int *ret_month)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; i++) {
        if (!skip_word(in, (struct slice){names + 3 * i, 3}))
            continue;
        *ret_month = i + 1;
        return true;
    }
    return false;
}

/* Mar 04, Mar  4: what CEF and RFC 3164 begin with. */
static bool month_and_day(struct cursor *in, struct moment *m)
{
    return month_name(in, &m->month) && skip_blanks(in) && number(in, 1, 2, &m->day) &&
           skip_blanks(in);
}

static bool day_name(struct cursor *in)
{
    static const char days[] = "MonTueWedThuFriSatSun";
    for (int i = 0; i < 7; i++)
        if (skip_word(in, (struct slice){days + 3 * i, 3}))
            return true;
    return false;
}

/* Tue, 4 Mar 2025, 05:06:07 UTC: RFC 5322, with a comma more where products write it. */
bool moment_read_mail(struct cursor in, struct moment *m)
{
    if (day_name(&in) && (!skip(&in, ',') || !skip_blanks(&in)))
        return false;
    if (!number(&in, 1, 2, &m->day) || !skip_blanks(&in) || !month_name(&in, &m->month) ||
        !skip_blanks(&in) || !number(&in, 4, 4, &m->year))
        return false;
    skip(&in, ',');
    return skip_blanks(&in) && clock_time(&in, 2, m) && zone_or_end(&in, m);
}

/* Tue Mar  4 05:06:07 2025, as asctime(3) and Java's Date write it. */
bool moment_read_asctime(struct cursor in, struct moment *m)
{
    if (!day_name(&in) || !skip_blanks(&in) || !month_and_day(&in, m) || !clock_time(&in, 2, m) ||
        !skip_blanks(&in))
        return false;
    if (!at_end(&in) && !is_digit(*in.at) && (!zone(&in, m) || !skip_blanks(&in)))
        return false;
    return number(&in, 4, 4, &m->year) && at_end(&in);
}

/* Mar 04 2025 05:06:07.123 UTC, the CEF form. */
bool moment_read_cef(struct cursor in, struct moment *m)
{
    return month_and_day(&in, m) && number(&in, 4, 4, &m->year) && skip_blanks(&in) &&
           clock_time(&in, 2, m) && zone_or_end(&in, m);
}

bool moment_read_syslog(struct cursor in, struct moment *m)
{
    return month_and_day(&in, m) && clock_time(&in, 2, m) && at_end(&in);
}

bool moment_read_zone(struct cursor in, struct moment *m)
{
    return zone(&in, m) && at_end(&in);
}
