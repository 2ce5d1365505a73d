package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/review"
	"kartei/store"
	"kartei/store/queue"
)

// A readyDeck has something to ask today.
type readyDeck struct {
	queue.DeckStatus
	lang string
}

func (d readyDeck) begun() bool { return d.Learning+d.Due > 0 }

// counts says what there is of each kind, and nothing of what there is not.
func (d readyDeck) counts() string { return review.Counts(d.Left, " · ") }

// readyDecks returns the decks with something to ask: those that the learner has
// begun before the others, then those in the learner's language.
func readyDecks(ctx context.Context, st *store.Store, status queue.Status) ([]readyDeck, error) {
	all, err := st.Decks(ctx)
	if err != nil {
		return nil, err
	}
	langs := map[string]string{}
	for _, d := range slices.Backward(all) {
		for i := range d.Name {
			if d.Name[i] == '/' {
				langs[d.Name[:i]] = d.Lang // a folder speaks as its first deck
			}
		}
		langs[d.Name] = d.Lang
	}
	var ready []readyDeck
	for _, d := range status.Decks {
		if d.Total() > 0 {
			ready = append(ready, readyDeck{d, langs[d.Name]})
		}
	}
	mine := language(os.Getenv)
	rank := func(is bool) int {
		if is {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(ready, func(a, b readyDeck) int {
		return cmp.Or(rank(a.begun())-rank(b.begun()),
			rank(strings.HasPrefix(a.lang, mine))-rank(strings.HasPrefix(b.lang, mine)))
	})
	return ready, nil
}

// language is that of the learner's messages, as "de"; English where nothing
// says (POSIX.1-2017, 8.2).
func language(getenv func(string) string) string {
	locale := cmp.Or(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG"))
	if len(locale) < 2 || locale == "POSIX" || strings.HasPrefix(locale, "C.") {
		return "en"
	}
	return strings.ToLower(locale[:2])
}

// pickDeck asks which deck to review, found by typing a part of its name; none
// means all. It does not ask where there is no choice.
func pickDeck(ctx context.Context, clk *clock.Clock, st *store.Store, asker ask.Asker) ([]string, error) {
	status, err := st.Status(ctx, clk.Moment(), 0)
	if err != nil {
		return nil, err
	}
	ready, err := readyDecks(ctx, st, status)
	if err != nil || len(ready) < 2 {
		return nil, err
	}
	return searchDeck(ctx, asker, ready)
}

func searchDeck(ctx context.Context, asker ask.Asker, ready []readyDeck) ([]string, error) {
	p := ask.Pick{Label: "Which deck? Type a part of its name"}
	for _, d := range ready {
		p.Items = append(p.Items, ask.Item{Label: d.Name, Detail: d.counts() + " — " + d.Title})
	}
	p.Items = append(p.Items, ask.Item{Label: "all of them"})
	i, err := asker.Pick(ctx, p)
	if err != nil || i == len(ready) {
		return nil, err
	}
	return []string{ready[i].Name}, nil
}

// menuDecks is how many decks have a key of their own at the start.
const menuDecks = 8

// startMenu lets a person at a terminal start with one key.
func startMenu(ctx context.Context, e *env, st *store.Store, status queue.Status) (err error) {
	ready, err := readyDecks(ctx, st, status)
	if err != nil {
		return err
	}
	fmt.Fprintln(e.Out)
	asker, closeAsker, err := e.Asker(false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAsker()) }()
	opts := reviewOptions{}
	opts.useSettings(e, pflag.NewFlagSet("", pflag.ContinueOnError))
	if opts.decks, err = startWith(ctx, asker, ready); err != nil {
		return ask.QuitIsFine(err)
	}
	if err := updateFolders(ctx, e, st, asker); err != nil { // the choice may have taken its time
		return err
	}
	return runSession(ctx, e, st, asker, opts)
}

// startWith asks which deck to start with: a key for each of the first ones,
// for all of them, and for leaving.
func startWith(ctx context.Context, asker ask.Asker, ready []readyDeck) ([]string, error) {
	m := ask.Menu{Label: "Start?"}
	var choices [][]string
	add := func(label, detail string, key keys.Key, names ...string) {
		m.Items = append(m.Items, ask.Item{Label: label, Detail: detail, Keys: []keys.Key{key}})
		choices = append(choices, names)
	}
	for i, d := range ready[:min(len(ready), menuDecks)] {
		add(d.Name, d.counts(), keys.Key(strconv.Itoa(i+1)), d.Name)
	}
	if len(ready) > 1 {
		add("all of them", "", "a")
	}
	search := len(choices)
	if len(ready) > menuDecks {
		add("search", "", "/")
	}
	leave := len(choices)
	add("not now", "", "q")
	i, err := asker.Menu(ctx, m)
	switch {
	case err != nil:
		return nil, err
	case i == leave:
		return nil, ask.ErrQuit
	case i == search:
		return searchDeck(ctx, asker, ready)
	}
	return choices[i], nil
}
