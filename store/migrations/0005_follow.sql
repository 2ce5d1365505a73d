-- What was followed when ids and texts did not agree is asked of the log at
-- compiles.
CREATE INDEX log_follow ON log (id) WHERE kind = 'follow';
