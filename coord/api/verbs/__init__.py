"""Every command that HTTP takes: path, command, right, and what of it is free text. One row a command."""

from __future__ import annotations

from coord.api.verbs.levels import LEVELS
from coord.api.verbs.reports import REPORTS
from coord.api.verbs.tasks import TASKS
from coord.api.verbs.verb import Room, Verb
from coord.api.verbs.watch import WATCH

__all__ = ["KNOWN", "VERBS", "Room", "Verb"]

VERBS: tuple[Verb, ...] = (*WATCH, *REPORTS, *LEVELS, *TASKS)

KNOWN: frozenset[str] = frozenset({"by", "ladders", "digest", "cause", "if_revision", "revision"})
"""Fields that the centre fills in itself, or that If-Match stands for."""
