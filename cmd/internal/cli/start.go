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
	lang   string
	folder bool
}

func (d readyDeck) begun() bool { return d.Learning+d.Due > 0 }

// label is the deck's name; a folder of decks ends in a slash.
func (d readyDeck) label() string {
	if d.folder {
		return d.Name + "/"
	}
	return d.Name
}

// counts says what there is of each kind, and nothing of what there is not.
func (d readyDeck) counts() string { return review.Counts(d.Left, " · ") }

// readyDecks returns the decks with something to ask: those that the learner has
// begun before the others, then those in the learner's language.
func readyDecks(ctx context.Context, st *store.Store, rows []queue.DeckStatus) ([]readyDeck, error) {
	all, err := st.Decks(ctx)
	if err != nil {
		return nil, err
	}
	langs, isDeck := map[string]string{}, map[string]bool{}
	for _, d := range slices.Backward(all) {
		for i := range d.Name {
			if d.Name[i] == '/' {
				langs[d.Name[:i]] = d.Lang // a folder speaks as its first deck
			}
		}
		langs[d.Name] = d.Lang
		isDeck[d.Name] = isDeck[d.Name] || !d.Missing
	}
	var ready []readyDeck
	for _, d := range rows {
		if d.Total() > 0 {
			ready = append(ready, readyDeck{d, langs[d.Name], !isDeck[d.Name]})
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
	rows, err := withFolders(ctx, st, clk.Moment(), status.Decks)
	if err != nil {
		return nil, err
	}
	ready, err := readyDecks(ctx, st, rows)
	if err != nil || len(ready) < 2 {
		return nil, err
	}
	return searchDeck(ctx, asker, ready)
}

func searchDeck(ctx context.Context, asker ask.Asker, ready []readyDeck) ([]string, error) {
	p := ask.Pick{Label: "Which deck? Type a part of its name"}
	for _, d := range ready {
		p.Items = append(p.Items, ask.Item{Label: d.label(), Detail: d.counts() + " — " + d.Title})
	}
	p.Items = append(p.Items, ask.Item{Label: "all of them"})
	i, err := asker.Pick(ctx, p)
	if err != nil || i == len(ready) {
		return nil, err
	}
	return []string{ready[i].Name}, nil
}

// menuDecks is how many decks have a key of their own at the start.
const menuDecks = 9

// startMenu lets a person at a terminal start with one key.
func startMenu(ctx context.Context, e *env, st *store.Store, rows []queue.DeckStatus) (err error) {
	ready, err := readyDecks(ctx, st, rows)
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
	if opts.decks, err = startWith(ctx, asker, ready, e.Width()); err != nil {
		return ask.QuitIsFine(err)
	}
	if err := updateFolders(ctx, e, st, asker); err != nil { // the choice may have taken its time
		return err
	}
	return runSession(ctx, e, st, asker, opts)
}

// menuIndent is how far the names in a menu are from the left: the pointer, a key and
// the spaces around them.
const menuIndent = 7

// startWith asks which deck to start with. The rows are the decks with what they have
// for today, the first ones with a key of their own.
func startWith(ctx context.Context, asker ask.Asker, ready []readyDeck, columns int) ([]string, error) {
	table := newDeckMenu(ready, columns-menuIndent-1)
	m := ask.Menu{Label: table.head("Start?", menuIndent), Columns: true}
	var choices [][]string
	add := func(label, detail string, key keys.Key, names ...string) {
		item := ask.Item{Label: label, Detail: detail}
		if key != "" {
			item.Keys = []keys.Key{key}
		}
		m.Items = append(m.Items, item)
		choices = append(choices, names)
	}
	for i, d := range ready {
		key := keys.Key("")
		if i < menuDecks {
			key = keys.Key(strconv.Itoa(i + 1))
		}
		label, detail := table.row(d)
		add(label, detail, key, d.Name)
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
