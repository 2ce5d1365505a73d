-- Quizzes that were taken. They are no part of the log: a quiz moves no
-- schedule. Everything here is append-only.

-- What was asked: the form as a file, with its key if it came with one.
CREATE TABLE quiz_forms (
    id   INTEGER PRIMARY KEY,
    form TEXT    NOT NULL, -- quiz.Form.ID
    text TEXT    NOT NULL, -- as quiz.Form.Write writes it
    hash BLOB    NOT NULL UNIQUE -- SHA-256 of text
) STRICT;

-- Each attempt at one.
CREATE TABLE quizzes (
    id    INTEGER PRIMARY KEY,
    form  INTEGER NOT NULL REFERENCES quiz_forms,
    began INTEGER NOT NULL, -- Unix milliseconds
    zone  INTEGER NOT NULL, -- seconds east of UTC
    mode  TEXT    NOT NULL
) STRICT;

-- What was done in it, in order; the last answer to a question counts.
CREATE TABLE quiz_events (
    quiz     INTEGER NOT NULL REFERENCES quizzes,
    seq      INTEGER NOT NULL, -- from 1
    at       INTEGER NOT NULL,
    zone     INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    question INTEGER NOT NULL, -- from 0; -1 is the quiz as a whole
    detail   TEXT    NOT NULL, -- JSON: the answer
    PRIMARY KEY (quiz, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER quiz_forms_keep BEFORE UPDATE ON quiz_forms BEGIN
    SELECT RAISE(ABORT, 'quizzes are append-only');
END;
CREATE TRIGGER quiz_forms_keep_all BEFORE DELETE ON quiz_forms BEGIN
    SELECT RAISE(ABORT, 'quizzes are append-only');
END;
CREATE TRIGGER quizzes_keep BEFORE UPDATE ON quizzes BEGIN
    SELECT RAISE(ABORT, 'quizzes are append-only');
END;
CREATE TRIGGER quizzes_keep_all BEFORE DELETE ON quizzes BEGIN
    SELECT RAISE(ABORT, 'quizzes are append-only');
END;
CREATE TRIGGER quiz_events_keep BEFORE UPDATE ON quiz_events BEGIN
    SELECT RAISE(ABORT, 'quizzes are append-only');
END;
CREATE TRIGGER quiz_events_keep_all BEFORE DELETE ON quiz_events BEGIN
    SELECT RAISE(ABORT, 'quizzes are append-only');
END;
