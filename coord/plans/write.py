"""A set of plans back into files, in the layout that planners edit: reading them again gives the same digest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from coord.plans.form import PLAN
from coord.plans.model import PlanSet

_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`][^\n]*")
_FOLDER = {"master": "", "specific": "specific/", "work": "work/"}
WIDE = 110


def to_files(plans: PlanSet) -> dict[str, bytes]:
    """Return the files of *plans* by their path in the folder, UTF-8."""
    files = {}
    for plan in plans.plans:
        name = f"{_FOLDER[plan.kind]}{plan.plan}.yaml"
        files[name] = "".join(f"{line}\n" for line in _table(PLAN.plain(plan), 0)).encode()
    for name, by in plans.texts.items():
        for language, texts in by.items():
            body = {"plan": name, "language": language, "texts": texts}
            files[f"texts/{language}/{name}.yaml"] = "".join(f"{line}\n" for line in _table(body, 0)).encode()
    return files


def _table(table: Mapping[str, Any], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for key, value in table.items():
        if not depth and isinstance(value, list | dict) and not _flat(value):
            yield ""
        short = _flow(value) if _flat(value) else None
        if short is not None and len(pad) + len(key) + len(short) <= WIDE:
            yield f"{pad}{_scalar(key)}: {short}"
        elif isinstance(value, dict):
            yield f"{pad}{_scalar(key)}:"
            yield from _table(value, depth + 1)
        elif isinstance(value, list):
            yield f"{pad}{_scalar(key)}:"
            yield from _list(value, depth + 1)
        else:
            yield f"{pad}{_scalar(key)}: {_scalar(value)}"


def _list(items: list[Any], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for item in items:
        if isinstance(item, dict):
            lines = [line for line in _table(item, depth + 1) if line]
            yield f"{pad}- {lines[0].lstrip()}"
            yield from lines[1:]
        else:
            yield f"{pad}- {_scalar(item)}"


def _flat(value: Any) -> bool:
    """Return whether *value* can stand on one line: a text, or a list or table of texts and lists of texts."""
    if isinstance(value, str):
        return True
    parts = value.values() if isinstance(value, dict) else value
    return all(
        isinstance(one, str) or (isinstance(one, list) and all(isinstance(x, str) for x in one)) for one in parts
    )


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key, True)}: {_flow_part(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return _scalar(value[0]) if len(value) == 1 else _flow_part(value)
    return _scalar(value)


def _flow_part(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_scalar(one, True) for one in value) + "]"
    return _scalar(value, True)


def _scalar(text: str, in_flow: bool = False) -> str:
    safe = _PLAIN.fullmatch(text) and ": " not in text and " #" not in text and text == text.strip()
    if not safe or text.endswith(":") or (in_flow and re.search(r"[,\[\]{}]", text)):
        return json.dumps(text, ensure_ascii=False)
    return text
