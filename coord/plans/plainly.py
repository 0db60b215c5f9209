"""The plain YAML that nearly every plan is written in, read line by line and ten times as fast.

It knows block tables, block lists, one-line ``[…]`` and ``{…}``, plain and
simply quoted texts, and comments. Whatever else stands there (or looks odd) is
left to the full parser: the answer is the very same tree or None.
"""

from __future__ import annotations

import re

from coord.plans.node import MOST_DEPTH, MOST_PARTS, Node, Where

_KEY = re.compile(r"([A-Za-z][A-Za-z0-9_./-]*):(?: +(?=\S)| *$)")
_QUOTED = re.compile(r"\"([^\"\\]*)\"|'([^']*)'")
_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=][^#]*")
_FLOW_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=][^#,\[\]{}\"']*")
_FLOW_KEY = re.compile(r"([A-Za-z][A-Za-z0-9_./-]*): +(?=[^\s,}\]])")
_REST = re.compile(r" *(?: #.*)?")

_Line = tuple[int, int, str]


class _Beyond(Exception):
    """This is more than plain YAML."""


def plain_tree(text: str, source: str) -> Node | None:
    """Return the tree of *text*, or None when it is more than plain YAML (or none at all)."""
    lines: list[_Line] = []
    for number, line in enumerate(text.split("\n"), 1):
        content = line.lstrip(" ")
        if content and not content.startswith("#"):
            lines.append((number, len(line) - len(content), content))
    if not lines or lines[0][1]:
        return None
    reader = _Reader(lines, source)
    try:
        node = reader.block(0, "", 0)
        return node if reader.at == len(lines) else None
    except _Beyond:
        return None


class _Reader:
    def __init__(self, lines: list[_Line], source: str) -> None:
        self.lines = lines
        self.source = source
        self.at = 0
        self.parts = 0

    def where(self, line: int, path: str, depth: int) -> Where:
        """Count one part more and return where it stands."""
        self.parts += 1
        if self.parts > MOST_PARTS or depth > MOST_DEPTH:
            raise _Beyond
        return Where(self.source, line, path)

    def block(self, indent: int, path: str, depth: int) -> Node:
        """Read the table or list that begins at this line, at exactly *indent*."""
        content = self.lines[self.at][2]
        if content.startswith("- "):
            return self.items(indent, path, depth)
        return self.table(indent, path, depth)

    def table(self, indent: int, path: str, depth: int) -> Node:
        where = self.where(self.lines[self.at][0], path, depth)
        values: dict[str, Node] = {}
        keys: dict[str, Where] = {}
        while self.at < len(self.lines) and self.lines[self.at][1] == indent:
            number, _, content = self.lines[self.at]
            found = _KEY.match(content)
            if found is None or found[1] in values:
                raise _Beyond
            name = found[1]
            under = where.under(name)
            keys[name] = self.where(number, under, depth + 1)
            values[name] = self.value(content[found.end() :], number, indent, under, depth + 1)
        if self.at < len(self.lines) and self.lines[self.at][1] > indent:
            raise _Beyond
        return Node(values, where, keys)

    def items(self, indent: int, path: str, depth: int) -> Node:
        where = self.where(self.lines[self.at][0], path, depth)
        found: list[Node] = []
        while self.at < len(self.lines) and self.lines[self.at][1] == indent:
            number, _, content = self.lines[self.at]
            if not content.startswith("- "):
                break
            rest = content[2:].lstrip(" ")
            if not rest or rest.startswith("#"):
                raise _Beyond
            under = f"{path}[{len(found)}]"
            inner = indent + len(content) - len(rest)
            if _KEY.match(rest):
                self.lines[self.at] = (number, inner, rest)
                found.append(self.table(inner, under, depth + 1))
            else:
                found.append(self.value(rest, number, indent, under, depth + 1))
        if self.at < len(self.lines) and self.lines[self.at][1] > indent:
            raise _Beyond
        return Node(found, where)

    def value(self, rest: str, number: int, indent: int, path: str, depth: int) -> Node:
        """Read what stands behind a key or dash: on this line, or as a block below."""
        self.at += 1
        if rest and not rest.startswith("#"):
            flow = _Flow(self, rest, number)
            node = flow.value(path, depth, top=True)
            if not _REST.fullmatch(rest, flow.at):
                raise _Beyond
            if self.at < len(self.lines) and self.lines[self.at][1] > indent:
                raise _Beyond  # the text goes on below
            return node
        if self.at == len(self.lines):
            raise _Beyond
        _, below, content = self.lines[self.at]
        if below > indent or (below == indent and content.startswith("- ")):
            return self.block(below, path, depth)
        raise _Beyond


class _Flow:
    """One line of text, lists and tables."""

    def __init__(self, reader: _Reader, text: str, number: int) -> None:
        self.reader, self.text, self.number = reader, text, number
        self.at = 0

    def value(self, path: str, depth: int, top: bool = False) -> Node:
        first = self.text[self.at : self.at + 1]
        if first == "[":
            return self.items(path, depth)
        if first == "{":
            return self.table(path, depth)
        where = self.reader.where(self.number, path, depth)
        if first in ("'", '"'):
            found = _QUOTED.match(self.text, self.at)
            if found is None:
                raise _Beyond
            self.at = found.end()
            return Node(found[1] if found[1] is not None else found[2], where)
        found = (_PLAIN if top else _FLOW_PLAIN).match(self.text, self.at)
        if found is None or ": " in found[0] or found[0].rstrip().endswith(":"):
            raise _Beyond
        self.at = found.end()
        said = found[0].rstrip()
        if self.text[self.at : self.at + 1] == "#":
            if not found[0].endswith(" "):
                raise _Beyond
            self.at -= 1
        return Node(said, where)

    def blanks(self) -> str:
        while self.text[self.at : self.at + 1] == " ":
            self.at += 1
        return self.text[self.at : self.at + 1]

    def items(self, path: str, depth: int) -> Node:
        where = self.reader.where(self.number, path, depth)
        found: list[Node] = []
        self.at += 1
        while self.blanks() != "]":
            found.append(self.value(f"{path}[{len(found)}]", depth + 1))
            self.comma("]")
        self.at += 1
        return Node(found, where)

    def table(self, path: str, depth: int) -> Node:
        where = self.reader.where(self.number, path, depth)
        values: dict[str, Node] = {}
        keys: dict[str, Where] = {}
        self.at += 1
        while self.blanks() != "}":
            found = _FLOW_KEY.match(self.text, self.at)
            if found is None or found[1] in values:
                raise _Beyond
            self.at = found.end()
            under = where.under(found[1])
            keys[found[1]] = self.reader.where(self.number, under, depth + 1)
            values[found[1]] = self.value(under, depth + 1)
            self.comma("}")
        self.at += 1
        return Node(values, where, keys)

    def comma(self, end: str) -> None:
        after = self.blanks()
        if after == ",":
            self.at += 1
            if self.blanks() == end:
                raise _Beyond
        elif after != end:
            raise _Beyond
