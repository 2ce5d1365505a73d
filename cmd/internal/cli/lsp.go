package cli

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/lsp"
	"kartei/decks/plural"
	"kartei/scheduler"
	"kartei/store"
)

func newLSPCmd(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lsp",
		Short: "Help to write decks in an editor (language server)",
		Long: `Lsp is started by editors, not by hand. While a deck file is open it shows every
problem where it stands, mends it at a key, completes keys, sources and tags,
shows cards as they will be asked, and formats. It speaks the language server
protocol on stdin and stdout, opens no connection and writes no file.

How to set it up in Neovim, Helix, VS Code, Emacs and Kakoune stands in the
README.` + exitStatus(fault.Done, fault.Failed, fault.Usage, fault.Interrupted),
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runLSP(cmd.Context(), e) },
	}
	cmd.Flags().Bool("stdio", true, "accepted and ignored: many editors give it")
	cmd.Flags().MarkHidden("stdio")
	return cmd
}

func runLSP(ctx context.Context, e *env) error {
	if e.AtTerminal() {
		return fault.Failf("set it up in your editor: see the README",
			"a language server talks to an editor, not to a person")
	}
	server := lsp.Server{Version: version(), Cards: func(ctx context.Context, deck string) ([]lsp.Standing, error) { return cardStates(ctx, e.opener, deck) }}
	return server.Serve(ctx, stdio{e.In, e.Out})
}

// stdio is what a language server reads and writes.
type stdio struct {
	io.Reader
	io.Writer
}

// Close lets a read of stdin that waits come to its end.
func (s stdio) Close() error {
	if f, ok := s.Reader.(io.Closer); ok {
		return f.Close()
	}
	return nil
}

// cardStates returns how the learner stands with the cards of a deck, if there is
// a collection that has it. It never makes one.
func cardStates(ctx context.Context, o *opener, deck string) (all []lsp.Standing, err error) {
	st, err := o.openExisting(ctx)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	q, err := store.ParseQuery(`deck:"` + strings.ReplaceAll(deck, `"`, "") + `"`)
	if err != nil {
		return nil, err
	}
	now := st.Calendar().Moment(o.Now())
	for c, err := range st.Cards(ctx, q, now) {
		if err != nil {
			return nil, err
		}
		if c.Deck == deck {
			day, waits := c.Due()
			all = append(all, lsp.Standing{Card: c.ID, Prompt: c.Prompt, Answer: c.Answer, Text: standingText(&c, now),
				Due: waits && day <= now.Day})
		}
	}
	return all, nil
}

// standingText says in a line how the learner stands with a card.
func standingText(c *store.Card, now scheduler.Moment) string {
	if c.State == scheduler.New {
		return "new"
	}
	var parts []string
	if day, ok := c.Due(); ok {
		parts = append(parts, "due "+dueIn(int(day-now.Day)))
	} else if c.Suspended {
		parts = append(parts, "suspended")
	}
	if c.State == scheduler.Review {
		parts = append(parts, "stability "+plural.Count(int(c.Stability+.5), "day"))
	}
	parts = append(parts, "asked "+plural.Count(int(c.Reps), "time"), plural.Count(int(c.Lapses), "lapse"))
	if days := int(now.Day - c.LastDay); c.LastDay > 0 {
		parts = append(parts, "last "+agoDays(days))
	}
	return strings.Join(parts, " · ")
}

func dueIn(days int) string {
	switch {
	case days <= 0:
		return "now"
	case days == 1:
		return "tomorrow"
	}
	return "in " + plural.Count(days, "day")
}

func agoDays(days int) string {
	switch {
	case days <= 0:
		return "today"
	case days == 1:
		return "yesterday"
	}
	return plural.Count(days, "day") + " ago"
}
