package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kartei/decks"
	"kartei/store/segment"
)

// illustrated is a collection with a deck of which a card shows a picture, in a folder, and
// what brings another picture there. Another card shows one that stays.
func illustrated(t testing.TB, p *replica) (s *Store, draw func(text string)) {
	t.Helper()
	root := t.TempDir()
	draw = func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(root, "map.png"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	draw("one")
	s = newStore(t)
	d := deck("maths", 3)
	d.Facts[0].Cards[0].Prompt = "What is this? ![a map](map.png)"
	d.Facts[0].Cards[0].Hash = d.Facts[0].Cards[0].ItemHash()
	d.Facts[1].Cards[0].Answer = "This: ![a plan](plan.png)"
	d.Facts[1].Cards[0].Hash = d.Facts[1].Cards[0].ItemHash()
	if err := os.WriteFile(filepath.Join(root, "plan.png"), []byte("a plan"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(t.Context(), Compiled{Root: root, Decks: []*decks.Deck{d}, Whole: true}, at(0, 0)); err != nil {
		t.Fatal(err)
	}
	member(t, s, p, "laptop")
	return s, draw
}

// shows is the picture that a machine has which has no files of the deck.
func shows(t testing.TB, s *Store) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(s.syncedRoot("maths"), "map.png"))
	if err != nil {
		t.Error(err)
	}
	return string(data)
}

// A picture that changes without its deck's text goes to the other machines, also one of
// the same size, and one that was not there when the deck was compiled.
func TestAPictureThatChanges(t *testing.T) {
	p := newReplica()
	a, draw := illustrated(t, p)
	b := newStore(t)
	member(t, b, p, "desktop")
	for i, picture := range []string{"one", "two", "a larger one", "two"} {
		if i > 0 {
			draw(picture)
		}
		if r := meets(t, a, p); r.Media != []int{2, 1, 1, 0}[i] { // the last is there still
			t.Errorf("of picture %q it says %+v", picture, r)
		}
		r := meets(t, b, p)
		if got := shows(t, b); got != picture || len(r.Left) > 0 || len(r.Came) != 1 || r.Came[0].Media != []int{2, 1, 1, 1}[i] {
			t.Errorf("it shows %q, not %q, and says %+v", got, picture, r)
		}
		for _, s := range []*Store{a, b} {
			meets(t, s, p)
			if r := meets(t, s, p); len(r.Came)+r.Media+r.Rows > 0 {
				t.Errorf("again: %+v", r)
			}
		}
	}
	// The folder is away for a while: the others keep what they have.
	d, err := a.Deck(t.Context(), "maths")
	if err == nil {
		err = os.Rename(d.Root, d.Root+"-away")
	}
	if err != nil {
		t.Fatal(err)
	}
	meets(t, a, p)
	if r := meets(t, b, p); len(r.Came) > 0 || shows(t, b) != "two" {
		t.Errorf("with the folder away: %+v", r)
	}
}

// A picture that the place forgot, or that is not whole, is put again.
func TestPicturesThatBreak(t *testing.T) {
	for what, spoil := range map[string]func(p *replica, name string){
		"forgotten": func(p *replica, name string) { delete(p.objects, name) },
		"cut":       func(p *replica, name string) { p.objects[name] = p.objects[name][:1] },
	} {
		for _, kind := range []string{segment.MediumName(""), segment.FilesName("")} {
			p := newReplica()
			a, _ := illustrated(t, p)
			meets(t, a, p)
			for name := range p.objects {
				if strings.HasPrefix(name, kind) {
					spoil(p, name)
				}
			}
			b := newStore(t)
			member(t, b, p, "desktop")
			if r := meets(t, b, p); len(r.Left) == 0 || !r.Left[0].Asked {
				t.Errorf("%s %s: the desktop says %+v", kind, what, r)
			}
			for _, s := range []*Store{a, b} {
				if r := meets(t, s, p); len(r.Left) > 0 {
					t.Errorf("%s %s: left: %+v", kind, what, r)
				}
			}
			if shows(t, b) != "one" {
				t.Errorf("%s %s: it did not come", kind, what)
			}
		}
	}
}

// Pictures go with the list that named them, unless another does.
func TestPicturesThatNothingNames(t *testing.T) {
	p := newReplica()
	a, draw := illustrated(t, p)
	has := func(picture string) bool {
		return p.objects[segment.MediumName(segment.DigestOf([]byte(picture)))] != nil
	}
	exchange := func(day int) {
		t.Helper()
		if r, err := a.Sync(t.Context(), p, at(day, 0)); err != nil || len(r.Left) > 0 {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	exchange(0)
	for i, picture := range []string{"two", "three", "one"} {
		draw(picture)
		exchange(1 + i)
	}
	exchange(80)
	if !has("one") || !has("two") || !has("three") {
		t.Error("a picture is gone too soon")
	}
	exchange(100)
	if !has("a plan") {
		t.Error("a picture is gone that another list names")
	}
	if !has("one") || has("two") || has("three") {
		t.Errorf("there are one: %v, two: %v, three: %v", has("one"), has("two"), has("three"))
	}
	lists := 0
	for name := range p.objects {
		if strings.HasPrefix(name, segment.FilesName("")) {
			lists++
		}
	}
	if lists != 1 {
		t.Errorf("there are %d lists", lists)
	}
	b := newStore(t)
	member(t, b, p, "desktop")
	if r := meets(t, b, p); len(r.Left) > 0 || shows(t, b) != "one" {
		t.Errorf("the desktop says %+v", r)
	}
}
