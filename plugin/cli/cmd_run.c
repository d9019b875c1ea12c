/* SPDX-License-Identifier: Apache-2.0
 *
 * spoor run: the processor until SIGTERM or SIGINT. The first signal finishes and commits what was
 * taken; a second one, or ten seconds, ends at once, which loses nothing either: what is not
 * committed is read again.
 */
#include "plugin/base/clock.h"
#include "plugin/base/log.h"
#include "plugin/base/version.h"
#include "plugin/cli/cli.h"
#include "plugin/kafka/kafka.h"
#include "plugin/run/runtime.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { LOOK_US = 50000 };

static volatile _Atomic bool stop_asked;

static void on_first_signal(int number)
{
    (void)number;
    if (stop_asked)
        _exit(CLI_FAILED);
    stop_asked = true;
    alarm(RUNTIME_STOP_MS / 1000);
}

static void on_alarm(int number)
{
    static const char text[] = "spoor run: not finished after 10 seconds; what is not committed "
                               "will be read again\n";

    (void)number;
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
        _exit(CLI_FAILED);
    _exit(CLI_FAILED);
}

static void catch_signals(void)
{
    struct sigaction stop = {.sa_handler = on_first_signal}, late = {.sa_handler = on_alarm};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGALRM, &late, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

static const char *read_arguments(int argc, char **argv, int *ret_exit)
{
    *ret_exit = CLI_OK;
    if (argc == 3 && strcmp(argv[1], "-c") == 0)
        return argv[2];
    if (argc == 1)
        *ret_exit = cli_usage_error(argv[0], "which config?");
    else if (argc == 2 && strcmp(argv[1], "-c") == 0)
        *ret_exit = cli_usage_error(argv[0], "-c needs a file");
    else if (strcmp(argv[1], "-c") != 0)
        *ret_exit = cli_usage_error(argv[0], "no option \"%s\"", argv[1]);
    else
        *ret_exit = cli_usage_error(argv[0], "one config is enough; what is \"%s\"?", argv[3]);
    return NULL;
}

static void tell_ignored(const struct runtime *runtime)
{
    struct unread_shape shapes[UNREAD_MAX];
    const size_t n = runtime_unread(runtime, UNREAD_NOT_OURS, shapes);

    for (size_t i = 0; i < n && i < UNREAD_SHOWN; i++)
        log_info("records that are not ours",
                 "n=%llu format=%s shape=%08x example=\"%s\" shapes=%zu",
                 (unsigned long long)shapes[i].seen, shapes[i].shape.format,
                 unread_mark(&shapes[i].shape), shapes[i].shape.example, n);
}

static void tell_unknown(const struct runtime *runtime)
{
    struct unread_shape shapes[UNREAD_MAX];
    const size_t n = runtime_unread(runtime, UNREAD_UNKNOWN, shapes);

    for (size_t i = 0; i < n && i < UNREAD_SHOWN; i++)
        log_info("records of no known format", "n=%llu shape=%08x example=\"%s\" shapes=%zu",
                 (unsigned long long)shapes[i].seen, unread_mark(&shapes[i].shape),
                 shapes[i].shape.example, n);
}

static void tell_end(const struct runtime *runtime, bool clean)
{
    const struct runtime_counts c = runtime_counts(runtime);

    log_line(clean ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR,
             clean ? "stopped; everything taken is finished and committed"
                   : "stopped; something was not finished or not committed and will be read again",
             "messages=%llu events=%llu ignored=%llu unknown=%llu bad=%llu findings=%llu "
             "suppressed=%llu "
             "dead_letters=%llu",
             (unsigned long long)c.pipeline.messages, (unsigned long long)c.pipeline.events,
             (unsigned long long)c.pipeline.ignored, (unsigned long long)c.pipeline.unknown,
             (unsigned long long)c.pipeline.bad,
             (unsigned long long)c.producer.delivered[PRODUCER_FINDINGS],
             (unsigned long long)c.held, (unsigned long long)c.producer.delivered[PRODUCER_DEAD]);
}

static int run(const struct setup *setup, struct diag *diag)
{
    struct runtime *runtime = runtime_new(setup, diag);
    const char *why = NULL;

    if (!runtime)
        return CLI_FAILED;
    int result = runtime_start(runtime, &stop_asked);
    while (result == 0 && !stop_asked && !(why = runtime_failure(runtime)))
        clock_sleep_us(LOOK_US);
    if (why)
        log_error("stopping", "reason=\"%s\"", why);
    alarm(RUNTIME_STOP_MS / 1000);
    if (result == 0) {
        const bool clean = runtime_stop(runtime);
        tell_ignored(runtime);
        tell_unknown(runtime);
        tell_end(runtime, clean);
        result = clean && !why ? 0 : -EIO;
    }
    runtime_free(runtime);
    return result == 0 || result == -ECANCELED ? CLI_OK : CLI_FAILED;
}

int cmd_run(int argc, char **argv)
{
    int exit_code = CLI_OK;
    const char *file = read_arguments(argc, argv, &exit_code);
    struct diag *diag = file ? diag_new() : NULL;
    struct setup setup = {0};

    if (!diag)
        return file ? CLI_FAILED : exit_code;
    catch_signals();
    exit_code = setup_exit_code(setup_init(&setup, file, diag));
    if (setup.config)
        kafka_check(setup.config, diag);
    if (exit_code == CLI_OK && diag_errors(diag) > 0)
        exit_code = CLI_CONFIG;
    if (exit_code == CLI_OK) {
        log_info("starting", "version=%s librdkafka=%s", version_text(), kafka_version());
        kafka_tell_version();
        if (setup.development_key)
            log_warning(
                "no secret is configured: hashes are keyed with a published constant, so an "
                "attacker can guess finding ids and make keys collide; write `secret:`",
                "config=%s", file);
        exit_code = run(&setup, diag);
    }
    setup_tell(diag);
    setup_done(&setup);
    diag_free(diag);
    return exit_code;
}
