package decks_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kartei/decks"
	"kartei/decks/syntax"
)

// A shelf is a collection reduced to what identity needs: which card holds
// which history.
type shelf struct {
	facts []decks.OldFact
	held  map[string]string // by card id: the history, named by where it began
	begun map[string]int    // by name: how many histories began so
}

// begin returns a card a history of its own, named after its answer. A second one
// of the same answer has a star.
func (s *shelf) begin(card *decks.Card) {
	if s.begun == nil {
		s.begun = map[string]int{}
	}
	name := card.AnswerText()
	s.held[card.ID] = name + strings.Repeat("*", s.begun[name])
	s.begun[name]++
}

// compile compiles files, matches them, and moves histories as the aliases say.
// A card without a history gets one, named "card answer".
func (s *shelf) compile(t *testing.T, files map[string]string) map[string]string {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	c, err := decks.Compile(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Broken) > 0 {
		var out strings.Builder
		decks.Render(&out, c.Diagnostics)
		t.Fatalf("broken decks %v\n%s", c.Broken, out.String())
	}
	found, err := decks.MatchWith(s.facts, c.Decks, decks.MatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	moved := map[string]string{}
	for id, history := range s.held {
		moved[id] = history
	}
	for _, a := range found.Aliases {
		delete(moved, a.From)
	}
	for _, a := range found.Aliases {
		if history, ok := s.held[a.From]; ok {
			moved[a.To] = history
		}
	}
	s.held = moved
	histories := map[string]string{} // by the answer of a card
	for _, d := range c.Decks {
		for i := range d.Facts {
			f := &d.Facts[i]
			for j := range f.Cards {
				card := &f.Cards[j]
				if card.ID == "" || f.Key == "" {
					t.Fatalf("the card %q has no name", card.Prompt)
				}
				if _, ok := s.held[card.ID]; !ok {
					s.begin(card)
				}
				histories[card.AnswerText()] = s.held[card.ID]
			}
		}
	}
	s.facts = keep(s.facts, c.Decks, found)
	return histories
}

// keep returns what a collection has after a compile: the facts that there are, with
// the cards that they had before, and those that are gone.
func keep(before []decks.OldFact, now []*decks.Deck, found decks.Matching) (after []decks.OldFact) {
	key, name := map[string]string{}, map[string]string{}
	for _, m := range found.Keys {
		key[m.Deck+"/"+m.From] = m.To
	}
	for _, a := range found.Aliases {
		name[a.From] = a.To
	}
	live, home := map[string]int{}, map[string]int{} // by fact, by card: where in after
	for _, d := range now {
		for i := range d.Facts {
			f := &d.Facts[i]
			live[d.ID+"/"+f.Key] = len(after)
			for j := range f.Cards {
				home[f.Cards[j].ID] = len(after)
			}
			after = append(after, decks.Remember(d.ID, f, i, false))
		}
	}
	for _, old := range before {
		if to, moved := key[old.Deck+"/"+old.Key]; moved {
			old.Key, old.Written, old.Cell = to, false, false
		}
		at, stays := live[old.Deck+"/"+old.Key]
		var rest []decks.OldCard
		for _, c := range old.Cards {
			if to := name[c.ID]; to != "" {
				c.ID = to
			}
			if new, lives := home[c.ID]; lives {
				at, stays = new, true // where the fact went
			} else {
				rest = append(rest, c)
			}
		}
		switch old.Cards = rest; {
		case len(rest) == 0:
		case stays:
			for i := range rest {
				rest[i].Gone = true
			}
			after[at].Cards = append(after[at].Cards, rest...)
		default:
			old.Retired = true
			after = append(after, old)
		}
	}
	return after
}

const geography = `
Q: Which river flows through Vienna and Budapest?
A: the Danube

Q: What is the highest mountain of the Alps?
A: Mont Blanc

T: fjord
D: a long narrow inlet made by a glacier

C: The {{Rhine}} rises in {{Switzerland}}.

Q: Name the Baltic states.
A:
- Estonia
- Latvia
- Lithuania
`

const capitals = `
# Capitals

| country | capital | region |
|---------|---------|--------|
| Norway  | Oslo    | Northern Europe |
| Chile   | Santiago | South America |
| Kenya   | Nairobi | East Africa |

Q: What is the capital of {country}?
A: {capital}

Q: In which part of the world is {country}?
A: {region}
`

// TestEdits states for each edit that authors make what becomes of histories.
// Want names the history, by the answer it began with, that a card, by its
// answer now, has after the edit; a card that begins anew has its own.
func TestEdits(t *testing.T) {
	replace := func(text string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(text) }
	block := func(text string, i int) string { return strings.Split(strings.Trim(text, "\n"), "\n\n")[i] + "\n\n" }
	without := func(text string, i int) string {
		return strings.Replace(text, strings.TrimSuffix(block(text, i), "\n"), "", 1)
	}
	const numbered, ask = "| nr | asked | wanted |\n|---|---|---|\n", "\nQ: What does {asked} mean?\nA: {wanted}\n"
	for _, test := range []struct {
		name  string // and why the histories go where they go
		old   map[string]string
		new   map[string]string
		want  map[string]string
		fresh int // cards that begin anew
	}{
		{
			name: "a typo in a question: the answer is the same and the place too",
			old:  map[string]string{"geo.md": strings.Replace(geography, "flows through", "flwos trough", 1)},
			new:  map[string]string{"geo.md": geography},
			want: map[string]string{"the Danube": "the Danube"},
		},
		{
			name: "a typo in an answer: the question is the same",
			old:  map[string]string{"geo.md": strings.Replace(geography, "Mont Blanc", "Mount Blank", 1)},
			new:  map[string]string{"geo.md": geography},
			want: map[string]string{"Mont Blanc": "Mount Blank"},
		},
		{
			name: "a typo in a table's cell: the row's first cell names the fact",
			old:  map[string]string{"geo.md": strings.Replace(capitals, "Nairobi", "Niarobi", 1)},
			new:  map[string]string{"geo.md": capitals},
			want: map[string]string{"Nairobi": "Niarobi", "East Africa": "East Africa"},
		},
		{
			name: "a typo in a row's first cell: the row is alike, and its cards take new names",
			old:  map[string]string{"geo.md": strings.Replace(capitals, "Norway", "Norwya", 1)},
			new:  map[string]string{"geo.md": capitals},
			want: map[string]string{"Oslo": "Oslo", "Northern Europe": "Northern Europe"},
		},
		{
			name: "facts in another order: the text is the same",
			old:  map[string]string{"geo.md": geography},
			new:  map[string]string{"geo.md": block(geography, 4) + block(geography, 2) + block(geography, 0) + block(geography, 3) + block(geography, 1)},
			want: map[string]string{"the Danube": "the Danube", "Mont Blanc": "Mont Blanc", "Rhine": "Rhine"},
		},
		{
			name: "a fact in another section: sections are not part of identity",
			old:  map[string]string{"geo.md": "# A\n" + geography + "\n# B\n"},
			new:  map[string]string{"geo.md": "# A\n" + without(geography, 1) + "\n# B\n\n" + block(geography, 1)},
			want: map[string]string{"Mont Blanc": "Mont Blanc"},
		},
		{
			name: "a fact in another deck: what vanished there appeared here",
			old:  map[string]string{"geo.md": geography, "alps.md": block(geography, 2)},
			new:  map[string]string{"geo.md": without(geography, 1), "alps.md": block(geography, 2) + block(geography, 1)},
			want: map[string]string{"Mont Blanc": "Mont Blanc", "the Danube": "the Danube"},
		},
		{
			name: "a fact with an id in another deck: it keeps its id and its history",
			old:  map[string]string{"geo.md": geography + "Q: q\nA: a\nId: one\n", "alps.md": block(geography, 2)},
			new:  map[string]string{"geo.md": geography, "alps.md": block(geography, 2) + "Q: q\nA: a\nId: one\n"},
			want: map[string]string{"a": "a"},
		},
		{
			name: "a deck divided into decks below it, and facts with ids reworded on both sides",
			old: map[string]string{"geo.md": geography +
				"Q: Which town is the capital of Chile today?\nA: It is Santiago de Chile\nId: chile\n\nQ: Which of the rivers of Asia is longest?\nA: The Yangtze River\nId: asia\n"},
			new: map[string]string{"geo.md": "---\ndeck: geo\n---\n", "core.md": "---\ndeck: geo/core\n---\n" + without(geography, 1) +
				"Q: Which town is Chile's capital today?\nA: Santiago de Chile\nId: chile\n", "more.md": "---\ndeck: geo/more\n---\n" + block(geography, 1) +
				"Q: Which of Asia's rivers is the longest?\nA: The Yangtze\nId: asia\n"},
			want: map[string]string{"Mont Blanc": "Mont Blanc", "the Danube": "the Danube",
				"Santiago de Chile": "It is Santiago de Chile", "The Yangtze": "The Yangtze River"},
		},
		{
			name:  "an id in another deck over another text: it is another fact",
			old:   map[string]string{"geo.md": "Q: What is the capital of Chile?\nA: Santiago\nId: one\n"},
			new:   map[string]string{"geo.md": "", "geo2.md": "Q: Who wrote the novel Middlemarch?\nA: George Eliot\nId: one\n"},
			want:  map[string]string{"George Eliot": "George Eliot"},
			fresh: 1,
		},
		{
			name: "one file split into two of the same deck: files are not part of identity",
			old:  map[string]string{"geo.md": geography},
			new:  map[string]string{"geo1.md": "---\ndeck: geo\n---\n" + without(geography, 1), "geo2.md": "---\ndeck: geo\n---\n" + block(geography, 1)},
			want: map[string]string{"Mont Blanc": "Mont Blanc", "the Danube": "the Danube"},
		},
		{
			name: "a file renamed, and with it the deck that is called after it: its facts moved",
			old:  map[string]string{"geo.md": geography + capitals},
			new:  map[string]string{"world.md": geography + capitals},
			want: map[string]string{"Mont Blanc": "Mont Blanc", "Oslo": "Oslo", "Rhine": "Rhine", "fjord": "fjord"},
		},
		{
			name: "a deck renamed that keeps its id: no card takes a new name",
			old:  map[string]string{"geo.md": geography},
			new:  map[string]string{"geo.md": "---\ndeck: world\nid: geo\n---\n" + geography},
			want: map[string]string{"Mont Blanc": "Mont Blanc", "Rhine": "Rhine"},
		},
		{
			name: "an id added: the text is the same",
			old:  map[string]string{"geo.md": geography},
			new:  map[string]string{"geo.md": replace(geography, "A: Mont Blanc\n", "A: Mont Blanc\nId: mont-blanc\n")},
			want: map[string]string{"Mont Blanc": "Mont Blanc", "the Danube": "the Danube"},
		},
		{
			name: "an id taken away: the text is the same",
			old:  map[string]string{"geo.md": replace(geography, "A: Mont Blanc\n", "A: Mont Blanc\nId: mont-blanc\n")},
			new:  map[string]string{"geo.md": geography},
			want: map[string]string{"Mont Blanc": "Mont Blanc", "the Danube": "the Danube"},
		},
		{
			name: "a column with another header: the cards take new names, questions and answers are the same",
			old:  map[string]string{"geo.md": capitals},
			new:  map[string]string{"geo.md": replace(capitals, "region", "continent")},
			want: map[string]string{"East Africa": "East Africa", "Oslo": "Oslo"},
		},
		{
			name:  "a row inserted: it is new",
			old:   map[string]string{"geo.md": capitals},
			new:   map[string]string{"geo.md": replace(capitals, "| Chile", "| Peru | Lima | the Andes |\n| Chile")},
			want:  map[string]string{"Oslo": "Oslo", "Santiago": "Santiago", "Lima": "Lima", "Nairobi": "Nairobi"},
			fresh: 2,
		},
		{
			name:  "a row put between others, and one taken out: each row is known by its first cell",
			old:   map[string]string{"geo.md": capitals},
			new:   map[string]string{"geo.md": replace(capitals, "| Chile   | Santiago | South America |\n", "| Peru | Lima | the Andes |\n| Mali | Bamako | West Africa |\n")},
			want:  map[string]string{"Oslo": "Oslo", "Nairobi": "Nairobi", "Lima": "Lima", "Bamako": "Bamako"},
			fresh: 4,
		},
		{
			name: "two similar facts edited at once: each is most like itself",
			old:  map[string]string{"geo.md": geography + "Q: Which city is the capital of upper Austria?\nA: Linz\n\nQ: Which city is the capital of lower Austria?\nA: Sankt Pölten\n"},
			new:  map[string]string{"geo.md": geography + "Q: Which town is the capital of Upper Austria?\nA: Linz\n\nQ: Which town is the capital of Lower Austria?\nA: St. Pölten\n"},
			want: map[string]string{"Linz": "Linz", "St. Pölten": "Sankt Pölten"},
		},
		{
			name: "two answers swapped: the question counts, and the card says that its answer changed",
			old:  map[string]string{"geo.md": replace(geography, "the Danube", "Mont Blanc", "Mont Blanc", "the Danube")},
			new:  map[string]string{"geo.md": geography},
			want: map[string]string{"the Danube": "Mont Blanc", "Mont Blanc": "the Danube"},
		},
		{
			name: "a homonym made clear and rows sorted under running numbers: a number says nothing, and the answers make more known than the question",
			old:  map[string]string{"geo.md": numbered + "| 1 | bank | Bank |\n| 2 | bank (water) | Ufer |\n" + ask},
			new:  map[string]string{"geo.md": numbered + "| 1 | bank | Ufer |\n| 2 | bank (money) | Bank |\n" + ask},
			want: map[string]string{"Bank": "Bank", "Ufer": "Ufer"},
		},
		{
			name: "two answers swapped under running numbers: the question counts",
			old:  map[string]string{"geo.md": numbered + "| 1 | river | Bank |\n| 2 | money | Ufer |\n" + ask},
			new:  map[string]string{"geo.md": numbered + "| 1 | river | Ufer |\n| 2 | money | Bank |\n" + ask},
			want: map[string]string{"Bank": "Ufer", "Ufer": "Bank"},
		},
		{
			name: "terms and definitions exchanged, a homonym made clear, and ids exchanged: the side that stayed counts",
			old:  map[string]string{"geo.md": "T: bank\nD: Kreditinstitut\nId: q1\n\nT: bank (water)\nD: Uferstreifen\nId: q2\n"},
			new:  map[string]string{"geo.md": "T: Uferstreifen\nD: bank\nId: q1\n\nT: Kreditinstitut\nD: bank (money)\nId: q2\n"},
			want: map[string]string{"Kreditinstitut": "Kreditinstitut", "Uferstreifen": "Uferstreifen", "bank": "bank (water)", "bank (money)": "bank"},
		},
		{
			name: "terms and definitions exchanged, and a homonym made clear, without ids: the side that stayed counts",
			old:  map[string]string{"geo.md": "T: bank\nD: Kreditinstitut\n\nT: bank (water)\nD: Uferstreifen\n"},
			new:  map[string]string{"geo.md": "T: Kreditinstitut\nD: bank (money)\n\nT: Uferstreifen\nD: bank\n"},
			want: map[string]string{"Kreditinstitut": "Kreditinstitut", "Uferstreifen": "Uferstreifen", "bank": "bank (water)", "bank (money)": "bank"},
		},
		{
			name: "a term and its definition that are alike, exchanged, and one reworded: the side that stayed counts, not the card's name",
			old:  map[string]string{"geo.md": "T: photography\nD: photographic art\n"},
			new:  map[string]string{"geo.md": "T: photographic art\nD: photography (hobby)\n"},
			want: map[string]string{"photographic art": "photographic art", "photography (hobby)": "photography"},
		},
		{
			name:  "a deletion put before others: each follows its hidden word",
			old:   map[string]string{"geo.md": geography},
			new:   map[string]string{"geo.md": replace(geography, "The {{Rhine}} rises", "The {{river}} {{Rhine}} rises")},
			want:  map[string]string{"river": "river", "Rhine": "Rhine", "Switzerland": "Switzerland"},
			fresh: 1,
		},
		{
			name: "a deletion taken away before others: each follows its hidden word, and what is gone is kept apart",
			old:  map[string]string{"geo.md": geography},
			new:  map[string]string{"geo.md": replace(geography, "The {{Rhine}} rises", "The Rhine rises")},
			want: map[string]string{"Switzerland": "Switzerland"},
		},
		{
			name:  "a question made a term: the direction that was there goes on",
			old:   map[string]string{"geo.md": "Q: fjord\nA: a long narrow inlet\n"},
			new:   map[string]string{"geo.md": "T: fjord\nD: a long narrow inlet\n"},
			want:  map[string]string{"a long narrow inlet": "a long narrow inlet", "fjord": "fjord"},
			fresh: 1,
		},
		{
			name: "another id: the text is the same",
			old:  map[string]string{"geo.md": "Q: q\nA: a\nId: one\n"},
			new:  map[string]string{"geo.md": "Q: q\nA: a\nId: two\n"},
			want: map[string]string{"a": "a"},
		},
		{
			name:  "another fact with the same answer, elsewhere: not enough",
			old:   map[string]string{"geo.md": geography},
			new:   map[string]string{"geo.md": without(geography, 0) + "\nQ: What was the Roman frontier called Limes along?\nA: the Danube\n"},
			want:  map[string]string{"Mont Blanc": "Mont Blanc"},
			fresh: 1,
		},
		{
			name:  "a question that differs in a sign only, and its answer: another fact in its place",
			old:   map[string]string{"geo.md": geography + "Q: Who made the language C?\nA: Dennis Ritchie\n\nQ: What is 3 + 4?\nA: 7\n\nQ: What is 3 - 9?\nA: -6\n\nQ: The derivative of $x^2$?\nA: $2x$\n"},
			new:   map[string]string{"geo.md": geography + "Q: Who made the language C++?\nA: Bjarne Stroustrup\n\nQ: What is 3 - 4?\nA: -1\n\nQ: What is 3 * 9?\nA: 27\n\nQ: The derivative of $x_2$?\nA: $1$\n"},
			want:  map[string]string{"Bjarne Stroustrup": "Bjarne Stroustrup", "-1": "-1", "27": "27", "$1$": "$1$"},
			fresh: 4,
		},
		{
			name: "a question that differs in print only, and its answer reworded: the question is the same",
			old:  map[string]string{"geo.md": geography + "Q: Who made \"C\" - the *well-known* language?\nA: Ritchie\n"},
			new:  map[string]string{"geo.md": geography + "Q: Who made “C” – the well known language?\nA: A man at Bell Labs\n"},
			want: map[string]string{"A man at Bell Labs": "Ritchie"},
		},
		{
			name: "a side in signs is one of several, and its answer is another: no other fact asks it",
			old:  map[string]string{"geo.md": geography + "Q: Who made C?\nA: Ritchie\n\nQ: Who made C++?\nA: Stroustrup\n"},
			new:  map[string]string{"geo.md": geography + "Q: Who made C++?\nA: A Dane at Bell Labs\n\nQ: Who made C?\nA: Somebody who wrote Unix, too\n"},
			want: map[string]string{"A Dane at Bell Labs": "Stroustrup", "Somebody who wrote Unix, too": "Ritchie"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var s shelf
			s.compile(t, test.old)
			before := histories(s)
			got := s.compile(t, test.new)
			for answer, history := range test.want {
				if got[answer] != history {
					t.Errorf("the card that wants %q has the history of %q, want that of %q", answer, got[answer], history)
				}
			}
			if fresh := len(histories(s)) - len(before); fresh != test.fresh {
				t.Errorf("%d cards begin anew, want %d", fresh, test.fresh)
			}
		})
	}
}

func histories(s shelf) []string {
	var all []string
	for id := range s.held {
		all = append(all, id)
	}
	slices.Sort(all)
	return all
}

func TestWhatIsGoneComesBack(t *testing.T) {
	var s shelf
	whole := map[string]string{"geo.md": geography}
	s.compile(t, whole)
	before := histories(s)
	s.compile(t, map[string]string{"geo.md": strings.Replace(geography, "Q: What is the highest mountain of the Alps?\nA: Mont Blanc\n", "", 1)})
	s.compile(t, whole)
	if after := histories(s); !slices.Equal(before, after) {
		t.Errorf("cards before %v, after deleting and restoring a fact %v", before, after)
	}
}

func TestSwappedDeletionsSwapNames(t *testing.T) {
	var s shelf
	s.compile(t, map[string]string{"geo.md": "C: The {{Rhine}} rises in {{Switzerland}}.\n"})
	got := s.compile(t, map[string]string{"geo.md": "C: In {{Switzerland}} rises the {{Rhine}}.\n"})
	for _, answer := range []string{"Rhine", "Switzerland"} {
		if got[answer] != answer {
			t.Errorf("the deletion %q has the history of %q", answer, got[answer])
		}
	}
}

// TestDeletionsComeAndGo follows the deletions of one sentence through edits. Want
// names the history, by the hidden words that it began with, of each deletion.
// The order in which a collection keeps the cards of a fact is that in which they
// were made. An exchange of sides, or of deletions, turns it.
func TestCardsInAnyOrderAreKnown(t *testing.T) {
	for _, test := range []struct{ old, new, answer, history string }{
		{"T: cat\nD: chat\n", "T: cat\nD: minou, le petit\n", "minou, le petit", "chat"},
		{"C: The {{Rhine}} comes from {{Switzerland}}.\n", "C: Der {{Rhine}} kommt aus der {{Switzerland}}, so heißt es.\n", "Rhine", "Rhine"},
	} {
		var s shelf
		s.compile(t, map[string]string{"d.md": "Q: q\nA: a\n\n" + test.old})
		c, err := decks.Compile(fstest.MapFS{"d.md": &fstest.MapFile{Data: []byte("Q: q\nA: a\n\n" + test.old)}})
		if err != nil {
			t.Fatal(err)
		}
		decks.Match(nil, c.Decks)
		f := &c.Decks[0].Facts[1]
		slices.Reverse(f.Cards)
		s.facts[1] = decks.Remember(c.Decks[0].ID, f, 1, false)
		if got := s.compile(t, map[string]string{"d.md": "Q: q\nA: a\n\n" + test.new}); got[test.answer] != test.history {
			t.Errorf("%q: the card that wants %q has the history of %q", test.new, test.answer, got[test.answer])
		}
	}
}

func TestDeletionsComeAndGo(t *testing.T) {
	for _, id := range []string{"", "Id: rhine\n"} {
		var s shelf
		for i, step := range []struct {
			text string
			want map[string]string
		}{
			{"C: The {{Rhine}} rises in {{Switzerland}}.", map[string]string{"Rhine": "Rhine", "Switzerland": "Switzerland"}},
			// The first goes: the second takes its number, not its history.
			{"C: The Rhine rises in {{Switzerland}}.", map[string]string{"Switzerland": "Switzerland"}},
			// It comes back, with what it had.
			{"C: The {{Rhine}} rises in {{Switzerland}}.", map[string]string{"Rhine": "Rhine", "Switzerland": "Switzerland"}},
			// The last goes, and another takes its number: it begins anew.
			{"C: The {{Rhine}} rises in Switzerland.", map[string]string{"Rhine": "Rhine"}},
			{"C: The {{Rhine}} {{rises}} in Switzerland.", map[string]string{"Rhine": "Rhine", "rises": "rises"}},
			// One goes while another comes: what it hid can be read now.
			{"C: The Rhine {{rises}} in {{Switzerland}}.", map[string]string{"rises": "rises", "Switzerland": "Switzerland"}},
			// A slip of the author's is not another deletion.
			{"C: The Rhine {{rises}} in {{Swizzerland}}.", map[string]string{"rises": "rises", "Swizzerland": "Switzerland"}},
			{"C: The {{Rhine}} {{rises}} in {{Switzerland}}.", map[string]string{"Rhine": "Rhine", "rises": "rises", "Switzerland": "Switzerland"}},
			// The sentence goes while one of them is gone, and all come back.
			{"C: The {{Rhine}} rises in {{Switzerland}}.", map[string]string{"Rhine": "Rhine", "Switzerland": "Switzerland"}},
			{"Nothing at all.", nil},
			{"C: The {{Rhine}} rises in {{Switzerland}}.", map[string]string{"Rhine": "Rhine", "Switzerland": "Switzerland"}},
			{"C: The {{Rhine}} {{rises}} in {{Switzerland}}.", map[string]string{"Rhine": "Rhine", "rises": "rises", "Switzerland": "Switzerland"}},
		} {
			if strings.HasPrefix(step.text, "C:") {
				step.text += "\n" + id
			}
			got := s.compile(t, map[string]string{"geo.md": step.text + "\n\nQ: What is it?\nA: a river\n"})
			delete(got, "a river")
			if diff := cmp.Diff(step.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("step %d, %s (-want +got):\n%s", i, step.text, diff)
			}
		}
	}
}

// TestIDsAddedByFmt: "kartei fmt --ids -w" gives ids to all facts and rows of
// the program's own decks, and no history is lost, nor when that is undone.
func TestIDsAddedByFmt(t *testing.T) {
	for _, name := range []string{"nato-en/more.md", "nato-de/core.md"} {
		text, _ := cutManuscript(t, name).print()
		withIDs, err := syntax.FormatWithIDs([]byte(text), syntax.NewNames())
		if err != nil {
			t.Fatal(err)
		}
		var s shelf
		s.compile(t, map[string]string{"m.md": text})
		before := heldHistories(s)
		s.compile(t, map[string]string{"m.md": string(withIDs)})
		if after := heldHistories(s); !slices.Equal(before, after) {
			t.Errorf("%s: %d histories before the ids, %d after", name, len(before), len(after))
		}
		for _, f := range s.facts {
			if !f.Retired && (!f.Written || f.Cell) {
				t.Errorf("%s: %q has no id", name, f.Cards[0].Prompt)
			}
		}
		s.compile(t, map[string]string{"m.md": text})
		if after := heldHistories(s); !slices.Equal(before, after) {
			t.Errorf("%s: %d histories before the ids, %d after they went", name, len(before), len(after))
		}
	}
}

// heldHistories returns the histories, sorted; a card that begins anew adds one.
func heldHistories(s shelf) []string {
	var all []string
	for _, history := range s.held {
		all = append(all, history)
	}
	slices.Sort(all)
	return all
}

// TestKeysAreReproducible: two collections that compile the same text agree on
// the names of its cards, so that their histories can be merged.
func TestKeysAreReproducible(t *testing.T) {
	var a, b shelf
	a.compile(t, map[string]string{"geo.md": geography})
	b.compile(t, map[string]string{"geo.md": geography})
	if !slices.Equal(histories(a), histories(b)) {
		t.Errorf("one text, two sets of names: %v and %v", histories(a), histories(b))
	}
}

// TestFactsOfOneNote reads the facts of a note again of which several came: each is
// known by its id, also where they were put into another order.
func TestFactsOfOneNote(t *testing.T) {
	const one, two = "C: {{1::one}} and two, the first\nId: note\n", "C: one and {{2::two}}\nId: note-2\n"
	read := func(text string) []*decks.Deck {
		c, err := decks.Compile(fstest.MapFS{"d.md": &fstest.MapFile{Data: []byte("---\ndeck: d\n---\n\n" + text)}})
		if err != nil || len(c.Decks) != 1 {
			t.Fatal(c.Broken, err)
		}
		for i := range c.Decks[0].Facts {
			c.Decks[0].Facts[i].Origin = "anki\x00guid\x00-1"
		}
		return c.Decks
	}
	before := read(one + "\n" + two)
	var old []decks.OldFact
	for i := range before[0].Facts {
		f := decks.Remember(before[0].ID, &before[0].Facts[i], i, false)
		f.Origin = before[0].Facts[i].Origin
		old = append(old, f)
	}
	for name, text := range map[string]string{
		"same": one + "\n" + two, "turned": two + "\n" + one,
		"reworded": strings.ReplaceAll(one, "first", "former") + "\n" + strings.ReplaceAll(two, "and", "or"),
	} {
		if moves := decks.Match(old, read(text)); len(moves) != 0 {
			t.Errorf("%s: %v", name, moves)
		}
	}
}
