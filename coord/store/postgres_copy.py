"""A space of PostgreSQL out to the one file of a backup, and back in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import asyncpg

from coord.errors import Refused
from coord.store.backup import CHUNK, TABLES, Progress, Sheaf, tables
from coord.store.log import Sheet
from coord.store.postgres_open import lock_key, prepare, schema_of, settings
from coord.store.restore import ERASED, FORGOTTEN, aside

FORGET = "DELETE FROM cabinet WHERE shelf = ANY($1) AND (key = ANY($2) OR split_part(key, '.', 1) = ANY($2))"


async def copy_out(url: str, space: str, copy: Path, progress: Progress) -> None:
    """Write everything in *space*, as of one moment, to the new file *copy*."""
    schema = schema_of(space)
    await prepare(url, schema, read_only=True)
    con = await asyncpg.connect(url, **settings(schema, read_only=True))
    try:
        async with con.transaction(isolation="repeatable_read", readonly=True):
            sheaf = Sheaf(copy, await con.fetchval("SELECT value FROM about WHERE name = 'epoch'"))
            of = await con.fetchval("SELECT count(*) FROM events")
            for table in TABLES:
                done = 0
                cursor = await con.cursor(f"SELECT * FROM {table} ORDER BY 1, 2")  # noqa: S608 (our own names)
                while rows := await cursor.fetch(CHUNK):
                    sheaf.add(table, [tuple(row) for row in rows])
                    done += len(rows)
                    if table == "events":
                        progress("copying", done, of)
            sheaf.close()
    finally:
        await con.close()


async def copy_in(file: Path, url: str, space: str, epoch: str, *, replace: bool, progress: Progress) -> None:
    """Make the backup *file* the content of *space*, all of it or nothing; see :func:`coord.store.restore.restore`."""
    schema = schema_of(space)
    con = await asyncpg.connect(url, **settings("public"))
    try:
        await _check_free(con, schema, replace=replace)
        fresh = f"{schema}_restoring"
        await con.execute(f"DROP SCHEMA IF EXISTS {fresh} CASCADE")
        await prepare(url, fresh, read_only=False)
        async with con.transaction():
            done = 0
            for table, rows in tables(file):
                await con.copy_records_to_table(table, records=rows, schema_name=fresh)
                done += len(rows)
                progress("restoring", done, 0)
            await con.execute(f"UPDATE {fresh}.about SET value = $1 WHERE name = 'epoch'", epoch)  # noqa: S608
            await _check_free(con, schema, replace=replace)
            await con.execute("SELECT pg_advisory_xact_lock($1)", lock_key(schema))
            tombs = await _tombs_in(con, schema)
            if await _exists(con, schema):
                await con.execute(f"ALTER SCHEMA {schema} RENAME TO {schema}_{aside().replace('-', '_').lower()}")
            await con.execute(f"ALTER SCHEMA {fresh} RENAME TO {schema}")
            await con.execute(f"SET LOCAL search_path = {schema}")
            await con.executemany(
                "INSERT INTO cabinet VALUES ($1,$2,$3,$4) ON CONFLICT DO NOTHING",
                [(ERASED, tomb.key, tomb.body, tomb.revision) for tomb in tombs],
            )
            erased = [row[0] for row in await con.fetch("SELECT key FROM cabinet WHERE shelf = $1", ERASED)]
            await con.execute(FORGET, list(FORGOTTEN), erased)
    finally:
        await con.close()


async def _exists(con: Any, schema: str) -> bool:
    return await con.fetchval("SELECT to_regclass($1)", f"{schema}.events") is not None


async def _check_free(con: Any, schema: str, *, replace: bool) -> None:
    if await _exists(con, schema) and not replace:
        raise Refused(f"there is a log in schema {schema} already; --replace moves it aside", code="exists")
    sql = "SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()"
    if pids := [str(row[0]) for row in await con.fetch(sql, f"coord {schema}")]:
        raise Refused(f"{schema} is in use (server processes {', '.join(pids)}); stop the centre first", code="held")


async def _tombs_in(con: Any, schema: str) -> list[Sheet]:
    if not await _exists(con, schema):
        return []
    rows = await con.fetch(f"SELECT key, body, revision FROM {schema}.cabinet WHERE shelf = $1", ERASED)  # noqa: S608
    return [Sheet(*row) for row in rows]
