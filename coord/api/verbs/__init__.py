"""Every command that HTTP takes: path, command, right, and what of it is free text. One row a command."""

from __future__ import annotations

from coord.api.verbs.exchange import EXCHANGE
from coord.api.verbs.ledgers import LEDGERS
from coord.api.verbs.levels import LEVELS
from coord.api.verbs.measures import MEASURES
from coord.api.verbs.reports import REPORTS
from coord.api.verbs.tasks import TASKS
from coord.api.verbs.verb import Room, Verb
from coord.api.verbs.watch import WATCH
from coord.api.verbs.zones import WEEKS, ZONES

__all__ = ["KNOWN", "VERBS", "Room", "Verb"]

VERBS: tuple[Verb, ...] = (
    *WATCH,
    *REPORTS,
    *LEVELS,
    *TASKS,
    *MEASURES,
    *LEDGERS,
    *ZONES,
    *WEEKS,
    *EXCHANGE,
)

KNOWN: frozenset[str] = frozenset({"by", "ladders", "digest", "cause", "if_revision", "revision"})
"""Fields that the centre fills in itself, or that If-Match stands for."""
