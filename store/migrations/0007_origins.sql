-- Which cards came from another program's notes: rows of the log say so. An
-- import asks for all of them, and for nothing else of the log.
CREATE INDEX log_origins ON log (kind) WHERE kind = 'origin';
