"""How access keeps its documents in the cabinet: JSON, aware times in ISO 8601, secrets only as SHA-256."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from coord.access.roles import Grant
from coord.store.log import Sheet

ACCOUNTS: Final = "accounts"
LOGINS: Final = "logins"
LINKS: Final = "links"
LIMITS: Final = "login-limits"
KNOWN: Final = "login-known"
LOGIN_LOG: Final = "login-log"
SESSIONS: Final = "sessions"
TICKETS: Final = "tickets"
TOKENS: Final = "tokens"
VAULT: Final = "vault"
VAULT_KEYS: Final = "vault-keys"
VAULT_ERASED: Final = "vault-erased"
ACCESS_LOG: Final = "access-log"

Doc = dict[str, Any]


def pack(doc: Mapping[str, Any]) -> bytes:
    """Return *doc* as it lies in the cabinet."""
    return json.dumps(doc, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def unpack(sheet: Sheet) -> Doc:
    """Return the document that *sheet* holds."""
    doc: Doc = json.loads(sheet.body)
    return doc


def stamp(at: datetime) -> str:
    """Return *at* so that stamps sort as times do."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(stamped: str) -> datetime:
    """Return the time that was stamped.

    >>> moment("2025-09-23T12:00:00.000000Z").hour
    12
    """
    return datetime.fromisoformat(stamped)


def secret() -> str:
    """Return a new opaque secret of 256 bits."""
    return secrets.token_urlsafe(32)


def sealed(token: str) -> str:
    """Return what is kept of a secret: its SHA-256 (hex)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def grant_doc(grant: Grant) -> Doc:
    """Return *grant* as a document."""
    return {
        "role": grant.role,
        "jurisdiction": grant.jurisdiction,
        "group": grant.group,
        "space": grant.space,
        "post": grant.post,
        "until": grant.until and stamp(grant.until),
    }


def grant_of(doc: Mapping[str, Any]) -> Grant:
    """Return the grant that *doc* describes."""
    until = doc["until"]
    return Grant(**{**doc, "until": until and moment(until)})
