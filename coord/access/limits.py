"""How often somebody may try to sign in: by name and by address, counted in the cabinet.

An attempt is counted before it is checked, with the revision of the count, so
that attempts made at the same time on several workers cannot slip past each
other. Waiting times are short and end by themselves: a stranger who guesses at
the commander's name must not be able to keep the commander out (an address that
the name has signed in from before is judged by its own count only).
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from coord.access.documents import KNOWN, LIMITS, Doc, moment, pack, stamp, unpack
from coord.errors import Conflict, Refused
from coord.store.log import Cabinet


@dataclass(frozen=True, slots=True)
class Pace:
    """How a count turns into waiting.

    ``free`` attempts cost nothing; then each wait doubles from ``first`` up to
    ``most``. Quiet for ``window`` ends it.
    """

    free: int
    first: timedelta
    most: timedelta
    window: timedelta = timedelta(minutes=15)

    def wait(self, failures: int) -> timedelta:
        """Return how long to wait after the given number of failures in a row."""
        if failures < self.free:
            return timedelta(0)
        doubled: int = 1 << min(failures - self.free, 20)
        return min(self.first * doubled, self.most)


BY_NAME = Pace(5, timedelta(seconds=2), timedelta(seconds=60))
BY_ADDRESS = Pace(50, timedelta(seconds=5), timedelta(minutes=15))
"""A command room signs in from one address at the change of shift, so the first fifty failures are free."""

REMEMBERED = timedelta(days=30)
"""How long an address stays known for a name that signed in from it."""


class TooOften(Refused):
    """Wait before the next attempt; says nothing about whether the name exists."""

    code = "login-too-often"

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__(f"too many attempts; try again in {ceil(wait.total_seconds())} seconds")


class Limits:
    """Counts of failed attempts, shared by all workers and kept over a restart."""

    def __init__(
        self, cabinet: Cabinet, now: Callable[[], datetime], by_name: Pace = BY_NAME, by_address: Pace = BY_ADDRESS
    ) -> None:
        self._cabinet = cabinet
        self._now = now
        self._by_name = by_name
        self._by_address = by_address

    async def charge(self, login: str, address: str) -> None:
        """Count an attempt on *login* from *address*, or raise :exc:`TooOften` without counting it."""
        await self._charge(_key("address", network(address)), self._by_address)
        if not await self._known(login, address):
            await self._charge(_key("name", login), self._by_name)

    async def forgive(self, login: str, address: str) -> None:
        """The attempt was good: forget those on *login*, give one back to *address*, and know it from now on."""
        await self._cabinet.drop(LIMITS, _key("name", login))
        await self._give_back(_key("address", network(address)))
        await self._cabinet.put(KNOWN, _known_key(login, address), pack({"at": stamp(self._now())}))

    async def _known(self, login: str, address: str) -> bool:
        sheet = await self._cabinet.get(KNOWN, _known_key(login, address))
        return sheet is not None and self._now() - moment(unpack(sheet)["at"]) < REMEMBERED

    async def _charge(self, key: str, pace: Pace) -> None:
        while True:  # each round that loses means that another attempt was counted
            at = self._now()
            sheet = await self._cabinet.get(LIMITS, key)
            doc: Doc = unpack(sheet) if sheet else {"failures": 0, "until": stamp(at), "last": stamp(at)}
            if timedelta(0) < (left := moment(doc["until"]) - at) <= pace.most:  # more: the clock was set back
                raise TooOften(left)
            quiet = at - moment(doc["last"]) >= pace.window
            failures = 1 if quiet else doc["failures"] + 1
            counted = {"failures": failures, "until": stamp(at + pace.wait(failures)), "last": stamp(at)}
            try:
                await self._cabinet.put(LIMITS, key, pack(counted), sheet.revision if sheet else 0)
            except Conflict:
                continue
            return

    async def _give_back(self, key: str) -> None:
        while (sheet := await self._cabinet.get(LIMITS, key)) is not None:
            doc = unpack(sheet)
            less = {**doc, "failures": max(0, doc["failures"] - 1), "until": doc["last"]}
            try:
                await self._cabinet.put(LIMITS, key, pack(less), sheet.revision)
            except Conflict:
                continue
            return


def network(address: str) -> str:
    """Return what counts as one address: an IPv4 address, an IPv6 /64, or the text itself.

    >>> network("2001:db8:1:2:3::4"), network("::ffff:192.0.2.7"), network("unix")
    ('2001:db8:1:2::/64', '192.0.2.7', 'unix')
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def _key(kind: str, word: str) -> str:
    return f"{kind}/{hashlib.sha256(word.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def _known_key(login: str, address: str) -> str:
    return _key("known", f"{login}\n{network(address)}")
