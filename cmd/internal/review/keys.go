package review

import (
	"maps"
	"slices"
	"strings"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/keys"
)

// What a learner can do with a card besides answering it.
const (
	Undo    ask.Command = "undo"
	Edit    ask.Command = "edit"
	Hint    ask.Command = "hint"
	Info    ask.Command = "info"
	Suspend ask.Command = "suspend"
	Bury    ask.Command = "bury"
	Flag    ask.Command = "flag"
	Help    ask.Command = "help"
	Quit    ask.Command = "quit"
)

// Keys are the keys of a review. A learner may change them.
type Keys struct {
	Show   []keys.Key    // shows the answer
	Grades [4][]keys.Key // Again, Hard, Good, Easy
	Leave  ask.Leave
}

// DefaultKeys are the keys of CLI.md.
func DefaultKeys() Keys {
	return Keys{
		Show: []keys.Key{keys.Space, keys.Enter},
		Grades: [4][]keys.Key{
			{"1"}, {"2"}, {"3", keys.Space}, {"4"},
		},
		Leave: ask.Leave{"u": Undo, "e": Edit, "h": Hint, "i": Info, "s": Suspend, "b": Bury, "f": Flag, "?": Help, "q": Quit},
	}
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

// without gives the commands whose keys are not taken by a question's options
// or by typing; the learner reaches the others once the answer is shown.
func (k Keys) without(items []ask.Item) ask.Leave {
	taken := map[keys.Key]bool{}
	for _, item := range items {
		for _, key := range item.Keys {
			taken[key] = true
		}
	}
	left := ask.Leave{}
	for key, command := range k.Leave {
		if !taken[key] {
			left[key] = command
		}
	}
	return left
}

// only gives some of the commands.
func (k Keys) only(commands ...ask.Command) ask.Leave {
	left := ask.Leave{}
	for key, command := range k.Leave {
		if slices.Contains(commands, command) {
			left[key] = command
		}
	}
	return left
}

// of names the keys of a command, "u" or "u or ctrl-u".
func (k Keys) of(command ask.Command) string {
	var names []string
	for _, key := range slices.Sorted(maps.Keys(k.only(command))) {
		names = append(names, key.String())
	}
	return strings.Join(names, " or ")
}
