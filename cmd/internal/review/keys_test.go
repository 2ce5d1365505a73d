package review_test

import (
	"strings"
	"testing"

	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/review"
)

func TestKeys(t *testing.T) {
	for _, c := range []struct {
		about  string
		change map[string][]keys.Key
		says   string
	}{
		{"the defaults", nil, ""},
		{"two keys swapped", map[string][]keys.Key{"undo": {"q"}, "quit": {"u"}}, ""},
		{"one key shows and grades", map[string][]keys.Key{"show": {"x"}, "good": {"x"}}, ""},
		{"one key twice for one action", map[string][]keys.Key{"undo": {"u", "u"}}, ""},
		{"two grades on one key", map[string][]keys.Key{"good": {"1"}}, "1 is the key of again and of good"},
		{"a grade on a command's key", map[string][]keys.Key{"easy": {"u"}}, "u is the key of easy and of undo"},
		{"a command on the key that shows", map[string][]keys.Key{"flag": {keys.Space}}, "space is the key of show and of flag"},
		{"no key", map[string][]keys.Key{"help": {}}, "help needs a key"},
		{"Ctrl-C", map[string][]keys.Key{"undo": {keys.Interrupt}}, "ctrl-c always leaves"},
	} {
		k := review.DefaultKeys()
		for action, pressed := range c.change {
			k[action] = pressed
		}
		err := k.Check()
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %q", c.about, err, c.says)
		}
	}
}
