# SPDX-License-Identifier: Apache-2.0
"""The table of what came out, printed behind the tests."""
import os

import pytest
import samples

OUTCOMES = {}


@pytest.fixture(scope="session")
def known():
    """Names of the parsers of this build."""
    return samples.parsers()


@pytest.fixture(scope="session", autouse=True)
def corpus():
    if not samples.CORPUS.is_dir():
        assert os.environ.get("CI") != "true", f"{samples.CORPUS} is not there"
        pytest.skip(f"{samples.CORPUS} is not there")


@pytest.fixture
def outcome():
    """What a file gives, run once."""
    def of(name):
        if name not in OUTCOMES:
            OUTCOMES[name] = samples.run(name)
        return OUTCOMES[name]
    return of


def pytest_terminal_summary(terminalreporter):
    if not OUTCOMES:
        return
    terminalreporter.section("samples")
    line = "{:<78} {:>4}  {:<34} {:>4}  {}"
    terminalreporter.write_line(line.format("file", "rec.", "events", "ign.", "errors"))
    for name, outcome in sorted(OUTCOMES.items()):
        short = name if len(name) <= 78 else "..." + name[-75:]
        terminalreporter.write_line(line.format(
            short, outcome.records, samples.words(outcome.counts), outcome.ignored,
            samples.words(outcome.errors)))
    total = [sum(values) for values in zip(*(
        (o.records, len(o.events), o.ignored, sum(o.errors.values())) for o in OUTCOMES.values()))]
    terminalreporter.write_line("{} files: {} records = {} events + {} ignored + {} errors".format(
        len(OUTCOMES), *total))
