/* SPDX-License-Identifier: Apache-2.0
 *
 * Only in builds with ThreadSanitizer: librdkafka makes its threads, mutexes and conditions with
 * the functions of <threads.h>, which ThreadSanitizer does not know; without this it crashes in the
 * first of those threads. Here they are the pthread functions that it does know. glibc keeps mtx_t
 * and cnd_t in the same shape as pthread_mutex_t and pthread_cond_t (nptl/thrd_priv.h). Empty
 * otherwise.
 */
#include "plugin/path/ring.h"

#ifdef RING_TSAN
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <threads.h>

extern const char tsan_here;

const char tsan_here = 1; /* plugin/kafka/kafka.c asks for it, so that this file is linked */

struct start {
    thrd_start_t run;
    void *arg;
};

static void *run(void *arg)
{
    const struct start start = *(struct start *)arg;

    free(arg);
    return (void *)(intptr_t)start.run(start.arg);
}

static int answer(int code)
{
    return code == 0           ? thrd_success
           : code == ENOMEM    ? thrd_nomem
           : code == ETIMEDOUT ? thrd_timedout
           : code == EBUSY     ? thrd_busy
                               : thrd_error;
}

int thrd_create(thrd_t *thread, thrd_start_t function, void *arg)
{
    struct start *start = malloc(sizeof *start);

    if (!start)
        return thrd_nomem;
    *start = (struct start){function, arg};
    return answer(pthread_create(thread, NULL, run, start));
}

int thrd_join(thrd_t thread, int *result)
{
    void *value = NULL;
    const int code = pthread_join(thread, &value);

    if (result)
        *result = (int)(intptr_t)value;
    return answer(code);
}

int thrd_detach(thrd_t thread)
{
    return answer(pthread_detach(thread));
}

int mtx_init(mtx_t *mutex, int type)
{
    pthread_mutexattr_t attr;

    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, type & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE
                                                          : PTHREAD_MUTEX_NORMAL);
    return answer(pthread_mutex_init((pthread_mutex_t *)mutex, &attr));
}

int mtx_lock(mtx_t *mutex)
{
    return answer(pthread_mutex_lock((pthread_mutex_t *)mutex));
}

int mtx_trylock(mtx_t *mutex)
{
    return answer(pthread_mutex_trylock((pthread_mutex_t *)mutex));
}

int mtx_unlock(mtx_t *mutex)
{
    return answer(pthread_mutex_unlock((pthread_mutex_t *)mutex));
}

void mtx_destroy(mtx_t *mutex)
{
    pthread_mutex_destroy((pthread_mutex_t *)mutex);
}

int cnd_init(cnd_t *condition)
{
    return answer(pthread_cond_init((pthread_cond_t *)condition, NULL));
}

int cnd_signal(cnd_t *condition)
{
    return answer(pthread_cond_signal((pthread_cond_t *)condition));
}

int cnd_broadcast(cnd_t *condition)
{
    return answer(pthread_cond_broadcast((pthread_cond_t *)condition));
}

int cnd_wait(cnd_t *condition, mtx_t *mutex)
{
    return answer(pthread_cond_wait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex));
}

int cnd_timedwait(cnd_t *condition, mtx_t *mutex, const struct timespec *until)
{
    return answer(
        pthread_cond_timedwait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex, until));
}

void cnd_destroy(cnd_t *condition)
{
    pthread_cond_destroy((pthread_cond_t *)condition);
}
#else
typedef int tsan_c_is_empty;
#endif
