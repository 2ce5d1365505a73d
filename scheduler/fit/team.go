package fit

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"kartei/scheduler/fsrs"
)

// A team computes the shards of a batch on several processors at once. The sum
// is taken in the order of the shards, so that it has the same bits on any
// number of them.
type team struct {
	ctx     context.Context
	calls   chan *call
	helpers int
	work    fsrs.Work         // of the one who asks
	parts   [shards][]float64 // the gradient of each shard
	done    sync.WaitGroup
}

// A call asks for the shards of a batch.
type call struct {
	model fsrs.Trainable
	trees *[shards][]fsrs.Node
	parts *[shards][]float64
	next  atomic.Int32
	left  sync.WaitGroup
}

// newTeam returns a team for so many processors; 0 is as many as there are.
// It must be dismissed.
func newTeam(ctx context.Context, processors int) *team {
	if processors == 0 {
		processors = runtime.GOMAXPROCS(0)
	}
	t := &team{ctx: ctx, calls: make(chan *call), helpers: min(processors, shards) - 1}
	for range t.helpers {
		t.done.Go(func() {
			var work fsrs.Work
			for c := range t.calls {
				c.help(&work)
				c.left.Done()
			}
		})
	}
	return t
}

func (t *team) dismiss() {
	close(t.calls)
	t.done.Wait()
}

// gradient sets gradient to that of the loss of a batch. It fails if the team's
// time is over.
func (t *team) gradient(gradient []float64, model string, w []float64, b *batch) error {
	if err := t.ctx.Err(); err != nil {
		return err
	}
	m, err := modelOf(model, w)
	if err != nil {
		return err
	}
	c := &call{model: m, trees: &b.trees, parts: &t.parts}
	for i := range t.parts {
		if len(t.parts[i]) != len(w) {
			t.parts[i] = make([]float64, len(w))
		}
	}
	t.ask(c)
	c.help(&t.work)
	c.left.Wait()
	clear(gradient)
	for _, part := range t.parts {
		for i, g := range part {
			gradient[i] += g
		}
	}
	return nil
}

// ask hands a call to the helpers that are free.
func (t *team) ask(c *call) {
	for range t.helpers {
		c.left.Add(1)
		select {
		case t.calls <- c:
		default:
			c.left.Done()
			return
		}
	}
}

// help computes shards until all are taken.
func (c *call) help(work *fsrs.Work) {
	for {
		i := int(c.next.Add(1)) - 1
		if i >= shards {
			return
		}
		clear(c.parts[i])
		c.model.Gradient(c.parts[i], c.trees[i], work)
	}
}
