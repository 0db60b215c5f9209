"""What everybody has of their own: who they are here, sessions, tokens, tickets, the password."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from coord.access import acts
from coord.access.actions import Action
from coord.access.authorize import Actor, Object, authorize
from coord.access.roles import Grant, Role
from coord.access.sessions import Session
from coord.access.tokens import Token
from coord.api.asked import asked, centre_of
from coord.api.bodies import Body, When, Word
from coord.api.centre import Centre
from coord.api.door import Secret, SignedIn, address_of, hand_over
from coord.errors import Refused

Who = Annotated[Actor, Depends(asked)]


class GrantBody(Body):
    """A role, how far it reaches, and until when."""

    model_config = ConfigDict(json_schema_extra={"example": {"role": "member", "group": "TRA", "space": "live"}})

    role: Literal[
        "commander", "duty-officer", "approver", "group-lead", "member", "planner", "auditor", "administrator"
    ]
    group: Word = ""
    space: Word = "live"
    post: Word = ""
    until: When | None = None

    def grant(self, jurisdiction: str) -> Grant:
        """Return the grant for *jurisdiction*; refused when it makes no sense."""
        role: Role = self.role
        try:
            return Grant(role, jurisdiction, self.group, self.space, self.post, self.until)
        except ValueError as wrong:
            raise Refused(str(wrong), "unfit") from wrong


class NewToken(Body):
    """A token for a program: what it may, at most what you may, and until when."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "wall display",
                "grants": [{"role": "member", "group": "TRA"}],
                "until": "2025-12-31T00:00:00+08:00",
            }
        }
    )

    name: Annotated[str, Field(max_length=80)]
    grants: Annotated[list[GrantBody], Field(min_length=1, max_length=20)]
    until: When


class NewPassword(Body):
    """The password that you have, and the one that you want."""

    model_config = ConfigDict(json_schema_extra={"example": {"old": "…", "new": "at least twelve characters"}})

    old: Secret
    new: Secret


class Me(BaseModel):
    """Who you are here; ``login`` is how you sign in."""

    account: str
    login: str
    via: str
    grants: list[str]


class SessionRow(BaseModel):
    """One of your sessions. ``id`` opens nothing; ``this`` is the one that asks."""

    id: str
    opened_at: datetime
    used_at: datetime
    label: str
    this: bool


class TokenRow(BaseModel):
    """One of your API tokens; its last use is exact to the hour."""

    id: str
    name: str
    grants: list[str]
    until: datetime
    used_at: datetime | None


class TokenMade(BaseModel):
    """A new token: ``token`` is shown this once."""

    id: str
    token: str


class Ticket(BaseModel):
    """A ticket for one websocket."""

    ticket: str


def session_row(session: Session, this: str = "") -> SessionRow:
    """Return *session* as it is shown."""
    return SessionRow(
        id=session.id,
        opened_at=session.opened_at,
        used_at=session.used_at,
        label=session.label,
        this=bool(this) and this.startswith(session.id),
    )


def _token_row(token: Token) -> TokenRow:
    grants = [str(grant) for grant in token.grants]
    return TokenRow(id=token.id, name=token.name, grants=grants, until=token.until, used_at=token.used_at)


def _self(request: Request, actor: Actor, action: Action) -> Centre:
    centre = centre_of(request)
    authorize(actor, action, Object("self", centre.settings.jurisdiction, owner=actor.account))
    return centre


def router() -> APIRouter:
    """Return the routes of one's own."""
    routes = APIRouter(tags=["own"])
    _me(routes)
    _sessions(routes)
    _tokens(routes)
    return routes


def _me(routes: APIRouter) -> None:
    @routes.get("/me", openapi_extra={"x-right": "signed-in"})
    async def me(request: Request, actor: Who) -> Me:
        """Say who you are here and what you may."""
        card = await centre_of(request).access.accounts.card(actor.account)
        return Me(account=actor.account, login=card.login, via=actor.via, grants=[str(grant) for grant in actor.grants])

    @routes.post("/tickets", openapi_extra={"x-right": "signed-in"})
    async def ticket(request: Request, actor: Who) -> Ticket:
        """Return a ticket for one websocket, good once and for 30 seconds."""
        return Ticket(ticket=await centre_of(request).access.tickets.issue(actor))

    @routes.post("/password", openapi_extra={"x-right": "self.password"})
    async def password(request: Request, response: Response, actor: Who, body: NewPassword) -> SignedIn:
        """Change your password: all your sessions, tokens and links end, and a new session is opened."""
        centre = _self(request, actor, "self.password")
        opened = await acts.change_password(centre.access, actor, body.old, body.new, address_of(request))
        return hand_over(centre, response, actor.account, opened)


def _sessions(routes: APIRouter) -> None:
    @routes.get("/sessions", openapi_extra={"x-right": "self.sessions"})
    async def sessions(request: Request, actor: Who) -> list[SessionRow]:
        """List your sessions."""
        centre = _self(request, actor, "self.sessions")
        this = actor.holder.partition(":")[2]
        return [session_row(one, this) for one in await centre.access.sessions.of(actor.account)]

    @routes.delete("/sessions/{session}", status_code=204, openapi_extra={"x-right": "self.sessions"})
    async def end_session(request: Request, actor: Who, session: str) -> None:
        """End one of your sessions."""
        centre = _self(request, actor, "self.sessions")
        await acts.end_sessions(centre.access, actor, centre.settings.jurisdiction, actor.account, session)

    @routes.delete("/sessions", status_code=204, openapi_extra={"x-right": "self.sessions"})
    async def end_sessions(request: Request, actor: Who) -> None:
        """End all your sessions, tokens and links, this one included: a phone was lost."""
        centre = _self(request, actor, "self.sessions")
        jurisdiction = centre.settings.jurisdiction
        await acts.end_sessions(centre.access, actor, jurisdiction, actor.account, why="lost-device")


def _tokens(routes: APIRouter) -> None:
    @routes.get("/tokens", openapi_extra={"x-right": "self.tokens"})
    async def tokens(request: Request, actor: Who) -> list[TokenRow]:
        """List your API tokens."""
        centre = _self(request, actor, "self.tokens")
        return [_token_row(token) for token in await centre.access.tokens.of(actor.account)]

    @routes.post("/tokens", openapi_extra={"x-right": "self.tokens"})
    async def make_token(request: Request, actor: Who, body: NewToken) -> TokenMade:
        """Make an API token; it is shown once."""
        centre = _self(request, actor, "self.tokens")
        where = centre.settings.jurisdiction
        grants = [grant.grant(where) for grant in body.grants]
        secret, token = await acts.issue_token(centre.access, actor, where, body.name, grants, body.until)
        return TokenMade(id=token.id, token=secret)

    @routes.delete("/tokens/{token}", status_code=204, openapi_extra={"x-right": "self.tokens"})
    async def revoke_token(request: Request, actor: Who, token: str) -> None:
        """Withdraw one of your API tokens."""
        centre = _self(request, actor, "self.tokens")
        await acts.revoke_token(centre.access, actor, centre.settings.jurisdiction, actor.account, token)
