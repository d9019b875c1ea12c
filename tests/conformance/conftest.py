# SPDX-License-Identifier: Apache-2.0
"""The table of what came out, printed behind the tests."""
import os

import pytest
import samples

OUTCOMES = {}
VERDICTS = []
ANSWERS = []


@pytest.fixture(scope="session")
def known():
    """Names of the parsers of this build."""
    return samples.parsers()


@pytest.fixture(scope="module", autouse=True)
def corpus(request):
    if request.module.__name__ == "test_cases":
        return  # has samples of its own
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


@pytest.fixture
def answers():
    """Where the test of a case puts what spoor says of it, and what of that is wrong."""
    return ANSWERS


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


def answer_of(answer):
    """Read or refused, and why, in a few words."""
    if answer.refusal:
        return "refused: " + answer.refusal
    ignored = answer.numbers.get("not ours", 0)
    said = [f"read {len(answer.events)}"] if answer.events else []
    said += [f"refused {answer.refused} ({samples.words(answer.errors)})"] if answer.errors else []
    said += [f"ignored {ignored}: not ours"] if ignored else []
    return ", ".join(said) or f"nothing: {answer.numbers}"


def print_answers(terminalreporter):
    terminalreporter.section("cases")
    for row, answer, wrong in ANSWERS:
        event = answer.events[0] if answer.events else {}
        terminalreporter.write_line("{:<5} {:<46} {:<24} {:<36} {}".format(
            "WRONG" if wrong else "right", row["case"], row["command"][:24], answer_of(answer),
            " ".join(str(event[field]) for field in ("source", "outcome", "reason", "user", "ip") if field in event)))
        for found in answer.findings:
            terminalreporter.write_line(f"{'':<53}finds {found}")
        for difference in wrong:
            terminalreporter.write_line(f"{'':<53}wrong: {difference}")
    terminalreporter.write_line("{} of {} rows are right".format(
        sum(not wrong for _, _, wrong in ANSWERS), len(ANSWERS)))


def pytest_terminal_summary(terminalreporter):
    if ANSWERS:
        print_answers(terminalreporter)
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
