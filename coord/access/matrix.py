"""Who may do what: the one table, role by action, with the scope of each right.

Pure data. docs/access.md prints the same table; a test compares the two.
Whatever is not in here is denied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from coord.access.actions import Action
from coord.access.roles import RESERVED, ROLES, Role

Scope = Literal["jurisdiction", "group", "support", "own"]
"""How far a right reaches: all of the jurisdiction; the group's own; what the group owns or supports; one's own."""

Nature = Literal["read", "work", "command", "approve", "plan", "people", "self"]
"""What an action is, for the laws: auditors only read, administrators neither command nor approve."""


@dataclass(frozen=True, slots=True)
class Right:
    """One row: the nature of an action, the words for it in a refusal, and who may."""

    nature: Nature
    words: str
    may: Mapping[Role, Scope]


J: Final[Scope] = "jurisdiction"
G: Final[Scope] = "group"
S: Final[Scope] = "support"
O: Final[Scope] = "own"  # noqa: E741 - the letter that docs/access.md prints


def _who(  # one short name a role, so that a row stays one line
    cmd: Scope | None = None,
    duty: Scope | None = None,
    appr: Scope | None = None,
    lead: Scope | None = None,
    memb: Scope | None = None,
    plan: Scope | None = None,
    aud: Scope | None = None,
    adm: Scope | None = None,
) -> dict[Role, Scope]:
    scopes = (cmd, duty, appr, lead, memb, plan, aud, adm)
    return {role: scope for role, scope in zip(ROLES, scopes, strict=False) if scope is not None}


_CENTRE = _who(cmd=J, duty=J, appr=J, plan=J, aud=J)
_ROOM = _who(cmd=J, duty=J)
_GROUPS = _who(cmd=J, duty=J, lead=S, memb=S)
_SELF: dict[Role, Scope] = {role: O for role in ROLES if role not in RESERVED}

READ: Final[Mapping[Action, tuple[str, Mapping[Role, Scope]]]] = {
    "watch.view": ("see signals, decisions and observations", _who(J, J, J, J, J, J, J)),
    "incident.view": ("see the incidents of the whole centre", _CENTRE),
    "board.view": ("see the board of a group", _who(J, J, J, S, S, J, J)),
    "level.preview": ("preview a change of level", _who(J, J, J, plan=J, aud=J)),
    "journal.view": ("read the journal", _who(J, J, aud=J)),
    "roster.view": ("see who is on duty", _who(J, J, J, J, J, J, J, J)),
    "call.view": ("see calls and attempts", _who(J, J, lead=G, aud=J)),
    "ledger.view": ("see ledgers", _who(J, J, J, J, J, J, J)),
    "plans.view": ("read plans", _who(J, J, J, J, J, J, J, J)),
    "map.view": ("see the map", _who(J, J, J, J, J, J, J)),
    "names.view": ("see names and phones", _who(J, J, lead=S, memb=S, aud=J)),
    "alert.view": ("see drafts and warnings", _who(J, J, J, plan=J, aud=J)),
    "delivery.view": ("see who was reached", _who(J, J, J, aud=J)),
    "report.view": ("read reports", _who(J, J, J, lead=J, plan=J, aud=J)),
    "exercise.view": ("see an exercise", _who(J, J, J, J, J, J, J)),
    "replay.view": ("replay the log", _who(J, J, J, plan=J, aud=J)),
    "log.read": ("read the log", _who(aud=J)),
    "log.verify": ("verify the log", _who(aud=J, adm=J)),
    "people.view": ("see accounts and grants", _who(cmd=J, aud=J, adm=J)),
    "access.view": ("see who read personal data", _who(aud=J)),
    "settings.view": ("see settings", _who(aud=J, adm=J)),
    "health.view": ("see the health of the system", _who(J, J, aud=J, adm=J)),
}

WORK: Final[Mapping[Action, tuple[str, Mapping[Role, Scope]]]] = {
    "signal.raise": ("record a signal", _ROOM),
    "signal.withdraw": ("withdraw a signal", _ROOM),
    "observation.record": ("record a reading", _who(J, J, lead=J, memb=J)),
    "incident.report": ("report what has happened", _who(J, J, J, J, J, J)),
    "incident.verify": ("verify a report", _who(J, J, lead=G)),
    "incident.merge": ("merge reports", _ROOM),
    "order.acknowledge": ("acknowledge an order", _who(lead=G, memb=G)),
    "order.record-for": ("record an answer for a group", _ROOM),
    "task.progress": ("report progress of a task", _who(lead=S, memb=S)),
    "task.close": ("close a task", _who(lead=G, memb=G)),
    "task.verify": ("verify finished work", _who(J, J, lead=G)),
    "task.help": ("ask for help", _who(lead=S, memb=S)),
    "task.record-for": ("record work for a group", _ROOM),
    "task.hand-over": ("hand a task over within the group", _who(lead=G)),
    "need.raise": ("ask for resources", _who(J, J, lead=J, memb=J)),
    "need.answer": ("offer or commit resources", _who(J, J, lead=G)),
    "journal.write": ("write in the journal", _ROOM),
    "call.record": ("record a call", _who(J, J, lead=G)),
    "roster.edit": ("edit the roster", _who(J, J, lead=G)),
    "roster.hand-over": ("hand over a shift", _who(J, J, lead=G, memb=G)),
    "roster.check": ("start a communications check", _ROOM),
    "ledger.report": ("report a figure", _who(J, J, lead=G, memb=G)),
    "passage.record": ("record the state of a passage", _ROOM),
    "milestone.set": ("set or move a milestone", _ROOM),
    "household.move": ("record where a household is", _who(J, J, lead=S, memb=S)),
    "shelter.record": ("record the state of a shelter", _who(J, J, lead=S, memb=S)),
    "inspection.record": ("record an inspection", _who(J, J, lead=S, memb=S)),
    "cure.record": ("record a cure", _who(J, J, lead=S, memb=S)),
    "layer.edit": ("edit registers and the map", _who(cmd=J, duty=J, plan=J)),
    "layer.import": ("import a layer", _who(cmd=J, duty=J, plan=J)),
    "exchange.record": ("record the exchange with the neighbour", _ROOM),
    "contact.link": ("give an outside contact a link", _who(J, J, lead=G)),
    "crew.check-in": ("check in a crew", _who(J, J, lead=G, memb=G)),
    "report.make": ("make a report", _ROOM),
    "alert.draft": ("draft a warning", _ROOM),
    "alert.confirm-reach": ("confirm what a channel delivered", _ROOM),
    "exercise.open": ("open an exercise", _who(cmd=J, duty=J, plan=J)),
    "exercise.control": ("control an exercise", _who(cmd=J, duty=J, plan=J)),
}

COMMAND: Final[Mapping[Action, tuple[str, Mapping[Role, Scope]]]] = {
    "decision.act": ("act on a decision", _ROOM),
    "decision.decline": ("decline a decision", _ROOM),
    "decision.confirm": ("confirm a provisional start", _who(cmd=J)),
    "incident.open": ("open an incident", _ROOM),
    "incident.close": ("close an incident", _who(cmd=J)),
    "incident.adopt-plan": ("take a new plan version into an incident", _who(cmd=J)),
    "level.start": ("start a level", _ROOM),
    "level.start-provisionally": ("start a level provisionally", _ROOM),
    "level.raise": ("raise a level", _ROOM),
    "level.lower": ("lower a level", _ROOM),
    "level.end": ("end a response", _ROOM),
    "order.give": ("give an order", _ROOM),
    "order.stand-down": ("stand an order down", _ROOM),
    "task.reassign": ("reassign a task to another group", _ROOM),
    "measure.order": ("order a stop-measure", _who(cmd=J)),
    "measure.exempt": ("exempt from a stop-measure", _ROOM),
    "measure.lift": ("lift a stop-measure", _who(cmd=J)),
    "zone.set": ("set a control zone", _who(cmd=J)),
    "return.allow": ("allow people to return", _who(cmd=J)),
}

APPROVE: Final[Mapping[Action, tuple[str, Mapping[Role, Scope]]]] = {
    "alert.approve": ("approve a warning", _who(cmd=J, appr=J)),
    "alert.return": ("return a draft", _who(cmd=J, appr=J)),
    "alert.publish": ("publish an approved warning", _who(J, J, J)),
    "alert.cancel": ("send the approved cancel or correction", _who(J, J, J)),
    "alert.break-glass": ("publish alone to save life", _ROOM),
    "alert.review": ("review a warning that was published alone", _who(cmd=J, appr=J)),
    "plans.adopt": ("adopt a plan version", _who(cmd=J, appr=J)),
}

PLAN: Final[Mapping[Action, tuple[str, Mapping[Role, Scope]]]] = {
    "plans.edit": ("edit plans", _who(plan=J)),
    "plans.propose": ("propose a plan version", _who(plan=J)),
    "plans.comment": ("comment on a plan", _who(J, J, J, J, J, J)),
    "template.edit": ("edit warning templates", _who(plan=J)),
    "scenario.edit": ("edit scenarios", _who(plan=J)),
}

PEOPLE: Final[Mapping[Action, tuple[str, Mapping[Role, Scope]]]] = {
    "people.administer": ("open accounts and give rights", _who(adm=J)),
    "people.confirm": ("confirm a right that another administrator asked for", _who(adm=J)),
    "people.duty": ("put a known deputy on duty", _who(cmd=J, duty=J, adm=J)),
    "people.revoke": ("end the sessions of others", _who(adm=J)),
    "people.erase": ("erase personal data", _who(adm=J)),
    "settings.edit": ("change settings", _who(adm=J)),
    "channel.administer": ("set up channels and feeds", _who(adm=J)),
    "backup.make": ("make a backup", _who(adm=J)),
    "backup.restore": ("restore a backup", _who(adm=J)),
}

SELF: Final[Mapping[Action, tuple[str, Mapping[Role, Scope]]]] = {
    "self.password": ("change this password", _SELF),
    "self.sessions": ("see and end these sessions", _SELF),
    "self.tokens": ("make and withdraw these tokens", _SELF),
}

_PARTS: tuple[tuple[Nature, Mapping[Action, tuple[str, Mapping[Role, Scope]]]], ...] = (
    ("read", READ),
    ("work", WORK),
    ("command", COMMAND),
    ("approve", APPROVE),
    ("plan", PLAN),
    ("people", PEOPLE),
    ("self", SELF),
)

MATRIX: Final[Mapping[Action, Right]] = {
    action: Right(nature, words, may) for nature, part in _PARTS for action, (words, may) in part.items()
}
