"""Which pages may talk to us: checked before a websocket is accepted and before a browser's write.

Browsers let any page open a websocket to any host and send its cookies, and no
CORS rule runs for it; so we look at Origin ourselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from coord.errors import Forbidden

_PORTS: Final = {"http": 80, "https": 443}


class ForeignOrigin(Forbidden):
    """The page that asks is not one of ours."""

    code = "foreign-origin"

    def __init__(self) -> None:
        super().__init__("this page may not talk to this centre; open the centre's own address")


class Origins:
    """The origins that may talk to us: our own ``hosts``, and the ``allowed`` list.

    ``hosts`` are the ``host[:port]`` under which we are known; a request whose
    Host is none of them has no own origin (a name that was rebound to our
    address). Empty: any Host is ours, for a centre behind a proxy that checks.
    """

    def __init__(self, hosts: Iterable[str] = (), allowed: Iterable[str] = ()) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._allowed = frozenset(parse_origin(origin) for origin in allowed)

    def check(self, origin: str | None, host: str | None, *, tls: bool, bearer: bool = False) -> None:
        """Return when a request with these headers may go on; raise :exc:`ForeignOrigin` otherwise.

        ``bearer``: it came with a token or ticket of its own rather than a
        cookie; only then may Origin be missing, as programs send none.
        """
        if origin is None:
            if not bearer:
                raise ForeignOrigin
            return
        try:
            asked = parse_origin(origin)
        except ValueError:
            raise ForeignOrigin from None
        if asked not in self._allowed and asked != self._own(host, tls=tls):
            raise ForeignOrigin

    def _own(self, host: str | None, *, tls: bool) -> tuple[str, str, int] | None:
        if not host or (self._hosts and host.lower() not in self._hosts):
            return None
        try:
            return parse_origin(f"{'https' if tls else 'http'}://{host}")
        except ValueError:
            return None


def parse_origin(origin: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an *origin*; raises ValueError for whatever is not exactly one.

    >>> parse_origin("https://Centre.example")
    ('https', 'centre.example', 443)
    """
    parts = urlsplit(origin)
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None or parts.password is not None:
        raise ValueError(f"not an origin: {origin!r}")
    if parts.path or any(char in "?#" or char.isspace() for char in origin):
        raise ValueError(f"not an origin: {origin!r}")
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]
