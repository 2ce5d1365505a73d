-- Local to a machine: which text of a deck a folder had when it was compiled last. What
-- the folder has next was made from that. Empty is none: the deck was gone from there.
CREATE TABLE checkouts (
    root TEXT NOT NULL,
    deck TEXT NOT NULL, -- permanent identity
    text TEXT NOT NULL, -- SHA-256 in hexadecimal: see package edition
    PRIMARY KEY (root, deck)
) STRICT, WITHOUT ROWID;
