"""Connections to a schema of a PostgreSQL database, one schema a space."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import asyncpg

from coord.errors import Refused
from coord.store.migrations import missing

LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TooManyConnectionsError,
)
"""What says that the connection is gone or the server busy with itself: reconnect and look again."""

ANSWER = 10.0
"""Seconds that one statement may take before its connection counts as lost."""

STALL = 5.0
"""Seconds after which the server drops an appender that stands still inside its transaction, so others go on."""


def schema_of(space: str) -> str:
    """Return the schema that holds *space*.

    >>> schema_of("exercise-1")
    'coord_exercise_1'
    """
    return "coord_" + space.replace("-", "_")


def lock_key(schema: str) -> int:
    """Return the advisory lock under which positions of *schema* are given out."""
    return int.from_bytes(hashlib.sha256(schema.encode()).digest()[:8], "big", signed=True)


def settings(schema: str, *, read_only: bool = False) -> dict[str, Any]:
    """Return how asyncpg shall connect."""
    server = {
        "search_path": schema,
        "application_name": f"coord {schema}",
        "synchronous_commit": "on",
        "idle_in_transaction_session_timeout": str(int(STALL * 1000)),
        "default_transaction_read_only": "on" if read_only else "off",
    }
    return {"server_settings": server, "timeout": ANSWER, "command_timeout": ANSWER}


async def prepare(url: str, schema: str, *, read_only: bool) -> None:
    """Check the server and bring *schema* to the newest layout, making it if need be.

    Raises :exc:`coord.errors.Refused`: ``no-server``, ``unsafe-server`` when it
    does not sync what it commits, ``newer-database``, ``old-database``, ``no-log``.
    """
    try:
        con = await asyncpg.connect(url, **settings(schema, read_only=read_only))
    except (*LOST, asyncpg.PostgresError, ValueError) as error:
        raise Refused(f"there is no PostgreSQL to talk to: {error}", code="no-server") from error
    try:
        for name in ("fsync", "full_page_writes"):
            if await con.fetchval(f"SHOW {name}") != "on":
                raise Refused(
                    f"this PostgreSQL runs with {name} off and can lose what it commits", code="unsafe-server"
                )
        if read_only:
            await _check_layout(con, schema)
        else:
            await _migrate(con, schema)
    finally:
        await con.close()


async def _layout(con: Any, schema: str) -> int:
    if await con.fetchval("SELECT to_regclass($1)", f"{schema}.about") is None:
        return 0
    return int(await con.fetchval("SELECT value FROM about WHERE name = 'layout'"))


async def _check_layout(con: Any, schema: str) -> None:
    stored = await _layout(con, schema)
    if stored == 0:
        raise Refused(f"there is no log in schema {schema}", code="no-log")
    if missing("postgres", stored, schema):
        raise Refused(f"{schema} has an old layout; coord serve brings it up to date", code="old-database")


async def _migrate(con: Any, schema: str) -> None:
    async with con.transaction():
        await con.execute("SELECT pg_advisory_xact_lock($1)", lock_key(schema) ^ 1)
        await con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        stored = await _layout(con, schema)
        for number, sql in missing("postgres", stored, schema):
            await con.execute(sql)
            await con.execute(
                "INSERT INTO about VALUES ('layout', $1) ON CONFLICT (name) DO UPDATE SET value = $1", str(number)
            )
        if stored == 0:
            await con.execute("INSERT INTO about VALUES ('epoch', $1)", uuid.uuid4().hex)
