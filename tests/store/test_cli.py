"""The verbs as somebody at a terminal calls them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import apsw
import pytest

from coord.cli import main
from coord.store import open_store
from tests.store.events import CODEC, Noted, append


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """Return a folder with a log of 30 events."""
    store = await open_store(tmp_path / "data", "live", CODEC)
    for i in range(15):
        await store.log.append(append(f"incident/{i % 3}", 2 * (i // 3), f"c{i}", Noted("水位 ↑", i), Noted("b")))
    await store.log.close()
    return tmp_path / "data"


def call(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, list[Any]]:
    code = main([str(word) for word in words])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_sound_log_is_called_sound(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, (told,) = call(capsys, "log", "verify", "--data", data)
    assert (code, told["sound"], told["position"]) == (0, True, 30)


def test_a_touched_log_is_called_by_its_position(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    con = apsw.Connection(str(data / "spaces" / "live.db"))
    con.execute("DROP TRIGGER events_never_change; UPDATE events SET actor = 'p2' WHERE position = 17")
    con.close()
    code, (told,) = call(capsys, "log", "verify", "--data", data)
    assert (code, told["sound"], told["position"], told["what"]) == (1, False, 17, "row")


def test_a_missing_tail_shows_against_the_head_that_was_kept(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = data / "elsewhere.jsonl"
    code, (head,) = call(capsys, "log", "head", "--data", data, "--to", kept)
    assert (code, head["position"]) == (0, 30)
    code, (told,) = call(capsys, "log", "verify", "--data", data, "--against", kept)
    assert (code, told["checkpoints"]) == (0, 1)
    con = apsw.Connection(str(data / "spaces" / "live.db"))
    con.execute("DROP TRIGGER events_never_go; DELETE FROM events WHERE position > 28")
    con.close()
    code, (told,) = call(capsys, "log", "verify", "--data", data, "--against", kept)
    assert (code, told["position"], told["what"]) == (1, 29, "tail")


def test_the_export_holds_every_event_and_its_own_proof(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = data / "out.jsonl"
    assert call(capsys, "log", "export", "--data", data, "--to", to) == (0, [])
    previous = bytes(32)
    lines = to.read_text(encoding="utf-8").splitlines()
    for position, line in enumerate(lines, 1):
        told = json.loads(line)
        assert told["event"]["text"] in {"水位 ↑", "b"}
        body = line.partition(', "event": ')[2][:-1]
        fields = ["position", "stream", "version", "kind", "at", "actor", "command", "cause", "rest"]
        header = json.dumps([told[name] for name in fields], ensure_ascii=False, separators=(",", ":"))
        previous = hashlib.sha256(previous + header.encode() + b"\n" + body.encode()).digest()
        assert (told["position"], told["hash"]) == (position, previous.hex())
    assert len(lines) == 30
    _, rest = call(capsys, "log", "export", "--data", data, "--after", "28")
    assert [told["position"] for told in rest] == [29, 30]


def test_backup_and_restore_are_two_commands(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, (manifest,) = call(capsys, "backup", tmp_path / "b", "--data", data)
    assert (code, manifest["position"]) == (0, 30)
    assert main(["restore", str(tmp_path / "b"), "--data", str(data)]) == 1
    assert "--replace" in capsys.readouterr().err
    code, (head,) = call(capsys, "restore", tmp_path / "b", "--data", data, "--replace")
    assert (code, head["hash"]) == (0, manifest["hash"])
    assert head["epoch"] != manifest["epoch"]


@pytest.mark.parametrize(
    "words", [["log", "verify"], ["log", "export"], ["log", "head"], ["backup", "b"], ["restore", "b"]]
)
def test_where_there_is_nothing_a_sentence_says_so(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*words, "--data", str(tmp_path / "none")]) == 1
    assert "there is no" in capsys.readouterr().err
    assert not (tmp_path / "none" / "spaces" / "live.db").exists()
