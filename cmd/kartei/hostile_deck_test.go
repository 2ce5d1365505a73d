//go:build unix

package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kartei/cmd/internal/screentest"
	"kartei/decks"
	"kartei/scheduler"
	"kartei/store"
)

// evil is what a stranger may write into any text: sequences for colours,
// screens, titles, clipboards, links, fonts and answers of the terminal, C1
// controls as characters and as bytes, bells, overprinting, and marks that
// reorder or hide text. Some are such as we write ourselves: so a word stands
// before each.
var evil = "evil\x1b[35mx evil\x1b[2Jx evil\x1b[6nx evil\x1b]0;title\x07x evil\x1b]52;c;eA==\x1b\\x evil\x1b]8;;http://x\x1b\\x evil\x1b]50;?\x07x " +
	"evil\x1bP$qm\x1b\\x evil\x1b_Gx\x1b\\x evil\x1bcx evil\u009b35mx evil\u009d0;t\u009cx evil\x9b35mx evil\x07x evil\bx evil\rx evil\x00x evil\x7fx " +
	"evil\u202ex evil\u2066x evil\u2028x evil\U000e0041x evil" + strings.Repeat("\u0301", 200) + "x evil\x1b]0;unfinished"

// escaped is a control that came through, whoever else writes it.
var escaped = regexp.MustCompile("evil(\x1b\\[35m|\x1b\\[2J|\b|\rx)|\u0301{9}")

// newVictim is a learner whose collection holds a deck that no compiler let
// through: an old database, or one of somebody else.
func newVictim(t *testing.T) *learner {
	l := newLearner(t)
	l.run("decks")
	l.env = append(l.env, "KARTEI_COLLECTION="+filepath.Join(l.home, "collection.db"))
	st, err := store.Open(t.Context(), filepath.Join(l.home, "collection.db"), store.Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	now, err := time.Parse(time.RFC3339, morning)
	if err != nil {
		t.Fatal(err)
	}
	d := &decks.Deck{ID: "evil", Name: evil, Title: evil, Lang: "en", Order: decks.Authored, Typed: decks.TypeShort, Files: []string{evil + ".md"}}
	card := func(kind decks.Kind) decks.Card {
		return decks.Card{Name: "forward", Kind: kind, Prompt: evil, Answer: evil, Hint: evil, Note: evil + "\n\n```" + evil + "\n" + evil + "\n```\n\n![" + evil + "](" + evil + ")",
			Source: evil, AsOf: evil, Tags: []string{evil}, Accept: []string{evil}}
	}
	recall, typed, choice, several, set, sequence, cloze := card(decks.Recall), card(decks.Recall), card(decks.Choice), card(decks.Choice), card(decks.Set), card(decks.Sequence), card(decks.Cloze)
	typed.Type = decks.AnswerTyped
	choice.Options = []decks.Option{{Text: evil + "1", Right: true}, {Text: evil + "2", Why: evil}, {Text: "3" + evil, Why: evil}}
	several.Options = append(choice.Options[:3:3], decks.Option{Text: "4" + evil, Right: true})
	set.Items = []string{evil + "1", evil + "2"}
	sequence.Items = set.Items
	cloze.Text, cloze.Number = evil+"{{1::"+evil+"}}", 1
	for i, c := range []decks.Card{recall, typed, choice, several, set, sequence, cloze} {
		key := fmt.Sprint(evil, i)
		c.ID, c.Hash = decks.CardID(d.ID, key, c.Name), c.ItemHash()
		d.Facts = append(d.Facts, decks.Fact{Key: key, Written: true, File: evil + ".md", Line: i + 1, Section: []string{evil, evil}, Cards: []decks.Card{c}})
	}
	if _, err := st.Apply(t.Context(), store.Compiled{Root: filepath.Join(l.home, evil), Decks: []*decks.Deck{d}, Whole: true}, scheduler.DefaultCalendar.Moment(now)); err != nil {
		t.Fatal(err)
	}
	return l
}

// harmless checks all that a terminal was sent.
func harmless(t *testing.T, what string, s *screentest.Session) {
	t.Helper()
	raw := s.Raw()
	if stray := screentest.Stray(raw); len(stray) > 0 {
		t.Errorf("%s: control characters on the screen: %q", what, stray)
	}
	if found := escaped.Find(raw); found != nil {
		t.Errorf("%s: %q came through", what, found)
	}
}

// A deck of every kind, hostile in every field and name, is played with every
// key, with hostile answers typed and pasted: nothing of it reaches the
// terminal as a control.
func TestHostileDeck(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 120} {
		for _, mode := range []string{"NO_COLOR=", "TERM=dumb", "KITTY_WINDOW_ID=1"} {
			t.Run(fmt.Sprint(columns, mode), func(t *testing.T) {
				t.Parallel()
				l := newVictim(t)
				l.env = append(l.env, mode, "EDITOR="+evilFile)
				s := &student{learner: l, Session: l.start(columns, 40, "review")}
				if mode == "TERM=dumb" {
					s.Send("h\ni\no\ne\n\n1\n", ":h\n", "evil", "\n1\na\n1\na\n1\n\na\n1\na b\n1\n\n1\nu\nq\n")
				} else {
					s.WaitFor("Which deck?")
					s.Send(screentest.Paste(evil), strings.Repeat(screentest.Backspace, 600), "evil", screentest.Enter)
					s.WaitFor(showAnswer)
					s.Send("hiof?e")
					s.WaitFor("the folder of this deck")
					s.Send(" 1")                                      // recall
					s.Send(evilKeys, screentest.Paste(evil), "\r1")   // typed
					s.Send("c1", "a\r1", " a\r1", "ab\r1", " 1", "u") // the others, and the last one again
					s.WaitFor("Taken back")
					s.Send("sq")
				}
				s.Exit()
				if !strings.Contains(s.History(), "Until next time") {
					t.Errorf("the session came to no end:\n%s", s.Screen())
				}
				harmless(t, "session", s.Session)
				l.run("doctor", "--full")
			})
		}
	}
}

// Nor does any other command print it raw, where a person reads: lists,
// errors, hints, names of files.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	l := newVictim(t)
	l.env = append(l.env, "PAGER=cat") // less moves the cursor by means of its own
	l.write(evilFile+"/notes"+evilFile+".md", "---\ndeck: x\nlang: en\n---\n\nQ: "+evil+"?\nA: "+evil+"\n\nSorce: "+evil+"\n"+evil+": x\n")
	l.run("review", "--plain", "--limit", "1")
	for _, args := range [][]string{
		{}, {"decks"}, {"decks", "options", evilFile}, {"cards"}, {"cards", "evil"}, {"cards", "show", evilFile}, {"cards", "is:" + evilFile}, {"log"}, {"undo"},
		{"review", evilFile}, {"quiz", evilFile}, {"config", evilFile}, {"config", "color", evilFile}, {"config", "key.undo", evilFile}, {evilFile}, {"--" + evilFile},
		{"review", "--until", evilFile}, {"review", "nato-en", "--tag", evilFile}, {"--collection", evilFile + "/x/y", "decks"}, {"check", evilFile}, {"compile", evilFile}, {"fmt", "-d", evilFile},
		{"export", evilFile, "-o", evilFile}, {"import", evilFile}, {"analyze", evilFile}, {"restore", evilFile}, {"check", "--explain", evilFile}, {"compile", evilFile + "2"},
	} {
		t.Run(strings.Join(args, " ")[:min(30, len(strings.Join(args, " ")))], func(t *testing.T) {
			s := screentest.Start(t, 100, 200, l.command(args...))
			s.Send("q")
			s.End()
			harmless(t, "output", s)
		})
	}
}

// evilFile is what of evil may stand in an argument and the name of a file.
var evilFile = "evil\x1b[35mx evil\x1b]0;t\x07x evil\u009b35mx evil\rx evil\bx evil\u202ex\x9b"

// evilKeys is what of evil the keyboard sends without leaving the line.
var evilKeys = strings.NewReplacer("\r", "", "\x00", "", "\x1b]0;unfinished", "").Replace(evil)
