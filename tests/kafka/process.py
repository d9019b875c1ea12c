# SPDX-License-Identifier: Apache-2.0
"""Child processes that cannot outlive the tests, and ports that two test runs cannot both take.

The kernel kills a child when the thread that started it ends (PR_SET_PDEATHSIG), so not even
`kill -9` of pytest leaves a broker or a spoor behind. Linux only, like spoor.
"""

import ctypes
import pathlib
import random
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None, use_errno=True)
port_locks = {}


def start(command, log, **options):
    """Starts a child in a session of its own (a Ctrl-C reaches pytest first), output to a file."""
    return subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), **options)


def free_port():
    """A loopback port below the range the kernel gives to clients: a client that connects again and
    again to a dead broker's port in that range can end up talking to itself. The abstract socket is
    a lock that the kernel drops with the process."""
    while True:
        port = random.SystemRandom().randrange(15000, 32000)
        if port in port_locks:
            continue
        lock = socket.socket(socket.AF_UNIX)
        probe = socket.socket()
        try:
            lock.bind(f"\0spoor-test-port-{port}")
            probe.bind(("127.0.0.1", port))
        except OSError:
            lock.close()
            continue
        finally:
            probe.close()
        port_locks[port] = lock
        return port


def wait_for(condition, seconds, what, every=0.05, process=None, log=None):
    """The first true value of condition(), or an error that says what was awaited."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        died = process is not None and process.poll() is not None
        if died or time.monotonic() > deadline:
            why = f"it ended with {process.returncode}" if died else f"not within {seconds} s"
            raise AssertionError(f"{what}: {why}" + (f"\n{tail(log)}" if log else ""))
        time.sleep(every)


def tail(path, lines=25):
    try:
        text = pathlib.Path(path).read_text(errors="replace").splitlines()
    except OSError:
        return f"({path}: no log)"
    return "\n".join([f"--- end of {path}", *text[-lines:]])
