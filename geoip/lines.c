/* SPDX-License-Identifier: Apache-2.0
 *
 * Text files of one item a line: feeds and tables. Read before the first event only.
 */
#include "geoip/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads up to len bytes; a file that shrinks meanwhile is just shorter. */
static ssize_t read_whole(int fd, char *to, size_t len)
{
    size_t done = 0;
    while (done < len) {
        ssize_t n = read(fd, to + done, len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

int lines_load(const char *file, struct diag *diag, struct slice *ret_text)
{
    struct diag_place at = {.file = file};
    struct stat st;
    char *text = NULL;
    ssize_t n = 0;
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not hold the start up */
    if (fd < 0 || fstat(fd, &st) < 0) {
        n = -errno;
    } else if (!S_ISREG(st.st_mode)) {
        n = -EINVAL;
        diag_error(diag, at, "is not a regular file");
    } else if (st.st_size > LINES_BYTES_MAX) {
        n = -EFBIG;
        diag_error(diag, at, "is longer than %d MiB", LINES_BYTES_MAX >> 20);
    } else if (!(text = malloc((size_t)st.st_size + 1))) {
        n = -ENOMEM;
    } else {
        n = read_whole(fd, text, (size_t)st.st_size);
    }
    if (n < 0 && n != -EINVAL && n != -EFBIG)
        diag_error(diag, at, "cannot be read: %s", strerror((int)-n));
    if (fd >= 0)
        close(fd);
    if (n < 0) {
        free(text);
        return (int)n;
    }
    *ret_text = (struct slice){text, (size_t)n};
    return 0;
}

bool lines_next(struct slice *rest, struct slice *ret_line)
{
    if (rest->len == 0)
        return false;
    const char *end = memchr(rest->ptr, '\n', rest->len);
    size_t len = end ? (size_t)(end - rest->ptr) : rest->len;
    size_t taken = end ? len + 1 : len;
    struct slice line = {rest->ptr, len};
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    *ret_line = line;
    rest->ptr += taken;
    rest->len -= taken;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct slice lines_trim(struct slice text, unsigned *ret_column)
{
    unsigned column = 1;
    for (; text.len && is_blank(text.ptr[0]); text.ptr++, text.len--)
        column++;
    while (text.len && is_blank(text.ptr[text.len - 1]))
        text.len--;
    if (ret_column)
        *ret_column = column;
    return text;
}
