"""Every way in which coord says no, and the findings that go with it.

A refusal is an answer, not an accident: it has a code for machines and a
sentence that a duty officer can read. Whatever is not in this tree is a bug,
and flies to the edge, where it is logged once.

    CoordError
     ├── Refused        a rule of the field says no                 409
     │    └── Forbidden the actor may not do this to that object    403
     ├── Conflict       somebody else wrote first; retried inside   409
     ├── NotFound       there is no such thing                      404
     └── Unfit          what came in is not usable: findings        422
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Grade = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong with, or notable in, something that was checked.

    Used alike for plan checks, CAP checks, import checks and merge conflicts.

    ``path`` says where, in the words of what was checked (``duties[3].owner``,
    ``/alert/info[1]/expires``, ``sheet 任务 cell C7``); ``code`` is stable and
    documented; ``text`` is a sentence. ``source`` names a file, ``line`` a line
    in it counted from 1; 0 where lines mean nothing.
    """

    level: Grade
    path: str
    code: str
    text: str
    source: str = ""
    line: int = 0

    def __str__(self) -> str:
        where = f"{self.source}:{self.line}" if self.line else self.source
        return f"{where + ': ' if where else ''}{self.level} {self.code} at {self.path}: {self.text}"


def errors_in(findings: Sequence[Finding]) -> list[Finding]:
    """Return those *findings* that forbid the use of what was checked."""
    return [finding for finding in findings if finding.level == "error"]


class CoordError(Exception):
    """Root of everything that coord refuses."""

    code = "error"


class Refused(CoordError):
    """A rule says no. ``code`` is for machines, the message is for people."""

    code = "refused"

    def __init__(self, sentence: str, code: str | None = None) -> None:
        super().__init__(sentence)
        if code is not None:
            self.code = code

    @property
    def sentence(self) -> str:
        """What a duty officer reads."""
        return str(self)


class Forbidden(Refused):
    """The actor has no right to this action on this object."""

    code = "forbidden"


class Conflict(CoordError):
    """The stream has moved on since it was read; read on and decide again."""

    code = "conflict"


class NotFound(CoordError):
    """There is no such stream, task, account, place …"""

    code = "not-found"


class Unfit(CoordError):
    """What came in cannot be used; the findings say where and why, all at once."""

    code = "unfit"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = tuple(findings)
