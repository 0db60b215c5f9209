"""``coord geo`` answers on one screen, and its help waits for no library."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from coord.cli import main
from coord.geo.layers.export import write_file
from coord.geo.model import REGISTERS
from coord.geo.sample import sample_register


@pytest.fixture
def district(tmp_path: Path) -> Path:
    for register in REGISTERS:
        (tmp_path / f"{register}.geojson").write_bytes(write_file("x.geojson", register, sample_register(register)))
    return tmp_path


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys\nfrom coord.cli import main\n"
        "try: main(['geo', 'import', '--help'])\nexcept SystemExit: pass\n"
        "print([name for name in ('numpy', 'shapely', 'pyproj', 'pyogrio') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "area",
    [
        ["--circle", "113.512,22.149,600"],
        ["--wind", "113.8,21.9,150000,120000,100000,120000"],
        ["--regions", "Z-1,MO-port", "--buffer", "100"],
    ],
)
def test_exposure_answers_on_one_screen(area: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["geo", "exposure", *area]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 24
    assert {"people", "points", "shelters", "overspill"} <= {line.split()[0] for line in lines if line.strip()}


def test_exposure_takes_a_drawn_area(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ring = [[113.50, 22.14], [113.52, 22.14], [113.52, 22.16], [113.50, 22.16], [113.50, 22.14]]
    path = tmp_path / "area.geojson"
    path.write_text(json.dumps({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}}))
    assert main(["geo", "exposure", "--area", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["people"] > 90


@pytest.mark.parametrize(
    "words",
    [
        ["exposure"],
        ["exposure", "--circle", "1,2"],
        ["exposure", "--circle", "x"],
        ["exposure", "--regions", "nowhere"],
        ["show", "U99"],
        ["match", "--without", "SH-99"],
        ["export", "x.vrt", "--register", "points"],
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(
    words: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["geo", *words]) == 1
    assert "coord geo:" in capsys.readouterr().err


def test_match_says_who_goes_where_and_exits_1_when_somebody_has_no_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["geo", "match", "--without", "SH-06", "--water", "U3"]) == 0
    assert "no place    0 people" in capsys.readouterr().out
    assert main(["geo", "match", "--without", "SH-20"]) == 1
    assert "shut SH-20, no-care at 19 shelters" in capsys.readouterr().out
    assert main(["geo", "match", "--json"]) == 0
    assert sum(json.loads(capsys.readouterr().out)["load"].values()) == 436


def test_show_counts_and_links(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["geo", "show"]) == 0
    assert "underpass 6" in capsys.readouterr().out
    assert main(["geo", "show", "U3", "hengqin"]) == 0
    assert "geo:22.145200,113.520800" in capsys.readouterr().out


def test_an_import_is_previewed_then_written_and_then_changes_nothing(
    district: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = district / "new.csv"
    words = ["geo", "import", str(table), "--register", "shelters", "--district", str(district)]
    assert main(["geo", "export", str(table), "--register", "shelters", "--district", str(district)]) == 0
    text = table.read_text("utf-8-sig").replace("SH-01,440402104002", "SH-91,440402104002")
    table.write_text(text, encoding="utf-8")
    assert main(words) == 1
    assert "datum-missing" in capsys.readouterr().out
    assert main([*words, "--datum", "WGS 84"]) == 0
    told = capsys.readouterr().out
    assert "created  SH-91" in told
    assert "created 1" in told
    assert main([*words, "--datum", "WGS 84", "--write"]) == 0
    assert main([*words, "--datum", "WGS 84", "--json"]) == 0
    after = json.loads(capsys.readouterr().out.partition("wrote ")[2].partition("\n")[2])
    assert (after["changes"]["created"], after["unchanged"]) == (0, 20)


def test_a_shifted_layer_is_refused_and_drawn(district: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, drawing = district / "gcj.csv", district / "both.svg"
    assert main(["geo", "export", str(table), "--register", "points", "--datum", "GCJ-02"]) == 0
    words = ["geo", "import", str(table), "--register", "points", "--picture", str(drawing)]
    assert main([*words, "--datum", "WGS 84"]) == 1
    assert "datum-shifted" in capsys.readouterr().out
    assert drawing.read_text("utf-8").startswith("<svg")
    assert main([*words, "--datum", "GCJ-02"]) == 0
    assert main([*words, "--datum", "GCJ-02", "--write"]) == 1
    assert "the sample district cannot be changed" in capsys.readouterr().err
