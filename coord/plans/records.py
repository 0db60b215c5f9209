"""Tables in a plan: words to values, fixed keys that become a dataclass, and lists of those."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from coord.errors import Finding
from coord.plans.node import Node
from coord.plans.shape import NOTHING, Shape, Word, wrong


@dataclass(frozen=True)
class Table:
    """A table from words to values, kept in the order of writing when it is read, compared without order."""

    key: Word
    item: Shape

    def read(self, node: Node, findings: list[Finding]) -> Any:
        if not isinstance(node.value, dict):
            return wrong(findings, node.where, "shape", "here must stand a table (“key: value” lines)")
        found = {}
        for key, part in node.value.items():
            name = self.key.read(Node(key, node.keys[key]), findings)
            value = self.item.read(part, findings)
            if name is not NOTHING and value is not NOTHING:
                found[name] = value
        return found

    def plain(self, value: Any) -> Any:
        return {key: self.item.plain(one) for key, one in value.items()}

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "propertyNames": self.key.schema(), "additionalProperties": self.item.schema()}


@dataclass(frozen=True)
class Record:
    """A table with fixed keys that becomes a dataclass; ``from-level`` is the field ``from_level``.

    ``needs`` are the keys that must stand there.
    """

    cls: Callable[..., Any]
    fields: Mapping[str, Shape]
    needs: frozenset[str] = frozenset()

    def read(self, node: Node, findings: list[Finding]) -> Any:
        if not isinstance(node.value, dict):
            return wrong(findings, node.where, "shape", "here must stand a table (“key: value” lines)")
        values = {}
        for key, part in node.value.items():
            if (shape := self.fields.get(key)) is None:
                said = f"“{key}” is not known here; known are {', '.join(self.fields)}"
                wrong(findings, node.keys[key], "unknown-key", said)
                continue
            if (value := shape.read(part, findings)) is not NOTHING:
                values[key.replace("-", "_")] = value
        for key in sorted(self.needs - node.value.keys()):
            wrong(findings, node.where, "missing-key", f"“{key}” is missing")
        whole = all(key.replace("-", "_") in values for key in self.needs)
        return self.cls(**values) if whole else NOTHING

    def plain(self, value: Any) -> Any:
        defaults = _defaults(self.cls)
        found = {}
        for key, shape in self.fields.items():
            name = key.replace("-", "_")
            one = getattr(value, name)
            if name not in defaults or one != defaults[name]:
                found[key] = shape.plain(one)
        return found

    def schema(self) -> dict[str, Any]:
        properties = {key: shape.schema() for key, shape in self.fields.items()}
        found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**found, "required": sorted(self.needs)} if self.needs else found


@dataclass(frozen=True)
class Listed:
    """A list of records told apart by their field *id*, and sorted by it unless their order means something."""

    item: Record
    id: str = "id"
    ordered: bool = False

    def read(self, node: Node, findings: list[Finding]) -> Any:
        if not isinstance(node.value, list):
            return wrong(findings, node.where, "shape", "here must stand a list (lines beginning with “- ”)")
        seen = dict[str, int]()
        found: list[Any] = []
        for one in node.value:
            if (value := self.item.read(one, findings)) is not NOTHING:
                found.append(value)
            name = one.value.get(self.id) if isinstance(one.value, dict) else None
            if name is not None and isinstance(name.value, str):
                if name.value in seen:
                    said = f"the id “{name.value}” is taken (line {seen[name.value]})"
                    wrong(findings, name.where, "same-id", said)
                seen.setdefault(name.value, name.where.line)
        return tuple(found if self.ordered else sorted(found, key=lambda one: str(getattr(one, self.id))))

    def plain(self, value: Any) -> Any:
        return [self.item.plain(one) for one in value]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.item.schema()}


def _defaults(cls: Any) -> dict[str, Any]:
    found = {}
    for one in dataclasses.fields(cls):
        if one.default is not dataclasses.MISSING:
            found[one.name] = one.default
        elif one.default_factory is not dataclasses.MISSING:
            found[one.name] = one.default_factory()
    return found
