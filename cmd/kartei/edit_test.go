package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kartei/cmd/internal/screentest"
)

// asEditor makes this test binary be a text editor: "as-editor OLD NEW +LINE
// FILE" replaces OLD by NEW in the file and says in args.txt beside it how it
// was called.
const asEditor = "as-editor"

func editFile(args []string) int {
	file := args[len(args)-1]
	text, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, []byte(strings.ReplaceAll(string(text), args[0], args[1])), 0o666)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(filepath.Dir(file), "args.txt"), []byte(strings.Join(args[2:], " ")), 0o666)
	}
	if err != nil || args[1] == "failure" {
		fmt.Fprintln(os.Stderr, "editor:", err)
		return 1
	}
	return 0
}

const notes = `---
deck: notes
lang: en
---

Q: What is the capital of Kenya?
A: Nairobbi

Q: What is the capital of Ghana?
A: Accra

Q: What is the capital of Mali?
A: Bamako
`

// editor is a learner with a deck of three facts and an editor that replaces.
func newAuthor(t *testing.T, old, new string) *learner {
	l := newLearner(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	l.env = append(l.env, fmt.Sprintf("EDITOR='%s' %s '%s' '%s'", self, asEditor, old, new))
	l.write("deck/notes.md", notes)
	l.write("deck/notes2.md", "---\ndeck: notes\nlang: en\n---\n\nQ: What is the capital of Togo?\nA: Lomé\n")
	l.run("compile", "deck")
	return l
}

// write writes a file into the learner's home.
func (l *learner) write(name, text string) {
	l.Helper()
	path := filepath.Join(l.home, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		l.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		l.Fatal(err)
	}
}

// A typo is mended from within the session, at its line; the session goes on
// with the card as it is now, and what was answered keeps its history.
func TestEdit(t *testing.T) {
	t.Parallel()
	l := newAuthor(t, "Nairobbi", "Nairobi")
	s := &student{learner: l, Session: l.start(60, 24, "review", "notes")}
	s.WaitFor("Show the answer")
	s.Send(" ")
	s.WaitFor("Nairobbi")
	s.Send("1")
	s.WaitFor("Ghana")
	s.Send(" 3 3 3") // Ghana, Mali, Togo
	s.WaitFor("Kenya")
	s.Send("e")
	s.WaitFor("Edited since you last saw it.")
	s.Send(" ")
	s.question(howWell, 4)
	s.Golden("edit")
	s.Send("3", "q")
	s.Exit()
	args, err := os.ReadFile(filepath.Join(l.home, "deck", "args.txt"))
	if want := "+6 " + filepath.Join(l.home, "deck", "notes.md"); err != nil || string(args) != want {
		t.Errorf("the editor was called with %q, want %q (%v)", args, want, err)
	}
	l.healthy(5)
}

// An edit that gives facts other names, or takes the card away, leaves a
// session that goes on.
func TestEditNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new, see, then string }{
		{"ids", "\nA: ", "\nId: x-1\nA: ", "is taken already", "Kenya"},
		{"one id", "Ghana?", "Ghana?\nId: ghana", "Show the answer", "Kenya"},
		{"gone", "Q: What is the capital of Kenya?\nA: Nairobbi\n", "", "gone from its deck", "Ghana"},
		{"moved", "deck: notes", "deck: other", "moved to the deck other", "Togo"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newAuthor(t, c.old, c.new)
			s := l.start(100, 40, "review", "notes")
			s.WaitFor("Show the answer")
			s.Send("e")
			s.WaitFor(c.see)
			s.WaitFor(c.then)
			s.Send(" 3 3 3 3", "q", "q")
			if code := s.Exit(); code != 0 {
				t.Errorf("exit code %d\n%s", code, s.History())
			}
			l.run("doctor", "--full")
		})
	}
}

// Whatever goes wrong with an edit is one line, and the card stays.
func TestEditThatFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, old, new string
		prepare        func(l *learner)
		says           string
	}{
		{"an error in the deck", "A: Accra", "B: Accra", nil, "notes.md:"},
		{"a failing editor", "Accra", "failure", nil, "the editor failed"},
		{"no such editor", "", "", func(l *learner) { l.env = append(l.env, "EDITOR=no-such-editor") }, "the editor failed, nothing is compiled: no-such-editor"},
		{"an open quote", "", "", func(l *learner) { l.env = append(l.env, "VISUAL='vi") }, "read $VISUAL"},
		{"a missing file", "", "", func(l *learner) {
			l.run("config", "compile", "off") // else it is noticed before the session
			os.Remove(filepath.Join(l.home, "deck/notes.md"))
		}, "no such file"},
		{"a missing folder", "", "", func(l *learner) { os.RemoveAll(filepath.Join(l.home, "deck")) }, "the folder of this deck is not there"},
		{"a link out of the folder", "Accra", "Tamale", func(l *learner) {
			l.write("elsewhere.md", notes)
			os.Remove(filepath.Join(l.home, "deck/notes.md"))
			os.Symlink("../elsewhere.md", filepath.Join(l.home, "deck/notes.md"))
		}, "path escapes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newAuthor(t, c.old, c.new)
			if c.prepare != nil {
				c.prepare(l)
			}
			s := l.start(100, 30, "review", "notes")
			s.WaitFor("Show the answer")
			s.Send("e")
			s.WaitFor(c.says)
			s.Send(" ")
			s.WaitFor("Nairobbi")
			s.Send("3", "q")
			s.Exit()
			if stray := screentest.Stray(s.Raw()); len(stray) > 0 {
				t.Errorf("control characters on the screen: %q", stray)
			}
			l.healthy(1)
		})
	}
}

// The decks that come with the program lie in no folder: who edits one makes it a file.
func TestEditOfBuiltInDeck(t *testing.T) {
	t.Parallel()
	l := newLearner(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	l.env = append(l.env, fmt.Sprintf("EDITOR='%s' %s NATO OTAN", self, asEditor))
	s := l.start(60, 30, "review", "nato-en")
	s.WaitFor("Go on")
	s.Send(" ")
	s.WaitFor("Show the answer")
	s.Send("e")
	s.WaitFor("Make it yours?")
	s.Send("n")
	s.WaitFor("nothing is edited; later: kartei decks copy nato-en")
	s.Send("e")
	s.WaitFor("Make it yours?")
	s.Send("y")
	s.WaitFor("OTAN")
	s.Send(" ")
	s.WaitFor("How well did you know it?")
	s.Send("3")
	s.WaitFor("back in")
	s.Send("q")
	s.Exit()
	if stray := screentest.Stray(s.Raw()); len(stray) > 0 {
		t.Errorf("control characters on the screen: %q", stray)
	}
	l.healthy(1)
}
