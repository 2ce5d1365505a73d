package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// runShort prints what there is to do today, for a prompt: nothing else is read, and
// nothing is written. Without a collection it prints nothing.
func runShort(ctx context.Context, e *env) error {
	st, err := e.openExisting(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer st.Close()
	e.Calendar = st.Calendar()
	now := e.Moment()
	count, err := st.Count(ctx, nil, now)
	if err != nil {
		return err
	}
	run, err := st.Run(ctx, now.Day, 0)
	if err != nil {
		return err
	}
	var parts []string
	for _, part := range []struct {
		n    int
		name string
	}{{count.Due, "due"}, {count.Learning, "learning"}, {count.New, "new"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.name))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "done")
	}
	if run.Streak > 1 {
		parts = append(parts, fmt.Sprintf("streak %d", run.Streak))
	}
	_, err = fmt.Fprintln(e.Out, strings.Join(parts, " · "))
	return err
}
