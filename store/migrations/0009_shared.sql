-- What machines must agree on, beside what was done to cards, is in rows of the log
-- about no card. They are asked for alone.
CREATE INDEX log_shared ON log (kind) WHERE kind IN ('option', 'archive', 'edition', 'shown');
