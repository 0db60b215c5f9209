"""The book of who may what: accounts, rights, deputies, requests that wait for a second administrator.

What is done goes through :mod:`coord.access.acts`, which authorises it, records
it on the log and carries it out.
"""

from __future__ import annotations

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import ConfigDict, Field

from coord.access import acts
from coord.access.actions import Action
from coord.access.authorize import Actor, NotYours, Object, authorize
from coord.access.commands import Decline, DropDeputy, EnableAccount, Give, NameDeputy
from coord.access.model import Why
from coord.api.asked import asked, centre_of
from coord.api.bodies import Body
from coord.api.centre import Centre
from coord.api.door import Login, Name
from coord.api.logs import Text
from coord.api.own import GrantBody, SessionRow, session_row
from coord.api.people_rows import Act, AskedRow, Person, act_of, asked_of, person_of
from coord.errors import NotFound

Who = Annotated[Actor, Depends(asked)]
AccountId = Annotated[str, Path(max_length=64)]
Subject = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]


class NewAccount(Body):
    """A login, and the name that is kept in the vault."""

    model_config = ConfigDict(json_schema_extra={"example": {"login": "night.desk", "name": "SAMPLE night desk"}})

    login: Login
    name: Name = ""


class Reason(Body):
    """Why, picked: the log keeps it for ever."""

    model_config = ConfigDict(json_schema_extra={"example": {"why": "left"}})

    why: Annotated[str, Field(pattern=f"^({'|'.join(get_args(Why))})$")] = "asked"


def router() -> APIRouter:
    """Return the routes of the book."""
    routes = APIRouter(tags=["people"])
    _requests(routes)
    _book(routes)
    _rights(routes)
    _deputies(routes)
    _ends(routes)
    return routes


def _book(routes: APIRouter) -> None:
    @routes.get("/people", openapi_extra={"x-right": "people.view"})
    async def people(
        request: Request,
        actor: Who,
        after: Annotated[str, Query(max_length=64, description="id of the last account of the page before")] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> list[Person]:
        """List accounts, by id, with the rights that they hold."""
        centre = _may(request, actor, "people.view")
        book = await centre.access.roll.book(centre.settings.jurisdiction)
        return [person_of(book, account) for account in await centre.access.accounts.all(after, limit)]

    @routes.post("/people", openapi_extra={"x-right": "people.administer"})
    async def open_account(request: Request, actor: Who, body: NewAccount) -> Act:
        """Open an account and return a one-time link with which its owner chooses a password."""
        centre, where = _centre(request)
        account, done = await acts.add_account(centre.access, actor, where, body.login, body.name)
        return act_of(done, account.id)

    @routes.get("/people/{account}", openapi_extra={"x-right": "people.view"})
    async def person(request: Request, actor: Who, account: AccountId) -> Person:
        """Return one account, by id or login."""
        centre = _may(request, actor, "people.view")
        found = await centre.access.accounts.find(account)
        return person_of(await centre.access.roll.book(centre.settings.jurisdiction), found)

    @routes.get("/people/{account}/name", openapi_extra={"x-right": "names.view"})
    async def name(
        request: Request,
        actor: Who,
        account: AccountId,
        purpose: Annotated[str, Query(min_length=1, max_length=80)] = "people",
    ) -> Text:
        """Return the name of an account; that you read it is recorded. One's own needs no right."""
        centre = centre_of(request) if account == actor.account else _may(request, actor, "names.view")
        ref = (await centre.access.accounts.find(account)).name
        if ref is None:
            raise NotFound(f"no name is kept for {account}")
        return Text(text=await centre.access.vault.text(ref, actor.account, purpose))


def _rights(routes: APIRouter) -> None:
    @routes.post("/people/{account}/grants", openapi_extra={"x-right": "people.administer"})
    async def give(request: Request, actor: Who, account: AccountId, body: GrantBody) -> Act:
        """Give a right; one of weight waits until a second administrator confirms it."""
        centre, where = _centre(request)
        return act_of(await acts.rule(centre.access, actor, where, Give(account, body.grant(where), actor.account)))

    @routes.delete("/people/{account}/grants/{grant}", openapi_extra={"x-right": "signed-in"})
    async def withdraw(request: Request, actor: Who, account: AccountId, grant: str, why: Why = "moved") -> Act:
        """Take a right back: an administrator, its holder, and for a duty whoever commands or has the duty."""
        centre, where = _centre(request)
        if actor.via == "token":
            raise NotYours("people.administer", None, Object("people", where))
        held = (await centre.access.roll.book(where)).grants.get(grant)
        if held is None or held.account != account:
            raise NotFound(f"account {account} holds no right {grant}")
        return act_of(await acts.withdraw(centre.access, actor, where, grant, why))


def _deputies(routes: APIRouter) -> None:
    @routes.post("/people/{account}/deputy", openapi_extra={"x-right": "people.administer"})
    async def name_deputy(request: Request, actor: Who, account: AccountId, body: GrantBody) -> Act:
        """Ask that somebody may be put on duty by one person; a second administrator confirms it."""
        centre, where = _centre(request)
        wish = NameDeputy(account, body.grant(where), actor.account)
        return act_of(await acts.rule(centre.access, actor, where, wish))

    @routes.post("/people/{account}/deputy/drop", openapi_extra={"x-right": "people.administer"})
    async def drop_deputy(request: Request, actor: Who, account: AccountId, body: GrantBody) -> Act:
        """Let somebody be a deputy no longer."""
        centre, where = _centre(request)
        wish = DropDeputy(account, body.grant(where), actor.account)
        return act_of(await acts.rule(centre.access, actor, where, wish))

    @routes.post("/people/{account}/duty", openapi_extra={"x-right": "people.duty"})
    async def put_on_duty(request: Request, actor: Who, account: AccountId, body: GrantBody) -> Act:
        """Put a known deputy on duty until a time within the next 24 hours; one person is enough (P-33)."""
        centre, where = _centre(request)
        return act_of(await acts.put_on_duty(centre.access, actor, where, account, body.grant(where)))


def _requests(routes: APIRouter) -> None:
    @routes.get("/people/requests", openapi_extra={"x-right": "people.view"})
    async def requests(request: Request, actor: Who) -> list[AskedRow]:
        """List what waits for a second administrator."""
        centre = _may(request, actor, "people.view")
        book = await centre.access.roll.book(centre.settings.jurisdiction)
        return [asked_of(one) for one in book.requests.values()]

    @routes.post("/people/requests/{request_id}/confirm", openapi_extra={"x-right": "people.confirm"})
    async def confirm(request: Request, actor: Who, request_id: str) -> Act:
        """Confirm what another administrator asked for."""
        centre, where = _centre(request)
        return act_of(await acts.confirm(centre.access, actor, where, request_id))

    @routes.post("/people/requests/{request_id}/decline", openapi_extra={"x-right": "people.administer"})
    async def decline(request: Request, actor: Who, request_id: str, body: Reason) -> Act:
        """Refuse a request, or take your own back."""
        centre, where = _centre(request)
        return act_of(await acts.rule(centre.access, actor, where, Decline(request_id, actor.account, _why(body))))


def _ends(routes: APIRouter) -> None:
    @routes.post("/people/{account}/disable", openapi_extra={"x-right": "people.administer"})
    async def disable(request: Request, actor: Who, account: AccountId, body: Reason) -> Act:
        """Stop an account at once, with all its sessions, tokens and links, everywhere."""
        centre, where = _centre(request)
        return act_of(await acts.disable(centre.access, actor, where, account, _why(body)))

    @routes.post("/people/{account}/enable", openapi_extra={"x-right": "people.administer"})
    async def enable(request: Request, actor: Who, account: AccountId) -> Act:
        """Let a stopped account work again, without the rights that need two persons."""
        centre, where = _centre(request)
        return act_of(await acts.rule(centre.access, actor, where, EnableAccount(account, actor.account)))

    @routes.post("/people/{account}/reset", openapi_extra={"x-right": "people.administer"})
    async def reset(request: Request, actor: Who, account: AccountId) -> Act:
        """Return a one-time link to a new password, or ask for it when a second administrator must confirm."""
        centre, where = _centre(request)
        return act_of(await acts.reset_credentials(centre.access, actor, where, account))

    @routes.get("/people/{account}/sessions", openapi_extra={"x-right": "people.revoke"})
    async def sessions(request: Request, actor: Who, account: AccountId) -> list[SessionRow]:
        """List the sessions of somebody."""
        centre = _may(request, actor, "people.revoke")
        return [session_row(one) for one in await centre.access.sessions.of(account)]

    @routes.delete("/people/{account}/sessions", openapi_extra={"x-right": "people.revoke"})
    async def end_sessions(request: Request, actor: Who, account: AccountId, why: Why = "asked") -> Act:
        """End all sessions, tokens and links of somebody."""
        centre = _may(request, actor, "people.revoke")
        return act_of(await acts.end_sessions(centre.access, actor, centre.settings.jurisdiction, account, why=why))

    @routes.delete("/people/{account}/tokens/{token}", openapi_extra={"x-right": "people.revoke"})
    async def revoke_token(request: Request, actor: Who, account: AccountId, token: str, why: Why = "asked") -> Act:
        """Withdraw an API token of somebody."""
        centre = _may(request, actor, "people.revoke")
        return act_of(await acts.revoke_token(centre.access, actor, centre.settings.jurisdiction, account, token, why))

    @routes.post("/subjects/{subject}/erase", openapi_extra={"x-right": "people.erase"})
    async def erase(request: Request, actor: Who, subject: Subject, body: Reason) -> Act:
        """Erase the personal data of an account, a caller or a text (the part of a reference before the dot)."""
        centre, where = _centre(request)
        return act_of(await acts.erase_subject(centre.access, actor, where, subject, _why(body)))


# -- words -----------------------------------------------------------------------------------------------------------


def _centre(request: Request) -> tuple[Centre, str]:
    centre = centre_of(request)
    return centre, centre.settings.jurisdiction


def _may(request: Request, actor: Actor, action: Action) -> Centre:
    centre, where = _centre(request)
    authorize(actor, action, Object(action.partition(".")[0], where))
    return centre


def _why(body: Reason) -> Any:
    return body.why
