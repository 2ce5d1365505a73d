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
	"kartei/store/journal"
	"kartei/store/queue"
)

// A Run is one learner at one session. Decks, Only and the functions may be left out.
type Run struct {
	Store   *store.Store
	Session *session.Session
	Ask     ask.Asker
	Page    *Page
	Keys    Keys
	// Policies are those of the session's decks, by id.
	Policies   map[int64]*scheduler.Policy
	Now        func() scheduler.Moment
	Seed       uint64     // decides in which order options are shown
	Unrecorded bool       // nothing can be written: answers are given and forgotten
	Typed      bool       // ask for typed answers wherever the deck allows it
	Strict     bool       // forgive only capitals, spaces and typographic signs in any deck
	Plain      bool       // no menus: say in words what the lines may hold
	Footer     bool       // name the first keys below each menu
	Clear      bool       // one card a screen
	TwoGrades  bool       // Again and Good only
	Decks      []string   // that the learner chose; none: all
	Only       queue.Only // likewise

	// Edit lets the learner edit a card's fact and brings the collection up to
	// date. Its error is for the learner to read.
	Edit func(ctx context.Context, card store.Card) error

	// Draw draws a picture of a card on the terminal, at most so many columns
	// wide. Nil means that the terminal draws none.
	Draw func(card store.Card, address string, columns int) error

	// View opens a picture of a card in a program of its own.
	View func(card store.Card, address string) error

	// Play plays sounds and videos of a card in a program of their own, one after the
	// other.
	Play func(card store.Card, addresses []string) error

	after     func()   // says what the last grade did, where the screen is cleared first
	notices   []string // said above the next question
	elsewhere int      // cards that another session took

	introductions map[int64][]store.Introduction // by deck: those that were not shown yet

	latest int64 // when the clock was looked at last, in Unix milliseconds
}

// How a step ends without an answer.
var (
	errNext = errors.New("next card") // go on with whatever the session says next
	errDone = errors.New("done")
)

// Loop asks cards until the session ends or the learner leaves. Leaving is no
// error, and loses nothing: every answer given is in the log by then.
func (r *Run) Loop(ctx context.Context) error {
	defer r.release(ctx)
	r.Page.plain = r.Plain
	r.Page.blank() // from here on whatever is printed leaves an empty line below it
	for {
		err := r.step(ctx)
		switch {
		case err == nil, errors.Is(err, errNext):
		case errors.Is(err, errDone):
			return nil
		case errors.Is(err, ask.ErrQuit), errors.Is(err, ask.Command(Quit)):
			return r.leave(ctx)
		default:
			return err
		}
	}
}

// step asks a card, or ends the session.
func (r *Run) step(ctx context.Context) error {
	now := r.Now()
	r.watchClock(now)
	step := r.Session.Next(now)
	if step.Kind == session.Fetch {
		return r.fetch(ctx)
	}
	if step.Kind != session.Ask {
		return r.end(ctx, step)
	}
	card, free, err := r.take(ctx, step.Card.Card)
	if errors.Is(err, store.ErrNotFound) || err == nil && card.Retired {
		return r.Session.Drop(step.Card.Card, r.Now()) // an edit took it out
	}
	if err != nil {
		return err
	}
	if card.Suspended || card.Memory != step.Card.Memory || !free {
		r.elsewhere++
		return r.Session.Drop(step.Card.Card, r.Now())
	}
	if card.ID != step.Card.Card { // an edit gave it another name
		if r.Session.Replace(step.Card.Card, card.Candidate()) != nil {
			return r.Session.Drop(step.Card.Card, r.Now())
		}
	}
	if err := r.introduce(ctx, card); err != nil {
		return err
	}
	t := &question{Run: r, step: step, card: card, began: time.UnixMilli(r.Now().At)}
	return t.pose(ctx)
}

func (r *Run) fetch(ctx context.Context) error {
	gone, err := r.Session.Fetch(ctx)
	r.elsewhere += gone
	return err
}

// planDay plans a long day while the learner looks at its first question.
func (r *Run) planDay(ctx context.Context) error {
	if !r.Session.Deferred() {
		return nil
	}
	return r.fetch(ctx)
}

// take claims a card and only then reads it: nobody else can answer it any
// more, so what is read is what the learner is asked.
func (r *Run) take(ctx context.Context, id string) (card store.Card, free bool, err error) {
	free = r.claim(ctx, id)
	card, err = r.Store.Card(ctx, id)
	if err == nil && card.ID != id { // an edit gave it another name
		return r.take(ctx, card.ID)
	}
	return card, free, err
}

// claim keeps the card from other sessions while this one asks it. Another program
// that writes is waited for, as with an answer: a session that went on would ask what
// somebody else is asking. Where the claim cannot be written down, on a full disk
// say, or the learner does not wait, the session goes on without.
func (r *Run) claim(ctx context.Context, card string) bool {
	free, err := r.Store.Claim(ctx, card, r.Now())
	if errors.Is(err, store.ErrBusy) {
		err = r.write(ctx, func(ctx context.Context) (err error) {
			free, err = r.Store.AwaitClaim(ctx, card, r.Now())
			return err
		})
	}
	return free || err != nil
}

// release leaves the last card to other sessions. A claim that cannot be given
// back ends with the process.
func (r *Run) release(ctx context.Context) {
	_, _ = r.Store.Claim(context.WithoutCancel(ctx), "", r.Now())
}

// record puts an answer into the log and lets it happen. Only then does the
// session go on.
func (q *question) record(ctx context.Context, g scheduler.Grade) error {
	now := q.Now()
	took := max(0, time.UnixMilli(now.At).Sub(q.began))
	answer, err := q.Session.Grade(g, now, took)
	if err != nil {
		return err
	}
	entry := journal.Entry{
		Moment: now, Kind: journal.KindGrade, Card: q.card.ID, Mode: journal.ModeReview, Grade: g, Duration: took,
		State: answer.Card.Memory.State, Days: answer.Outcome.Days, Item: q.card.Hash, Detail: q.detail(),
	}
	if answer.Cram {
		entry.Mode = journal.ModeCram
	}
	var with []journal.Entry
	if answer.Outcome.Suspend {
		with = append(with, journal.Entry{Moment: now, Kind: journal.KindSuspend, Card: q.card.ID})
	}
	err = q.append(ctx, entry, answer.Outcome.Memory, with...)
	switch {
	case errors.Is(err, errUnrecorded): // as was said before the first question
	case errors.Is(err, store.ErrStale):
		q.notice("This card was answered elsewhere in the meantime; that answer stands.")
		return q.Session.Drop(q.card.ID, now)
	case errors.Is(err, store.ErrFull):
		return notKept{store.ErrFull}
	case errors.Is(err, store.ErrBusy):
		return notKept{store.ErrBusy}
	case err != nil:
		return fmt.Errorf("record the answer: %w", err)
	}
	q.graded(g, answer.Outcome, now)
	if answer.Outcome.Leech {
		q.notice(leechWords(answer.Outcome, q.card.ID))
	}
	return q.Session.Commit(answer)
}

// notKept is the error of an answer that could not be stored now and may be
// given again.
type notKept struct{ reason error }

func (e notKept) Error() string { return "the answer is not kept: " + e.reason.Error() }

func leechWords(o scheduler.Outcome, card string) string {
	if o.Suspend {
		return fmt.Sprintf("Forgotten %s: that card is a leech and set aside. Reword it, then: kartei cards unsuspend %s", times(int(o.Lapses)), card)
	}
	return fmt.Sprintf("Forgotten %s: that card is a leech. Rewording it, or a hint, helps more than repeating it.",
		times(int(o.Lapses)))
}

// sayAfter says what the last grade did, once.
func (r *Run) sayAfter() {
	if r.after != nil {
		r.after()
	}
	r.after = nil
}

// notice says something above the next question.
func (r *Run) notice(text string) { r.notices = append(r.notices, text) }
