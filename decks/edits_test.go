package decks_test

import (
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"kartei/decks"
	"kartei/decks/library"
	"kartei/decks/syntax"
)

// A unit is what an author edits at once: a fact or a row of a table.
type unit struct {
	id      int
	row     bool
	lines   []string
	removed bool // from the file as it is now
}

// A manuscript is a deck file without ids, cut into units.
type manuscript struct {
	pieces []any // string: lines that stay; *unit
	units  []*unit
}

// cutManuscript drops all ids: every fact has to be known by its text.
func cutManuscript(t *testing.T, name string) *manuscript {
	t.Helper()
	src, err := fs.ReadFile(library.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	f := syntax.Parse(name, src)
	m := &manuscript{}
	end := f.Header.End
	keep := func(to int) {
		if to > end {
			m.pieces = append(m.pieces, f.Text[end:to])
		}
	}
	m.pieces = append(m.pieces, "---\ndeck: manuscript\n---\n")
	for _, b := range f.Blocks {
		switch b := b.(type) {
		case *syntax.Fact:
			if b.Table != nil {
				continue
			}
			keep(b.Start)
			m.add(slices.DeleteFunc(strings.Split(f.Slice(b.Span), "\n"), func(l string) bool { return strings.HasPrefix(l, "Id: ") }), false)
			end = b.End
		case *syntax.Table:
			keep(b.Start)
			cut := 0
			if b.Columns[0].Role == syntax.RowID {
				cut = 1
			}
			if !distinct(b, cut) {
				end = b.Start
				continue
			}
			m.pieces = append(m.pieces, dropCells(f.Slice(syntax.Span{Start: b.Start, End: b.Rule.End}), cut)+"\n")
			for i := range b.Rows {
				m.add([]string{dropCells(f.Slice(b.Rows[i].Span), cut)}, true)
			}
			end = b.End
		}
	}
	keep(len(f.Text))
	return m
}

// distinct reports whether a column's cells can serve as identities.
func distinct(t *syntax.Table, column int) bool {
	seen := map[string]bool{}
	for _, r := range t.Rows {
		if text := r.Cells[column].Text; seen[text] || text == "" {
			return false
		} else {
			seen[text] = true
		}
	}
	return true
}

// dropCells takes the first n cells of every line away.
func dropCells(text string, n int) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		for range n {
			l = l[1:][strings.IndexByte(l[1:], '|'):]
		}
		lines[i] = l
	}
	return strings.Join(lines, "\n")
}

func (m *manuscript) add(lines []string, row bool) {
	u := &unit{id: len(m.units), row: row, lines: lines}
	m.units = append(m.units, u)
	m.pieces = append(m.pieces, u)
}

// print returns the text and, by line from 1, which unit begins there.
func (m *manuscript) print() (text string, at map[int]int) {
	var out strings.Builder
	at = map[int]int{}
	line := 1
	for _, p := range m.pieces {
		s, isText := p.(string)
		if u, ok := p.(*unit); ok && !u.removed {
			at[line] = u.id
			s = strings.Join(u.lines, "\n") + "\n"
		} else if !isText {
			continue
		}
		out.WriteString(s)
		line += strings.Count(s, "\n")
	}
	return out.String(), at
}

// compile returns the deck and, by fact, its unit.
func (m *manuscript) compile(t *testing.T) (*decks.Deck, []int) {
	t.Helper()
	text, at := m.print()
	c, err := decks.Compile(fstest.MapFS{"m.md": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Decks) != 1 {
		var out strings.Builder
		decks.Render(&out, c.Diagnostics)
		t.Fatalf("the manuscript does not compile:\n%s", out.String())
	}
	d := c.Decks[0]
	units := make([]int, len(d.Facts))
	for i := range d.Facts {
		unit, ok := at[d.Facts[i].Line]
		if !ok {
			unit = -d.Facts[i].Line // a row that kept its id
		}
		units[i] = unit
	}
	return d, units
}

// edit changes units as authors do.
func (m *manuscript) edit(r *rand.Rand) {
	for _, u := range m.units {
		if u.removed {
			u.removed = false // a fact that the old file did not have
			continue
		}
		switch n := r.IntN(100); {
		case n < 6:
			u.removed = true
		case n < 30:
			before := slices.Clone(u.lines)
			if u.change(r); u.row && m.clashes(u) {
				u.lines = before
			}
		}
	}
	for range len(m.pieces) / 20 {
		i := r.IntN(len(m.pieces) - 1)
		a, okA := m.pieces[i].(*unit)
		b, okB := m.pieces[i+1].(*unit)
		if okA && okB && a.row == b.row {
			m.pieces[i], m.pieces[i+1] = b, a
		}
	}
	text := slices.IndexFunc(m.pieces, func(p any) bool { u, ok := p.(*unit); return ok && !u.row })
	for range 10 {
		i := r.IntN(len(m.pieces))
		u, ok := m.pieces[i].(*unit)
		if !ok || u.row || i == text {
			continue
		}
		m.pieces = slices.Delete(m.pieces, i, i+1) // a fact goes to the front
		m.pieces = slices.Insert(m.pieces, text, any(u), any("\n"))
	}
}

// clashes reports whether another row begins with the same cell.
func (m *manuscript) clashes(row *unit) bool {
	first := func(u *unit) string { return strings.TrimSpace(strings.Split(u.lines[0], "|")[1]) }
	return slices.ContainsFunc(m.units, func(u *unit) bool { return u != row && u.row && first(u) == first(row) })
}

// change edits one line of the unit's text: a typo, a word more, a word less,
// other words.
func (u *unit) change(r *rand.Rand) {
	i := r.IntN(min(2, len(u.lines)))
	key, value, ok := strings.Cut(u.lines[i], ": ")
	if u.row {
		cells := strings.Split(u.lines[i], "|")
		j := 1 + r.IntN(min(2, len(cells)-2))
		if strings.HasSuffix(cells[j], `\`) {
			return // the bar after it stands in the cell
		}
		cells[j] = " " + changeText(r, strings.TrimSpace(cells[j])) + " "
		u.lines[i] = strings.Join(cells, "|")
	} else if ok && !strings.Contains(value, "{{") {
		u.lines[i] = key + ": " + changeText(r, value)
	}
}

func changeText(r *rand.Rand, text string) string {
	words := strings.Fields(text)
	if len(words) == 0 {
		return text
	}
	i := r.IntN(len(words))
	runes := []rune(words[i])
	switch n := r.IntN(10); {
	case n < 4 && len(runes) > 2: // a typo mended: two letters swapped
		j := r.IntN(len(runes) - 1)
		runes[j], runes[j+1] = runes[j+1], runes[j]
		words[i] = string(runes)
	case n < 6:
		words = slices.Insert(words, i, []string{"indeed", "mainly", "first", "die", "noch"}[r.IntN(5)])
	case n < 8 && len(words) > 3:
		words = slices.Delete(words, i, i+1)
	default:
		words[i] = []string{"alliance", "treaty", "region", "Staat", "Jahr"}[r.IntN(5)]
	}
	return strings.Join(words, " ")
}

// TestRandomEdits measures how often facts without ids are taken for others,
// and how often they are not known again, when a deck changes at a hundred
// places at once: facts change, go, come, and move. At most one in 200 may be
// taken for another.
func TestRandomEdits(t *testing.T) {
	randomEdits(t, 0.03, func(new *decks.Deck, old []decks.OldFact) []decks.Alias {
		return decks.Match(old, []*decks.Deck{new})
	})
}

// TestRandomEditsThroughTheAttic measures the same of a deck that was retired and
// comes back under another name: what was edited on the way must be almost the same.
func TestRandomEditsThroughTheAttic(t *testing.T) {
	randomEdits(t, 0.08, func(new *decks.Deck, old []decks.OldFact) []decks.Alias {
		new.ID = "elsewhere"
		for i := range old {
			old[i].Retired = true
		}
		found, err := decks.MatchWith(nil, []*decks.Deck{new}, decks.MatchOptions{Retired: func(unknown []*decks.Fact) ([]decks.OldFact, error) {
			if len(unknown) != len(new.Facts) {
				t.Fatalf("%d facts are unknown, want all %d", len(unknown), len(new.Facts))
			}
			return old, nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		return found.Aliases
	})
}

// randomEdits edits decks at random and matches them with what they were. Of the
// facts at most the given share may be missed.
func randomEdits(t *testing.T, missing float64, match func(new *decks.Deck, old []decks.OldFact) []decks.Alias) {
	t.Helper()
	names, _, err := decks.Sources(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	var kept, wrong, missed, invented int
	for _, name := range slices.DeleteFunc(names, func(name string) bool { return !strings.HasSuffix(name, "/more.md") }) {
		for seed := range uint64(6) {
			r := rand.New(rand.NewPCG(seed, 1))
			m := cutManuscript(t, name)
			for _, u := range m.units {
				u.removed = r.IntN(100) < 6
			}
			old, oldUnits := m.compile(t)
			decks.Match(nil, []*decks.Deck{old})
			var facts []decks.OldFact
			unitOf := map[string]int{}
			for i := range old.Facts {
				facts = append(facts, decks.Remember(old.ID, &old.Facts[i], i, false))
				for _, c := range old.Facts[i].Cards {
					unitOf[c.ID] = oldUnits[i]
				}
			}
			was := map[int]bool{}
			for _, u := range oldUnits {
				was[u] = true
			}
			m.edit(r)
			new, newUnits := m.compile(t)
			aliases := map[string]string{}
			for _, a := range match(new, facts) {
				aliases[a.To] = a.From
			}
			for i := range new.Facts {
				id := new.Facts[i].Cards[0].ID
				if from, ok := aliases[id]; ok {
					id = from
				}
				if newUnits[i] < 0 {
					continue
				}
				switch unit, known := unitOf[id]; {
				case known && unit == newUnits[i]:
					kept++
				case known && !was[newUnits[i]]:
					invented++
					t.Logf("%s: a new fact took the history of another: %q", name, new.Facts[i].Cards[0].Prompt)
				case known:
					wrong++
					t.Logf("%s: a fact took the history of another: %q", name, new.Facts[i].Cards[0].Prompt)
				case was[newUnits[i]]:
					missed++
				}
			}
		}
	}
	rate := float64(wrong+invented) / float64(kept+wrong+invented)
	t.Logf("identity without ids: %d kept, %d wrong, %d invented (%.2f %% of matches), %d missed (%.2f %%)",
		kept, wrong, invented, 100*rate, missed, 100*float64(missed)/float64(kept+missed))
	if rate > 1.0/200 {
		t.Errorf("%.2f %% of the matches are wrong, want at most 0.5 %%", 100*rate)
	}
	if float64(missed) > missing*float64(kept) {
		t.Errorf("%d of %d facts are not known again, want at most %.0f %%", missed, kept, 100*missing)
	}
}
