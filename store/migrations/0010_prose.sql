-- What stands between the facts of a deck, for people to read, as JSON; empty where
-- there is nothing, or the deck was compiled before this was kept. It is the last
-- column: who asks for a deck without it does not have to read past it.
ALTER TABLE decks ADD COLUMN prose TEXT NOT NULL DEFAULT '';
