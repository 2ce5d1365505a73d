package transfer

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"hash"

	"kartei/store/journal"
	"kartei/store/sqlite"
)

// Digest covers all that is no cache: decks, facts, cards, options, the log by
// the hashes of its rows, and the quizzes. Local row ids are left out, so that a
// copy by way of any form has the same digest, and so are the times at which
// cards changed, which older forms do not have.
func Digest(ctx context.Context, tx *sqlite.ReadTx) (journal.Hash, error) {
	h := sha256.New()
	for _, query := range []string{
		`SELECT 'deck', deck, name, root, content, retired, shelved FROM decks ORDER BY deck`,
		`SELECT 'prose', deck, prose FROM decks WHERE prose <> '' ORDER BY deck`,
		`SELECT 'fact', d.deck, f.key, f.written, f.cell, f.file, f.line, f.section, f.position, f.retired
			FROM facts f JOIN decks d ON d.id = f.deck ORDER BY d.deck, f.key`,
		`SELECT 'card', c.card, d.deck, f.key, c.position, c.name, c.kind, c.hash, c.tags, c.content, c.retired
			FROM cards c JOIN facts f ON f.id = c.fact JOIN decks d ON d.id = c.deck ORDER BY c.card`,
		`SELECT 'option', scope, name, value FROM options ORDER BY scope, name`,
		`SELECT 'log', v.name, l.seq, l.hash FROM log l JOIN devices v ON v.id = l.device ORDER BY v.name, l.seq`,
		`SELECT 'quiz', f.form, f.hash, q.began, q.zone, q.mode FROM quizzes q JOIN quiz_forms f ON f.id = q.form ORDER BY q.id`,
		`SELECT 'event', (SELECT count(*) FROM quizzes WHERE id <= e.quiz), e.seq, e.at, e.zone, e.kind, e.question, e.detail
			FROM quiz_events e ORDER BY e.quiz, e.seq`,
	} {
		if err := hashRows(ctx, tx, h, query); err != nil {
			return journal.Hash{}, err
		}
	}
	return journal.Hash(h.Sum(nil)), nil
}

// hashRows hashes every value with its length before it.
func hashRows(ctx context.Context, tx *sqlite.ReadTx, h hash.Hash, query string) error {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values := make([]sql.RawBytes, len(columns))
	targets := make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		for _, v := range values {
			h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(v))))
			h.Write(v)
		}
	}
	return rows.Err()
}
