package store

import (
	"context"
	"errors"
	"io"

	"kartei/store/highwater"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/transfer"
)

// Export writes the whole collection as JSON, as one state of it, while others
// may go on writing. See [transfer.Form].
func (s *Store) Export(ctx context.Context, to io.Writer) error {
	defer s.config.Progress.Over()
	err := s.readApart(ctx, func(tx *readTx) error { return transfer.Export(ctx, tx.ReadTx, to, s.config.Progress) })
	return sqlite.Explain("export the collection", err)
}

// Import fills an empty collection with what [Store.Export] wrote, if it is whole and
// unchanged: see [transfer.Import]. One that fails leaves the collection empty.
func (s *Store) Import(ctx context.Context, from io.Reader) error {
	defer s.config.Progress.Over()
	var newest highwater.Mark
	err := s.record(ctx, func(tx *tx) (err error) {
		if err := transfer.Import(ctx, tx.sql, importing{tx}, from, s.config.Progress); err != nil {
			return err
		}
		newest, err = highwater.Newest(ctx, tx)
		return err
	})
	if err == nil && newest.Seq > 0 {
		newest.Write(s.path)
	}
	if err == nil {
		err = s.useCalendar(ctx)
	}
	return sqlite.Explain("import the collection", err)
}

// An importing collection implements [transfer.Collection].
type importing struct{ tx *tx }

// CheckQuiz implements [transfer.Collection].
func (f importing) CheckQuiz(text, mode string, events []transfer.Event) error {
	all := make([]QuizEvent, len(events))
	for i, e := range events {
		all[i] = QuizEvent{Kind: QuizEventKind(e.Kind), Question: e.Question}
		if err := all[i].fill(e.Detail); err != nil {
			return err
		}
	}
	return checkQuiz(Quiz{Text: text, Mode: QuizMode(mode)}, all)
}

// SetOption implements [transfer.Collection].
func (f importing) SetOption(ctx context.Context, o transfer.Option) error {
	of, err := scopeOf(ctx, f.tx, o.Deck)
	if err != nil {
		return err
	}
	of.Name = o.Name
	return f.tx.keepOption(ctx, of.Of(), o.Value)
}

// Agree implements [transfer.Collection].
func (f importing) Agree(ctx context.Context, before bool) error {
	if !before {
		shared, err := readShared(ctx, f.tx)
		if err != nil {
			return err
		}
		if err := errors.Join(f.tx.share(ctx, shared), f.tx.nameTexts(ctx)); err != nil {
			return err
		}
		return f.tx.checkOptions(ctx)
	}
	if err := f.tx.checkOptions(ctx); err != nil {
		return err
	}
	// Where the cards stood, by the rules of then.
	replay, err := f.tx.replayBy(ctx, (*journal.CardState).Replan, nil, nil)
	if err != nil {
		return err
	}
	if err := f.tx.recompute(ctx, replay); err != nil {
		return err
	}
	return f.tx.first(ctx)
}

// Recompute implements [transfer.Collection].
func (f importing) Recompute(ctx context.Context) error { return f.tx.recomputeAnew(ctx) }
