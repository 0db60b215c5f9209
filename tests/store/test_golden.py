"""Every event that was ever stored can be read, by every version to come."""

from __future__ import annotations

from dataclasses import dataclass, make_dataclass
from pathlib import Path

from coord.cli.log import codec
from coord.store.codec import Codec
from tests.store.events import CODEC, KINDS
from tests.store.golden import FOLDER, problems, write_missing


def test_every_kind_has_a_golden_file_and_is_read_as_it_was_stored() -> None:
    assert problems(FOLDER, codec()) == []


def test_what_is_written_for_a_new_kind_is_sound(tmp_path: Path) -> None:
    assert problems(tmp_path, CODEC) != []
    assert write_missing(tmp_path, CODEC) == []
    assert {path.stem for path in tmp_path.iterdir()} == set(KINDS)
    assert problems(tmp_path, CODEC) == []


@dataclass(frozen=True, slots=True)
class Grown:
    """Noted, with a field more that has a default."""

    text: str
    number: int = 0
    more: str = ""


def test_a_class_may_grow_but_never_lose_or_change_a_field(tmp_path: Path) -> None:
    write_missing(tmp_path, CODEC)
    rest = {kind: cls for kind, cls in KINDS.items() if kind != "noted"}
    assert problems(tmp_path, Codec({**rest, "noted": Grown})) == []
    shrunk = make_dataclass("Shrunk", [("text", str)], frozen=True, slots=True)
    demanding = make_dataclass("Demanding", [("text", str), ("number", int), ("new", str)], frozen=True, slots=True)
    changed = make_dataclass("Changed", [("text", str), ("number", str)], frozen=True, slots=True)
    for bad in (shrunk, demanding, changed):
        assert len(problems(tmp_path, Codec({**rest, "noted": bad}))) == 1
    assert "no class reads them" in problems(tmp_path, Codec(rest))[0]
