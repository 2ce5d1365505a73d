package ankiio

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"kartei/cmd/internal/ankihistory"
	"kartei/cmd/internal/show"
	"kartei/decks/anki"
	"kartei/decks/plural"
	"kartei/scheduler"
	"kartei/store"
)

// takeOptions sets what the learner chose in Anki for decks: of a package that brings
// their learning, and for decks for which nothing is set here. A preset that nobody
// changed says nothing, but for a deck below one that has another.
func (in *intake) takeOptions(ctx context.Context, c *store.Change) error {
	if !haveSchedules(in.histories) {
		return nil
	}
	around := map[string]bool{} // decks that have options of their own
	for _, deck := range slices.Sorted(maps.Keys(in.presets)) {
		preset := in.presets[deck]
		if preset.Usual() && !below(deck, around) {
			continue
		}
		around[deck] = true
		options, lost := ankihistory.OptionsFromAnki(preset)
		set, err := c.Set(ctx, deck, options, in.Moment())
		if err != nil {
			return err
		}
		if len(set) > 0 {
			in.tookOptions("options of %s: "+optionWords(set), deck)
		}
		if set != nil && len(lost) > 0 {
			in.tookOptions("lost of the options of %s: "+strings.Join(lost, "; "), deck)
		}
	}
	return nil
}

// tookOptions notes what is said of the options of a deck; of decks that have the same
// it is said once.
func (in *intake) tookOptions(said, deck string) {
	said = show.Line(said)
	for i := range in.options {
		if in.options[i].said == said {
			in.options[i].decks = append(in.options[i].decks, show.Line(deck))
			return
		}
	}
	in.options = append(in.options, optionLine{said, []string{show.Line(deck)}})
}

// An optionLine says something of the options of decks, whose names stand at the first %s.
type optionLine struct {
	said  string
	decks []string
}

func below(deck string, decks map[string]bool) bool {
	for i := range deck {
		if deck[i] == '/' && decks[deck[:i]] {
			return true
		}
	}
	return false
}

// optionWords names options with their values, in the order in which they are shown.
func optionWords(set map[string]string) string {
	var words []string
	for _, name := range scheduler.Names() {
		value, ok := set[name]
		if name == "parameters" && value != "none" {
			value = fmt.Sprintf("(%d numbers)", len(strings.Fields(value)))
		}
		if ok {
			words = append(words, name+" "+value)
		}
	}
	return strings.Join(words, ", ")
}

// sayOptions says what was set, or that options were left that came without learning.
func (in *intake) sayOptions() {
	for _, line := range in.options {
		in.Say("%s", strings.Replace(line.said, "%s", show.SomeOf(line.decks), 1))
	}
	if haveSchedules(in.histories) {
		return
	}
	chosen := 0
	for _, p := range in.presets {
		if !p.Usual() {
			chosen++
		}
	}
	if chosen > 0 {
		in.Say("left: the options of %s, which are whose the package is: no learning came with them", plural.Count(chosen, "deck"))
	}
}

// presetsOf are the options of decks as presets of Anki's, and in words what they say that
// Anki has no place for. Decks whose options are ours by default have none.
func presetsOf(ctx context.Context, st *store.Store, found []store.Deck) (presets map[string]anki.Preset, lost []string, err error) {
	presets = map[string]anki.Preset{}
	usual := scheduler.Defaults()
	for _, d := range found {
		o, err := st.Options(ctx, d.Name)
		if err != nil {
			return nil, nil, err
		}
		p, left := ankihistory.OptionsToAnki(o)
		for _, what := range left {
			lost = append(lost, d.Name+": "+what)
		}
		if slices.ContainsFunc(scheduler.Names(), func(name string) bool {
			value, _ := o.Get(name)
			standard, _ := usual.Get(name)
			return value != standard
		}) {
			presets[d.Name] = p
		}
	}
	return presets, lost, nil
}
