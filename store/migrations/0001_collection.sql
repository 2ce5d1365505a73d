-- A collection: what was compiled, and what its learner did.
--
-- The log is the truth. The tables memory, aliases, voided and load are caches
-- of it that doctor recomputes and compares. Times are Unix milliseconds, days
-- are study days since 1970-01-01, zones are seconds east of UTC.

PRAGMA application_id = 0x4b617274; -- "Kart"

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Those who write logs. A collection writes as the newest of its own devices;
-- it takes a new one when it is restored, so that no (device, seq) is used twice.
CREATE TABLE devices (
    id   INTEGER PRIMARY KEY,
    name TEXT    NOT NULL UNIQUE,
    own  INTEGER NOT NULL CHECK (own IN (0, 1))
) STRICT;

CREATE TABLE decks (
    id      INTEGER PRIMARY KEY,
    deck    TEXT    NOT NULL UNIQUE, -- permanent identity
    name    TEXT    NOT NULL,
    root    TEXT    NOT NULL,        -- the folder it was compiled from
    content TEXT    NOT NULL,        -- JSON: title, author, sources, …
    source  BLOB    NOT NULL,        -- digest of what was compiled: if equal there is nothing to do
    digest  BLOB    NOT NULL,        -- digest of the rows that it became
    retired INTEGER NOT NULL CHECK (retired IN (0, 1)), -- gone from its root
    shelved INTEGER NOT NULL DEFAULT 0 CHECK (shelved IN (0, 1)) -- the learner wants no more of it
) STRICT;
CREATE INDEX decks_name ON decks (name);
CREATE INDEX decks_root ON decks (root);

-- The files of the last compile of a root: equal stamps need no compile.
CREATE TABLE stamps (
    root  TEXT NOT NULL,
    file  TEXT NOT NULL,
    stamp TEXT NOT NULL,
    PRIMARY KEY (root, file)
) STRICT, WITHOUT ROWID;

CREATE TABLE facts (
    id       INTEGER PRIMARY KEY,
    deck     INTEGER NOT NULL REFERENCES decks,
    key      TEXT    NOT NULL,
    written  INTEGER NOT NULL CHECK (written IN (0, 1)), -- the key stands in the file
    cell     INTEGER NOT NULL CHECK (cell IN (0, 1)),    -- as the text of a row's first cell
    file     TEXT    NOT NULL,
    line     INTEGER NOT NULL,
    section  TEXT    NOT NULL, -- JSON array of headings
    position INTEGER NOT NULL, -- in the deck, from 0
    retired  INTEGER NOT NULL CHECK (retired IN (0, 1)),
    UNIQUE (deck, key)
) STRICT;
CREATE INDEX facts_position ON facts (deck, position) WHERE retired = 0;

CREATE TABLE cards (
    id       INTEGER PRIMARY KEY,
    card     TEXT    NOT NULL UNIQUE, -- decks.CardID
    fact     INTEGER NOT NULL REFERENCES facts,
    deck     INTEGER NOT NULL REFERENCES decks,
    position INTEGER NOT NULL, -- in the deck, from 0
    name     TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    hash     TEXT    NOT NULL, -- decks.Card.Hash
    tags     TEXT    NOT NULL, -- " a b ": each between spaces; empty without
    content  TEXT    NOT NULL, -- JSON of everything else
    retired  INTEGER NOT NULL CHECK (retired IN (0, 1)),
    fresh    INTEGER NOT NULL CHECK (fresh IN (0, 1)) -- cache: never answered, nor suspended, nor retired
) STRICT;
CREATE INDEX cards_fact ON cards (fact);
CREATE INDEX cards_deck ON cards (deck, position);
CREATE INDEX cards_retired ON cards (deck) WHERE retired = 1;
CREATE INDEX cards_fresh ON cards (deck, position) WHERE fresh = 1;

-- What the learner did, append-only. A row's hash covers the row and the hash
-- before it in its device's chain (see chain.go).
CREATE TABLE log (
    id       INTEGER PRIMARY KEY, -- order of arrival in this file
    device   INTEGER NOT NULL REFERENCES devices,
    seq      INTEGER NOT NULL,    -- from 1
    at       INTEGER NOT NULL,
    zone     INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    clock    INTEGER NOT NULL,    -- hybrid clock: at, but always after the rows before
    kind     TEXT    NOT NULL,
    card     TEXT    NOT NULL,    -- the name the card had
    mode     TEXT    NOT NULL,
    grade    INTEGER NOT NULL,
    duration INTEGER NOT NULL,    -- milliseconds
    state    INTEGER NOT NULL,    -- of the card before
    days     INTEGER NOT NULL,    -- the interval that was chosen
    detail   TEXT    NOT NULL,    -- JSON: typed, options, chosen, …
    item     TEXT    NOT NULL,    -- decks.Card.Hash of what was shown
    prev     BLOB    NOT NULL,
    hash     BLOB    NOT NULL,
    UNIQUE (device, seq)
) STRICT;
CREATE INDEX log_card ON log (card);
CREATE INDEX log_day ON log (day);
CREATE INDEX log_special ON log (kind) WHERE kind IN ('undo', 'alias');

CREATE TRIGGER log_keep_rows BEFORE UPDATE ON log BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END;
CREATE TRIGGER log_keep_all BEFORE DELETE ON log BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END;

-- Cache: the rows that later rows took back.
CREATE TABLE voided (
    id INTEGER PRIMARY KEY REFERENCES log
) STRICT;

-- Cache: names that cards had, each with the present one. Rows of the log that
-- use the name old, from the clock since on, are about card. A name that a new
-- card took over has a further row, which begins there.
CREATE TABLE aliases (
    old   TEXT    NOT NULL,
    since INTEGER NOT NULL,
    card  TEXT    NOT NULL,
    PRIMARY KEY (old, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX aliases_card ON aliases (card);

-- Cache: what the log made of each card it speaks of (scheduler.Memory, and
-- what the learner put on the card).
CREATE TABLE memory (
    card       INTEGER PRIMARY KEY REFERENCES cards,
    deck       INTEGER NOT NULL REFERENCES decks,
    state      INTEGER NOT NULL,
    step       INTEGER NOT NULL,
    lapses     INTEGER NOT NULL,
    reps       INTEGER NOT NULL,
    sessions   INTEGER NOT NULL,
    stability  REAL    NOT NULL,
    class      INTEGER NOT NULL, -- of stability, four to the octave: see urgent.go
    fast       REAL    NOT NULL,
    difficulty REAL    NOT NULL,
    due        INTEGER NOT NULL,
    due_day    INTEGER NOT NULL,
    last       INTEGER NOT NULL,
    last_day   INTEGER NOT NULL,
    first_day  INTEGER NOT NULL,
    suspended  INTEGER NOT NULL CHECK (suspended IN (0, 1)),
    buried     INTEGER NOT NULL, -- through this day; 0 is not buried
    flag       INTEGER NOT NULL,
    seen       TEXT    NOT NULL, -- item hash of the last grade
    hidden     INTEGER NOT NULL CHECK (hidden IN (0, 1)) -- suspended, or the card is retired
) STRICT;
CREATE INDEX memory_review ON memory (deck, due_day, last_day, stability, buried) WHERE state = 2 AND hidden = 0;
CREATE INDEX memory_urgent ON memory (deck, class, last_day, card, due_day, stability, buried) WHERE state = 2 AND hidden = 0;
CREATE INDEX memory_steps ON memory (deck, due) WHERE state IN (1, 3) AND hidden = 0;
CREATE INDEX memory_suspended ON memory (deck) WHERE suspended = 1;
CREATE INDEX memory_buried ON memory (buried) WHERE buried > 0;

-- Cache: how many reviews fall on each day, so that counts and load balancing
-- do not grow with the collection. The triggers keep it.
CREATE TABLE load (
    day   INTEGER NOT NULL,
    deck  INTEGER NOT NULL REFERENCES decks,
    cards INTEGER NOT NULL,
    PRIMARY KEY (day, deck)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER memory_load_insert AFTER INSERT ON memory WHEN new.state = 2 AND new.hidden = 0 BEGIN
    INSERT INTO load (day, deck, cards) VALUES (new.due_day, new.deck, 1)
    ON CONFLICT (day, deck) DO UPDATE SET cards = cards + 1;
END;
CREATE TRIGGER memory_load_delete AFTER DELETE ON memory WHEN old.state = 2 AND old.hidden = 0 BEGIN
    UPDATE load SET cards = cards - 1 WHERE day = old.due_day AND deck = old.deck;
    DELETE FROM load WHERE day = old.due_day AND deck = old.deck AND cards = 0;
END;
CREATE TRIGGER memory_load_update AFTER UPDATE ON memory BEGIN
    INSERT INTO load (day, deck, cards) SELECT new.due_day, new.deck, 1 WHERE new.state = 2 AND new.hidden = 0
    ON CONFLICT (day, deck) DO UPDATE SET cards = cards + 1;
    UPDATE load SET cards = cards - 1 WHERE day = old.due_day AND deck = old.deck AND old.state = 2 AND old.hidden = 0;
    DELETE FROM load WHERE day = old.due_day AND deck = old.deck AND cards = 0;
END;

-- What a learner set for a deck and the decks below it; scope "" is all decks.
CREATE TABLE options (
    scope TEXT NOT NULL,
    name  TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (scope, name)
) STRICT, WITHOUT ROWID;

-- Cards that a session is asking right now, so that no other asks them too.
CREATE TABLE claims (
    card   TEXT PRIMARY KEY,
    holder INTEGER NOT NULL, -- random, of the session's store
    pid    INTEGER NOT NULL, -- of its process: a claim dies with it
    until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
