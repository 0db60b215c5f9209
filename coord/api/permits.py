"""Which right a request asks for: the action of its route, for the group and the level that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coord.access.actions import Action, thing_of
from coord.access.authorize import Actor, Object, authorize, authorize_start, may
from coord.api.known import known_groups
from coord.api.verbs import Verb
from coord.api.world import World
from coord.errors import NotFound, Refused
from coord.hub.audience import Audience
from coord.incidents import commands
from coord.incidents.model import Incident
from coord.incidents.watch.commands import ActOnDecision, StartProvisionally
from coord.plans.wanted import Level, rank


def permit(world: World, actor: Actor, action: Action, group: str = "", support: tuple[str, ...] = ()) -> None:
    """Return when *actor* may do *action* in *world* (for *group*); raise :exc:`coord.errors.Forbidden` otherwise."""
    authorize(actor, action, Object(thing_of(action), world.jurisdiction, world.name, group, support))


def allowed(world: World, actor: Actor, action: Action, group: str = "") -> bool:
    """Say whether *actor* may do *action* in *world* (for *group*)."""
    return may(actor, action, Object(thing_of(action), world.jurisdiction, world.name, group))


def groups_of(actor: Actor) -> tuple[str, ...]:
    """Return the task groups that *actor* works in, sorted."""
    return tuple(sorted({grant.group for grant in actor.grants if grant.group}))


# -- commands --------------------------------------------------------------------------------------------------------


def permit_command(actor: Actor, world: World, verb: Verb, values: Mapping[str, Any], state: Incident | None) -> None:
    """Return when *actor* may carry out *verb* with *values* on the incident *state* (None: not on one)."""
    if verb.recording and values.get("recorded_for"):
        permit(world, actor, verb.recording, *_owner(values, verb, state))
        return
    action, level = _level(verb, values, state)
    permit(world, actor, action, *_owner(values, verb, state))
    if level is not None:
        posts = world.plans.posts(provisional=verb.command is StartProvisionally)
        start: Action = action if thing_of(action) == "level" else "level.start"
        authorize_start(actor, level, posts, Object("level", world.jurisdiction, world.name), start)


def _level(verb: Verb, values: Mapping[str, Any], state: Incident | None) -> tuple[Action, Level | None]:
    """Return the action, and the level whose posts decide on it: who may start a level may lower, end, amend it."""
    if verb.command in {commands.StartLevel, ActOnDecision, StartProvisionally}:
        return verb.action, values.get("level")
    if state is None or verb.command not in _CHANGES:
        return verb.action, None
    activation = state.activations.get(values["activation"])
    if activation is None:
        raise NotFound(f"there is no activation {values['activation']} in this incident")
    now = activation.level
    if verb.command is commands.ChangeLevel:
        wanted: Level = values["level"]
        return ("level.lower", now) if rank(wanted) < rank(now) else ("level.raise", wanted)
    if activation.pending is not None and verb.command is not commands.EndResponse:
        return verb.action, max(activation.pending.level, now, key=rank)
    return verb.action, now


_CHANGES = frozenset({commands.ChangeLevel, commands.EndResponse, commands.AmendLevel, commands.WithdrawLevel})


def _owner(values: Mapping[str, Any], verb: Verb, state: Incident | None) -> tuple[str, tuple[str, ...]]:
    """Return the group that owns what is acted on, and those that support it."""
    if state is None:
        return str(values.get("group") or "") if verb.room == "ledger" else "", ()
    if (key := values.get("task")) and "{task" in verb.path:
        if (task := state.tasks.get(key)) is None:
            raise NotFound(f"there is no task {key} in this incident")
        return task.group, task.wanted.support
    if (key := values.get("order")) and "{order" in verb.path:
        if (order := state.orders.get(key)) is None:
            raise NotFound(f"there is no order {key} in this incident")
        return order.group, ()
    return str(values.get("group") or ""), ()


# -- audiences -------------------------------------------------------------------------------------------------------

AUDIENCES: Mapping[str, Action] = {"centre": "incident.view", "auditor": "incident.view", "group": "board.view"}
"""The right that each kind of audience asks for, at ``/rows`` and on the socket."""


def audience_of(world: World, actor: Actor, wanted: str) -> Audience:
    """Return the audience that *actor* asks for: ``centre``, ``auditor`` or ``group:CODE``; by default the widest.

    Raises :exc:`coord.errors.Forbidden`; :exc:`NotFound` for a group that there
    is not.
    """
    kind, _, group = wanted.partition(":")
    if not wanted:
        kind, group = _widest(world, actor)
    if kind not in AUDIENCES or (kind != "group" and group):
        raise Refused("as= is centre, auditor or group:CODE", "unfit")
    permit(world, actor, AUDIENCES[kind], group)
    match kind:
        case "group":
            if group not in groups_of(actor) and group not in known_groups(world):
                raise NotFound(f"there is no group {group or '(none named)'}")
            return Audience("group", group)
        case "centre" if allowed(world, actor, "names.view"):
            return Audience("centre")
        case _:
            return Audience("auditor")


def _widest(world: World, actor: Actor) -> tuple[str, str]:
    if allowed(world, actor, "incident.view"):
        return "centre", ""
    own = (group for group in groups_of(actor) if allowed(world, actor, "board.view", group))
    return "group", next(own, "")
