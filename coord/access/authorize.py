"""The one question before every act: may this actor do this to that?

Pure, and closed: what is not in the table is denied, whoever asks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, assert_never

from coord.access.actions import Action, thing_of
from coord.access.matrix import MATRIX, Right, Scope
from coord.access.roles import LIVE, Grant, Role, separated
from coord.errors import Forbidden
from coord.plans.wanted import Level, rank

Via = Literal["session", "ticket", "token", "console"]
"""How somebody came in: a signed-in browser or terminal, its websocket, an API token, the machine itself."""

FRESH = timedelta(minutes=5)
"""How recent the password must be for an approval (step-up)."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: an account, what it may, and how it came in.

    ``holder`` names the session or token in the cabinet, so that a long
    connection can be checked again. ``proved_at`` is when the password was
    last given (None: never, as with API tokens).
    """

    account: str
    grants: tuple[Grant, ...]
    via: Via
    holder: str = ""
    proved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Object:
    """What is acted on. ``kind`` is the part of the action before the dot.

    ``group`` is the code of the group that owns it, ``support`` of those that
    help, ``owner`` the account that it belongs to; each may be empty.
    """

    kind: str
    jurisdiction: str
    space: str = LIVE
    group: str = ""
    support: tuple[str, ...] = ()
    owner: str = ""


class NotYours(Forbidden):
    """The actor holds no grant that reaches this."""

    def __init__(self, action: str, right: Right | None, thing: Object) -> None:
        what = right.words if right else f"do {action}"
        roles = ", ".join(sorted(right.may)) if right and right.nature != "self" else ""
        where = f"{thing.group + ' in ' if thing.group else ''}{thing.jurisdiction} ({thing.space})"
        super().__init__(f"you may not {what} for {where}" + (f"; that is for: {roles}" if roles else ""))
        self.action = action


class ProveAgain(Forbidden):
    """The password was given too long ago for an act of this weight."""

    code = "prove-again"

    def __init__(self) -> None:
        super().__init__("give your password again: this act needs it within the last five minutes")


class WrongPost(Forbidden):
    """The plan gives this level to other posts."""

    code = "wrong-post"

    def __init__(self, level: Level, posts: Collection[str]) -> None:
        named = ", ".join(sorted(posts)) or "nobody"
        super().__init__(f"the plan lets {named} start or end level {level}")
        self.level = level


def authorize(actor: Actor, action: Action, thing: Object) -> None:
    """Return when *actor* may do *action* to *thing*; raise :exc:`NotYours` (a Forbidden) otherwise."""
    if not may(actor, action, thing):
        raise NotYours(action, MATRIX.get(action), thing)


def may(actor: Actor, action: Action, thing: Object) -> bool:
    """Say whether *actor* may do *action* to *thing*.

    A token never approves, never administers people and never changes its
    owner's credentials: those acts need a person who is there.
    """
    right = MATRIX.get(action)
    if right is None or thing.kind != thing_of(action):
        return False
    if actor.via == "token" and right.nature in ("approve", "people", "self"):
        return False
    if right.nature == "self":
        return bool(actor.account) and thing.owner == actor.account
    return any(_reaches(grant, right.may.get(grant.role), actor, thing) for grant in separated(actor.grants))


def _reaches(grant: Grant, scope: Scope | None, actor: Actor, thing: Object) -> bool:
    if scope is None or not grant.covers(thing.jurisdiction, thing.space):
        return False
    match scope:
        case "jurisdiction":
            return True
        case "group":
            return bool(grant.group) and grant.group == thing.group
        case "support":
            return bool(grant.group) and (grant.group == thing.group or grant.group in thing.support)
        case "own":
            return bool(actor.account) and thing.owner == actor.account
        case _:
            assert_never(scope)


def roles_for(actor: Actor, action: Action, thing: Object) -> frozenset[Role]:
    """Return the roles by which *actor* may do *action* to *thing*: what the record names as their capacity."""
    return frozenset(
        grant.role
        for grant in actor.grants
        if may(Actor(actor.account, (grant,), actor.via), action, thing) and grant in separated(actor.grants)
    )


def require_fresh(actor: Actor, at: datetime, limit: timedelta = FRESH) -> None:
    """Return when *actor* gave the password within *limit* before *at*; raise :exc:`ProveAgain` otherwise."""
    if actor.proved_at is None or not timedelta(0) <= at - actor.proved_at <= limit:
        raise ProveAgain


def may_start(
    actor: Actor, level: Level, posts: Mapping[Level, Collection[str]], where: Object, action: Action = "level.start"
) -> bool:
    """Say whether *actor* may start (or *action*: raise, lower, end) *level* by the *posts* that the plan names.

    A post that may start a higher level may start the lower ones too (the
    superior authority, national flood plan). A plan that names no post for a
    level or any above it leaves it to nobody.
    """
    if not may(actor, action, where):
        return False
    allowed = posts_for(level, posts)
    return any(
        grant.post in allowed
        for grant in separated(actor.grants)
        if grant.post and may(Actor(actor.account, (grant,), actor.via), action, where)
    )


def posts_for(level: Level, posts: Mapping[Level, Collection[str]]) -> frozenset[str]:
    """Return the posts that may start *level*: its own and those of every higher level."""
    return frozenset(post for other, named in posts.items() if rank(other) >= rank(level) for post in named)


def authorize_start(
    actor: Actor, level: Level, posts: Mapping[Level, Collection[str]], where: Object, action: Action = "level.start"
) -> None:
    """Return when *actor* :func:`may_start`; raise :exc:`NotYours` or :exc:`WrongPost` otherwise."""
    authorize(actor, action, where)
    if not may_start(actor, level, posts, where, action):
        raise WrongPost(level, posts_for(level, posts))
