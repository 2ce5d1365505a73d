package ask

import (
	"context"
	"slices"
	"strings"
)

// A Script answers from a list and fails its test on a question that was not
// expected, on a question that its answer does not fit, and when questions
// that were expected are never asked.
type Script struct {
	t     Test
	steps []Step
}

// Test is the part of *testing.T that a Script needs.
type Test interface {
	Helper()
	Errorf(format string, args ...any)
	Cleanup(func())
}

// A Step is an expected question and what to answer.
type Step struct {
	label  string
	answer any
}

// Expect expects a question whose label contains label. The answer is the
// index or a part of the label of an item (or a list of either) for a menu or
// a pick, text for a line, a bool for a confirmation, and an error, such as a
// [Command], to leave any of them.
func Expect(label string, answer any) Step { return Step{label, answer} }

// NewScript plays steps in order.
func NewScript(t Test, steps ...Step) *Script {
	s := &Script{t: t, steps: steps}
	t.Cleanup(func() {
		t.Helper()
		for _, step := range s.steps {
			t.Errorf("never asked: %q", step.label)
		}
	})
	return s
}

// Menu implements [Asker].
func (s *Script) Menu(ctx context.Context, m Menu) (int, error) {
	s.t.Helper()
	return s.one(ctx, m)
}

// Several implements [Asker].
func (s *Script) Several(ctx context.Context, m Menu) ([]int, error) {
	s.t.Helper()
	chosen, err := s.many(ctx, m)
	slices.Sort(chosen)
	return slices.Compact(chosen), err
}

// Order implements [Asker].
func (s *Script) Order(ctx context.Context, m Menu) ([]int, error) {
	s.t.Helper()
	order, err := s.many(ctx, m)
	if err == nil && len(slices.Compact(slices.Sorted(slices.Values(order)))) != len(m.Items) {
		s.t.Errorf("%q: %v is not an order of %d items", m.Label, order, len(m.Items))
	}
	return order, err
}

// Line implements [Asker].
func (s *Script) Line(ctx context.Context, l Line) (string, error) {
	s.t.Helper()
	return answer[string](ctx, s, l.Label)
}

// Pick implements [Asker].
func (s *Script) Pick(ctx context.Context, p Pick) (int, error) {
	s.t.Helper()
	return s.one(ctx, Menu{Label: p.Label, Items: p.Items})
}

// Confirm implements [Asker].
func (s *Script) Confirm(ctx context.Context, question string, _ bool) (bool, error) {
	s.t.Helper()
	return answer[bool](ctx, s, question)
}

func (s *Script) one(ctx context.Context, m Menu) (int, error) {
	s.t.Helper()
	reply, err := answer[any](ctx, s, m.Label)
	if err != nil {
		return 0, err
	}
	return s.item(m, reply)
}

func (s *Script) many(ctx context.Context, m Menu) (items []int, err error) {
	s.t.Helper()
	reply, err := answer[any](ctx, s, m.Label)
	if err != nil {
		return nil, err
	}
	switch list := reply.(type) {
	case []int:
		return list, nil
	case []string:
		for _, part := range list {
			i, err := s.item(m, part)
			if err != nil {
				return nil, err
			}
			items = append(items, i)
		}
		return items, nil
	}
	return nil, s.fail("%q: %v (%T) is not a list of items", m.Label, reply, reply)
}

// item returns the index of the item that reply names.
func (s *Script) item(m Menu, reply any) (int, error) {
	s.t.Helper()
	found := -1
	switch r := reply.(type) {
	case int:
		if r >= 0 && r < len(m.Items) {
			found = r
		}
	case string:
		for i, item := range m.Items {
			if !strings.Contains(item.Label, r) {
				continue
			}
			if found >= 0 {
				return 0, s.fail("%q: more than one item holds %q", m.Label, r)
			}
			found = i
		}
	}
	if found < 0 {
		return 0, s.fail("%q: %v (%T) is not an item", m.Label, reply, reply)
	}
	return found, nil
}

// answer takes the next step, which must fit the label and hold a T.
func answer[T any](ctx context.Context, s *Script, label string) (T, error) {
	s.t.Helper()
	var zero T
	if ctx.Err() != nil {
		return zero, context.Cause(ctx)
	}
	if len(s.steps) == 0 {
		return zero, s.fail("asked after the last step: %q", label)
	}
	step := s.steps[0]
	if !strings.Contains(label, step.label) {
		return zero, s.fail("asked %q, expected %q", label, step.label)
	}
	s.steps = s.steps[1:]
	if err, ok := step.answer.(error); ok {
		return zero, err
	}
	reply, ok := step.answer.(T)
	if !ok {
		return zero, s.fail("%q: %v (%T) does not answer it", label, step.answer, step.answer)
	}
	return reply, nil
}

// fail fails the test and ends the session that is played.
func (s *Script) fail(format string, args ...any) error {
	s.t.Helper()
	s.t.Errorf(format, args...)
	return ErrQuit
}
