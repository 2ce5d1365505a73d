-- What a session reads of hundreds of cards, of which it asks one first, is kept
-- in indexes: a card is twenty times as long.
CREATE INDEX cards_place ON cards (id, fact, position, card);

-- Of equally urgent cards the one that was answered first comes first, on every
-- machine. See urgent.go.
DROP INDEX memory_urgent;
CREATE INDEX memory_urgent ON memory (deck, class, last_day, stability, last, card, due_day, buried) WHERE state = 2 AND hidden = 0;
