package draft_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kartei/decks/draft"
)

// best is how many candidates an author is supposed to look through.
const best = 150

// wantShare is the share of the listed facts that must be among them.
const wantShare = 0.6

// TestJudged measures the candidates of documents that are not ours to copy, by the
// lists of facts in testdata/judged, which were made before the first run. The
// folder KARTEI_DRAFT_DOCUMENTS holds the documents, each called as its list is.
// With KARTEI_DRAFT_SHOW=50 it prints the first fifty candidates, to be read.
func TestJudged(t *testing.T) {
	folder := os.Getenv("KARTEI_DRAFT_DOCUMENTS")
	if folder == "" {
		t.Skip("KARTEI_DRAFT_DOCUMENTS names no folder of documents to judge by")
	}
	lists, err := filepath.Glob("testdata/judged/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range lists {
		name := strings.TrimSuffix(filepath.Base(list), ".txt")
		documents, _ := filepath.Glob(filepath.Join(folder, name+".*"))
		if len(documents) == 0 {
			t.Logf("%s: not there", name)
			continue
		}
		t.Run(name, func(t *testing.T) { judge(t, documents[0], listed(t, list)) })
	}
}

func judge(t *testing.T, document string, facts []listedFact) {
	data, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	d, err := draft.Read(document, data)
	if err != nil {
		t.Fatal(err)
	}
	all := draft.Propose(d, nil)
	t.Logf("%s: %q, %d sections, %d candidates; %v", document, d.Lang, len(d.Sections), len(all), d.Losses)
	found := 0
	for _, f := range facts {
		at := -1
		for i := range all {
			if f.isIn(&all[i]) {
				at = i
				break
			}
		}
		if at >= 0 && at < best {
			found++
		} else {
			t.Logf("missed (%d): %s", at+1, f.text)
		}
	}
	var shown int
	fmt.Sscan(cmp.Or(os.Getenv("KARTEI_DRAFT_SHOW"), "0"), &shown)
	for i, c := range all[:min(shown, len(all))] {
		t.Logf("%3d %.2f %s [%s p%d] %s\n        ev: %s", i+1, c.Score, c.Kind, c.Section, c.Page, strings.ReplaceAll(c.Fact.String(), "\n", " / "), c.Evidence)
	}
	share := float64(found) / float64(len(facts))
	t.Logf("%d of %d listed facts are among the best %d: %.0f %%", found, len(facts), min(best, len(all)), 100*share)
	if share < wantShare {
		t.Errorf("the share is below %.0f %%", 100*wantShare)
	}
}

// A listedFact is a line of a list: what is to be known, the words of which one
// must be asked for, and those that must stand on the card.
type listedFact struct {
	text         string
	asked, shown []string
}

func listed(t *testing.T, list string) (facts []listedFact) {
	data, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		columns := strings.Split(line, " | ")
		if len(columns) != 3 {
			t.Fatalf("%s: %q", list, line)
		}
		facts = append(facts, listedFact{columns[0], strings.Split(columns[1], ";"), strings.Split(columns[2], " & ")})
	}
	return facts
}

func (f listedFact) isIn(c *draft.Candidate) bool {
	card := plain(c.Fact.String())
	for _, s := range f.shown {
		if !strings.Contains(card, plain(s)) {
			return false
		}
	}
	for _, answer := range c.Fact.Asked() {
		for _, a := range f.asked {
			if answer, a := plain(answer), plain(a); strings.Contains(answer, a) || strings.HasPrefix(a, answer+" ") { // a number without its unit
				return true
			}
		}
	}
	return false
}

func plain(s string) string {
	s = strings.NewReplacer("{{", "", "}}", "", "\u00a0", " ", "\u202f", " ", `\`, "").Replace(s)
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}
