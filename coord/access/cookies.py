"""The facts of the session cookie, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

CSRF_HEADER: Final = "X-Coord-CSRF"


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie as it is to be set. The fields are the keyword arguments of Starlette's ``set_cookie``.

    Under TLS the name has the prefix ``__Host-``: no other host, path or plain
    connection can set it (RFC 6265bis §4.1.3.2). Without TLS, on loopback only,
    a browser would refuse that prefix.
    """

    key: str
    value: str
    max_age: int
    secure: bool
    path: Literal["/"] = "/"
    httponly: Literal[True] = True
    samesite: Literal["strict"] = "strict"

    def header(self) -> str:
        """Return the value of ``Set-Cookie``."""
        parts = [f"{self.key}={self.value}", f"Max-Age={self.max_age}", "Path=/", "HttpOnly", "SameSite=Strict"]
        return "; ".join(parts + ["Secure"] * self.secure)


def cookie_name(*, tls: bool) -> str:
    """Return the name of the session cookie."""
    return "__Host-coord" if tls else "coord"


def cookie(token: str, term: timedelta, *, tls: bool) -> Cookie:
    """Return the cookie that carries the session *token* for *term*."""
    return Cookie(cookie_name(tls=tls), token, int(term.total_seconds()), tls)


def no_cookie(*, tls: bool) -> Cookie:
    """Return the cookie that takes the session cookie away."""
    return Cookie(cookie_name(tls=tls), "", 0, tls)
