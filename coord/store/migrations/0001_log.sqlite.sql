CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream   TEXT NOT NULL,
    version  INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    command  TEXT NOT NULL,
    cause    INTEGER,
    rest     INTEGER NOT NULL,
    body     BLOB NOT NULL,
    hash     BLOB NOT NULL,
    UNIQUE (stream, version)
) STRICT;

CREATE TRIGGER events_never_change BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the log only grows: no event is ever changed'); END;

CREATE TRIGGER events_never_go BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the log only grows: no event is ever deleted'); END;

CREATE TABLE outcomes (
    actor    TEXT NOT NULL,
    command  TEXT NOT NULL,
    digest   TEXT NOT NULL,
    first    INTEGER NOT NULL,
    last     INTEGER NOT NULL,
    code     TEXT NOT NULL,
    sentence TEXT NOT NULL,
    PRIMARY KEY (actor, command)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshots (
    stream   TEXT PRIMARY KEY,
    version  INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hash     TEXT NOT NULL,
    code     TEXT NOT NULL,
    body     BLOB NOT NULL
) STRICT;

CREATE TABLE cabinet (
    shelf    TEXT NOT NULL,
    key      TEXT NOT NULL,
    body     BLOB NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (shelf, key)
) STRICT;
