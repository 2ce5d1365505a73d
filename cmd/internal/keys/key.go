package keys

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Key names one key press. A key that types a character is that character
// ("a", "é", " "); the others have the names that people write in a
// configuration file ("enter", "ctrl-u", "alt-b", "shift-tab", "f1").
type Key string

// The named keys. A modifier stands before the name: "ctrl-right".
const (
	Space     Key = " "
	Enter     Key = "enter"
	Tab       Key = "tab"
	Escape    Key = "esc"
	Backspace Key = "backspace"
	Delete    Key = "delete"
	Insert    Key = "insert"
	Up        Key = "up"
	Down      Key = "down"
	Left      Key = "left"
	Right     Key = "right"
	Home      Key = "home"
	End       Key = "end"
	PageUp    Key = "pgup"
	PageDown  Key = "pgdn"

	Interrupt Key = "ctrl-c"
	EndInput  Key = "ctrl-d"

	Paste  Key = "paste"  // text put in by the terminal; see Event.Text
	Resize Key = "resize" // the window changed; no key at all

	Continue Key = "continue" // the program was stopped, and goes on; no key at all
)

var named = []Key{Enter, Tab, Escape, Backspace, Delete, Insert, Up, Down, Left, Right, Home, End, PageUp, PageDown}

// Types reports whether k types a character.
func (k Key) Types() bool {
	_, n := utf8.DecodeRuneInString(string(k))
	return n > 0 && n == len(k)
}

// String is the name of the key for people.
func (k Key) String() string {
	if k == Space {
		return "space"
	}
	return string(k)
}

// Parse reads a key as a person writes it: a single character, "space", the
// name of a key, "f1" to "f12", each with "ctrl-", "alt-" or "shift-" before it.
func Parse(name string) (Key, error) {
	if k := Key(name); k.Types() {
		r, _ := utf8.DecodeRuneInString(name)
		if !unicode.IsGraphic(r) {
			return "", fmt.Errorf("key %q is not a character that can be typed", name)
		}
		return k, nil
	}
	lower := strings.ToLower(name)
	base := lower
	for _, modifier := range []string{"ctrl-", "alt-", "shift-"} {
		base = strings.TrimPrefix(base, modifier)
	}
	switch {
	case lower == "space":
		return Space, nil
	case slices.Contains(named, Key(base)), isFunction(base):
		return Key(lower), nil
	case lower == "ctrl-space", lower == "ctrl-"+base && len(base) == 1 && base[0] > ' ' && base[0] < 0x7f:
		return Key(lower), nil
	case lower == "alt-"+base && utf8.RuneCountInString(base) == 1:
		return "alt-" + Key(name[len("alt-"):]), nil
	}
	return "", fmt.Errorf("no key is called %q", name)
}

func isFunction(name string) bool {
	digits, ok := strings.CutPrefix(name, "f")
	n, err := strconv.Atoi(digits)
	return ok && err == nil && n >= 1 && n <= 12 && digits == strconv.Itoa(n)
}
