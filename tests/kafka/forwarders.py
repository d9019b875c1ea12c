# SPDX-License-Identifier: Apache-2.0
"""Real forwarders with the snippets of config/forwarders: Debian's rsyslog and syslog-ng, and Kafka Connect.

Debian's packages are unpacked into build/forwarders and not installed: they exclude each other, and either
would take over the logging of the machine. The snippets are used as they are; only addresses, ports and
paths are replaced, and a replacement that finds nothing is an error.
"""

import fcntl
import os
import pathlib
import shutil
import socket
import subprocess
import time

import broker
import process

SNIPPETS = process.ROOT / "config" / "forwarders"
BUILD = process.ROOT / "build" / "forwarders"
# The programs, and the libraries that a small Debian lacks.
PACKAGES = ("rsyslog rsyslog-kafka libestr0 libfastjson4 liblognorm5 "
            "syslog-ng-core syslog-ng-mod-rdkafka libivykis0 libnet1 libwrap0 libpcre3 libglib2.0-0 libjson-c5 libcap2").split()
SYSLOG_NG = """\
@version: 3.38
@module syslogformat
@include "{snippet}"
"""
RSYSLOG = """\
global(workDirectory="{home}")
include(file="{snippet}")
"""


def download(folder):
    """The packages as files. apt needs its lists for that, which may never have been fetched."""
    command = ["apt-get", "-q", "download", *PACKAGES]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sudo = [] if os.geteuid() == 0 else ["sudo"]
        subprocess.run([*sudo, "apt-get", "-q", "update"], capture_output=True, check=False)
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"apt could not download {' '.join(PACKAGES)}:\n{done.stderr[-2000:]}")


def fetch():
    """The root of the unpacked packages; apt brings them the first time."""
    BUILD.mkdir(parents=True, exist_ok=True)
    root, done = BUILD / "root", BUILD / "done"
    with open(BUILD / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists() or done.read_text().split() != PACKAGES:
            shutil.rmtree(root, ignore_errors=True)
            files = BUILD / "packages"
            shutil.rmtree(files, ignore_errors=True)
            files.mkdir()
            download(files)
            for file in sorted(files.glob("*.deb")):
                subprocess.run(["dpkg", "-x", file, root], check=True)
            done.write_text(" ".join(PACKAGES))
    return root


def snippet(name, home, replacements):
    """A copy of a snippet with other addresses, ports and paths."""
    text = (SNIPPETS / name).read_text()
    for old, new in replacements.items():
        assert old in text, f"{name} no longer says {old}"
        text = text.replace(old, str(new))
    (home / name).write_text(text)
    return home / name


class Forwarder:
    """A process that forwards to one topic. `udp`, `tcp` and `framed` are ports; `file` is read by it, too.
    `stock`: a template that comes with it, in place of the snippet's."""

    def __init__(self, home, cluster, topic, stock=None):
        self.home, self.cluster, self.topic, self.stock = pathlib.Path(home), cluster, topic, stock
        self.log, self.file = self.home / "log", self.home / "signins.log"
        self.file.touch()
        self.process = None

    def __enter__(self):
        with open(self.log, "ab") as log:
            self.process = process.start(self.command(), log, cwd=self.home, env=os.environ | self.environment())
        process.wait_for(self.ready, 90, type(self).__name__, 0.1, self.process, self.log)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def environment(self):
        root = fetch()
        folders = [*root.glob("usr/lib/*-linux-gnu"), *root.glob("lib/*-linux-gnu"), root / "usr/lib/syslog-ng"]
        return {"LD_LIBRARY_PATH": ":".join(map(str, folders)), "TZ": "UTC"}

    def ready(self):
        return all(answers(port) for port in (self.tcp, self.framed))

    def send(self, how, messages):
        """Each message by itself: "udp", "tcp" with line feeds, "framed" with its length, or into the "file"."""
        if how == "file":
            with open(self.file, "ab") as file:
                file.writelines(message + b"\n" for message in messages)
        elif how == "udp":
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                for message in messages:
                    sender.sendto(message, ("127.0.0.1", self.udp))
                    time.sleep(0.002)
        else:
            with socket.create_connection(("127.0.0.1", getattr(self, how))) as sender:
                for message in messages:
                    sender.sendall(b"%d %b" % (len(message), message) if how == "framed" else message + b"\n")

    def wait_forwarded(self, count, seconds=60):
        def forwarded():
            return sum(self.cluster.end_offsets(self.topic).values()) >= count
        process.wait_for(forwarded, seconds, f"{count} messages in the topic", 0.2, self.process, self.log)
        return self.cluster.read(self.topic)


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Rsyslog(Forwarder):
    """imtcp tells by itself whether a connection has frames."""

    def command(self):
        self.udp = self.tcp = self.framed = process.free_port()
        part = snippet("rsyslog.conf", self.home, {
            'port="514"': f'port="{self.tcp}"', "0.0.0.0": "127.0.0.1", "/var/log/signins/*.log": self.file,
            "/var/spool/rsyslog": self.home, '"broker1:9092", "broker2:9092"': f'"{self.cluster.bootstrap}"',
            'topic="signins"': f'topic="{self.topic}"', 'template="spoor"': f'template="{self.stock or "spoor"}"'})
        (self.home / "main.conf").write_text(RSYSLOG.format(home=self.home, snippet=part))
        modules = next(fetch().glob("usr/lib/*/rsyslog"))
        return [fetch() / "usr/sbin/rsyslogd", "-n", "-f", self.home / "main.conf", "-i", self.home / "pid", "-M", modules]


class SyslogNg(Forwarder):
    def command(self):
        self.udp = self.tcp = process.free_port()
        self.framed = process.free_port()
        part = snippet("syslog-ng.conf", self.home, {
            "port(514)": f"port({self.tcp})", "port(601)": f"port({self.framed})", "0.0.0.0": "127.0.0.1",
            "/var/log/signins/signins.log": self.file, "broker1:9092,broker2:9092": self.cluster.bootstrap,
            'topic("signins")': f'topic("{self.topic}")', "$(template t_spoor)": self.stock or "$(template t_spoor)"})
        (self.home / "main.conf").write_text(SYSLOG_NG.format(snippet=part))
        modules = next(fetch().glob("usr/lib/syslog-ng/[0-9]*"))
        return [fetch() / "usr/sbin/syslog-ng", "-F", "-e", "--no-caps", f"--module-path={modules}",
                "-f", self.home / "main.conf", "-R", self.home / "persist", "-p", self.home / "pid", "-c", self.home / "control"]


class KafkaConnect(Forwarder):
    """Kafka's own standalone worker, of the broker's version, with its file source."""

    def environment(self):
        return {}

    def ready(self):
        return answers(self.rest)

    def command(self):
        libraries = broker.fetch(self.cluster.version, "connect")
        self.rest = process.free_port()
        worker = snippet("kafka-connect-worker.properties", self.home, {
            "broker1:9092,broker2:9092": self.cluster.bootstrap,
            "/opt/kafka/libs/connect-file-3.9.2.jar": libraries / f"connect-file-{self.cluster.version}.jar",
            "/var/lib/kafka-connect/offsets": self.home / "offsets"})
        # Service files name the plugins; to look for them in every class of every jar takes minutes here.
        worker.write_text(worker.read_text() + f"listeners=http://127.0.0.1:{self.rest}\nplugin.discovery=service_load\n")
        source = snippet("kafka-connect-file.properties", self.home, {
            "/var/log/signins/signins.log": self.file, "topic=signins": f"topic={self.topic}"})
        return ["java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
                f"-Djava.io.tmpdir={self.home}", "-cp",
                f"{self.cluster.home / 'conf'}:{libraries}/*", "org.apache.kafka.connect.cli.ConnectStandalone", worker, source]
