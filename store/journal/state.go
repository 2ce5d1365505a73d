package journal

import "kartei/scheduler"

// A CardState is all that the log says of one card. The zero value is a card
// that nothing was done to.
type CardState struct {
	scheduler.Memory
	Suspended bool
	Buried    scheduler.Day // not asked through this day; 0 is not buried
	Flag      int
	Seen      string // item hash of the last grade
}

// Take is what an entry does to its card. For a grade or a placement, after is the memory
// that it left, live as the session computed it, in a replay as the policy
// recomputes it.
func (st *CardState) Take(e *Entry, after scheduler.Memory) {
	switch e.Kind {
	case KindGrade:
		if e.Mode == ModeReview {
			st.Memory, st.Seen = after, e.Item
		}
	case KindSuspend:
		st.Suspended = true
	case KindUnsuspend:
		st.Suspended = false
	case KindBury:
		st.Buried = *e.Detail.Until
	case KindUnbury:
		st.Buried = 0
	case KindFlag:
		st.Flag = e.Detail.Flag
	case KindReset:
		st.Memory = scheduler.Memory{}
	case KindPlace:
		if e.Detail.Placed != nil {
			st.Memory = after
		}
	case KindDue, KindKeep:
		e.Detail.Planned.settle(&st.Memory)
	}
}

// Fresh reports whether a live card waits as a new one.
func (st *CardState) Fresh() bool { return st.State == scheduler.New && !st.Suspended }

// Replay is what a row of the log does to a card under a policy.
func (st *CardState) Replay(r *Row, policy *scheduler.Policy) { st.play(r, policy, policy.Replay) }

// Replan is what a row did to a card before rows said what machines must agree on:
// where its fit was in use the present options planned it anew.
func (st *CardState) Replan(r *Row, policy *scheduler.Policy) {
	if r.Detail.Fit == policy.Fitted() {
		st.play(r, policy, policy.Replan)
		return
	}
	st.play(r, policy, policy.Replay)
}

func (st *CardState) play(r *Row, policy *scheduler.Policy,
	graded func(string, scheduler.Memory, scheduler.Grade, scheduler.Moment, int) scheduler.Memory) {
	var after scheduler.Memory
	switch {
	case r.Kind == KindGrade && r.Mode == ModeReview:
		after = graded(r.Card, st.Memory, r.Grade, r.Moment, r.Days)
	case r.Kind == KindPlace && r.Detail.Placed != nil:
		after = policy.Import(st.Memory, *r.Detail.Placed)
	}
	st.Take(&r.Entry, after)
}
