package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"kartei/decks"
	"kartei/scheduler"
)

// edited is the deck with another answer to one question, and one fact more.
func edited(n int, answer string) *decks.Deck {
	d := deck("maths", n)
	c := &d.Facts[0].Cards[0]
	c.Answer = answer
	c.Hash = c.ItemHash()
	return d
}

// A deck that lives on one machine only is learned on both. An edit there is followed,
// and so is that the deck goes.
func TestADeckOfAnotherMachine(t *testing.T) {
	p, _ := meet(t)
	a, b := newStore(t), newStore(t)
	apply(t, a, deck("maths", 4))
	grade(t, a, deck("maths", 4).Facts[1].Cards[0].ID, scheduler.Good, at(0, 0))
	member(t, a, p, "laptop")
	member(t, b, p, "desktop")
	meets(t, a, p)
	if r := meets(t, b, p); len(r.Decks) != 1 || r.Decks[0] != "maths" {
		t.Errorf("decks that came: %v", r.Decks)
	}
	alike(t, a, b)
	card := deck("maths", 4).Facts[0].Cards[0].ID
	if c, err := b.Card(t.Context(), card); err != nil || c.Answer != "0" || !b.IsElsewhere(c.Root) {
		t.Errorf("%+v, %v", c, err)
	}
	grade(t, b, card, scheduler.Good, at(1, 0))
	apply(t, a, edited(5, "nought"))
	for range 2 {
		meets(t, a, p)
		meets(t, b, p)
	}
	alike(t, a, b)
	if c, err := b.Card(t.Context(), card); err != nil || c.Answer != "nought" || c.Reps != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	apply(t, a)
	meets(t, a, p)
	meets(t, b, p)
	alike(t, a, b)
	if d, err := b.Deck(t.Context(), "maths"); err != nil || !d.Missing {
		t.Errorf("%+v, %v", d, err)
	}
	apply(t, a, edited(5, "nought"))
	meets(t, a, p)
	meets(t, b, p)
	alike(t, a, b)
	if c, err := b.Card(t.Context(), card); err != nil || c.Retired || c.Reps != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}

// facts without ids get their keys where they are compiled first. Two machines that
// compiled texts apart from each other find their cards again when they meet.
func TestTextsMadeApart(t *testing.T) {
	p, _ := meet(t)
	a, b := newStore(t), newStore(t)
	plain := func(last string) *decks.Deck {
		d := deck("maths", 0)
		for _, f := range [][2]string{{"What is twice two?", "four"}, {"What is the colour of the sky at noon?", "blue"}, {"Which animal barks at night?", last}} {
			addFact(d, "", f[0], f[1])
			d.Facts[len(d.Facts)-1].Written = false
		}
		return d
	}
	for _, c := range []struct {
		s    *Store
		last []string
	}{{a, []string{"a fox", "the dog"}}, {b, []string{"the dog"}}} {
		for _, last := range c.last {
			apply(t, c.s, plain(last))
		}
	}
	for day, s := range []*Store{a, b} {
		for _, answer := range []string{"four", "the dog"} {
			grade(t, s, answering(t, s, answer).ID, scheduler.Good, at(day, 0))
		}
	}
	member(t, a, p, "laptop")
	member(t, b, p, "desktop")
	for range 3 {
		meets(t, a, p)
		meets(t, b, p)
	}
	alike(t, a, b)
	for _, answer := range []string{"four", "the dog"} {
		if c := answering(t, a, answer); c.Reps != 2 {
			t.Errorf("%s has %d answers", answer, c.Reps)
		}
	}
}

// Pictures come along, and lie where the cards look for them.
func TestPicturesOfAnotherMachine(t *testing.T) {
	p, path := meet(t)
	a, b := newStore(t), newStore(t)
	root := t.TempDir()
	pictures := map[string]string{"img/map.png": "\x89PNG\r\n\x1a\n1", "é.png": "\x89PNG\r\n\x1a\n2", "secret.txt": "nobody asks for it"}
	for name, text := range pictures {
		at := filepath.Join(root, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o700), os.WriteFile(at, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	d := deck("maths", 2)
	for _, address := range []string{"img/map.png", "%C3%A9.png", "../outside.png", "https://example.org/x.png", "gone.png"} {
		addFact(d, "fact "+address, "What is ![this]("+address+")?", "a map")
	}
	if _, err := a.Apply(t.Context(), Compiled{Root: root, Decks: []*decks.Deck{d}, Whole: true}, at(0, 0)); err != nil {
		t.Fatal(err)
	}
	member(t, a, p, "laptop")
	member(t, b, p, "desktop")
	meets(t, a, p)
	media := func() []string {
		all, err := filepath.Glob(filepath.Join(path, "m", "*"))
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if len(media()) != 2 {
		t.Fatalf("%q were put", media())
	}
	// One of them comes late.
	late := media()[0]
	if err := os.Rename(late, late+".late"); err != nil {
		t.Fatal(err)
	}
	if r := meets(t, b, p); len(r.Left) != 1 {
		t.Errorf("left: %+v", r.Left)
	}
	if err := os.Rename(late+".late", late); err != nil {
		t.Fatal(err)
	}
	if r := meets(t, b, p); len(r.Left) != 0 {
		t.Errorf("left: %+v", r.Left)
	}
	alike(t, a, b)
	for c, err := range b.Cards(t.Context(), Query{}, at(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range pictures {
			got, err := os.ReadFile(filepath.Join(c.Root, filepath.FromSlash(name)))
			if (name == "secret.txt") != (err != nil) || err == nil && string(got) != text {
				t.Errorf("%s is %q, %v", name, got, err)
			}
		}
	}
	if n := len(healthy(t, b).Notes); n != 0 {
		t.Errorf("doctor notes %+v", healthy(t, b).Notes)
	}
}
