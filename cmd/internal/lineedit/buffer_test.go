package lineedit_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"kartei/cmd/internal/lineedit"
	"kartei/cmd/internal/show"
)

var steps = map[string]func(*lineedit.Buffer){
	"left": (*lineedit.Buffer).Left, "right": (*lineedit.Buffer).Right,
	"home": (*lineedit.Buffer).Home, "end": (*lineedit.Buffer).End,
	"word left": (*lineedit.Buffer).WordLeft, "word right": (*lineedit.Buffer).WordRight,
	"backspace": (*lineedit.Buffer).Backspace, "delete": (*lineedit.Buffer).Delete,
	"kill word left": (*lineedit.Buffer).KillWordLeft, "kill word right": (*lineedit.Buffer).KillWordRight,
	"kill field": (*lineedit.Buffer).KillField, "kill left": (*lineedit.Buffer).KillLeft,
	"kill right": (*lineedit.Buffer).KillRight, "yank": (*lineedit.Buffer).Yank,
}

func TestBuffer(t *testing.T) {
	tests := []struct {
		name, typed, keys, want string // the cursor is at "|", where X is typed last
	}{
		{"insert", "Norfolk", "left,left", "NorfoXlk"},
		{"wide", "東京都", "left,backspace", "東X都"},
		{"accent is part of its letter", "cafe\u0301", "backspace", "cafX"},
		{"joined emoji is one", "a👩‍👩‍👧‍👦b", "left,backspace", "aXb"},
		{"flag is one", "🇩🇪🇫🇷", "backspace", "🇩🇪X"},
		{"ends", "ab", "home,delete", "Xb"},
		{"words", "one two-three", "word left,word left", "one Xtwo-three"},
		{"words to the right", "one two", "home,word right", "oneX two"},
		{"fields", "one two-three  ", "kill field", "one X"},
		{"kill word", "one two", "kill word left", "one X"},
		{"kill word to the right", "one two", "home,kill word right", "X two"},
		{"halves", "one two", "word left,kill left", "Xtwo"},
		{"other half", "one two", "word left,kill right", "one X"},
		{"yank", "one two", "kill word left,home,yank", "twoXone "},
		{"nothing to do", "", "left,right,backspace,delete,kill left,yank,word left", "X"},
		{"white space", "a\tb\nc\r\nd", "", "a b c  dX"},
		{"controls", "a\x1b\x07\u202e\U000e0041b", "", "abX"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b lineedit.Buffer
			b.Insert(test.typed)
			for name := range strings.SplitSeq(test.keys, ",") {
				if name != "" {
					steps[name](&b)
				}
			}
			b.Insert("X")
			if got := b.String(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestBufferLimit(t *testing.T) {
	b := lineedit.Buffer{Limit: 5}
	b.Insert("1234567")
	b.Left()
	b.Insert("x")
	if got := b.String(); got != "12345" {
		t.Errorf("got %q", got)
	}
	b.Backspace()
	b.Insert("yz")
	if got := b.String(); got != "123y5" {
		t.Errorf("got %q", got)
	}
}

// A Buffer is checked against two strings: one before the cursor, one after it.
// Letters are of one rune here, so that the model needs no graphemes.
func TestBufferAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b lineedit.Buffer
		before, after := []rune{}, []rune{}
		t.Repeat(map[string]func(*rapid.T){
			"insert": func(t *rapid.T) {
				text := rapid.StringOf(rapid.SampledFrom([]rune("ab é東 "))).Draw(t, "text")
				b.Insert(text)
				before = append(before, []rune(text)...)
			},
			"left": func(*rapid.T) {
				b.Left()
				if n := len(before); n > 0 {
					before, after = before[:n-1:n-1], append([]rune{before[n-1]}, after...)
				}
			},
			"right": func(*rapid.T) {
				b.Right()
				if len(after) > 0 {
					before, after = append(before, after[0]), after[1:]
				}
			},
			"backspace": func(*rapid.T) {
				b.Backspace()
				before = before[:max(0, len(before)-1)]
			},
			"delete": func(*rapid.T) {
				b.Delete()
				after = after[min(1, len(after)):]
			},
			"kill left": func(*rapid.T) {
				b.KillLeft()
				before = before[:0]
			},
			"": func(t *rapid.T) {
				if got, want := b.String(), string(before)+string(after); got != want {
					t.Fatalf("got %q, want %q", got, want)
				}
				if b.Empty() != (len(before)+len(after) == 0) {
					t.Fatalf("Empty is %t", b.Empty())
				}
			},
		})
	})
}

// FuzzBuffer: whatever is typed and done, the line is valid text that Clean
// would show, and moving about does not change it.
func FuzzBuffer(f *testing.F) {
	f.Add("e\u0301🇩🇪👩‍👩‍👧", []byte{0, 3, 7, 9})
	f.Fuzz(func(t *testing.T, text string, moves []byte) {
		names := []string{"left", "right", "home", "end", "word left", "word right", "backspace", "delete",
			"kill word left", "kill word right", "kill field", "kill left", "kill right", "yank"}
		b := lineedit.Buffer{Limit: 100}
		for i, m := range moves {
			if m >= 100 {
				at := int(m) % (len(text) + 1)
				b.Insert(text[at:])
				continue
			}
			before := b.String()
			steps[names[int(m)%len(names)]](&b)
			if int(m)%len(names) < 6 && b.String() != before {
				t.Errorf("move %d changed %q to %q", i, before, b.String())
			}
		}
		got := b.String()
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 100 {
			t.Errorf("%q is not valid or too long", got)
		}
		if strings.ContainsAny(got, "\n\t\x1b") || strings.ContainsRune(show.Clean(got), utf8.RuneError) {
			t.Errorf("%q cannot be shown", got)
		}
	})
}

func BenchmarkTypeTenThousand(b *testing.B) {
	for b.Loop() {
		var line lineedit.Buffer
		for range 10_000 {
			line.Insert("東")
		}
	}
}
