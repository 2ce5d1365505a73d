package store

import (
	"errors"
	"io"
	"testing"
	"time"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
)

// What hands something to its caller bit by bit, with one connection in all, does
// not keep the caller from asking for more: such a call would wait for ever.
func TestOtherMethodsMayBeCalledInBetween(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 3)
	apply(t, s, d)
	for i := range d.Facts {
		entry := journal.Entry{Moment: at(i, 0), Kind: journal.KindGrade, Card: d.Facts[i].Cards[0].ID, Mode: journal.ModeCram, Grade: scheduler.Good}
		if _, err := s.Append(t.Context(), entry, scheduler.Memory{}); err != nil {
			t.Fatal(err)
		}
	}
	// ask uses the collection in every way: it reads, and writes.
	ask := func() {
		c, err := s.Card(t.Context(), d.Facts[0].Cards[0].ID)
		if err == nil {
			_, err = s.Append(t.Context(), journal.Entry{Moment: at(9, 0), Kind: journal.KindFlag, Card: c.ID, Detail: journal.Detail{Flag: 1}}, scheduler.Memory{})
		}
		if err != nil {
			t.Error(err)
		}
	}
	steps := map[string]func() (int, error){
		"Answers": func() (n int, err error) {
			for _, err := range s.Answers(t.Context()) {
				if err != nil {
					return n, err
				}
				ask()
				n++
			}
			return n, nil
		},
		"Retrace": func() (n int, err error) {
			return n, s.Retrace(t.Context(), func(journal.Step) error { ask(); n++; return nil })
		},
		"Export": func() (n int, err error) {
			return n, s.Export(t.Context(), writer(func(p []byte) (int, error) { ask(); n++; return len(p), nil }))
		},
		"Cards": func() (n int, err error) {
			for _, err := range s.Cards(t.Context(), Query{}, at(9, 0)) {
				if err != nil {
					return n, err
				}
				ask()
				n++
			}
			return n, nil
		},
		"Log": func() (n int, err error) {
			for _, err := range s.Log(t.Context(), LogQuery{}, at(9, 0)) {
				if err != nil {
					return n, err
				}
				ask()
				n++
			}
			return n, nil
		},
		"Facts": func() (n int, err error) {
			all, err := s.Decks(t.Context())
			if err != nil {
				return 0, err
			}
			for _, err := range s.Facts(t.Context(), all[0]) {
				if err != nil {
					return n, err
				}
				ask()
				n++
			}
			return n, nil
		},
	}
	for name, step := range steps {
		done := make(chan struct{})
		go func() {
			defer close(done)
			if n, err := step(); err != nil || n == 0 {
				t.Errorf("%s gave %d: %v", name, n, err)
			}
		}()
		select {
		case <-done:
		case <-time.After(2 * time.Minute):
			t.Fatalf("%s waits for itself", name)
		}
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// A change that asks the collection itself, and not the change, is told so.
func TestAChangeIsAskedAlone(t *testing.T) {
	k := newTaking(t)
	d := deck("numbers", 2)
	_, err := k.s.Change(t.Context(), k.folder, func(c *Change) error {
		if err := c.Files.Add("numbers.md", func(w io.Writer) error { return nil }); err != nil {
			return err
		}
		_, err := k.s.Apply(t.Context(), Compiled{Root: k.folder, Decks: []*decks.Deck{d}}, at(9, 0))
		return err
	})
	if !errors.Is(err, sqlite.ErrLent) {
		t.Errorf("asked through the store: %v", err)
	}
	if _, err := k.take(); err != nil {
		t.Errorf("after it: %v", err)
	}
}
