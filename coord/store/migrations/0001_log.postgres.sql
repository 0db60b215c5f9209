CREATE TABLE about (name text PRIMARY KEY, value text NOT NULL);

CREATE TABLE events (
    position bigint PRIMARY KEY,
    stream   text COLLATE "C" NOT NULL,
    version  bigint NOT NULL,
    kind     text NOT NULL,
    at       text NOT NULL,
    actor    text NOT NULL,
    command  text NOT NULL,
    cause    bigint,
    rest     bigint NOT NULL,
    body     bytea NOT NULL,
    hash     bytea NOT NULL,
    UNIQUE (stream, version)
);

CREATE FUNCTION events_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log only grows: no event is ever changed or deleted';
END $$;

CREATE TRIGGER events_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION events_only_grow();

CREATE TABLE outcomes (
    actor    text COLLATE "C" NOT NULL,
    command  text COLLATE "C" NOT NULL,
    digest   text NOT NULL,
    first    bigint NOT NULL,
    last     bigint NOT NULL,
    code     text NOT NULL,
    sentence text NOT NULL,
    PRIMARY KEY (actor, command)
);

CREATE TABLE snapshots (
    stream   text COLLATE "C" PRIMARY KEY,
    version  bigint NOT NULL,
    position bigint NOT NULL,
    hash     text NOT NULL,
    code     text NOT NULL,
    body     bytea NOT NULL
);

CREATE TABLE cabinet (
    shelf    text COLLATE "C" NOT NULL,
    key      text COLLATE "C" NOT NULL,
    body     bytea NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (shelf, key)
);
