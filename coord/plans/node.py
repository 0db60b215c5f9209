"""The tree that a plan is read from, whatever it was written in: strings, lists, tables, each knowing its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MOST_DEPTH = 12
MOST_PARTS = 60_000
"""A plan that is deeper or has more parts is none."""


@dataclass(frozen=True, slots=True)
class Where:
    """A place in what was read: file and line, or sheet and cell, and the path of words that leads there."""

    source: str = ""
    line: int = 0
    path: str = ""

    def under(self, word: str) -> str:
        """Return the path of the part called *word*."""
        return f"{self.path}.{word}" if self.path else word


@dataclass(slots=True)
class Node:
    """A string, a list of nodes or a table of nodes; ``keys`` says where each key of a table stands."""

    value: str | list[Node] | dict[str, Node]
    where: Where
    keys: dict[str, Where] = field(default_factory=dict)


def node_of(plain: Any, where: Where) -> Node:
    """Return the tree of plain strings, lists and dicts; anything else becomes its text."""
    if isinstance(plain, dict):
        table = {str(k): node_of(v, Where(where.source, where.line, where.under(str(k)))) for k, v in plain.items()}
        return Node(table, where, {key: node.where for key, node in table.items()})
    if isinstance(plain, list | tuple):
        return Node(
            [node_of(v, Where(where.source, where.line, f"{where.path}[{i}]")) for i, v in enumerate(plain)], where
        )
    return Node(str(plain), where)
