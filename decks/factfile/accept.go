package factfile

import (
	"errors"
	"fmt"
	"maps"
	"slices"
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

// acceptRounds is how often facts are looked at anew without what was refused. Of a
// file with very many errors only some are told at a time.
const acceptRounds = 60

// Accept takes the facts out of a deck of which the compiler or an error of the
// check would keep the whole deck back, and returns them. Images says, by path as
// the facts name them, how the pictures begin that the deck shows.
func Accept(d *decks.Deck, images map[string][]byte) ([]Refused, error) {
	return AcceptIn("deck.md", d, images)
}

// AcceptIn is [Accept] for a deck file of this name, slash-separated: pictures are
// named from there.
func AcceptIn(name string, d *decks.Deck, images map[string][]byte) ([]Refused, error) {
	files := maps.Clone(memfs.Files(images))
	if files == nil {
		files = memfs.Files{}
	}
	var refused []Refused
	kept := d.Facts[:0]
	for some := range slices.Chunk(d.Facts, acceptAtOnce) {
		some, bad, err := accept(name, some, files)
		if err != nil {
			return nil, err
		}
		kept, refused = append(kept, some...), append(refused, bad...)
	}
	d.Facts = kept
	return refused, nil
}

// acceptAtOnce is how many facts are looked at together: a large deck is compiled
// in parts, which takes less memory.
const acceptAtOnce = 2000

func accept(name string, facts []decks.Fact, files memfs.Files) (kept []decks.Fact, refused []Refused, err error) {
	for range acceptRounds {
		problems, err := problemsOf(name, facts, files)
		if err != nil || len(problems) == 0 {
			return facts, refused, err
		}
		kept = nil
		for i := range facts {
			if problem := problems[i]; problem != nil {
				refused = append(refused, Refused{facts[i], problem})
			} else {
				kept = append(kept, facts[i])
			}
		}
		facts = kept
	}
	return nil, nil, errors.New("facts that are right by themselves are wrong together")
}

// problemsOf are the errors of facts, by their place among them.
func problemsOf(name string, facts []decks.Fact, files memfs.Files) (map[int]error, error) {
	var out printer
	starts := make([]int, len(facts)) // of the facts in the text, as lines
	counted, lines := 0, 1
	for i := range facts {
		lines += strings.Count(out.String()[counted:], "\n")
		counted = out.Len()
		starts[i] = lines
		out.fact(&facts[i])
	}
	files[name] = []byte(out.String())
	c, err := decks.Compile(files, name)
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
