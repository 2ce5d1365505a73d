package transfer

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"hash"
	"slices"

	"kartei/store/edition"
	"kartei/store/journal"
	"kartei/store/sqlite"
)

// Digest covers all on which two machines agree: the texts of the decks that are there,
// by their editions, the log by the hashes of its rows, and the quizzes. What is local to
// a machine is left out, and what is a cache: folders, files and lines, the ids of rows,
// facts that are gone, and options, which rows say.
func Digest(ctx context.Context, tx *sqlite.ReadTx) (journal.Hash, error) {
	h := sha256.New()
	if err := hashEditions(ctx, tx, h); err != nil {
		return journal.Hash{}, err
	}
	if err := hashRows(ctx, tx, h, `SELECT 'log', v.name, l.seq, l.hash FROM log l JOIN devices v ON v.id = l.device ORDER BY v.name, l.seq`); err != nil {
		return journal.Hash{}, err
	}
	if err := hashQuizzes(ctx, tx, h); err != nil {
		return journal.Hash{}, err
	}
	return journal.Hash(h.Sum(nil)), nil
}

func hashEditions(ctx context.Context, tx *sqlite.ReadTx, h hash.Hash) error {
	type deck struct {
		row int64
		id  string
	}
	rows, err := tx.QueryContext(ctx, `SELECT id, deck FROM decks WHERE retired = 0 ORDER BY deck`)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (d deck, err error) { return d, rows.Scan(&d.row, &d.id) })
	if err != nil {
		return err
	}
	for _, d := range all {
		sum, err := edition.Of(ctx, tx, d.row)
		if err != nil {
			return err
		}
		for _, value := range [][]byte{[]byte("edition"), []byte(d.id), sum[:]} {
			hashValue(h, value)
		}
	}
	return nil
}

// hashQuizzes hashes the quizzes in the order of their own hashes: they came in another
// on another machine.
func hashQuizzes(ctx context.Context, tx *sqlite.ReadTx, h hash.Hash) error {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM quizzes`)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (id int64, err error) { return id, rows.Scan(&id) })
	if err != nil {
		return err
	}
	var sums []string
	for _, id := range all {
		one := sha256.New()
		for _, query := range []string{
			`SELECT 'quiz', f.form, f.hash, q.began, q.zone, q.mode FROM quizzes q JOIN quiz_forms f ON f.id = q.form WHERE q.id = ?`,
			`SELECT 'event', seq, at, zone, kind, question, detail FROM quiz_events WHERE quiz = ? ORDER BY seq`,
		} {
			if err := hashRows(ctx, tx, one, query, id); err != nil {
				return err
			}
		}
		sums = append(sums, string(one.Sum(nil)))
	}
	slices.Sort(sums)
	for _, sum := range sums {
		hashValue(h, []byte(sum))
	}
	return nil
}

// digestBefore is the digest of version 1 of the form, of a file that was just read.
func digestBefore(ctx context.Context, tx *sqlite.ReadTx, options []optionLine) (journal.Hash, error) {
	h := sha256.New()
	for _, query := range []string{
		`SELECT 'deck', deck, name, root, content, retired, shelved FROM decks ORDER BY deck`,
		`SELECT 'prose', deck, prose FROM decks WHERE prose <> '' ORDER BY deck`,
		`SELECT 'fact', d.deck, f.key, f.written, f.cell, f.file, f.line, f.section, f.position, f.retired
			FROM facts f JOIN decks d ON d.id = f.deck ORDER BY d.deck, f.key`,
		`SELECT 'card', c.card, d.deck, f.key, c.position, c.name, c.kind, c.hash, c.tags, c.content, c.retired
			FROM cards c JOIN facts f ON f.id = c.fact JOIN decks d ON d.id = c.deck ORDER BY c.card`,
	} {
		if err := hashRows(ctx, tx, h, query); err != nil {
			return journal.Hash{}, err
		}
	}
	for _, o := range slices.SortedFunc(slices.Values(options), optionLine.compare) {
		for _, value := range []string{"option", o.Deck, o.Name, o.Value} {
			hashValue(h, []byte(value))
		}
	}
	for _, query := range []string{
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
func hashRows(ctx context.Context, tx *sqlite.ReadTx, h hash.Hash, query string, args ...any) error {
	rows, err := tx.QueryContext(ctx, query, args...)
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
			hashValue(h, v)
		}
	}
	return rows.Err()
}

func hashValue(h hash.Hash, value []byte) {
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(value))))
	h.Write(value)
}
