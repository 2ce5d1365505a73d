package store

import (
	"context"
	"io"

	"kartei/store/highwater"
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

// CheckOptions implements [transfer.Collection].
func (f importing) CheckOptions(ctx context.Context) error { return f.tx.checkOptions(ctx) }

// Recompute implements [transfer.Collection].
func (f importing) Recompute(ctx context.Context) error {
	replay, err := f.tx.fullReplay(ctx, nil, nil)
	if err != nil {
		return err
	}
	return f.tx.recompute(ctx, replay)
}
