package factfile

import (
	"errors"
	"fmt"
	"maps"
	"sort"
	"strings"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/memfs"
)

// A Refused is a fact that would be an error of its deck.
type Refused struct {
	Fact decks.Fact
	Err  error
}

// acceptRounds is how often a deck is looked at anew without what was refused.
const acceptRounds = 5

// Accept takes the facts out of a deck of which the compiler or an error of the
// check would keep the whole deck back, and returns them. Images says, by path as
// the facts name them, how the pictures begin that the deck shows.
func Accept(d *decks.Deck, images map[string][]byte) ([]Refused, error) {
	files := maps.Clone(memfs.Files(images))
	if files == nil {
		files = memfs.Files{}
	}
	var refused []Refused
	for range acceptRounds {
		problems, err := problemsOf(d, files)
		if err != nil || len(problems) == 0 {
			return refused, err
		}
		var kept []decks.Fact
		for i := range d.Facts {
			if problem := problems[i]; problem != nil {
				refused = append(refused, Refused{d.Facts[i], problem})
			} else {
				kept = append(kept, d.Facts[i])
			}
		}
		d.Facts = kept
	}
	return refused, errors.New("facts that are right by themselves are wrong together")
}

// problemsOf are the errors of the facts of a deck, by their place in it.
func problemsOf(d *decks.Deck, files memfs.Files) (map[int]error, error) {
	var out printer
	starts := make([]int, len(d.Facts)) // of the facts in the text, as lines
	counted, lines := 0, 1
	for i := range d.Facts {
		lines += strings.Count(out.String()[counted:], "\n")
		counted = out.Len()
		starts[i] = lines
		out.fact(&d.Facts[i])
	}
	files["deck.md"] = []byte(out.String())
	c, err := decks.Compile(files, "deck.md")
	if err != nil {
		return nil, fmt.Errorf("check what was read: %w", err)
	}
	found := append(c.Diagnostics, check.Run(c, check.Options{Images: files, Errors: true})...)
	problems := map[int]error{}
	for _, diagnostic := range found {
		if diagnostic.Severity != decks.Error {
			continue
		}
		i := sort.SearchInts(starts, diagnostic.Line+1) - 1
		if i < 0 {
			return nil, fmt.Errorf("check what was read: %s", diagnostic.Message)
		}
		if problems[i] == nil {
			problems[i] = fmt.Errorf("%s [%s]", diagnostic.Message, diagnostic.Rule)
		}
	}
	return problems, nil
}
