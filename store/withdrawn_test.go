package store

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWithdrawn holds what was taken out of a deck: facts, cards of facts that stay, the
// deck itself; not what was moved, came back, or is a deletion of a sentence that stays.
func TestWithdrawn(t *testing.T) {
	s := newStore(t)
	const head = "---\ndeck: d\n---\n\n"
	all := []string{
		"Q: First?\nA: one\nId: first\n",
		"T: second\nD: the other one\nId: term\n",
		"C: {{1::Three}} is {{2::more}} than two.\nId: sentence\n",
		"C: {{1::Four}} is {{2::more}} than three.\nId: fourth\n",
		"Q: Which one comes fifth?\nA: this one\nId: fifth\n",
	}
	text := func(facts ...string) map[string]string {
		return map[string]string{"d": head + strings.Join(facts, "\n")}
	}
	compileTexts(t, s, "/d", text(all...))
	withdrawn := func(want ...string) {
		t.Helper()
		d, err := s.Deck(t.Context(), "d")
		if err != nil {
			t.Fatal(err)
		}
		facts, err := s.Withdrawn(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range facts {
			for _, c := range f.Cards {
				got = append(got, f.Key+" "+c.Name)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	withdrawn()
	shorter := strings.Replace(all[2], "{{2::more}}", "more", 1)
	compileTexts(t, s, "/d", text(shorter, all[4]))
	withdrawn("first card", "fourth cloze-1", "fourth cloze-2", "term forward", "term reverse")
	compileTexts(t, s, "/d", text(all[0], "Q: second\nA: the other one\nId: term\n", shorter, all[4]))
	withdrawn("fourth cloze-1", "fourth cloze-2", "term reverse")
	compileTexts(t, s, "/d", text(all[0], all[1], shorter, all[4]))
	withdrawn("fourth cloze-1", "fourth cloze-2")
	moved := text(all[0], all[1], shorter)
	moved["e"] = "---\ndeck: e\n---\n\n" + all[4]
	compileTexts(t, s, "/d", moved)
	withdrawn("fourth cloze-1", "fourth cloze-2")
	d, err := s.Deck(t.Context(), "d")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := s.Keys(t.Context(), d)
	if err != nil || !maps.Equal(keys, map[string]bool{"first": true, "term": true, "sentence": true}) {
		t.Error(keys, err)
	}
	delete(moved, "d")
	compileTexts(t, s, "/d", moved)
	withdrawn("first card", "fourth cloze-1", "fourth cloze-2", "sentence cloze-1", "sentence cloze-2", "term forward", "term reverse")
}
