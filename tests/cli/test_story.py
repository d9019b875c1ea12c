# SPDX-License-Identifier: Apache-2.0
"""One story in which every detector has something to say (tests/data/cli/make_story.py): what stands in each
finding, the page that explains it, and the mails about it, as golden files."""
import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_cli import lines, ocsf_errors, replay  # noqa: E402
from test_explain import DATA, expect_inert, golden, spoor  # noqa: E402
from test_notice import english  # noqa: E402

NOTICED = ("session_replay", "inbox_rule", "password_spray", "success_after_spray")


def last_records():
    last = {}
    for f in lines(replay("-c", DATA / "story.yaml", DATA / "story.ndjson")):
        last[f["finding_info"]["uid"]] = f
    return list(last.values())


FINDINGS = last_records()
NAMES = sorted({f["finding_info"]["analytic"]["uid"] for f in FINDINGS})


def of(detector):
    return [f for f in FINDINGS if f["finding_info"]["analytic"]["uid"] == detector]


def spoken(command, findings, *args):
    result = spoor(command, *args, stdin="".join(json.dumps(f) + "\n" for f in findings).encode())
    assert (result.returncode, result.stderr) == (0, b"")
    return result.stdout.decode()


def detector_names():
    text = spoor("list", "detectors").stdout.decode()
    return {line.split()[0] for line in text.splitlines() if line[:1].islower()}


def test_the_story_is_what_its_script_writes():
    text = subprocess.run([sys.executable, DATA / "make_story.py"], capture_output=True, check=True).stdout
    assert text == (DATA / "story.ndjson").read_bytes()


def test_every_detector_of_a_single_tenant_speaks():
    assert detector_names() - set(NAMES) <= {"kill_chain", "exposure", "spray_campaign"}
    assert len(NAMES) >= 15


@pytest.mark.parametrize("name", NAMES)
def test_what_a_finding_tells(name):
    for f in of(name):
        info, own = f["finding_info"], f["unmapped"]["spoor"]
        assert ocsf_errors(f) == []
        assert info["title"] and own["title_ja"] and info["desc"] and info["attacks"]
        assert f["remediation"]["desc"].count("\n\n") == 1 and own["commands"]
        assert own["counts"] and set(own["thresholds"]) <= set(own["counts"])
        assert own["subject"] and own["users"] and f["confidence_id"]
        event = f["evidences"][0]
        assert event["data"]["event_id"] and event["data"]["time"] and event["src_endpoint"]["ip"]
        assert event["src_endpoint"]["autonomous_system"]["number"] and event["src_endpoint"]["location"]
        assert not any("{" + word + "}" in c for c in own["commands"] for word in ("user", "cidr", "rule"))


def test_advisories():
    first = {f["unmapped"]["spoor"].get("advisory", "")[:14] for name in ("ropc", "password_spray") for f in of(name)}
    second = {f["unmapped"]["spoor"].get("advisory", "")[:14] for name in ("inbox_rule", "long_session") for f in of(name)}
    assert first == {"Password spray"} and second == {"AiTM phishing,"}
    assert "advisory" not in of("brute_force")[0]["unmapped"]["spoor"]


def test_evidence_has_sessions_and_tokens():
    data = [e["data"] for e in of("session_replay")[0]["evidences"]]
    assert {d.get("session") for d in data} == {"00aa11bb-22cc-33dd-44ee-55ff66778899"}
    assert "tok-anna-1" in {d.get("token_id") for d in data}
    assert of("success_after_spray")[0]["evidences"][0]["data"]["token_id"] == "tok-29"


def test_a_session_of_two_users_names_both():
    shared = [f for f in of("session_replay") if f["unmapped"]["spoor"]["subject"].startswith("9988")]
    assert [sorted(f["unmapped"]["spoor"]["users"]) for f in shared] == [["finn@contoso.com", "gina@contoso.com"]]
    assert "Two users had it" in shared[0]["finding_info"]["desc"]
    revoked = [c for c in shared[0]["unmapped"]["spoor"]["commands"] if c.endswith("revokeSignInSessions")]
    assert len(revoked) == 2


@pytest.mark.parametrize("name", ["success_after_spray", "password_confirmed"])
def test_what_hangs_on_a_spray_names_it(name):
    (finding,) = of(name)
    related = {r["uid"]: r["type"] for r in finding["finding_info"]["related_events"] if "desc" in r}
    causes = {f["finding_info"]["uid"]: f["finding_info"]["analytic"]["uid"]
              for f in of("password_spray") + of("cidr_match")}
    assert related and related.items() <= causes.items()
    assert set(related.values()) == {"password_spray", "cidr_match"}


def test_the_right_password_is_among_the_evidence():
    (finding,) = of("password_confirmed")
    assert "user11@contoso.com" in {e["actor"]["user"]["name"] for e in finding["evidences"]
                                    if e["data"]["reason"] == "password_ok"}
    assert "stopped by a second factor" in finding["finding_info"]["title"]


def test_estimates_are_told_as_such():
    (feed,) = [f for f in of("cidr_match") if f["unmapped"]["spoor"]["counts"]["attempts"] > 12]
    assert feed["unmapped"]["spoor"]["estimates"] == ["attempts", "users", "addresses"]
    assert feed["finding_info"]["title"].startswith("About ") and "約 " in feed["unmapped"]["spoor"]["title_ja"]
    (few,) = [f for f in of("cidr_match") if f["unmapped"]["spoor"]["counts"]["attempts"] == 1]
    assert "estimates" not in few["unmapped"]["spoor"] and few["finding_info"]["title"].startswith("1 ")
    assert few["unmapped"]["spoor"]["users"] == ["user29@contoso.com"]  # not those of other days


def test_pages():
    golden("story-explain.txt", "".join(spoken("explain", of(name)[:1]) for name in NAMES))


def test_a_page_fits_a_screen():
    for f in FINDINGS:
        text = spoken("explain", [f])
        expect_inert(text)
        assert len(text.splitlines()) <= 72  # a tall terminal; what is longer is commands


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_mails(lang):
    golden(f"story-notice-{lang}.txt", "".join(spoken("notice", of(name), "--lang", lang) for name in NOTICED))


def test_japanese_mails_hold_no_english_sentence():
    text = spoken("notice", FINDINGS, "--lang", "ja")
    assert english(text) == []
    expect_inert(text)


def test_a_rule_cannot_leave_its_place():
    for lang in ("ja", "en"):
        text = spoken("notice", of("inbox_rule"), "--lang", lang)
        assert "$(reboot)\\u{A}" in text
        assert len([line for line in text.splitlines() if line.startswith("■ 対応手順")]) == (lang == "ja")
        assert "-Identity '<see evidence>'" in text and "-Identity '.'" in text
        assert "drop@evil-contoso.com" in text.split("■")[-2 if lang == "ja" else -2]


def test_a_family_shares_a_mail():
    mails = spoken("notice", of("session_replay") + of("long_session") + of("session_user_agent"),
                   "--lang", "en").split("=" * 76 + "\n")
    assert len(mails) == 1
    text = " ".join(mails[0].split())
    assert all(part in text for part in ("(1) One session of anna", "was used by Edge on Windows", "was used 2 d after"))


# --- other products ---


def okta(minute, ip, kind="user.session.start"):
    return {"uuid": f"o-{minute}", "eventType": kind, "published": f"2026-06-12T10:{minute:02}:00.000Z",
            "actor": {"type": "User", "alternateId": "anna@contoso.com"}, "client": {"ipAddress": ip},
            "outcome": {"result": "SUCCESS"}}


def test_okta_gets_its_own_commands(tmp_path):
    config = tmp_path / "c.yaml"
    config.write_text((DATA / "story.yaml").read_text().split("networks:")[0])
    stdin = "\n".join(map(json.dumps, [okta(0, "81.2.69.10"), okta(30, "216.160.83.60")])).encode()
    findings = lines(replay("-c", config, stdin=stdin))
    (finding,) = [f for f in findings if f["finding_info"]["analytic"]["uid"] == "impossible_travel"]
    assert finding["unmapped"]["spoor"]["commands"] == [
        "DELETE https://<okta-domain>/api/v1/users/anna@contoso.com/sessions?oauthTokens=true"]
    for command in ("explain", "notice"):  # a System Log has no tenant
        assert "okta-domain" in spoken(command, findings)
