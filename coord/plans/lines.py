"""Where each part of a plan was written, so that a finding can name a file and a line, or a sheet and a cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from coord.errors import Finding, Grade
from coord.plans.node import Node, Where

IDS = ("id", "code", "system", "plan", "duty", "name")
"""The keys by which entries of a list are told apart, the strongest first."""


@dataclass(slots=True)
class Lines:
    """The trees of a set: one a plan, one a plan and language."""

    plans: dict[str, Node] = field(default_factory=dict)
    texts: dict[tuple[str, str], Node] = field(default_factory=dict)

    def at(self, plan: str, *words: str) -> Where:
        """Return where *words* (a section, an id in it, a key) stand in *plan*, as near as is known."""
        node = self.plans.get(plan)
        where = node.where if node is not None else Where()
        path = ".".join((plan, *words))
        for word in words:
            if node is None or (found := _part(node, word)) is None:
                break
            where, node = found
        return where if where.source else Where("", 0, path)

    def text_at(self, plan: str, language: str, key: str) -> Where:
        """Return where the text *key* of *plan* stands in *language*."""
        node = self.texts.get((plan, language))
        if node is None or not isinstance(node.value, dict):
            return Where("", 0, f"{plan}.texts.{language}.{key}")
        table = node.value.get("texts")
        found = _part(table, key) if table is not None else None
        return found[0] if found else node.where

    def written(self, section: str) -> Iterator[str]:
        """Yield all ids that stand in *section* of any plan, readable or not."""
        for tree in self.plans.values():
            part = tree.value.get(section) if isinstance(tree.value, dict) else None
            if part is None:
                continue
            if isinstance(part.value, dict):
                yield from part.value
            elif isinstance(part.value, list):
                yield from (name for one in part.value if (name := _id_of(one)))


def finding(level: Grade, where: Where, code: str, said: str) -> Finding:
    """Return the finding that *said* is so at *where*."""
    return Finding(level, where.path, code, said, where.source, where.line)


def _part(node: Node, word: str) -> tuple[Where, Node] | None:
    if isinstance(node.value, dict):
        return (node.keys[word], node.value[word]) if word in node.value and word in node.keys else None
    if isinstance(node.value, list):
        return next(((one.where, one) for one in node.value if _id_of(one) == word), None)
    return None


def _id_of(node: Node) -> str:
    if isinstance(node.value, dict):
        for key in IDS:
            name = node.value.get(key)
            if name is not None and isinstance(name.value, str):
                return name.value
    return ""
