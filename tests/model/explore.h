/* SPDX-License-Identifier: Apache-2.0
 *
 * A small model checker: runs two or three threads as coroutines that change places at each atomic
 * operation (model_step in detectors/windows/word.h), and goes through every order of these steps, depth
 * first, by running the case again from its set-up for each. It explores sequential consistency,
 * which is all there is while every operation is seq_cst. One case may bound the preemptions: bugs
 * of few preemptions are found long before all orders of a long case could be tried.
 *
 * Included by one program each; only built with MODEL=1. Deterministic.
 */
#ifndef TESTS_MODEL_EXPLORE_H
#define TESTS_MODEL_EXPLORE_H

#include "detectors/windows/word.h"

#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

enum { EXPLORE_THREADS = 4, EXPLORE_DEPTH = 4096, EXPLORE_STACK = 64 << 10 };

/* A case. setup and check run alone; check says whether what happened was right. */
struct explore_case {
    const char *name;
    void (*setup)(void);
    void (*threads[EXPLORE_THREADS])(void); /* NULL ends them */
    bool (*check)(void);
    unsigned preemptions; /* at most so many per schedule; 0: no bound */
    bool has_bug;         /* a seeded bug: the checker must find it */
};

static struct {
    const struct explore_case *running;
    ucontext_t main, thread[EXPLORE_THREADS];
    bool done[EXPLORE_THREADS];
    unsigned threads_n, current, preempted;
    bool inside;
    struct {
        uint8_t choice, options;
    } trail[EXPLORE_DEPTH];
    unsigned depth, trail_n;
} ex;

static char explore_stacks[EXPLORE_THREADS][EXPLORE_STACK];

/* The next thread: the trail's choice among those that can run, the current one first. */
static unsigned explore_pick(void)
{
    unsigned able[EXPLORE_THREADS], n = 0;
    bool current_able = !ex.done[ex.current];
    if (current_able)
        able[n++] = ex.current;
    if (!current_able || !ex.running->preemptions || ex.preempted < ex.running->preemptions)
        for (unsigned i = 0; i < ex.threads_n; i++)
            if (!ex.done[i] && i != ex.current)
                able[n++] = i;
    if (ex.depth == EXPLORE_DEPTH) {
        fprintf(stderr, "%s: a schedule of %d steps does not end\n", ex.running->name,
                EXPLORE_DEPTH);
        exit(1);
    }
    if (ex.depth == ex.trail_n) {
        ex.trail[ex.trail_n].choice = 0;
        ex.trail[ex.trail_n++].options = (uint8_t)n;
    }
    unsigned next = able[ex.trail[ex.depth++].choice];
    ex.preempted += current_able && next != ex.current;
    return next;
}

void model_step(void)
{
    if (!ex.inside)
        return;
    unsigned from = ex.current, next = explore_pick();
    if (next == from)
        return;
    ex.current = next;
    swapcontext(&ex.thread[from], &ex.thread[next]);
}

static void explore_thread(void)
{
    ex.running->threads[ex.current]();
    ex.done[ex.current] = true;
    for (unsigned i = 0; i < ex.threads_n; i++)
        if (!ex.done[i]) {
            ex.current = explore_pick();
            setcontext(&ex.thread[ex.current]);
        }
    setcontext(&ex.main);
}

static void explore_once(void)
{
    ex.depth = ex.preempted = 0;
    ex.running->setup();
    for (unsigned i = 0; i < ex.threads_n; i++) {
        ex.done[i] = false;
        getcontext(&ex.thread[i]);
        ex.thread[i].uc_stack.ss_sp = explore_stacks[i];
        ex.thread[i].uc_stack.ss_size = EXPLORE_STACK;
        makecontext(&ex.thread[i], explore_thread, 0);
    }
    ex.current = 0;
    ex.inside = true;
    volatile bool started = false;
    getcontext(&ex.main);
    if (!started) {
        started = true;
        ex.current = explore_pick();
        ex.preempted = 0; /* whoever starts preempts nobody */
        setcontext(&ex.thread[ex.current]);
    }
    ex.inside = false;
}

/* To the next untried choice; false when all are tried. */
static bool explore_next(void)
{
    while (ex.trail_n > 0 &&
           ex.trail[ex.trail_n - 1].choice + 1 == ex.trail[ex.trail_n - 1].options)
        ex.trail_n--;
    if (ex.trail_n == 0)
        return false;
    ex.trail[ex.trail_n - 1].choice++;
    return true;
}

/* Runs the cases; 0 if the right ones have no violation and each seeded bug was found. */
static int explore_all(const struct explore_case *cases, size_t n)
{
    int bad = 0;
    for (size_t c = 0; c < n; c++) {
        unsigned long schedules = 0, violations = 0;
        ex.running = &cases[c];
        ex.trail_n = ex.threads_n = 0;
        while (ex.threads_n < EXPLORE_THREADS && cases[c].threads[ex.threads_n])
            ex.threads_n++;
        do {
            explore_once();
            schedules++;
            violations += !cases[c].check();
        } while (explore_next());
        bool right = cases[c].has_bug == (violations > 0);
        printf("%-4s %-44s %9lu schedules, %7lu violations%s\n", right ? "ok" : "FAIL",
               cases[c].name, schedules, violations, cases[c].has_bug ? " (seeded bug)" : "");
        fflush(stdout);
        bad |= !right;
    }
    return bad;
}

#endif
