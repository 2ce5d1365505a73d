//go:build unix

package cli

import (
	"context"
	"strings"
	"testing"
	"time"
)

// TestRunLimited stops programs that say too much or take too long, with their
// children, and keeps what they said until then.
func TestRunLimited(t *testing.T) {
	const short = 200 * time.Millisecond
	for _, c := range []struct {
		name, script string
		limit        time.Duration
		out, err     string
	}{
		{"an answer", "cat", time.Minute, "section", ""},
		{"without an end", "while :; do echo more; done", time.Minute, "more", "it says too much"},
		{"too long", "echo one; sleep 60", short, "one", "it took more than 200ms"},
		{"a child that goes on", "echo one; sleep 60 & wait", short, "one", "it took more than 200ms"},
		{"a failure", "echo one; echo '\x1b[2Jno model' >&2; exit 3", time.Minute, "one", "exit status 3"},
	} {
		start := time.Now()
		out, said, err := runLimited(t.Context(), c.limit, 1000, strings.NewReader("section"), "/bin/sh", "-c", c.script)
		switch {
		case !strings.HasPrefix(string(out), c.out) || len(out) > 1000:
			t.Errorf("%s: %d bytes: %.20q", c.name, len(out), out)
		case c.err == "" && err != nil, c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%s: %v, want %q", c.name, err, c.err)
		case strings.Contains(said, "\x1b"):
			t.Errorf("%s: a control reaches the terminal: %q", c.name, said)
		case time.Since(start) > 30*time.Second:
			t.Errorf("%s: it was waited for", c.name)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := runLimited(ctx, time.Minute, 1000, nil, "/bin/sh", "-c", "sleep 60"); err == nil {
		t.Error("a command that was interrupted ran its program")
	}
}
