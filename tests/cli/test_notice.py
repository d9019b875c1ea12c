# SPDX-License-Identifier: Apache-2.0
"""`spoor notice`: golden mails in both languages, tenants apart, hostile names inert, --defang."""
import json
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_explain import (  # noqa: E402
    DATA, FINDINGS, HOSTILE, RECORDS, expect_inert, golden, hostile, record, spoor, width)

RULE = "=" * 76 + "\n"


def notice(*records, lang="en", args=()):
    stdin = "".join(json.dumps(r) + "\n" for r in records).encode()
    result = spoor("notice", "--lang", lang, *args, stdin=stdin)
    assert result.returncode == 0, result.stderr.decode()
    return result.stdout.decode()


def with_uid(finding, uid, tenant=None):
    finding["finding_info"]["uid"] = uid
    if tenant:
        finding["metadata"]["tenant_uid"] = tenant
    return finding


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_golden(lang):
    golden(f"notice-{lang}.txt", spoor("notice", "--lang", lang, FINDINGS).stdout.decode())


def test_both_is_the_default_and_holds_each():
    both = spoor("notice", FINDINGS).stdout.decode()
    assert both == spoor("notice", "--lang", "both", FINDINGS).stdout.decode()
    mails = both.split(RULE)
    assert mails[0::2] == notice(*RECORDS, lang="ja").split(RULE)
    assert mails[1::2] == notice(*RECORDS, lang="en").split(RULE)


def test_lines_are_at_most_76_columns():
    for findings in (RECORDS, list(map(hostile, RECORDS))):
        for lang in ("ja", "en"):
            text = notice(*findings, lang=lang)
            assert max(map(width, text.splitlines())) <= 76


def english(text):
    """Runs of four English words or more, apart from names, identifiers and commands."""
    for name in ("Mobile Apps and Desktop clients", "Windows Hello for Business", "Microsoft Azure CLI",
                 "Office 365 Exchange Online"):
        text = text.replace(name, "")
    text = re.sub(r"\n (POST|PATCH|GET|DELETE|Revoke|Set|Get|Disable)\b.*\n(  .*\n)*", "\n", text)
    text = re.sub(r"\n (POST|PATCH|GET|DELETE|Revoke|Set|Get|Disable)\b.*\n(  .*\n)*", "\n", text)
    return re.findall(r"(?:\b[A-Za-z]+[ ,]+){4,}", text)


def detectors():
    return [line.split()[0] for line in
            spoor("list", "detectors").stdout.decode().splitlines() if line[:1].islower()]


def test_japanese_holds_no_english_sentence():
    for finding in json.loads(json.dumps(RECORDS)):
        for name in detectors():
            finding["finding_info"]["analytic"]["uid"] = name
            assert english(notice(finding, lang="ja")) == []
            assert english(notice(finding, lang="en"))  # or the test tests nothing
    assert len(detectors()) >= 5


def test_english_holds_no_japanese():
    assert not re.search("[\u3040-\u30ff\u4e00-\u9fff]", notice(*RECORDS, lang="en"))


def test_hostile_texts_stay_inert():
    for finding in RECORDS:
        evil = hostile(finding)
        for lang in ("ja", "en"):
            text = notice(evil, lang=lang)
            expect_inert(text)
            headings = [line for line in text.splitlines() if line.startswith("■")]
            assert len(headings) == len(set(headings)) <= 5
            assert "\\u{D}\\u{A}" in text


def test_hostile_commands_are_those_of_the_writer():
    """What replay makes of a name with $(...) and quotes reaches the mail escaped or not at all."""
    line = next(r for r in (DATA / "attacks.ndjson").read_text().splitlines() if '"ropc"' in r)
    line = json.loads(line)
    line["properties"]["userPrincipalName"] = "eve'$(reboot);@contoso.com"
    line["properties"]["status"]["errorCode"] = 0
    findings = spoor("replay", stdin=json.dumps(line).encode()).stdout
    text = spoor("notice", "--lang", "en", stdin=findings).stdout.decode()
    assert "-UserId 'eve''$(reboot);@contoso.com'" in text
    line["properties"]["userPrincipalName"] = HOSTILE
    findings = spoor("replay", stdin=json.dumps(line).encode()).stdout
    text = spoor("notice", "--lang", "en", stdin=findings).stdout.decode()
    assert "-UserId '<see evidence>'" in text
    expect_inert(text)


def test_findings_of_one_tenant_and_detector_are_one_mail():
    mails = notice(record(), with_uid(record(), "2"), record("legacy_auth")).split(RULE)
    assert len(mails) == 2
    assert "(and 1 more)" in mails[0] and "(2) " in mails[0]


def test_tenants_never_see_each_other():
    other = json.loads(json.dumps(record()).replace("user17@contoso.com", "secret@other.example"))
    mails = notice(record(), with_uid(other, "2", "tenant-b"), with_uid(record(), "3")).split(RULE)
    assert len(mails) == 2
    for mail in mails:
        assert ("secret@other.example" in mail) == ("tenant-b" in mail)
        assert ("user17@contoso.com" in mail) != ("tenant-b" in mail)


def test_more_findings_than_a_mail_holds_are_further_mails():
    mails = notice(*(with_uid(record(), f"uid-{i:02}") for i in range(40))).split(RULE)
    assert len(mails) == 3
    assert [len(re.findall(r"\n  \(\d+\) ", m)) for m in mails] == [16, 16, 8]
    assert all(f"uid-{i:02}" in "".join(mails) for i in range(40))


def test_the_last_record_counts_and_retracted_ones_do_not():
    first, last = record(), record()
    first["severity_id"] = 2
    last["severity_id"] = 5
    assert notice(first, last).startswith("Subject: [Urgent]")
    last["status_id"] = 3
    assert notice(first, last) == ""


@pytest.mark.parametrize("severity, prefix, end", [
    (5, "[Urgent]", "Priority: Critical  Deadline: Immediate"),
    (4, "[Action Required]", "Priority: High  Deadline: Promptly"),
    (3, "[Security Notice]", "Priority: Medium  Deadline: This week"),
    (1, "[Security Notice]", "Priority: Informational  Deadline: Routine")])
def test_severity_decides_prefix_and_deadline(severity, prefix, end):
    finding = record()
    finding["severity_id"] = severity
    text = notice(finding)
    assert text.startswith("Subject: " + prefix)
    assert text.rstrip().endswith(end)


def test_defang():
    finding = record("cidr_match")
    spoor_data = finding["unmapped"]["spoor"]
    spoor_data["networks"] = ["2a0a:d683::/32", "81.2.69.0/26"]
    spoor_data["users"] = ["eve@evil.net"]
    finding["evidences"][0]["http_request"] = {
        "user_agent": "curl/7.81 (+https://bad.example:8080/x) 12:30:05 1.5"}
    text = notice(finding, args=["--defang"])
    before_commands = text.split("Commands (")[0]
    indicators = text.split("■ Indicators")[1]
    assert "2a0a[:]d683::/32" in indicators and "81[.]2[.]69[.]0/26" in indicators
    assert "eve@evil[.]net" in text
    assert "curl/7.81 (+hxxps://bad[.]example:8080/x) 12:30:05 1.5" in indicators
    assert "81.2.69" not in before_commands + indicators
    assert '"cidrAddress":"81.2.69.0/26"' in text  # a command stays exact
    assert "[.]" not in notice(finding)


def test_the_published_campaign_is_told_as_published():
    finding = record("cidr_match")
    finding["unmapped"]["spoor"]["feed"] = {"name": "lshiy", "cidr": "2a0a:d683::/32"}
    english_mail, japanese = notice(finding), notice(finding, lang="ja")
    assert "published" in english_mail and "Huntress" in english_mail
    assert re.search(r"\n  4\. .*2a0a:d683::/32", english_mail)
    assert "公表値" in japanese and english(japanese) == []
    plain = notice(record("cidr_match"))  # another network: the rule's origin, none of the campaign's numbers
    assert "published" not in plain and "The rule stems from the advisory:" in plain


def test_a_sample_of_the_users_is_told_as_one():
    finding = record("password_spray")
    users = finding["unmapped"]["spoor"]["users"]
    more = finding["unmapped"]["spoor"]["counts"]["tried_users"] - len(users)
    assert more > 0
    assert f"and {more} more" in " ".join(notice(finding).split())
    assert ", and others" in notice(finding, with_uid(record("password_spray"), "2"))


def test_empty_sections_are_left_out():
    bare = {"class_uid": 2004, "metadata": {"tenant_uid": "t"},
            "finding_info": {"uid": "u", "title": "T", "analytic": {"uid": "ropc"}}}
    text = notice(bare)
    for part in ("Indicators", "Commands", "Users", "Period", "Applies"):
        assert part not in text


@pytest.mark.parametrize("args", [["--lang"], ["--lang", "de"], ["--defange"]])
def test_wrong_usage_is_2(args):
    result = spoor("notice", *args)
    assert (result.returncode, result.stdout) == (2, b"")
