-- When a card's text was last written, in Unix seconds: what an export says of
-- its age. 0 is before this was kept.
ALTER TABLE cards ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
