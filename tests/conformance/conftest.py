# SPDX-License-Identifier: Apache-2.0
"""The table of what came out, printed behind the tests."""
import os

import pytest
import samples

OUTCOMES = {}
VERDICTS = []


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


@pytest.fixture
def verdicts():
    """Where a rule's test puts what our detector says of each case."""
    return VERDICTS


def outcome_of(row, case, matched):
    if row["detector"] == "-":
        return "no equivalent: " + row["why"] if case.expected else "nothing said"
    if matched:
        times = f", told {row['told']} times: {row['why']}" if row["told"] != "1" else ""
        return row["detector"] + (times if case.expected else ", theirs not: " + row["why"])
    return "not matched: " + row["why"] if case.expected else "nothing said"


def print_verdicts(terminalreporter):
    terminalreporter.section("rules of others")
    for row, n, case, matched in VERDICTS:
        rule = row["file"].rsplit("/", 1)[1].rsplit(".", 1)[0]
        theirs = {True: "match", False: "-", None: "no rule"}[case.expected]
        terminalreporter.write_line("{:<52} {:>2}  {:<7} {}".format(
            rule[:52], n, theirs, outcome_of(row, case, matched)))
    wanted = [(row, matched) for row, _, case, matched in VERDICTS if case.expected]
    terminalreporter.write_line(
        "{} cases; of {} that a rule matches {} are matched, {} have no equivalent here".format(
            len(VERDICTS), len(wanted), sum(matched for _, matched in wanted),
            sum(row["detector"] == "-" for row, _ in wanted)))


def pytest_terminal_summary(terminalreporter):
    if VERDICTS:
        print_verdicts(terminalreporter)
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
