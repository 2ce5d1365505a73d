-- The folders that decks were compiled from, and how their files looked then:
-- what looks the same needs no compile. See decks.Sights.
CREATE TABLE roots (
    root TEXT PRIMARY KEY,
    seen TEXT NOT NULL
) STRICT;
INSERT INTO roots (root, seen) SELECT DISTINCT root, '' FROM stamps WHERE root <> 'kartei:library';
