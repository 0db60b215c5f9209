"""Signing in, one's own sessions and tokens, and the book of who may what."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from coord.access.accounts import Account
from coord.access.authorize import Actor, Object, authorize
from coord.access.commands import Confirm, DisableAccount, Give, OpenAccount, Withdraw
from coord.access.cookies import cookie, no_cookie
from coord.access.links import Links
from coord.access.roles import Grant, Role
from coord.access.setup import found
from coord.api.asked import asked
from coord.api.bodies import Body, When, Words
from coord.api.centre import Centre, now
from coord.errors import Refused
from coord.events import Meta

Who = Annotated[Actor, Depends(asked)]
Secret = Annotated[str, Field(max_length=1024)]


class SignIn(Body):
    """Name and password."""

    login: Words
    password: Secret


class SignedIn(BaseModel):
    """``token`` is for programs (Authorization: Bearer); a browser has a cookie and sends ``csrf`` with each write."""

    account: str
    token: str
    csrf: str
    until: datetime


class SetUp(Body):
    """The one-time set-up token, and the first administrator's own login and password."""

    token: Secret
    login: Words
    password: Secret
    name: Words = ""


class GrantBody(Body):
    """A role, how far it reaches, and until when."""

    role: Literal[
        "commander", "duty-officer", "approver", "group-lead", "member", "planner", "auditor", "administrator"
    ]
    group: Words = ""
    space: Words = "live"
    post: Words = ""
    until: When | None = None

    def grant(self, jurisdiction: str) -> Grant:
        """Return the grant for *jurisdiction*; refused when it makes no sense."""
        role: Role = self.role
        try:
            return Grant(role, jurisdiction, self.group, self.space, self.post, self.until)
        except ValueError as wrong:
            raise Refused(str(wrong), "unfit") from wrong


class NewAccount(Body):
    """A login, and the name that is kept in the vault."""

    login: Words
    name: Words = ""


class NewToken(Body):
    """A token for a program: what it may, at most what you may, and until when."""

    name: Words
    grants: Annotated[list[GrantBody], Field(min_length=1, max_length=20)]
    until: When


class TakeLink(Body):
    """The link that an administrator gave you, and the password that you choose."""

    token: Secret
    password: Secret


def centre_of(request: Request) -> Centre:
    """Return the centre that serves *request*."""
    centre: Centre = request.app.state.centre
    return centre


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _meta(actor: Actor) -> Meta:
    return Meta(now(), actor.account, secrets.token_hex(12))


def _shown(account: Account) -> dict[str, Any]:
    return {
        "account": account.id,
        "login": account.login,
        "disabled": account.disabled,
        "sample": account.sample,
        "grants": [str(grant) for grant in account.grants],
    }


def router() -> APIRouter:
    """Return the routes of people."""
    routes = APIRouter(tags=["people"])
    _sessions(routes)
    _own(routes)
    _book(routes)
    return routes


def _sessions(routes: APIRouter) -> None:
    @routes.post("/session", openapi_extra={"x-right": "open"})
    async def sign_in(request: Request, response: Response, body: SignIn) -> SignedIn:
        """Sign in."""
        centre = centre_of(request)
        account = await centre.access.login.enter(body.login, body.password, _address(request))
        opened = await centre.access.sessions.open(account.id, request.headers.get("user-agent", ""))
        made = cookie(opened.token, opened.until - now(), tls=centre.settings.secure)
        response.headers["set-cookie"] = made.header()
        return SignedIn(account=account.id, token=opened.token, csrf=opened.csrf, until=opened.until)

    @routes.delete("/session", status_code=204, openapi_extra={"x-right": "signed-in"})
    async def sign_out(request: Request, response: Response, actor: Who) -> None:
        """Sign out of this session."""
        centre = centre_of(request)
        if actor.via != "session":
            raise Refused("only a session can be signed out; withdraw the token instead", "unfit")
        await centre.access.sessions.close(centre.secret_of(request))
        response.headers["set-cookie"] = no_cookie(tls=centre.settings.secure).header()

    @routes.post("/session/prove", openapi_extra={"x-right": "signed-in"})
    async def prove(request: Request, actor: Who, body: SignIn) -> dict[str, str]:
        """Give the password again, for an act of weight in the next five minutes."""
        centre = centre_of(request)
        await centre.access.login.prove(actor.account, body.password, _address(request))
        await centre.access.sessions.prove(actor)
        return {"proved": "yes"}

    @routes.post("/setup", openapi_extra={"x-right": "open"})
    async def set_up(request: Request, body: SetUp) -> dict[str, str]:
        """Make the first administrator with the one-time token that the first start printed."""
        centre = centre_of(request)
        account = await found(
            centre.access.accounts, centre.settings.jurisdiction, body.token, body.login, body.password, body.name
        )
        return {"account": account.id}

    @routes.post("/links/take", openapi_extra={"x-right": "open"})
    async def take_link(request: Request, body: TakeLink) -> dict[str, str]:
        """Choose a password with the one-time link that an administrator made."""
        centre = centre_of(request)
        return {"account": await Links(centre.access.accounts, now).take(body.token, body.password)}


def _own(routes: APIRouter) -> None:
    @routes.get("/me", openapi_extra={"x-right": "signed-in"})
    async def me(actor: Who) -> dict[str, Any]:
        """Say who you are here and what you may."""
        return {"account": actor.account, "via": actor.via, "grants": [str(grant) for grant in actor.grants]}

    @routes.post("/tickets", openapi_extra={"x-right": "signed-in"})
    async def ticket(request: Request, actor: Who) -> dict[str, str]:
        """Return a ticket for one websocket, good once and for 30 seconds."""
        return {"ticket": await centre_of(request).access.tickets.issue(actor)}

    @routes.get("/tokens", openapi_extra={"x-right": "self.tokens"})
    async def tokens(request: Request, actor: Who) -> list[dict[str, Any]]:
        """List your API tokens."""
        _self(request, actor)
        found = await centre_of(request).access.tokens.of(actor.account)
        return [{"id": t.id, "name": t.name, "until": t.until, "grants": list(map(str, t.grants))} for t in found]

    @routes.post("/tokens", openapi_extra={"x-right": "self.tokens"})
    async def make_token(request: Request, actor: Who, body: NewToken) -> dict[str, str]:
        """Make an API token; it is shown once."""
        _self(request, actor)
        centre = centre_of(request)
        grants = [grant.grant(centre.settings.jurisdiction) for grant in body.grants]
        token, shown = await centre.access.tokens.make(actor.account, body.name, grants, body.until)
        return {"token": token, "id": shown.id}

    @routes.delete("/tokens/{token}", status_code=204, openapi_extra={"x-right": "self.tokens"})
    async def revoke_token(request: Request, actor: Who, token: str) -> None:
        """Withdraw one of your API tokens."""
        _self(request, actor)
        await centre_of(request).access.tokens.revoke(actor.account, token)


def _self(request: Request, actor: Actor) -> None:
    authorize(actor, "self.tokens", Object("self", centre_of(request).settings.jurisdiction, owner=actor.account))


def _book(routes: APIRouter) -> None:
    @routes.get("/people", openapi_extra={"x-right": "people.view"})
    async def people(request: Request, actor: Who, after: str = "", limit: int = 200) -> list[dict[str, Any]]:
        """List accounts with the rights that they hold now."""
        centre = _may(request, actor, "people.view")
        return [_shown(account) for account in await centre.access.accounts.all(after, max(1, min(limit, 1000)))]

    @routes.post("/people", openapi_extra={"x-right": "people.administer"})
    async def open_account(request: Request, actor: Who, body: NewAccount) -> dict[str, str]:
        """Open an account and return a one-time link with which its owner chooses a password."""
        centre = _may(request, actor, "people.administer")
        card = await centre.access.accounts.reserve(body.login, body.name)
        await centre.access.accounts.roll.ask(
            centre.settings.jurisdiction, OpenAccount(card.account, actor.account), _meta(actor)
        )
        return {"account": card.account, "link": await Links(centre.access.accounts, now).make(card.account)}

    @routes.post("/people/{account}/grants", openapi_extra={"x-right": "people.administer"})
    async def give(request: Request, actor: Who, account: str, body: GrantBody) -> dict[str, Any]:
        """Give a right; one of weight waits until a second administrator confirms it."""
        centre = _may(request, actor, "people.administer")
        where = centre.settings.jurisdiction
        wish = Give(account, body.grant(where), actor.account)
        events = await centre.access.accounts.roll.ask(where, wish, _meta(actor))
        return {"events": [type(event).__name__ for event in events], "request": _request(events)}

    @routes.delete("/people/{account}/grants/{grant}", status_code=204, openapi_extra={"x-right": "people.administer"})
    async def withdraw(request: Request, actor: Who, account: str, grant: str) -> None:  # noqa: ARG001 - reads well
        """Withdraw a right."""
        centre = _may(request, actor, "people.administer")
        wish = Withdraw(grant, actor.account, "asked")
        await centre.access.accounts.roll.ask(centre.settings.jurisdiction, wish, _meta(actor))

    @routes.post("/people/requests/{request_id}/confirm", openapi_extra={"x-right": "people.confirm"})
    async def confirm(request: Request, actor: Who, request_id: str) -> dict[str, Any]:
        """Confirm a right that another administrator asked for."""
        centre = _may(request, actor, "people.confirm")
        wish = Confirm(request_id, actor.account)
        events = await centre.access.accounts.roll.ask(centre.settings.jurisdiction, wish, _meta(actor))
        return {"events": [type(event).__name__ for event in events]}

    @routes.post("/people/{account}/disable", status_code=204, openapi_extra={"x-right": "people.administer"})
    async def disable(request: Request, actor: Who, account: str) -> None:
        """Disable an account and end its sessions everywhere."""
        centre = _may(request, actor, "people.administer")
        wish = DisableAccount(account, actor.account, "left")
        await centre.access.accounts.roll.ask(centre.settings.jurisdiction, wish, _meta(actor))
        await centre.access.sessions.revoke_all(account)


def _request(events: Any) -> str:
    return next((str(event.request) for event in events if type(event).__name__ == "RightRequested"), "")


def _may(request: Request, actor: Actor, action: Any) -> Centre:
    centre = centre_of(request)
    authorize(actor, action, Object("people", centre.settings.jurisdiction))
    return centre
