package cli

import (
	"context"
	"errors"
	"time"

	"kartei/cmd/internal/show"
	"kartei/store"
	"kartei/store/exchange"
)

// How long a session waits for an exchange: before its first question, and when it is
// over. What takes longer before goes on behind the questions.
const (
	patienceBefore = 300 * time.Millisecond
	patienceAfter  = 5 * time.Second
)

// withExchanged is withFresh, for a session: it begins and ends with an exchange with
// the other machines, unless nothing is there to exchange with.
func withExchanged(ctx context.Context, e *env, use func(*store.Store) error) error {
	return e.with(ctx, func(st *store.Store) error {
		x := beginExchange(ctx, e, st)
		x.wait(ctx, patienceBefore)
		err := updateFolders(ctx, e, st, nil)
		if err == nil {
			err = use(st)
		}
		x.end(ctx)
		return err
	})
}

// An exchanging session is one with an exchange in the background. Nil is one without.
type exchangingSession struct {
	env    *env
	store  *store.Store
	cancel context.CancelFunc
	done   chan struct{}
	report *exchange.Report // once done
	err    error
	said   bool
}

// beginExchange begins the exchange before a session; nil if there is none to be made.
func beginExchange(ctx context.Context, e *env, st *store.Store) *exchangingSession {
	if st.ReadOnly() || e.settings.get(setSync) == "off" {
		return nil
	}
	if _, err := st.Place(ctx); err != nil {
		return nil // there is none; or doctor says what is wrong
	}
	ctx, cancel := context.WithCancel(ctx)
	x := &exchangingSession{env: e, store: st, cancel: cancel, done: make(chan struct{})}
	e.work.Mute(true) // what it does in the background is not to be said in between
	go func() {
		defer close(x.done)
		x.report, x.err = e.exchange(ctx, st)
	}()
	return x
}

// exchange exchanges with the place of the collection.
func (e *env) exchange(ctx context.Context, st *store.Store) (*exchange.Report, error) {
	state, err := st.Place(ctx)
	if err != nil {
		return nil, err
	}
	p, err := openOwnPlace(state)
	if err != nil {
		return nil, err
	}
	return st.Sync(ctx, p, e.Moment())
}

// wait waits for the exchange, but no longer than that, and says what came of it.
func (x *exchangingSession) wait(ctx context.Context, patience time.Duration) (over bool) {
	if x == nil {
		return true
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-x.done:
		x.env.work.Mute(false)
		x.say(ctx, x.report, x.err)
		return true
	case <-late.C:
		return false
	}
}

// say says what came, once, and what was in the way.
func (x *exchangingSession) say(ctx context.Context, r *exchange.Report, err error) {
	if x.said {
		return
	}
	x.said = true
	if r != nil {
		x.env.sayLeft(r)
		if len(r.Came) > 0 {
			x.env.Say("%s", show.Line(synced(r)))
		}
		if r.Answers() > 0 && err == nil {
			err = sayFuture(ctx, x.env.Console, x.env.Clock, x.store)
		}
	}
	switch {
	case errors.Is(err, exchange.ErrOtherSet):
		x.env.Warn("not synced: %v; nothing is lost, and kartei sync says what to do", err)
	case err != nil && !errors.Is(err, context.Canceled):
		x.env.Warn("not synced: %v; nothing is lost, the next sync brings all", err)
	}
}

// end sends what the session brought.
func (x *exchangingSession) end(ctx context.Context) {
	if x == nil {
		return
	}
	over := x.wait(ctx, patienceAfter)
	if !over {
		x.cancel()
		<-x.done
		x.env.work.Mute(false)
		x.env.Warn("not synced: the place is slow; nothing is lost, kartei sync brings all")
		return
	}
	defer x.cancel()
	if x.err != nil || ctx.Err() != nil {
		return
	}
	if any, err := x.store.Unshared(ctx); err != nil || !any {
		return
	}
	limited, cancel := context.WithTimeout(ctx, patienceAfter)
	defer cancel()
	r, err := x.env.exchange(limited, x.store)
	if x.said = false; errors.Is(err, context.DeadlineExceeded) {
		err = errors.New("the place is slow")
	}
	x.say(ctx, r, err)
}
