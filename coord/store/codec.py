"""Events as JSON under kinds that never change, commands as digests, states as snapshots.

The kind of an event is stored beside it and stands for its class for ever; the
class may gain fields that have defaults, never lose one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from coord.errors import CoordError, Finding, Unfit
from coord.store.schema import canonical, form


class UnknownKind(CoordError):
    """The log holds an event of a kind that this program does not know."""

    code = "unknown-kind"


class Codec:
    """Turns events into (kind, JSON bytes) and back: ``decode(*encode(e)) == e``."""

    __slots__ = ("_forms", "_kind_of", "kinds")

    def __init__(self, kinds: Mapping[str, type]) -> None:
        self.kinds: Mapping[str, type] = MappingProxyType(dict(kinds))
        self._kind_of = {cls: kind for kind, cls in kinds.items()}
        self._forms: dict[type, tuple[str, Callable[[object], bytes]]] = {}
        if len(self._kind_of) != len(kinds):
            twice = sorted(kind for kind, cls in kinds.items() if self._kind_of[cls] != kind)
            raise ValueError(f"a class has one kind for ever, but these name a class again: {', '.join(twice)}")

    @classmethod
    def merge(cls, *parts: Mapping[str, type]) -> Codec:
        """Return one codec for the kinds of several rooms; ValueError when two use the same kind."""
        kinds: dict[str, type] = {}
        for part in parts:
            if twice := sorted(kinds.keys() & part.keys()):
                raise ValueError(f"two rooms use the same kind: {', '.join(twice)}")
            kinds |= part
        return cls(kinds)

    def encode(self, event: object) -> tuple[str, bytes]:
        """Return kind and JSON of *event*.

        Raises :exc:`coord.errors.Unfit` when a field does not hold what its
        annotation says (a naive time, a list for a tuple, not-a-number):
        such an event could not be read again.
        """
        kind, write = self._forms.get(type(event)) or self._form(type(event))
        try:
            return kind, write(event)
        except ValueError as error:
            raise _unfit(kind, error) from error

    def _form(self, cls: type) -> tuple[str, Callable[[object], bytes]]:
        kind = self._kind_of.get(cls)
        if kind is None:
            raise UnknownKind(f"{cls.__name__} is not an event that this log knows")
        found = self._forms[cls] = kind, form(cls).write
        return found

    def decode(self, kind: str, body: bytes) -> Any:
        """Return the event that was stored as *kind* and *body*."""
        cls = self.kinds.get(kind)
        if cls is None:
            raise UnknownKind(f"the log holds an event of kind {kind!r}, which this program does not know")
        try:
            return form(cls).read(body)
        except ValueError as error:
            raise _unfit(kind, error) from error


def digest(stream: str, command: object) -> str:
    """Return the hash (hex) of a command to *stream*: equal commands, equal digests.

    Raises :exc:`coord.errors.Unfit` when a field does not hold what its
    annotation says.
    """
    cls = type(command)
    name = cls.__name__
    try:
        return hashlib.sha256(canonical([stream, name, form(cls).plain(command)])).hexdigest()
    except ValueError as error:
        raise _unfit(name, error) from error


def dump(state_type: type, state: object) -> bytes:
    """Return a folded *state* as bytes for a snapshot.

    Unlike an event it is not checked first, which would take most of the time
    that everybody waits for: a snapshot that cannot be read is not used.
    """
    try:
        return form(state_type).serializer.to_json(state, exclude_defaults=True)
    except ValueError as error:
        raise _unfit(state_type.__name__, error) from error


def load(state_type: type, body: bytes) -> Any:
    """Return the state that :func:`dump` wrote; :exc:`coord.errors.Unfit` when the class has changed since."""
    try:
        return form(state_type).read(body)
    except ValueError as error:
        raise _unfit(state_type.__name__, error) from error


def _unfit(what: str, error: ValueError) -> Unfit:
    if not isinstance(error, ValidationError):
        return Unfit([Finding("error", what, "not-storable", str(error))])
    return Unfit(
        [
            Finding("error", ".".join([what, *map(str, each["loc"])]), "not-storable", each["msg"])
            for each in error.errors(include_url=False, include_input=False, include_context=False)
        ]
    )
