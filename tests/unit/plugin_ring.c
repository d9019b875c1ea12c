/* SPDX-License-Identifier: Apache-2.0
 *
 * plugin/ring: order, empty and full; and all items of one thread reach another, once, in order.
 */
#include "plugin/path/ring.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_order_empty_full(void **state)
{
    struct ring ring;
    int items[8];

    (void)state;
    assert_true(ring_init(&ring, 8));
    assert_null(ring_pop(&ring));
    for (int i = 0; i < 7; i++)
        assert_true(ring_push(&ring, &items[i]));
    assert_false(ring_push(&ring, &items[7]));
    assert_int_equal(ring_len(&ring), 7);
    for (int i = 0; i < 7; i++)
        assert_ptr_equal(ring_pop(&ring), &items[i]);
    assert_null(ring_pop(&ring));
    ring_done(&ring);
}

enum { ITEMS = 200000 };
static uint64_t values[ITEMS];

static void *producer(void *arg)
{
    for (uint64_t i = 0; i < ITEMS; i++) {
        values[i] = i * i; /* plain write: visible to the other thread by the ring alone */
        while (!ring_push(arg, &values[i]))
            sched_yield();
    }
    return NULL;
}

static void test_between_two_threads(void **state)
{
    struct ring ring;
    pthread_t thread;

    (void)state;
    assert_true(ring_init(&ring, 64));
    assert_int_equal(pthread_create(&thread, NULL, producer, &ring), 0);
    for (uint64_t i = 0; i < ITEMS;) {
        const uint64_t *value = ring_pop(&ring);
        if (!value) {
            sched_yield();
            continue;
        }
        assert_ptr_equal(value, &values[i]);
        assert_int_equal(*value, i * i);
        i++;
    }
    pthread_join(thread, NULL);
    ring_done(&ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_empty_full),
        cmocka_unit_test(test_between_two_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
