package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/scheduler"
)

// compileTexts compiles deck files by the names of their decks, all that a root
// holds, and gives the plan as it is printed.
func compileTexts(t testing.TB, s *Store, root string, texts map[string]string) string {
	t.Helper()
	return planned(applyTexts(t, s, Compiled{Root: root, Whole: true}, texts))
}

// compileFile compiles one file of a root, alone.
func compileFile(t testing.TB, s *Store, root, name, text string) string {
	t.Helper()
	return planned(applyTexts(t, s, Compiled{Root: root}, map[string]string{name: text}))
}

// compileNamed compiles all that a folder holds; a slash is part of a deck's name.
func compileNamed(t testing.TB, s *Store, texts map[string]string) string {
	t.Helper()
	files := map[string]string{}
	for name, text := range texts {
		files[strings.ReplaceAll(name, "/", "-")] = "---\ndeck: " + name + "\n---\n" + text
	}
	return compileTexts(t, s, "/decks", files)
}

// applyTexts compiles deck files by their names and applies them as c says.
func applyTexts(t testing.TB, s *Store, c Compiled, texts map[string]string) Plan {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range texts {
		files[name+".md"] = &fstest.MapFile{Data: []byte(text)}
	}
	compiled, err := decks.Compile(files)
	if err != nil || len(compiled.Diagnostics) > 0 {
		t.Fatal(err, compiled.Diagnostics)
	}
	c.Decks = compiled.Decks
	plan, err := s.Apply(t.Context(), c, at(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// planned is a plan as it is printed.
func planned(plan Plan) string {
	var lines []string
	for _, d := range plan.Decks {
		lines = append(lines, d.String())
	}
	for _, m := range plan.Moved {
		lines = append(lines, m.String())
	}
	return strings.Join(lines, "\n")
}

// TestFactsComeBackInAnotherDeck: what one compile retired and a later one finds
// elsewhere goes on where it was, as if one compile had seen both.
func TestFactsComeBackInAnotherDeck(t *testing.T) {
	const (
		danube = "Q: Which river flows through Vienna and Budapest?\nA: the Danube\n\n"
		alps   = "Q: What is the highest mountain of the Alps?\nA: Mont Blanc\n\n"
		rhine  = "C: The {{Rhine}} rises in {{Switzerland}}.\n\n"
		sea    = "Q: Which is the saltiest sea?\nA: the Red Sea\n\n"
	)
	type compile struct {
		root  string
		texts map[string]string
		says  string // of the last deck by name that is said to change
	}
	other := func(more ...string) map[string]string {
		texts := map[string]string{"other": sea}
		for i := 0; i < len(more); i += 2 {
			texts[more[i]] = more[i+1]
		}
		return texts
	}
	for _, test := range []struct {
		name  string
		steps []compile // the first is answered
		want  map[string]uint32
	}{
		{"its deck was retired", []compile{
			{"/a", other("geo", danube+alps), ""},
			{"/a", other(), "geo: 0 facts, 0 cards: 2 retired"},
			{"/a", other("europe", danube+alps), "europe: 2 facts, 2 cards: 2 restored (from geo)"},
		}, map[string]uint32{"the Danube": 1, "Mont Blanc": 1}},
		{"and comes home again", []compile{
			{"/a", other("geo", danube+alps), ""},
			{"/a", other(), ""},
			{"/a", other("europe", danube+alps), ""},
			{"/a", other(), "europe: 0 facts, 0 cards: 2 retired"},
			{"/a", other("geo", danube+alps), "geo: 2 facts, 2 cards: 2 restored (from europe)"},
		}, map[string]uint32{"the Danube": 1, "Mont Blanc": 1}},
		{"only the fact was retired, and its deck takes no part", []compile{
			{"/a", map[string]string{"geo": danube + alps}, ""},
			{"/a", map[string]string{"geo": danube}, "geo: 1 fact, 1 card: 1 retired, 1 unchanged"},
			{"/b", map[string]string{"europe": alps}, "europe: 1 fact, 1 card: 1 restored (from geo)"},
		}, map[string]uint32{"the Danube": 1, "Mont Blanc": 1}},
		{"from two decks at once", []compile{
			{"/a", other("geo", danube, "alps", alps), ""},
			{"/a", other(), ""},
			{"/b", map[string]string{"europe": danube + alps}, "europe: 2 facts, 2 cards: 2 restored (from alps, geo)"},
		}, map[string]uint32{"the Danube": 1, "Mont Blanc": 1}},
		{"with an id that it keeps, or gets", []compile{
			{"/a", other("geo", strings.TrimSpace(danube)+"\nId: danube\n\n"+alps), ""},
			{"/a", other(), ""},
			{"/a", other("europe", strings.TrimSpace(danube)+"\nId: danube\n\n"+strings.TrimSpace(alps)+"\nId: alps\n"), "europe: 2 facts, 2 cards: 2 restored (from geo)"},
		}, map[string]uint32{"the Danube": 1, "Mont Blanc": 1}},
		{"another id, the same text", []compile{
			{"/a", other("geo", strings.TrimSpace(danube)+"\nId: danube\n"), ""},
			{"/a", other(), ""},
			{"/a", other("europe", strings.TrimSpace(danube)+"\nId: river\n"), "europe: 1 fact, 1 card: 1 restored (from geo)"},
		}, map[string]uint32{"the Danube": 1}},
		{"a slip mended on the way", []compile{
			{"/a", other("geo", strings.Replace(danube, "flows", "flwos", 1)+alps), ""},
			{"/a", other(), ""},
			{"/a", other("europe", danube+alps), "europe: 2 facts, 2 cards: 2 restored (from geo)"},
		}, map[string]uint32{"the Danube": 1, "Mont Blanc": 1}},
		{"alike, but not enough to be sure", []compile{
			{"/a", other("geo", danube+alps), ""},
			{"/a", other(), ""},
			{"/a", other("europe", strings.Replace(danube, "Vienna and Budapest", "Ulm", 1)+alps), "europe: 2 facts, 2 cards: 1 new, 1 restored (from geo)"},
		}, map[string]uint32{"the Danube": 0, "Mont Blanc": 1}},
		{"two decks had it, so it is in doubt", []compile{
			{"/a", other("geo", danube+alps, "rivers", danube), ""},
			{"/a", other(), ""},
			{"/a", other("europe", danube+alps), "europe: 2 facts, 2 cards: 1 new, 1 restored (from geo)"},
		}, map[string]uint32{"the Danube": 0, "Mont Blanc": 1}},
		{"two decks had it in other signs, so it is in doubt", []compile{
			{"/a", other("geo", danube+alps, "rivers", strings.Replace(danube, "Which", "which", 1)+rhine), ""},
			{"/a", other(), ""},
			{"/a", other("europe", strings.Replace(danube, "?", " ?", 1)+alps+rhine), "europe: 3 facts, 4 cards: 1 new, 3 restored (from geo, rivers)"},
		}, map[string]uint32{"the Danube": 0, "Mont Blanc": 1}},
		{"what is alive elsewhere is not taken away", []compile{
			{"/a", other("geo", danube+alps), ""},
			{"/b", map[string]string{"europe": danube + alps}, "europe: 2 facts, 2 cards: 2 new"},
		}, map[string]uint32{"the Danube": 0, "Mont Blanc": 0}},
		{"a deletion that had been put aside follows", []compile{
			{"/a", other("geo", rhine), ""},
			{"/a", other("geo", strings.Replace(rhine, "{{Rhine}}", "Rhine", 1)), ""},
			{"/a", other(), ""},
			{"/a", other("europe", strings.Replace(rhine, "{{Rhine}}", "Rhine", 1)), "europe: 1 fact, 1 card: 1 restored (from geo)"},
			{"/a", other("europe", rhine), "europe: 1 fact, 2 cards: 1 edited (history kept), 1 restored"},
		}, map[string]uint32{"Rhine": 1, "Switzerland": 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStore(t)
			for i, step := range test.steps {
				said := compileTexts(t, s, step.root, step.texts)
				if !strings.Contains(said, step.says) {
					t.Errorf("step %d says %q, want %q", i, said, step.says)
				}
				if i == 0 {
					for c := range s.Cards(t.Context(), Query{}, at(0, 0)) {
						grade(t, s, c.ID, scheduler.Good, at(0, 0))
					}
				}
			}
			for answer, want := range test.want {
				last := test.steps[len(test.steps)-1].texts
				for c, err := range s.Cards(t.Context(), Query{}, at(0, 0)) {
					if err != nil {
						t.Fatal(err)
					}
					if _, here := last[c.Deck]; here && c.AnswerText() == answer && c.Reps != want {
						t.Errorf("%q in %s has %d answers, want %d", answer, c.Deck, c.Reps, want)
					}
				}
			}
			healthy(t, s)
		})
	}
}

// TestHistoriesFollowTheirFacts moves facts at random between decks, folders and
// oblivion, one compile after another: each has its own history at any time.
func TestHistoriesFollowTheirFacts(t *testing.T) {
	unraced(t)
	folder := t.TempDir()
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		s, err := Open(t.Context(), filepath.Join(folder, fmt.Sprint(run, ".db")), Config{Calendar: scheduler.DefaultCalendar})
		if err != nil {
			rt.Fatal(err)
		}
		defer s.Close()
		// What a power cut would leave does not matter here.
		if _, err := s.db.ExecContext(t.Context(), `PRAGMA synchronous = OFF`); err != nil {
			rt.Fatal(err)
		}
		facts := []string{
			"Q: Which river flows through Vienna and Budapest?\nA: the Danube\n",
			"Q: What is the highest mountain of the Alps?\nA: Mont Blanc\n",
			"Q: Which is the saltiest sea?\nA: the Red Sea\nId: sea\n",
			"Q: Who wrote the Odyssey?\nA: Homer\n",
			"Q: When did the Berlin wall fall?\nA: 1989\nId: wall\n",
			"C: The mitochondrion is the {{powerhouse}} of the cell.\n",
		}
		answers := []string{"the Danube", "Mont Blanc", "the Red Sea", "Homer", "1989", "powerhouse"}
		roots := []string{"/a", "/b"}
		home := make([]int, len(facts)) // -1: nowhere; else which deck: two of the first root, then two of the second
		for i := range home {
			home[i] = rapid.IntRange(-1, 3).Draw(rt, "first home")
		}
		compile := func(root int, now []int) {
			texts := map[string]string{}
			for i, h := range now {
				if h >= 0 && h/2 == root {
					texts[fmt.Sprint("deck-", h)] += facts[i] + "\n"
				}
			}
			compileTexts(t, s, roots[root], texts)
		}
		both := func(first int, now []int) { compile(first, now); compile(1-first, now) }
		both(0, home)
		reps := make([]uint32, len(facts))
		rt.Repeat(map[string]func(*rapid.T){
			"answer": func(rt *rapid.T) {
				i := rapid.IntRange(0, len(facts)-1).Draw(rt, "fact")
				if home[i] < 0 {
					rt.Skip("it is nowhere")
				}
				reps[i]++
				grade(t, s, answering(t, s, answers[i]).ID, scheduler.Good, at(0, 0))
			},
			"move": func(rt *rapid.T) {
				was := slices.Clone(home)
				first := rapid.IntRange(0, 1).Draw(rt, "root that is compiled first")
				for range rapid.IntRange(1, 4).Draw(rt, "facts") {
					i := rapid.IntRange(0, len(facts)-1).Draw(rt, "fact")
					to := rapid.IntRange(-1, 3).Draw(rt, "new home")
					if was[i] >= 0 && to >= 0 && was[i]/2 != to/2 && was[i]/2 != first {
						continue // a copy, as long as its folder is not compiled
					}
					home[i] = to
				}
				both(first, home)
			},
			"": func(rt *rapid.T) {
				got, want := map[string]uint32{}, map[string]uint32{}
				for c, err := range s.Cards(rt.Context(), Query{}, at(0, 0)) {
					if err != nil {
						rt.Fatal(err)
					}
					got[c.Deck+" "+c.AnswerText()] = c.Reps
				}
				for i, h := range home {
					if h >= 0 {
						want[fmt.Sprint("deck-", h, " ", answers[i])] = reps[i]
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					rt.Fatalf("answers by deck and fact (-want +got):\n%s", diff)
				}
			},
		})
		if report, err := s.Doctor(rt.Context(), true); err != nil || len(report.Findings) > 0 {
			rt.Fatalf("the doctor found %v %v", err, report.Findings)
		}
	})
}
