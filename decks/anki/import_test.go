package anki

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kartei/decks"
	"kartei/decks/foreign"
)

func readPackage(t *testing.T, data []byte) *Import {
	t.Helper()
	im, err := ReadPackage(t.Context(), bytes.NewReader(data), int64(len(data)), ImportOptions{Media: "media/"})
	if err != nil {
		t.Fatal(err)
	}
	return im
}

// compile compiles what was imported, whose cards must all be there.
func compile(t *testing.T, im *Import) map[string]*decks.Card {
	t.Helper()
	cards := compileAny(t, im)
	if len(cards) != len(im.Cards) {
		t.Errorf("%d cards were compiled, %d imported", len(cards), len(im.Cards))
	}
	return cards
}

// compileAny compiles what was imported, which must have no errors, and
// returns its cards by id.
func compileAny(t *testing.T, im *Import) map[string]*decks.Card {
	t.Helper()
	files := fstest.MapFS{}
	for _, s := range im.DeckFiles {
		files[s.Name] = &fstest.MapFile{Data: s.Text}
	}
	c, err := decks.Compile(files, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range c.Diagnostics {
		if d.Severity == decks.Error {
			t.Errorf("%s:%d: %s [%s]", d.File, d.Line, d.Message, d.Rule)
		}
	}
	cards := map[string]*decks.Card{}
	for _, d := range c.Decks {
		for i := range d.Facts {
			for j := range d.Facts[i].Cards {
				card := &d.Facts[i].Cards[j]
				cards[decks.CardID(d.ID, d.Facts[i].Key, card.Name)] = card
			}
		}
	}
	for _, c := range im.Cards {
		if cards[decks.CardID(c.Deck, c.Fact, c.Card)] == nil {
			t.Errorf("no card %s %s %s was compiled", c.Deck, c.Fact, c.Card)
		}
	}
	return cards
}

// holds is what make_packages.py says that its collection holds.
type holds struct {
	Notes, Cards, Reviews, Suspended, Buried, Flagged, Learning, Leeches int
	ReviewCards                                                          int `json:"review_cards"`
	Stability                                                            float64
	Dues                                                                 []int
	Crt                                                                  int64
}

func checkImport(t *testing.T, im *Import, want holds) {
	t.Helper()
	got := holds{Notes: im.Notes + im.Skipped, Cards: len(im.Cards)}
	begun := Beginning{Rollover: 4}
	begun.Day = int((want.Crt - 4*3600) / 86_400)
	for _, c := range im.Cards {
		s := c.Schedule
		got.Reviews += len(s.Reviews)
		got.Stability += s.Stability
		for _, is := range []struct {
			yes   bool
			count *int
		}{
			{s.Suspended, &got.Suspended}, {s.Buried, &got.Buried}, {s.Flag > 0, &got.Flagged}, {s.State == Reviewing, &got.ReviewCards},
			{s.State == Learning || s.State == Relearning, &got.Learning},
		} {
			if is.yes {
				*is.count++
			}
		}
		if s.State == Reviewing {
			got.Dues = append(got.Dues, s.DueDay-begun.Day)
		}
	}
	slices.Sort(got.Dues)
	if math.Abs(got.Stability-want.Stability) > 1e-3*want.Stability {
		t.Errorf("stability %g, want %g", got.Stability, want.Stability)
	}
	got.Stability, got.Crt, got.Leeches = want.Stability, want.Crt, want.Leeches
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(want)
	if !bytes.Equal(a, b) {
		t.Errorf("imported %s\nwant     %s", a, b)
	}
}

func TestReadPackage(t *testing.T) {
	var want holds
	data, err := os.ReadFile("testdata/packages/facts.json")
	if err == nil {
		err = json.Unmarshal(data, &want)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"latest.apkg", "legacy.colpkg"} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata/packages", name))
			if err != nil {
				t.Fatal(err)
			}
			im := readPackage(t, data)
			compile(t, im)
			checkImport(t, im, want)
			var all bytes.Buffer
			for _, s := range im.DeckFiles {
				all.WriteString("==> " + s.Name + " <==\n")
				all.Write(s.Text)
			}
			losses, _ := json.MarshalIndent(im.Losses, "", "  ")
			all.WriteString("==> losses <==\n")
			all.Write(append(losses, '\n'))
			golden(t, "packages/facts.md", all.Bytes())
			for _, m := range im.Media {
				r, err := im.OpenMedium(m)
				if err != nil {
					t.Fatal(err)
				}
				if data, err := io.ReadAll(r); err != nil || len(data) == 0 {
					t.Errorf("%s: %d bytes, %v", m.Name, len(data), err)
				}
				r.Close()
			}
			if len(im.Media) != 2 {
				t.Errorf("media %v", im.Media)
			}
		})
	}
}

// TestSchedulesComeBack writes schedules and logs and reads them again.
func TestSchedulesComeBack(t *testing.T) {
	data, _ := exportPackage(t, everyKind(), nil)
	im := readPackage(t, data)
	begun, want := schedules()
	if im.Begun != begun {
		t.Errorf("begun %+v, want %+v", im.Begun, begun)
	}
	type card struct {
		note    string
		ordinal int
	}
	got := map[card]Schedule{}
	for _, c := range im.Cards {
		got[card{c.Note, c.Ordinal}] = c.Schedule
	}
	about := cmpopts.EquateApprox(0, 0.005) // difficulty is kept in thousandths
	for _, f := range everyKind().Facts {
		for i := range f.Cards {
			s, ok := want[f.Key+"/"+f.Cards[i].Name]
			delete(want, f.Key+"/"+f.Cards[i].Name)
			if !ok || s.Reviews == nil {
				continue
			}
			s.Last, s.Ease = s.Reviews[len(s.Reviews)-1].At, 2.5
			came := card{GUID("geo/europe", f.Key, &f.Cards[i]), max(f.Cards[i].Number-1, 0)}
			if diff := cmp.Diff(s, got[came], about); diff != "" {
				t.Errorf("%s (-went +came)\n%s", f.Key, diff)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("not looked for: %v", want)
	}
}

// TestReviewsAtOneTime holds that two cards may be graded in one millisecond:
// Anki numbers reviews by it.
func TestReviewsAtOneTime(t *testing.T) {
	deck := everyKind()
	at := int64(1_700_000_000_000)
	options := PackageOptions{Schedule: func(*decks.Card) (Schedule, error) {
		return Schedule{State: Reviewing, Reviews: []Review{{At: at, Grade: 3}, {At: at + 1, Grade: 3}}}, nil
	}}
	var out bytes.Buffer
	if _, err := WritePackage(t.Context(), &out, options, foreign.Of(deck)); err != nil {
		t.Fatal(err)
	}
	times := map[int64]bool{}
	for _, c := range readPackage(t, out.Bytes()).Cards {
		for _, r := range c.Schedule.Reviews {
			times[r.At] = true
		}
	}
	if len(times) != 2*9 {
		t.Errorf("%d reviews of 18 have a time of their own", len(times))
	}
}

func TestFactsOfOddNotes(t *testing.T) {
	long := strings.Repeat("word ", 20_000)
	im := readText(t, "#separator:tab\nWho?\tA\nWho?\tB\n"+long+"\tC\nwhat\u202e?\t\n")
	compileAny(t, im)
	text := string(im.DeckFiles[0].Text)
	for _, want := range []string{"A: A\nId: who-ugtqfqma\n", "A: B\nId: who-eifmlmgq\n", "Q: what?\nA: —\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	want := []Loss{{"card that is too long", 1, strings.Repeat("word ", 12) + "…"}, {"hidden character", 1, ""}, {"question without an answer", 1, "what?"}}
	if diff := cmp.Diff(want, im.Losses); diff != "" {
		t.Errorf("losses (-want +got)\n%s", diff)
	}
}
