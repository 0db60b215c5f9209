"""How a plan is written: one description from which reading, writing and the editors' schema follow.

A shape reads a node of the tree into as much of the value as can be read
(mistakes become findings and the reading goes on), writes the value back in the same words, and says what it is
as JSON Schema. A value that equals its default is not written, so two plans
that mean the same are written the same.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from coord.errors import Finding
from coord.plans.node import Node, Where
from coord.plans.terms import NAME, Misread
from coord.plans.wanted import rank


class _Nothing:
    """What a shape returns when a node could not be read; a finding says why."""


NOTHING = _Nothing()


class Shape(Protocol):
    """One kind of value in a plan."""

    def read(self, node: Node, findings: list[Finding]) -> Any:
        """Return the value of *node* as far as it can be read, NOTHING if not at all; *findings* say what could not."""
        ...

    def plain(self, value: Any) -> Any:
        """Return *value* as strings, lists and dicts."""
        ...

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of what may be written."""
        ...


def wrong(findings: list[Finding], where: Where, code: str, said: str) -> _Nothing:
    """Add an error and return NOTHING."""
    findings.append(Finding("error", where.path, code, said, where.source, where.line))
    return NOTHING


@dataclass(frozen=True)
class Word:
    """A text: one of *choices*, or matching *pattern*, at most *most* characters."""

    pattern: re.Pattern[str] | None = None
    choices: tuple[str, ...] = ()
    most: int = 2000
    says: str = "a text"

    def read(self, node: Node, findings: list[Finding]) -> Any:
        value = node.value
        if not isinstance(value, str):
            return wrong(findings, node.where, "shape", f"here stands a list or table instead of {self.says}")
        value = value.strip()
        if self.choices and value not in self.choices:
            return wrong(findings, node.where, "choice", f"“{value}” is none of {', '.join(self.choices)}")
        if self.pattern is not None and not self.pattern.fullmatch(value):
            return wrong(findings, node.where, "word", f"“{value[:80]}” is not {self.says}")
        if not value or len(value) > self.most:
            return wrong(findings, node.where, "word", f"the text must have 1 to {self.most} characters")
        return value

    def plain(self, value: Any) -> Any:
        return value

    def schema(self) -> dict[str, Any]:
        if self.choices:
            return {"enum": list(self.choices)}
        found: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": self.most}
        if self.pattern is not None:
            found["pattern"] = f"^(?:{self.pattern.pattern})$"
        return found


@dataclass(frozen=True)
class Said:
    """A word of the small grammar of :mod:`coord.plans.terms`, read by *parse*, written by *show*."""

    parse: Callable[[str], Any]
    says: str
    show: Callable[[Any], str] = str

    def read(self, node: Node, findings: list[Finding]) -> Any:
        if not isinstance(node.value, str):
            return wrong(findings, node.where, "shape", f"here stands a list or table instead of {self.says}")
        if len(node.value) > 500:
            return wrong(findings, node.where, "word", f"{self.says} has at most 500 characters")
        try:
            return self.parse(node.value)
        except Misread as error:
            return wrong(findings, node.where, "misread", f"{error} (column {error.column} of “{node.value[:80]}”)")

    def plain(self, value: Any) -> Any:
        return self.show(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": 500, "description": self.says}


@dataclass(frozen=True)
class Flag:
    """Set when the word stands there: ``again: on-raise``."""

    word: str

    def read(self, node: Node, findings: list[Finding]) -> Any:
        if node.value != self.word:
            return wrong(findings, node.where, "choice", f"only “{self.word}” can stand here; leave it out otherwise")
        return True

    def plain(self, value: Any) -> Any:  # noqa: ARG002 - the flag is set whenever it is written
        return self.word

    def schema(self) -> dict[str, Any]:
        return {"const": self.word}


@dataclass(frozen=True)
class Many:
    """A list, or a single one without brackets. ``ordered`` lists keep their order, others are sorted sets."""

    item: Shape
    ordered: bool = False
    least: int = 0
    most: int = 500

    def read(self, node: Node, findings: list[Finding]) -> Any:
        nodes = node.value if isinstance(node.value, list) else [node]
        if not self.least <= len(nodes) <= self.most:
            return wrong(findings, node.where, "count", f"there must be {self.least} to {self.most} entries")
        read = [self.item.read(one, findings) for one in nodes]
        values = [value for value in read if value is not NOTHING]
        if self.ordered:
            return tuple(values)
        if len(set(values)) != len(values):
            return wrong(findings, node.where, "twice", "an entry stands here twice")
        return tuple(sorted(values, key=str))

    def plain(self, value: Any) -> Any:
        return [self.item.plain(one) for one in value]

    def schema(self) -> dict[str, Any]:
        one = self.item.schema()
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": self.least, "maxItems": self.most}]}


@dataclass(frozen=True)
class ByLevel:
    """A list, or a table with a list for each level; the level is put into each entry."""

    item: Shape

    def read(self, node: Node, findings: list[Finding]) -> Any:
        many = Many(self.item)
        if not isinstance(node.value, dict):
            return many.read(node, findings)
        found: list[Any] = []
        for level, part in node.value.items():
            if level not in ("I", "II", "III", "IV"):
                return wrong(findings, node.keys[level], "choice", f"“{level}” is no level; write I, II, III or IV")
            values = many.read(part, findings)
            found += [] if values is NOTHING else [dataclasses.replace(value, level=level) for value in values]
        return tuple(sorted(found, key=_with_level))

    def plain(self, value: Any) -> Any:
        if not any(one.level for one in value):
            return [self.item.plain(one) for one in value]
        table: dict[str, list[Any]] = {}
        for one in value:
            table.setdefault(one.level, []).append(self.item.plain(one))
        return table

    def schema(self) -> dict[str, Any]:
        many = Many(self.item).schema()
        table = {"type": "object", "properties": dict.fromkeys(("I", "II", "III", "IV"), many)}
        return {"anyOf": [*many["anyOf"], {**table, "additionalProperties": False, "minProperties": 1}]}


def _with_level(value: Any) -> tuple[int, str]:
    return (rank(value.level), str(value))


ID = Word(NAME, most=60, says="an id (lower-case words joined by hyphens)")
TEXT = Word()
