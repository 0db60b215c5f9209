"""Everything that can be asked for, as a closed list of names: ``thing.verb``.

The part before the dot is the kind of the object that it is done to. What each
means and who may do it stands in :mod:`coord.access.matrix`.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

Action = Literal[
    # read
    "watch.view",
    "incident.view",
    "board.view",
    "level.preview",
    "journal.view",
    "roster.view",
    "call.view",
    "ledger.view",
    "plans.view",
    "map.view",
    "names.view",
    "alert.view",
    "delivery.view",
    "report.view",
    "exercise.view",
    "replay.view",
    "log.read",
    "log.verify",
    "people.view",
    "access.view",
    "settings.view",
    "health.view",
    # work
    "signal.raise",
    "signal.withdraw",
    "observation.record",
    "incident.report",
    "incident.verify",
    "incident.merge",
    "order.acknowledge",
    "order.record-for",
    "task.progress",
    "task.close",
    "task.verify",
    "task.help",
    "task.record-for",
    "task.hand-over",
    "need.raise",
    "need.answer",
    "journal.write",
    "call.record",
    "roster.edit",
    "roster.hand-over",
    "roster.check",
    "ledger.report",
    "passage.record",
    "milestone.set",
    "household.move",
    "shelter.record",
    "inspection.record",
    "cure.record",
    "layer.edit",
    "layer.import",
    "exchange.record",
    "contact.link",
    "crew.check-in",
    "report.make",
    "alert.draft",
    "alert.confirm-reach",
    "exercise.open",
    "exercise.control",
    # command
    "decision.act",
    "decision.decline",
    "decision.confirm",
    "incident.open",
    "incident.close",
    "incident.adopt-plan",
    "level.start",
    "level.start-provisionally",
    "level.raise",
    "level.lower",
    "level.end",
    "order.give",
    "order.stand-down",
    "task.reassign",
    "measure.order",
    "measure.exempt",
    "measure.lift",
    "zone.set",
    "return.allow",
    # approve
    "alert.approve",
    "alert.return",
    "alert.publish",
    "alert.cancel",
    "alert.break-glass",
    "alert.review",
    "plans.adopt",
    # plan
    "plans.edit",
    "plans.propose",
    "plans.comment",
    "template.edit",
    "scenario.edit",
    # people
    "people.administer",
    "people.confirm",
    "people.duty",
    "people.revoke",
    "people.erase",
    "settings.edit",
    "channel.administer",
    "backup.make",
    "backup.restore",
    # self
    "self.password",
    "self.sessions",
    "self.tokens",
]
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)


def thing_of(action: str) -> str:
    """Return the kind of object that *action* is done to.

    >>> thing_of("level.start")
    'level'
    """
    return action.partition(".")[0]
