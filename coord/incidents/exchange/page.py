"""The neighbour's sheet as text, in traditional Chinese and Portuguese: one page, whatever is going on.

Made of the rows that the board shows, so it can say nothing that the board does
not. What does not fit is counted in a line of its own, never cut off in silence.
An officer reads it before it goes out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from coord.incidents.spans import ZONE, local

Tongue = Literal["zh-Hant", "pt"]
Row = Mapping[str, Any]

LINES = 45
"""Lines of a page of A4 at 11 points."""

COLUMNS = 88
"""Columns of such a line; a Chinese character takes two."""

WORDS: Mapping[Tongue, Mapping[str, str]] = {
    "zh-Hant": {
        "title": "對口信息交換表", "number": "編號", "at": "截至", "none": "無", "more": "另有 {n} 項，詳情可電詢",
        "levels": "應急響應", "signals": "生效信號", "stops": "五停等措施", "zones": "管控區", "figures": "主要數據",
        "owed": "待決", "since": "自", "from": "將於", "was": "原定", "until": "至", "missing": "缺報",
        "level": "{x}級", "lockdown": "封控區", "control": "管控區", "precaution": "防範區",
        "reply": "請回覆：狀態、信號、橋樑、口岸、需求、下次變化",
        "stop-school": "停課", "stop-work": "停工", "stop-production": "停產", "stop-transport": "停運",
        "stop-business": "停業", "in-force": "生效", "decided": "已定", "lifted": "已解除",
    },
    "pt": {
        "title": "Ficha de troca de informação", "number": "N.º", "at": "Situação às", "none": "nada",
        "more": "mais {n}; pergunte por telefone", "levels": "Resposta de emergência", "signals": "Sinais em vigor",
        "stops": "Suspensões", "zones": "Zonas de controlo", "figures": "Dados principais", "owed": "decisão pendente",
        "since": "desde", "from": "a partir de", "was": "antes", "until": "até", "missing": "sem resposta",
        "level": "nível {x}", "lockdown": "encerradas", "control": "controladas", "precaution": "de precaução",
        "reply": "Resposta: estado, sinal, pontes, posto, necessidades, próxima mudança", "stop-school": "aulas",
        "stop-work": "obras e trabalho", "stop-production": "produção", "stop-transport": "transportes",
        "stop-business": "comércio", "in-force": "em vigor", "decided": "decidido", "lifted": "levantado",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: its heading, how many lines it may take, what makes a line of a row."""

    heading: str
    room: int
    kinds: tuple[str, ...]
    line: Callable[[Row, Mapping[str, str], Tongue], str | None]


def page(rows: Iterable[Row], tongue: Tongue, number: str, at: datetime) -> str:
    """Return the sheet *number* as of *at* in one language: at most 45 lines of 88 columns."""
    words = WORDS[tongue]
    found = list(rows)
    lines = [
        f"{words['title']}  {words['number']} {number}",
        f"{words['at']} {at.astimezone(ZONE):%Y-%m-%d %H:%M} (UTC+8)",
    ]
    for section in SECTIONS:
        said = [text for row in found if row.get("kind") in section.kinds if (text := section.line(row, words, tongue))]
        lines += ["", f"【{words[section.heading]}】", *_fit(said, section.room, words)]
    lines += ["", words["reply"]]
    return "\n".join(_cut(line) for line in lines)


def _fit(said: Sequence[str], room: int, words: Mapping[str, str]) -> list[str]:
    if not said:
        return [words["none"]]
    if len(said) <= room:
        return list(said)
    return [*said[: room - 1], words["more"].format(n=len(said) - room + 1)]


def width(text: str) -> int:
    """Return how many columns *text* takes.

    >>> width("停課 12:00")
    10
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _cut(line: str) -> str:
    line = " ".join(line.split())
    if width(line) <= COLUMNS:
        return line
    kept = ""
    for sign in line:
        if width(kept + sign) > COLUMNS - 1:
            break
        kept += sign
    return kept + "…"


def _name(names: Any, tongue: Tongue, other: str) -> str:
    """Return the name in the language of the page; what has none is named by its id."""
    return str(names.get(tongue) or names.get("zh-Hans") or other) if isinstance(names, Mapping) else other


def _clock(text: Any) -> str:
    return local(datetime.fromisoformat(text)) if text else ""


def _level(row: Row, words: Mapping[str, str], _tongue: Tongue) -> str | None:
    coming = row.get("pending")
    if not row.get("level") and not coming:
        return None
    now = words["level"].format(x=row["level"]) if row.get("level") else words["none"]
    line = f"{row['hazard']} {row.get('area', '')}: {now}"
    if coming:
        line += f"; {words['from']} {_clock(coming['effective_at'])} {words['level'].format(x=coming['level'] or '-')}"
    return line + (f" ({words['owed']})" if row.get("review_owed") else "")


def _signal(row: Row, words: Mapping[str, str], tongue: Tongue) -> str | None:
    if row["state"] not in {"announced", "in-force"}:
        return None
    names = row.get("names", {})
    name = f"{_name(names.get('system'), tongue, row['system'])} {_name(names.get('code'), tongue, row['code'])}"
    word = words["since"] if row["state"] == "in-force" else words["from"]
    return f"{row['authority']} {name} {word} {_clock(row['effective_at'])}"


def _stop(row: Row, words: Mapping[str, str], _tongue: Tongue) -> str | None:
    if row["state"] not in {"decided", "in-force"}:
        return None
    times = row["line"].replace("was", words["was"]).replace("further notice", "…")
    line = f"{words.get(row['stop'], row['stop'])} {row['area']} {words[row['state']]} {times}"
    return line + (f" ({words['owed']})" if row["decision_owed"] else "")


def _zone(row: Row, words: Mapping[str, str], _tongue: Tongue) -> str | None:
    if row["state"] != "in-force":
        return None
    now = row["now"]
    line = f"{row['place']} {words[row['tier']]} {words['until']} {now['until'][:16].replace('T', ' ')}"
    return line + (f" ({words['owed']})" if row["decision_owed"] else "")


def _figure(row: Row, words: Mapping[str, str], tongue: Tongue) -> str | None:
    if row["closed"] or row["value"] is None:
        return None
    line = f"{_name(row['names'], tongue, row['figure'])}: {row['value']:g} {row['unit']} {_clock(row['as_of'])}"
    return line + (f" ({words['missing']} {len(row['missing'])})" if row["missing"] else "")


SECTIONS: tuple[Section, ...] = (
    Section("levels", 5, ("activation",), _level),
    Section("signals", 5, ("signal",), _signal),
    Section("stops", 7, ("measure",), _stop),
    Section("zones", 6, ("zone",), _zone),
    Section("figures", 8, ("figure",), _figure),
)
"""What a neighbour asks first comes first; with headings and margins the rooms add up to a page."""
