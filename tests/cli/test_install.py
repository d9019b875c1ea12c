# SPDX-License-Identifier: Apache-2.0
"""`make install`: the installed program needs nothing of the repository; `make uninstall` leaves nothing."""
import os
import subprocess


def make(goal, prefix):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    subprocess.run(["make", goal, f"PREFIX={prefix}"], check=True, capture_output=True, env=env)


def test_the_installed_demo_finds_everything_from_anywhere(tmp_path):
    prefix, away = tmp_path / "prefix", tmp_path / "away"
    away.mkdir()
    make("install", prefix)
    demo = subprocess.run([prefix / "bin/spoor", "demo"], cwd=away, capture_output=True, timeout=120)
    assert demo.returncode == 0, demo.stderr.decode()
    assert b"impossible_travel" in demo.stdout and b"cidr_match" in demo.stdout
    config = prefix / "share/spoor/spoor.yaml"
    check = subprocess.run([prefix / "bin/spoor", "check-config", "-c", config], cwd=away, capture_output=True)
    assert check.returncode == 0, check.stderr.decode()
    make("uninstall", prefix)
    assert [p for p in prefix.rglob("*") if p.is_file()] == []
    assert not (prefix / "share/spoor").exists()
