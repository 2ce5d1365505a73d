-- What machines must agree on, beside what was done to cards, is in rows of the log
-- about no card: options, decks that were put away, texts of decks, introductions that
-- were shown. They are asked for alone. The program writes what stands here before as
-- the first of them.
CREATE INDEX log_shared ON log (kind) WHERE kind IN ('option', 'archive', 'edition', 'shown');

-- Cache, as decks.shelved is one: the options that are set, for a deck by its permanent
-- identity, for a folder of decks by its name, or with neither for all decks.
CREATE TABLE options_of (
    deck   TEXT NOT NULL,
    folder TEXT NOT NULL,
    name   TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (deck, folder, name)
) STRICT, WITHOUT ROWID;
INSERT INTO options_of (deck, folder, name, value)
    SELECT coalesce(d.deck, ''), iif(d.deck IS NULL, o.scope, ''), o.name, o.value
    FROM options o LEFT JOIN decks d ON d.id = (SELECT id FROM decks WHERE name = o.scope AND (retired = 0 OR NOT EXISTS
        (SELECT 1 FROM decks l WHERE l.retired = 0 AND substr(l.name, 1, length(o.scope) + 1) = o.scope || '/')) ORDER BY retired LIMIT 1);
DROP TABLE options;
ALTER TABLE options_of RENAME TO options;
