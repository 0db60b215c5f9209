"""Text into a tree of strings, lists and tables in which every part knows where it stands.

YAML guesses: 22:30 becomes 1350, ``no`` becomes False. Here nothing is
guessed; every scalar stays the string that was written. Aliases, anchors, tags,
tabs, duplicate keys, other encodings and anything too large or too deep are
findings, met in bounded time.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any

from coord.errors import Finding
from coord.plans.node import MOST_DEPTH, MOST_PARTS, Node, Where
from coord.plans.plainly import plain_tree

MOST_BYTES = 256 * 1024
_BAD_CHARACTER = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U0010fffd]"
)


def tree_of(body: bytes, source: str, findings: list[Finding]) -> Node | None:
    """Return the tree of a YAML file, or None with the reasons in *findings*."""
    if len(body) > MOST_BYTES:
        said = f"the file has {len(body)} bytes; a plan has at most {MOST_BYTES}, so divide it"
        findings.append(Finding("error", "", "too-large", said, source))
        return None
    text = _text_of(body, source, findings)
    if text is None:
        return None
    if (plainly := plain_tree(text, source)) is not None:
        return plainly
    return full_tree(text, source, findings)


def full_tree(text: str, source: str, findings: list[Finding]) -> Node | None:
    """Return the tree of any YAML 1.2 text, or None with the reasons in *findings*."""
    builder = _Builder(source, findings)
    node = builder.build(text)
    return None if builder.failed else node


def _text_of(body: bytes, source: str, findings: list[Finding]) -> str | None:
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)) or b"\0" in body:
        findings.append(
            Finding("error", "", "encoding", "this is not UTF-8 but looks like UTF-16; save it as UTF-8", source)
        )
        return None
    try:
        text = body.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        said = "this is not UTF-8 (perhaps GBK or Big5); save it as UTF-8"
        findings.append(Finding("error", "", "encoding", said, source, line))
        return None
    text = text.replace("\r\n", "\n")
    bad = [(found.start(), found[0]) for found in _BAD_CHARACTER.finditer(text)]
    for at, character in bad[:20]:
        code, said = (
            ("tab", "a tab; use blanks")
            if character == "\t"
            else ("character", f"the character U+{ord(character):04X}")
        )
        findings.append(Finding("error", "", code, f"there is {said}", source, text.count("\n", 0, at) + 1))
    return None if bad else text


class _Builder:
    """Builds the tree from the parser's events, so that depth and size are bounded before anything is made."""

    def __init__(self, source: str, findings: list[Finding]) -> None:
        self.source = source
        self.findings = findings
        self.failed = False
        self.parts = 0

    def build(self, text: str) -> Node | None:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        events = YAML(typ="safe", pure=True).parse(text)
        try:
            return self._document(events)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            said = " ".join(filter(None, (error.context, error.problem)))
            self._refuse("yaml", f"this is not YAML: {said}", mark.line + 1 if mark else 0)
        except (YAMLError, RecursionError, ValueError, IndexError, AssertionError) as error:
            # what the parser lets slip on hostile text is a finding about that text, not a bug of ours
            self._refuse("yaml", f"this is not YAML: {type(error).__name__}", 0)
        return None

    def _refuse(self, code: str, said: str, line: int, path: str = "") -> None:
        self.failed = True
        self.findings.append(Finding("error", path, code, said, self.source, line))

    def _document(self, events: Iterator[Any]) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self._refuse("yaml", "a second document begins here; one plan, one file", event.start_mark.line + 1)
                    return None
                if event.version or event.tags:
                    self._refuse("yaml", "directives (%) are not allowed", event.start_mark.line + 1)
            elif kind not in ("StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"):
                root = self._node(event, events, "", 0)
                if root is None:
                    return None
        if root is None:
            self._refuse("empty", "the file is empty", 0)
        return root

    def _node(self, event: Any, events: Iterator[Any], path: str, depth: int) -> Node | None:
        kind, line = type(event).__name__, event.start_mark.line + 1
        self.parts += 1
        if self.parts > MOST_PARTS or depth > MOST_DEPTH:
            self._refuse("too-deep", f"more than {MOST_DEPTH} levels or {MOST_PARTS} parts", line, path)
            return None
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            self._refuse("alias", "anchors (&) and aliases (*) are not allowed; write it out", line, path)
            return None if kind == "AliasEvent" and not depth else self._skip(event, events, path, depth)
        if getattr(event, "tag", None):
            self._refuse("tag", f"the tag {event.tag} is not allowed; every value is text", line, path)
        return self._skip(event, events, path, depth)

    def _skip(self, event: Any, events: Iterator[Any], path: str, depth: int) -> Node | None:
        kind, where = type(event).__name__, Where(self.source, event.start_mark.line + 1, path)
        if kind == "AliasEvent":
            return Node("", where)
        if kind == "ScalarEvent":
            return Node(event.value, where)
        if kind == "SequenceStartEvent":
            return self._list(events, where, depth)
        return self._table(events, where, depth)

    def _list(self, events: Iterator[Any], where: Where, depth: int) -> Node | None:
        items: list[Node] = []
        for event in events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            item = self._node(event, events, f"{where.path}[{len(items)}]", depth + 1)
            if item is None:
                return None
            items.append(item)
        return Node(items, where)

    def _table(self, events: Iterator[Any], where: Where, depth: int) -> Node | None:
        table: dict[str, Node] = {}
        keys: dict[str, Where] = {}
        for event in events:
            if type(event).__name__ == "MappingEndEvent":
                break
            line = event.start_mark.line + 1
            key = self._node(event, events, where.path, depth + 1)
            if key is None:
                return None
            if not isinstance(key.value, str):
                self._refuse("yaml", "a key must be a word", line, where.path)
                return None
            name = key.value
            value = self._node(next(events), events, where.under(name), depth + 1)
            if value is None:
                return None
            if name in table:
                said = f"“{name}” stands here for the second time (first in line {keys[name].line})"
                self._refuse("duplicate-key", said, line, where.under(name))
                continue
            table[name] = value
            keys[name] = Where(self.source, line, where.under(name))
        return Node(table, where, keys)
