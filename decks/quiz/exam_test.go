package quiz_test

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/quiz"
)

// A form of the first format keeps its name, reads and writes as it was.
func TestOldFormat(t *testing.T) {
	want, err := os.ReadFile("testdata/old.form")
	if err != nil {
		t.Fatal(err)
	}
	f, err := quiz.Parse("old.form", bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	if f.ID() != "wj5y2cpkhdtjjgpa" || !f.Keyed || f.Questions[0].Card == "" || f.Seed != quiz.SeedOf(5) {
		t.Errorf("form %s, keyed %t, card %q", f.ID(), f.Keyed, f.Questions[0].Card)
	}
	if diff := cmp.Diff(string(want), text(t, f)); diff != "" {
		t.Error(diff)
	}
	if open := f.WithoutKey(); open.ID() != f.ID() {
		t.Error("another name without its key")
	}
}

// What students hold says nothing of the key: forms that differ in all that is
// right, in seed and cards, are one file without their keys.
func TestFormTellsNothing(t *testing.T) {
	f := draw(t, quiz.Options{Title: "T", Seed: quiz.SeedOf(5), Time: time.Hour}, mixed(), capitals())
	other := *f
	other.Seed = quiz.SeedOf(6)
	other.Decks = nil
	for _, d := range f.Decks {
		other.Decks = append(other.Decks, quiz.Edition{Deck: d.Deck, Digest: "changed"})
	}
	other.Questions = slices.Clone(f.Questions)
	for i := range other.Questions {
		q := &other.Questions[i]
		q.Card, q.Place = "another", "else.md:1"
		q.Key = quiz.Key{Answer: "another", Note: "another", Source: "another"}
	}
	if a, b := text(t, f.WithoutKey()), text(t, other.WithoutKey()); a != b {
		t.Errorf("the open form depends on its key:\n%s", cmp.Diff(a, b))
	}
	open := text(t, f.WithoutKey())
	for _, secret := range []string{f.Decks[0].Digest, f.Questions[0].Card, f.Questions[0].Place, "seed"} {
		if strings.Contains(open, secret) {
			t.Errorf("the open form holds %q", secret)
		}
	}
}

// A sequence may stand in its right order: if it never did, two items would
// tell theirs.
func TestSequenceMayStandRight(t *testing.T) {
	d := &decks.Deck{Name: "d", ID: "d", Lang: "en"}
	d.Facts = append(d.Facts, fact(d, "d.md", 1, nil, decks.Card{Name: "card", Kind: decks.Sequence, Prompt: "Order", Items: []string{"one", "two"}}))
	first := map[string]int{}
	for seed := range uint64(200) {
		first[draw(t, quiz.Options{Seed: quiz.SeedOf(seed)}, d).Questions[0].Options[0]]++
	}
	if first["one"] < 60 || first["two"] < 60 {
		t.Errorf("of 200 forms %v begin so", first)
	}
}

// The time limit and a code are a student's own: the form keeps its name.
func TestTimeIsNotTheForm(t *testing.T) {
	f := draw(t, quiz.Options{Seed: quiz.SeedOf(5), Time: time.Hour}, mixed())
	g := *f
	g.Time, g.Code = 90*time.Minute, "90m-k3f7-q2xm"
	if g.ID() != f.ID() {
		t.Error("more time makes another form")
	}
	back, err := quiz.Parse("g.form", strings.NewReader(text(t, &g)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&g, back); diff != "" {
		t.Error(diff)
	}
}

func TestSeeds(t *testing.T) {
	var random quiz.Seed
	for i := range random {
		random[i] = byte(i * 17)
	}
	for _, s := range []quiz.Seed{random, quiz.SeedOf(0), quiz.SeedOf(42), quiz.SeedOf(1<<64 - 1)} {
		if back, err := quiz.ParseSeed(s.String()); err != nil || back != s {
			t.Errorf("%s reads as %s, %v", s, back, err)
		}
	}
	if random.Guessable() || !quiz.SeedOf(7).Guessable() {
		t.Error("a number can be guessed, 128 bits cannot")
	}
	for _, bad := range []string{"", "-1", "007", "7 ", "abc", strings.Repeat("A", 32), strings.Repeat("a", 31)} {
		if _, err := quiz.ParseSeed(bad); err == nil {
			t.Errorf("%q is a seed", bad)
		}
	}
}

// A code says what it grants, in any case and with or without its dashes, and
// only its own seed and allowance make it.
func TestCodes(t *testing.T) {
	seed := quiz.SeedOf(9)
	for _, a := range []quiz.Allowance{{}, {Student: "heron"}, {Student: "Heron ", Version: "B"}, {Student: "heron", Time: 90 * time.Minute}, {Version: "A", Time: 75 * time.Second}} {
		code := seed.Code(a)
		for _, typed := range []string{code, strings.ToUpper(code), strings.ToLower(code), " " + strings.ReplaceAll(code, "-", " - ")} {
			back, says, err := quiz.ParseCode(typed)
			if err != nil || back != code || says.Version != a.Version || says.Time != a.Time {
				t.Errorf("%q reads as %q, %+v, %v; want %q", typed, back, says, err, code)
			}
		}
		if quiz.SeedOf(8).Code(a) == code {
			t.Error("another key makes the same code")
		}
	}
	if seed.Code(quiz.Allowance{Student: "heron"}) == seed.Code(quiz.Allowance{Student: "crane"}) {
		t.Error("two students have one code")
	}
	tail := func(code string) string { return code[len(code)-9:] }
	if tail(seed.Code(quiz.Allowance{Time: time.Hour})) == tail(seed.Code(quiz.Allowance{Time: 2 * time.Hour})) {
		t.Error("the time can be changed in a code")
	}
	for _, bad := range []string{"", "k3f7", "k3f7-q2x1", "AA-k3f7-q2xm", "0m-k3f7-q2xm", "99999m-k3f7-q2xm", "k3f7-q2xm-", "-k3f7-q2xm-x"} {
		if code, _, err := quiz.ParseCode(bad); err == nil {
			t.Errorf("%q reads as %q", bad, code)
		}
	}
}

func FuzzCode(f *testing.F) {
	f.Add("A90m-k3f7-q2xm")
	f.Add("k3f7q2xm")
	f.Fuzz(func(t *testing.T, text string) {
		code, _, err := quiz.ParseCode(text)
		if err != nil {
			return
		}
		if again, _, err := quiz.ParseCode(code); err != nil || again != code {
			t.Fatalf("%q reads as %q, which reads as %q, %v", text, code, again, err)
		}
	})
}

// Versions ask the same: each answer earns in every version what it earns in
// the first, once it is put where the version has it.
func TestVersions(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := draw(t, quiz.Options{Seed: quiz.SeedOf(rapid.Uint64().Draw(rt, "seed")), Questions: 12}, mixed(), capitals())
		versions := f.Versions(3)
		for _, v := range versions {
			order, ok := v.Same(f)
			if !ok {
				rt.Fatalf("version %s asks something else", v.Version)
			}
			for j := range f.Questions {
				q, here := &f.Questions[j], &v.Questions[order.Question[j]]
				var r, moved quiz.Response
				switch n := len(q.Options); {
				case n > 0 && (q.Several || q.Kind == quiz.Sequence):
					r.Chosen = rapid.Permutation(letters(n)).Draw(rt, "chosen")
					if q.Kind == quiz.Choice {
						r.Chosen = r.Chosen[:rapid.IntRange(1, n).Draw(rt, "n")]
					}
				case n > 0:
					r.Chosen = []int{rapid.IntRange(0, n-1).Draw(rt, "one")}
				default:
					continue
				}
				for _, o := range r.Chosen {
					moved.Chosen = append(moved.Chosen, order.Option[j][o])
				}
				if q.Kind == quiz.Choice {
					slices.Sort(r.Chosen)
					slices.Sort(moved.Chosen)
				}
				if a, b := q.Mark(r), here.Mark(moved); a != b {
					rt.Fatalf("question %d: %v in A, %v in %s", j+1, a, b, v.Version)
				}
			}
			var b bytes.Buffer
			if err := v.Write(&b); err != nil {
				rt.Fatal(err)
			}
			if back, err := quiz.Parse("v.form", &b); err != nil || !cmp.Equal(v, back) {
				rt.Fatalf("version %s does not read as it was written: %v", v.Version, err)
			}
		}
	})
	f := draw(t, quiz.Options{Seed: quiz.SeedOf(3), Questions: 12}, mixed(), capitals())
	v := f.Versions(2)
	if v[0].ID() == v[1].ID() || cmp.Equal(v[0].Questions, v[1].Questions) {
		t.Error("two versions are one")
	}
	if _, ok := draw(t, quiz.Options{Seed: quiz.SeedOf(4), Questions: 12}, mixed(), capitals()).Same(f); ok {
		t.Error("another draw asks the same")
	}
}

func letters(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// One file holds the keys of all versions.
func TestKeysOfVersions(t *testing.T) {
	versions := draw(t, quiz.Options{Seed: quiz.SeedOf(3)}, mixed()).Versions(3)
	var keys bytes.Buffer
	for _, v := range versions {
		if err := v.WriteKey(&keys); err != nil {
			t.Fatal(err)
		}
		keys.WriteByte('\n')
	}
	for _, v := range versions {
		back, err := quiz.ParseKey("exam.key", bytes.NewReader(keys.Bytes()), v.WithoutKey())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(v, back); diff != "" {
			t.Error(diff)
		}
	}
	broken := strings.Replace(keys.String(), "form: "+versions[2].ID(), "form: "+versions[2].ID()+"\nnonsense: x", 1)
	line := 2 + strings.Count(broken[:strings.Index(broken, versions[2].ID())], "\n")
	var syntax *quiz.SyntaxError
	if _, err := quiz.ParseKey("exam.key", strings.NewReader(broken), versions[2].WithoutKey()); !errors.As(err, &syntax) || syntax.Line != line {
		t.Errorf("a fault in the third key: %v, want line %d", err, line)
	}
}

// Two right options of a choice of one: each earns the mark. An excused
// question earns nobody anything, and is not counted.
func TestMendedKey(t *testing.T) {
	f := draw(t, quiz.Options{Seed: quiz.SeedOf(3), Kinds: []quiz.Kind{quiz.Choice}}, capitals())
	q := &f.Questions[0]
	wrong := (q.Key.Right[0] + 1) % len(q.Options)
	guess := q.Guess()
	q.Key.Right = slices.Sorted(slices.Values([]int{q.Key.Right[0], wrong}))
	if m := q.Mark(quiz.Response{Chosen: []int{wrong}}); !m.Right() {
		t.Error("the second right option earns nothing")
	}
	if q.Guess() != 2*guess {
		t.Errorf("guessing earns %g, was %g with one right option", q.Guess(), guess)
	}
	f.Questions[1].Key.Excused = true
	score := f.Score([]quiz.Response{{Chosen: []int{wrong}}, {Chosen: f.Questions[1].Key.Right}})
	if score.Points != 1 || score.Of != len(f.Questions)-1 || score.Right != 1 {
		t.Errorf("score %+v", score)
	}
	back, err := quiz.Parse("x.form", strings.NewReader(text(t, f)))
	if err != nil || !cmp.Equal(f, back) {
		t.Errorf("%v\n%s", err, cmp.Diff(f, back))
	}
}

// A blueprint takes so many questions of each part, no fact twice, and names
// what came out short.
func TestBlueprint(t *testing.T) {
	in := func(section string) func(*decks.Deck, *decks.Fact, *decks.Card) bool {
		return func(_ *decks.Deck, f *decks.Fact, _ *decks.Card) bool { return slices.Contains(f.Section, section) }
	}
	f, short, err := quiz.DrawParts([]*decks.Deck{capitals()}, quiz.Options{Seed: quiz.SeedOf(1), Parts: []quiz.Part{
		{Name: "Europe", Questions: 3, Keep: in("Europe")}, {Name: "Elsewhere", Questions: 9, Keep: in("Elsewhere")}, {Name: "all", Questions: 1},
	}})
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]int{}
	for _, q := range f.Questions {
		sections[q.Section]++
	}
	if want := map[string]int{"geo/capitals: Europe": 4, "geo/capitals: Elsewhere": 4}; !cmp.Equal(sections, want) {
		t.Errorf("%v, want %v", sections, want)
	}
	if want := []quiz.Shortage{{Part: "Elsewhere", Made: 4, Of: 9}}; !cmp.Equal(short, want) {
		t.Errorf("short %v, want %v", short, want)
	}
	if _, _, err := quiz.DrawParts([]*decks.Deck{capitals()}, quiz.Options{Parts: []quiz.Part{{Questions: 999}, {Questions: 2}}}); err == nil {
		t.Error("parts of 1001 questions were drawn")
	}
}

// dot is a PNG of one pixel.
const dot = "\x89PNG\r\n\x1a\n one pixel"

// Pictures go into the form under their digests, without the descriptions that
// give answers away; a card whose picture is not there is left out and named.
func TestPictures(t *testing.T) {
	d := &decks.Deck{Name: "d", ID: "d", Lang: "en"}
	for i, c := range []decks.Card{
		{Prompt: "What shape is this? ![a red square](circle.png)", Answer: "square", Type: decks.AnswerTyped},
		{Prompt: "And `![x](code.png)` ![the\nsame](<circle.png> \"again\")?", Answer: "word", Type: decks.AnswerTyped},
		{Prompt: "Gone ![gone](gone.png)", Answer: "gone", Type: decks.AnswerTyped},
		{Prompt: "Odd ![a ![nested](x.png)](circle.png)", Answer: "odd", Type: decks.AnswerTyped},
	} {
		c.Name, c.Kind = "card", decks.Recall
		d.Facts = append(d.Facts, fact(d, "d.md", i+1, nil, c))
	}
	left := map[string]string{}
	f := draw(t, quiz.Options{Seed: quiz.SeedOf(1),
		LeftOut: func(_ *decks.Card, place, why string) { left[place] = why },
		Picture: func(_ *decks.Deck, _ *decks.Fact, address string) ([]byte, error) {
			if address != "circle.png" {
				return nil, errors.New("is not there")
			}
			return []byte(dot), nil
		}}, d)
	if len(f.Pictures) != 1 || string(f.Pictures[0].Data) != dot || f.Pictures[0].MediaType() != "image/png" {
		t.Fatalf("pictures %v", f.Pictures)
	}
	whole := text(t, f)
	for _, gone := range []string{"red square", "same", "circle.png"} {
		if strings.Contains(whole, gone) {
			t.Errorf("the form says %q", gone)
		}
	}
	name := f.Pictures[0].Name
	if !strings.Contains(whole, "ask: What shape is this? ![1]("+name+")") || !strings.Contains(whole, "`![x](code.png)` ![1]("+name+")?") {
		t.Errorf("form:\n%s", whole)
	}
	if left["d.md:3"] != "its picture gone.png is not there" || left["d.md:4"] == "" || len(f.Questions) != 2 {
		t.Errorf("left out: %v", left)
	}
	back, err := quiz.Parse("x.form", strings.NewReader(whole))
	if err != nil || !cmp.Equal(f, back) {
		t.Errorf("%v\n%s", err, cmp.Diff(f, back))
	}
	changed := strings.Replace(whole, "| iVBOR", "| iVBOS", 1)
	if _, err := quiz.Parse("x.form", strings.NewReader(changed)); err == nil {
		t.Error("another picture under the same name passes")
	}
}

// What nobody can type is asked as a choice among its like, or left out.
func TestNobodyTypesFormulas(t *testing.T) {
	d := &decks.Deck{Name: "maths", ID: "maths", Lang: "en", Typed: decks.TypeAlways}
	answers := []string{"$n x^{n-1}$", "$$\\frac{-b}{2a}$$", "$\\sqrt{2}$", "$H_2O + 5$", "```\nfor x in y:\n    print(x)\n```", "one line\nand another", "![a square](s.png)"}
	for i, a := range answers {
		d.Facts = append(d.Facts, fact(d, "m.md", i+1, nil, decks.Card{Name: "card", Kind: decks.Recall, Type: decks.AnswerTyped, Prompt: "What is " + a[:2] + "?", Answer: a}))
	}
	d.Facts = append(d.Facts, fact(d, "m.md", 9, nil, decks.Card{Name: "card", Kind: decks.Set, Prompt: "Both", Items: []string{"x", "$\\sqrt{x}$"}}))
	left := map[string]string{}
	f := draw(t, quiz.Options{Seed: quiz.SeedOf(1), LeftOut: func(_ *decks.Card, place, why string) { left[place] = why }}, d)
	kinds := map[string]quiz.Kind{}
	for _, q := range f.Questions {
		kinds[q.Place] = q.Kind
	}
	want := map[string]quiz.Kind{"m.md:1": quiz.Choice, "m.md:2": quiz.Choice, "m.md:3": quiz.Choice, "m.md:4": quiz.Typed}
	if diff := cmp.Diff(want, kinds, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if len(left) != 4 || left["m.md:9"] != "one of its parts cannot be typed" {
		t.Errorf("left out: %v", left)
	}
}
