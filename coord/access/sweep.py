"""Housekeeping: what has lost its meaning leaves the cabinet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from coord.access.documents import KNOWN, LIMITS, LINKS, LOGIN_LOG, SESSIONS, TICKETS, TOKENS, Doc, moment, unpack
from coord.access.limits import REMEMBERED
from coord.access.sessions import Terms
from coord.store.log import Cabinet

LOGINS_KEPT: Final = timedelta(days=180)
LIMITS_KEPT: Final = timedelta(days=1)


async def sweep(cabinet: Cabinet, at: datetime, terms: Terms | None = None) -> int:
    """Drop what ended before *at* and return how many documents that were. Harmless at any time, on any worker.

    The access log is not touched: who read personal data is kept as long as the centre.
    """
    terms = terms or Terms()

    def over(shelf: str, doc: Doc) -> bool:
        match shelf:
            case "sessions":
                return at - moment(doc["opened"]) >= terms.absolute or at - moment(doc["used"]) >= terms.idle
            case "tickets" | "links" | "tokens":
                return at >= moment(doc["until"])
            case "login-limits":
                return at - moment(doc["last"]) >= LIMITS_KEPT
            case "login-known":
                return at - moment(doc["at"]) >= REMEMBERED
            case _:
                return at - moment(doc["at"]) >= LOGINS_KEPT

    dropped = 0
    for shelf in (SESSIONS, TICKETS, LINKS, TOKENS, LIMITS, KNOWN, LOGIN_LOG):
        after = ""
        while sheets := await cabinet.scan(shelf, after=after):
            for sheet in sheets:
                if over(shelf, unpack(sheet)):
                    dropped += await cabinet.drop(shelf, sheet.key)
            after = sheets[-1].key
    return dropped
