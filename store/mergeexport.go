package store

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"kartei/store/exchange"
	"kartei/store/segment"
	"kartei/store/sqlite"
	"kartei/store/transfer"
)

// ImportedUnion tells what a merge of an export brought.
type ImportedUnion struct {
	Rows, Answers, Decks, Quizzes int
	Branch                        bool // rows of this collection go on as those of a new device
}

// MergeExport makes the collection the union of itself and one that [Store.Export] wrote:
// what an exchange through a place does, by hand. The export is checked first as a whole.
func (s *Store) MergeExport(ctx context.Context, from io.Reader) (out ImportedUnion, err error) {
	defer s.config.Progress.Over()
	folder, err := os.MkdirTemp("", "kartei-*")
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	config := s.config
	config.ReadOnly, config.Damaged = false, false
	other, err := Open(ctx, filepath.Join(folder, "collection.db"), config)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, other.Close()) }()
	if err := other.Import(ctx, from); err != nil {
		return out, err
	}
	return out, sqlite.Explain("merge", s.mergeWith(ctx, other, &out))
}

func (s *Store) mergeWith(ctx context.Context, other *Store, out *ImportedUnion) error {
	if err := s.mergeLogs(ctx, other, out); err != nil {
		return err
	}
	if err := s.mergeTexts(ctx, other, out); err != nil {
		return err
	}
	var lines [][]byte
	err := other.read(ctx, func(tx *readTx) (err error) {
		lines, err = transfer.QuizLines(ctx, tx.ReadTx, true)
		return err
	})
	if err != nil {
		return err
	}
	return s.record(ctx, func(tx *tx) error {
		for _, line := range lines {
			taken, err := transfer.TakeQuiz(ctx, tx.sql, importing{tx}, line)
			if err != nil {
				return err
			}
			if taken {
				out.Quizzes++
			}
		}
		return nil
	})
}

// mergeLogs takes the rows of another collection. Where the two are copies of one that
// wrote as one device, the rows of this one go on as a new device's.
func (s *Store) mergeLogs(ctx context.Context, other *Store, out *ImportedUnion) error {
	before := s.device.name
	merged, err := s.Merge(ctx, deliveriesOf(ctx, other))
	for _, m := range merged {
		out.Rows += m.Rows
		out.Answers += m.Answers
		err = errors.Join(err, m.Stopped)
	}
	out.Branch = s.device.name != before
	return err
}

// deliveriesOf are all rows of a collection.
func deliveriesOf(ctx context.Context, s *Store) (all []exchange.Delivery) {
	tips, err := deviceTips(ctx, s.db)
	if err != nil {
		return nil
	}
	for device, tip := range tips {
		d := exchange.Delivery{Device: device}
		for after := int64(0); after < tip.Seq; after += segment.MaxRows {
			d.Segments = append(d.Segments, func() (*segment.Segment, error) { return s.Segment(ctx, device, after) })
		}
		if len(d.Segments) > 0 {
			all = append(all, d)
		}
	}
	return all
}

// mergeTexts takes the texts of decks that stand now and that the other has.
func (s *Store) mergeTexts(ctx context.Context, other *Store, out *ImportedUnion) error {
	theirs, err := other.Standing(ctx)
	if err != nil {
		return err
	}
	here := map[string]string{}
	for _, t := range theirs {
		here[t.Deck] = t.Here
	}
	all, err := exchanging{s}.Texts(ctx)
	for _, t := range all {
		if err != nil {
			return err
		}
		if t.Text == t.Here || t.Text != here[t.Deck] {
			continue
		}
		var lines []byte
		if t.Text != "" {
			if lines, err = (exchanging{other}).Edition(ctx, t.Deck); err != nil {
				return err
			}
		}
		if _, err = (exchanging{s}).TakeText(ctx, t, lines); err == nil {
			out.Decks++
		}
	}
	return err
}
