package review

import (
	"fmt"
	"slices"
	"strings"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/keys"
	"kartei/scheduler"
)

// What a learner can do with a card besides answering it.
const (
	Undo    ask.Command = "undo"
	Edit    ask.Command = "edit"
	Hint    ask.Command = "hint"
	Info    ask.Command = "info"
	Open    ask.Command = "open"
	Suspend ask.Command = "suspend"
	Bury    ask.Command = "bury"
	Flag    ask.Command = "flag"
	Help    ask.Command = "help"
	Quit    ask.Command = "quit"
)

// Keys are the keys of a review, by what they do (see [Actions]). A learner may
// change them.
type Keys map[string][]keys.Key

// DefaultKeys are the keys of a learner who changed none. Space and Enter give the grade that is
// proposed, whatever that is.
func DefaultKeys() Keys {
	return Keys{
		"show": {keys.Space, keys.Enter}, "again": {"1"}, "hard": {"2"}, "good": {"3"}, "easy": {"4"},
		"undo": {"u"}, "edit": {"e"}, "hint": {"h"}, "open": {"o"}, "info": {"i"}, "flag": {"f"},
		"bury": {"b"}, "suspend": {"s"}, "help": {"?"}, "quit": {"q"},
	}
}

// Actions are all that keys can do, in the order of the help page.
func Actions() []string {
	all := []string{"show"}
	for g := scheduler.Again; g <= scheduler.Easy; g++ {
		all = append(all, strings.ToLower(g.String()))
	}
	for _, d := range does {
		all = append(all, string(d.command))
	}
	return all
}

// Check tells of an action without a key, and of a key that would mean two
// things at one time: showing and grading never happen at one time.
func (k Keys) Check() error {
	for _, taken := range [][]string{Actions()[:1], Actions()[1:5]} {
		meant := map[keys.Key]string{}
		for _, action := range append(taken, Actions()[5:]...) {
			if len(k[action]) == 0 {
				return fmt.Errorf("%s needs a key", action)
			}
			for _, key := range k[action] {
				if key == keys.Interrupt || key == keys.EndInput {
					return fmt.Errorf("%s always leaves; it cannot be the key of %s", key, action)
				}
				if other := meant[key]; other != "" && other != action {
					return fmt.Errorf("%s is the key of %s and of %s", key, other, action)
				}
				meant[key] = action
			}
		}
	}
	return nil
}

func (k Keys) show() []keys.Key { return k["show"] }

func (k Keys) grade(g scheduler.Grade) []keys.Key { return k[strings.ToLower(g.String())] }

// leave returns the keys of commands, of all if none are named.
func (k Keys) leave(commands ...ask.Command) ask.Leave {
	leave := ask.Leave{}
	for _, d := range does {
		if len(commands) == 0 || slices.Contains(commands, d.command) {
			for _, key := range k[string(d.command)] {
				leave[key] = d.command
			}
		}
	}
	return leave
}

// optionKeys choose the options of a choice: letters and digits.
func optionKeys(i int) []keys.Key {
	if i >= 26 {
		return nil
	}
	k := []keys.Key{keys.Key(rune('a' + i))}
	if i < 9 {
		k = append(k, keys.Key(rune('1'+i)))
	}
	return k
}

// of names the keys of a command.
func (k Keys) of(command ask.Command) string { return names(k[string(command)]) }
