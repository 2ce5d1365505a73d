-- Which parameters were fitted: rows of the log say so. Each policy asks for them, and
-- for nothing else of the log.
CREATE INDEX log_fits ON log (kind) WHERE kind = 'fit';
