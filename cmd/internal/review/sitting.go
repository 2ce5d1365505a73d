package review

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kartei/cmd/internal/ask"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store"
)

// A Sitting is one learner at one session. All fields but Edit are required.
type Sitting struct {
	Store   *store.Store
	Session *session.Session
	Ask     ask.Asker
	Page    *Page
	Keys    Keys
	// Policies are those of the session's decks, by id.
	Policies map[int64]*scheduler.Policy
	Now      func() scheduler.Moment
	Seed     uint64 // decides in which order options are shown
	Typed    bool   // ask for typed answers wherever the deck allows it
	Plain    bool   // no menus: say in words what the lines may hold

	// Edit lets the learner edit a card's fact and brings the collection up to
	// date. Nil means that there is no editor.
	Edit func(ctx context.Context, card store.Card) error

	flashes []string // said above the next question
}

// errNext leaves a card for whatever the session says next.
var errNext = errors.New("next card")

// Run asks cards until the session ends or the learner leaves. Leaving is no
// error, and loses nothing: every answer given is in the log by then.
func (s *Sitting) Run(ctx context.Context) error {
	for {
		step := s.Session.Next(s.Now())
		if step.Kind != session.Ask {
			return s.finish(step)
		}
		err := s.turn(ctx, step)
		switch {
		case err == nil, errors.Is(err, errNext):
		case errors.Is(err, ask.ErrQuit), errors.Is(err, ask.Command(Quit)):
			return s.leave()
		default:
			return err
		}
	}
}

// turn asks one card and records the answer.
func (s *Sitting) turn(ctx context.Context, step session.Step) error {
	card, err := s.Store.Card(ctx, step.Card.Card)
	if errors.Is(err, store.ErrNotFound) || err == nil && card.Retired {
		return s.Session.Retire(step.Card.Card, s.Now())
	}
	if err != nil {
		return err
	}
	t := &turn{Sitting: s, step: step, card: card, began: time.UnixMilli(s.Now().At)}
	return t.play(ctx)
}

// record puts an answer into the log and lets it happen. Only then does the
// session go on.
func (t *turn) record(ctx context.Context, g scheduler.Grade) error {
	now := t.Now()
	took := max(0, time.UnixMilli(now.At).Sub(t.began))
	answer, err := t.Session.Grade(g, now, took)
	if err != nil {
		return err
	}
	entry := store.Entry{
		Moment: now, Kind: store.KindGrade, Card: t.card.ID, Mode: store.ModeReview, Grade: g, Duration: took,
		State: answer.Card.Memory.State, Days: answer.Outcome.Days, Item: t.card.Hash, Detail: t.detail(),
	}
	if answer.Cram {
		entry.Mode = store.ModeCram
	}
	var with []store.Entry
	if answer.Outcome.Suspend {
		with = append(with, store.Entry{Moment: now, Kind: store.KindSuspend, Card: t.card.ID})
	}
	_, err = t.Store.Append(ctx, entry, answer.Outcome.Memory, with...)
	if errors.Is(err, store.ErrStale) {
		t.flash("Another session answered this card in the meantime; that answer stands.")
		return t.Session.Retire(t.card.ID, now)
	}
	if err != nil {
		return fmt.Errorf("record the answer: %w", err)
	}
	if answer.Outcome.Leech {
		t.flash(leechWords(answer.Outcome))
	}
	return t.Session.Commit(answer)
}

func leechWords(o scheduler.Outcome) string {
	if o.Suspend {
		return fmt.Sprintf("Forgotten %d times: the card is a leech and set aside. Reword it, then: kartei cards unsuspend", o.Lapses)
	}
	return fmt.Sprintf("Forgotten %d times: a leech. Rewording it, or a hint, will help more than repeating it.", o.Lapses)
}

// flash says something above the next question.
func (s *Sitting) flash(text string) { s.flashes = append(s.flashes, text) }
