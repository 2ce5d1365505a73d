package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/backup"
	"kartei/store/content"
	"kartei/store/doctor"
	"kartei/store/edition"
	"kartei/store/highwater"
	"kartei/store/journal"
	"kartei/store/migrations"
	"kartei/store/sqlite"
	"kartei/store/transfer"
)

// Doctor examines the collection: see [doctor.Examine]. It changes nothing.
func (s *Store) Doctor(ctx context.Context, full bool) (doctor.Report, error) {
	defer s.config.Progress.Over()
	report, err := doctor.Examine(ctx, func(look func(*sqlite.ReadTx, doctor.Collection) error) error {
		return s.read(ctx, func(tx *readTx) error { return look(tx.ReadTx, examinee{tx, s.IsElsewhere}) })
	}, doctor.Options{Full: full, Highest: highwater.Read(s.path), Backup: backup.Sound(s.path),
		Progress: s.config.Progress})
	return report, sqlite.Explain("examine the collection", err)
}

// Verify examines a collection file that nobody uses, and that may come from anywhere:
// see [doctor.Verifier].
func Verify(ctx context.Context, path string, config Config) error {
	s := &Store{config: config}
	collection := func(in *sqlite.ReadTx) doctor.Collection {
		tx := s.newReadTx(in)
		return examinee{&tx, nil}
	}
	return doctor.Verifier{Collection: collection, Progress: config.Progress}.Verify(ctx, path)
}

// An examinee implements [doctor.Collection].
type examinee struct {
	tx        *readTx
	elsewhere func(root string) bool // see [Store.IsElsewhere]; may be nil
}

// Replay implements [doctor.Collection].
func (x examinee) Replay(ctx context.Context, check func(*journal.Row)) (*journal.Replay, error) {
	return x.tx.fullReplay(ctx, check, nil)
}

// Digest implements [doctor.Collection].
func (x examinee) Digest(ctx context.Context) (journal.Hash, error) {
	return transfer.Digest(ctx, x.tx.ReadTx)
}

// Decks implements [doctor.Collection].
func (x examinee) Decks(ctx context.Context, e *doctor.Examination) error {
	if err := x.compiled(ctx, e); err != nil {
		return err
	}
	return x.files(ctx, e)
}

// compiled compares what the tables say of each deck with the digest of its compile.
func (x examinee) compiled(ctx context.Context, e *doctor.Examination) error {
	type deck struct {
		id     int64
		name   string
		digest []byte
	}
	rows, err := x.tx.QueryContext(ctx, `SELECT id, name, digest FROM decks WHERE digest <> x''`)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (d deck, err error) { return d, rows.Scan(&d.id, &d.name, &d.digest) })
	for i, d := range all {
		e.Progress.Tell("comparing the decks", int64(i), int64(len(all)))
		sum, err := edition.Of(ctx, x.tx, d.id)
		if err != nil {
			return err
		}
		if !bytes.Equal(sum[:], d.digest) {
			e.Found("decks", "deck "+d.name, "its cards are not what was compiled")
		}
	}
	e.Looked("the cards of every deck against their compile")
	return err
}

// files looks whether the files that decks were compiled from are still there.
func (x examinee) files(ctx context.Context, e *doctor.Examination) error {
	rows, err := x.tx.QueryContext(ctx, selectDecks+` WHERE retired = 0 ORDER BY name`)
	all, err := sqlite.Collect(rows, err, scanDeck)
	if err != nil {
		return err
	}
	for _, d := range all {
		if !filepath.IsAbs(d.Root) || x.elsewhere != nil && x.elsewhere(d.Root) {
			continue
		}
		for _, file := range d.Files {
			path := filepath.Join(d.Root, filepath.FromSlash(file))
			if _, err := os.Stat(path); err != nil {
				e.Note(doctor.Finding{Check: "files", Where: "deck " + d.Name,
					What:   path + " is gone or cannot be read",
					Means:  "its cards stay and are asked, but cannot be edited",
					Remedy: doctor.Remedy{Act: doctor.PutFilesBack, Deck: d.Name}})
			}
		}
	}
	e.Looked("the files of the decks")
	return nil
}

// proseSchema is the first that keeps what stands between the facts.
const proseSchema = 10

// Contents implements [doctor.Collection]: it reads every text as the commands do: all but the log, which is checked
// as it is replayed.
func (x examinee) Contents(ctx context.Context, e *doctor.Examination) error {
	type part struct {
		check, query string
		read         func(name, text string, kind decks.Kind) error
	}
	parts := []part{
		{"decks", `SELECT name, content, '' FROM decks`, func(name, text string, _ decks.Kind) error {
			return content.CheckDeck(name, text)
		}},
		{"decks", `SELECT key, section, '' FROM facts`, func(key, text string, _ decks.Kind) error {
			return content.CheckSection(key, text)
		}},
		{"decks", `SELECT card, content, kind FROM cards`, func(card, text string, kind decks.Kind) error {
			return content.CheckCard(card, kind, text)
		}},
	}
	have, err := migrations.ReadVersion(ctx, x.tx)
	if err != nil {
		return err
	}
	if have.Schema >= proseSchema {
		parts = append(parts, part{"decks", `SELECT name, prose, '' FROM decks`,
			func(name, text string, _ decks.Kind) error { return content.CheckProse(name, text) }})
	}
	for _, part := range parts {
		rows, err := x.tx.QueryContext(ctx, part.query)
		err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
			var name, text, kind string
			if err = rows.Scan(&name, &text, &kind); err == nil {
				e.Wrong(part.check, "the decks", part.read(name, text, decks.Kind(kind)))
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	e.Looked("that every card can be shown")
	if err := x.options(ctx, e); err != nil {
		return err
	}
	return x.quizzes(ctx, e)
}

func (x examinee) options(ctx context.Context, e *doctor.Examination) error {
	have, err := migrations.ReadVersion(ctx, x.tx)
	if err != nil {
		return err
	}
	query := selectScopes
	if have.Schema < migrations.Shared {
		query = selectNamedScopes
	}
	all, err := readScopesBy(ctx, x.tx, query)
	if err != nil {
		return err
	}
	scope, err := x.tx.wrongOf(ctx, all, "")
	var option *scheduler.OptionError
	switch {
	case errors.As(err, &option):
		e.FoundWithRemedy("options", nameOfScope(scope), option.Error(),
			doctor.Remedy{Act: doctor.UnsetOption, Deck: scope, Option: option.Name})
	case err != nil:
		return err
	}
	for _, u := range all.unknown() {
		e.Note(doctor.Finding{Check: "options", Where: nameOfScope(u.Deck),
			What:   fmt.Sprintf("its option %s is not one of this version's", u.Name),
			Means:  "a newer one may have set it; it is kept, and ignored here",
			Remedy: doctor.Remedy{Act: doctor.UnsetOption, Deck: u.Deck, Option: u.Name}})
	}
	e.Looked("the options of every deck")
	return nil
}

func (x examinee) quizzes(ctx context.Context, e *doctor.Examination) error {
	have, err := migrations.ReadVersion(ctx, x.tx)
	if err != nil || have.Schema < 2 { // there were none yet
		return err
	}
	all, err := quizzesOf(ctx, x.tx)
	for _, q := range all {
		var events []QuizEvent
		if events, err = eventsOf(ctx, x.tx, q.ID); err == nil {
			err = checkQuiz(q, events)
		}
		if errors.Is(err, ErrDamaged) {
			e.Wrong("quizzes", fmt.Sprintf("quiz %d", q.ID), err)
			err = nil
		}
		if err != nil {
			return err
		}
	}
	e.Looked("every quiz that was taken")
	return err
}
