"""One command over HTTP, as data: routes, bodies, rights, examples and the matrix test are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from coord.access.actions import Action

Room = Literal["watch", "incident", "new-incident", "measures", "ledger", "zones", "exchange"]
"""Which stream takes it: one incident, or the one of the jurisdiction in a room."""

TEXT: Mapping[str, str] = {"text": "text"}
TOLD: Mapping[str, str] = {"told_by": "person"}
"""Who told it: a desk types a name, so the vault keeps it."""


@dataclass(frozen=True)
class Verb:
    """One command over HTTP.

    ``path`` stands below ``/spaces/{space}``; its parameters fill the command's
    fields of the same name, ``{task}`` may hold slashes. ``recording`` is the
    right that is asked instead when the body says ``recorded_for``: a desk that
    types for a group (P-2). ``texts`` maps fields of free text, which may name
    somebody, to the kind under which the vault keeps them; every other text is
    a code. ``matched`` is what If-Match is compared with: ``levels``, or the
    key of a row. ``example`` is a body that fits.
    """

    path: str
    command: type
    action: Action
    room: Room = "incident"
    recording: Action | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    matched: str = ""
    example: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The operation's name in the OpenAPI document."""
        return self.command.__name__

    @property
    def summary(self) -> str:
        """The first line of the command's docstring."""
        return (self.command.__doc__ or "").strip().splitlines()[0]
