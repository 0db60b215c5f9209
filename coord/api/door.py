"""The door: signing in and out, the password given again, the first administrator, one-time links."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from coord.access.authorize import Actor
from coord.access.cookies import cookie, no_cookie
from coord.access.sessions import Opened
from coord.access.setup import found
from coord.api.asked import asked, centre_of
from coord.api.bodies import Body
from coord.api.centre import Centre, now
from coord.errors import Refused

Who = Annotated[Actor, Depends(asked)]
Secret = Annotated[str, Field(min_length=1, max_length=1024)]
Login = Annotated[str, Field(max_length=256)]
Name = Annotated[str, Field(max_length=200)]


class SignIn(Body):
    """Name and password."""

    model_config = ConfigDict(json_schema_extra={"example": {"login": "sample-duty-officer", "password": "…"}})

    login: Login
    password: Secret


class SignedIn(BaseModel):
    """``token`` is for programs (Authorization: Bearer); a browser has a cookie and sends ``csrf`` with each write."""

    account: str
    token: str
    csrf: str
    until: datetime


class Prove(Body):
    """The password again."""

    model_config = ConfigDict(json_schema_extra={"example": {"password": "…"}})

    password: Secret


class SetUp(Body):
    """The one-time set-up token, and the first administrator's own login and password."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"token": "…", "login": "duty-admin", "password": "at least twelve characters"}}
    )

    token: Secret
    login: Login
    password: Secret
    name: Name = ""


class TakeLink(Body):
    """The link that an administrator gave you, and the password that you choose."""

    model_config = ConfigDict(json_schema_extra={"example": {"token": "…", "password": "at least twelve characters"}})

    token: Secret
    password: Secret


class Opening(BaseModel):
    """The account that now has a password."""

    account: str


def address_of(request: Request) -> str:
    """Return where *request* comes from, for the count of attempts."""
    return request.client.host if request.client else "unknown"


def hand_over(centre: Centre, response: Response, account: str, opened: Opened) -> SignedIn:
    """Return a session that was just opened, with its cookie on *response*."""
    made = cookie(opened.token, opened.until - now(), tls=centre.settings.secure)
    response.headers["set-cookie"] = made.header()
    return SignedIn(account=account, token=opened.token, csrf=opened.csrf, until=opened.until)


def router() -> APIRouter:
    """Return the routes of the door."""
    routes = APIRouter(tags=["sign in"])

    @routes.post("/session", openapi_extra={"x-right": "open"})
    async def sign_in(request: Request, response: Response, body: SignIn) -> SignedIn:
        """Sign in."""
        centre = centre_of(request)
        account = await centre.access.login.enter(body.login, body.password, address_of(request))
        opened = await centre.access.sessions.open(account.id, request.headers.get("user-agent", ""))
        return hand_over(centre, response, account.id, opened)

    @routes.delete("/session", status_code=204, openapi_extra={"x-right": "signed-in"})
    async def sign_out(request: Request, response: Response, actor: Who) -> None:
        """Sign out of this session."""
        centre = centre_of(request)
        if actor.via != "session":
            raise Refused("only a session can be signed out; withdraw the token instead", "unfit")
        await centre.access.sessions.close(centre.secret_of(request))
        response.headers["set-cookie"] = no_cookie(tls=centre.settings.secure).header()

    @routes.post("/session/prove", status_code=204, openapi_extra={"x-right": "signed-in"})
    async def prove(request: Request, actor: Who, body: Prove) -> None:
        """Give the password again, for an act of weight in the next five minutes."""
        centre = centre_of(request)
        if actor.via != "session":
            raise Refused("only a session can give the password again; sign in with it", "unfit")
        await centre.access.login.prove(actor.account, body.password, address_of(request))
        await centre.access.sessions.prove(actor)

    @routes.post("/setup", openapi_extra={"x-right": "open"})
    async def set_up(request: Request, body: SetUp) -> Opening:
        """Make the first administrator with the one-time token that the first start printed."""
        centre = centre_of(request)
        account = await found(
            centre.access.accounts, centre.settings.jurisdiction, body.token, body.login, body.password, body.name
        )
        return Opening(account=account.id)

    @routes.post("/links/take", openapi_extra={"x-right": "open"})
    async def take_link(request: Request, body: TakeLink) -> Opening:
        """Choose a password with the one-time link that an administrator made."""
        return Opening(account=await centre_of(request).access.links.take(body.token, body.password))

    return routes
