package draft_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/decks/draft"
)

const harbour = `# The harbour

The harbour of Brindle was opened on 3 May 1887 by the town.

The northern wall is 400 metres long and holds back the waves of the winter.

The walls belong to the Brindle Harbour Trust (BHT), which was founded in 1890.
`

// TestDraftsOfADeck follows a deck: drafts are added, one is thrown away, one is
// accepted and edited, and the same document proposes none of them again.
func TestDraftsOfADeck(t *testing.T) {
	d, err := draft.Read("harbour.md", []byte(harbour))
	if err != nil {
		t.Fatal(err)
	}
	candidates := sound(t, "harbour.md", harbour)
	record := draft.ReadRecord("")
	deck, added, err := draft.Add(nil, d, "harbour", candidates, record)
	if err != nil {
		t.Fatal(err)
	}
	if len(added) != 4 {
		t.Fatalf("%d drafts, want 4:\n%s", len(added), deck)
	}
	want := `---
lang: en
source harbour: The harbour
---

## The harbour

C: The harbour of Brindle was opened on {{3 May 1887}} by the town.
Source: harbour The harbour
Evidence: was opened on 3 May 1887 by the town.
Id: harbour-brindle-opened-1887
Draft: yes
`
	if got := string(deck[:min(len(deck), len(want))]); got != want {
		t.Errorf("(-want +got)\n%s", cmp.Diff(want, got))
	}
	edited := bytes.Replace(deck, []byte("Draft: yes\n"), nil, 1)
	edited = bytes.Replace(edited, []byte("was opened on {{3 May 1887}} by the town"), []byte("opened in {{1887}}"), 1)
	edited = edited[:bytes.LastIndex(edited, []byte("\n\n"))+1]
	again, added, err := draft.Add(edited, d, "harbour", candidates, draft.ReadRecord(record.String()))
	if err != nil || len(added) > 0 || !bytes.Equal(again, edited) {
		t.Errorf("the same document proposes %d again: %v\n%s", len(added), err, again)
	}
	// a line deleted from the record may be proposed again
	shorter := strings.Replace(record.String(), "The northern wall is", "Another wall was", 1)
	if _, added, err := draft.Add(edited, d, "harbour", candidates, draft.ReadRecord(shorter)); err != nil || len(added) > 1 {
		t.Errorf("%d proposed again, want at most 1: %v", len(added), err)
	}
	// without a record, the evidence of the deck's own facts says what is there
	if _, added, err := draft.Add(edited, d, "harbour", candidates, draft.ReadRecord("")); err != nil || len(added) != 1 {
		t.Errorf("without a record %d are proposed again, want the one that was deleted: %v", len(added), err)
	}
}

// TestProposals puts what a program says through the checks.
func TestProposals(t *testing.T) {
	d, err := draft.Read("harbour.md", []byte(harbour))
	if err != nil {
		t.Fatal(err)
	}
	output := `{"question": "Who opened the harbour of Brindle?", "answer": "the town", "evidence": "by the town"}
{"question": "How deep is the harbour?", "answer": "40 metres", "evidence": "40 metres deep"}
{"term": "BHT", "definition": "Brindle Harbour Trust", "evidence": "Brindle Harbour\nTrust (BHT)"}
{"cloze": "The northern wall is {{400 metres}} long.", "evidence": "400 metres long"}
{"cloze": "No gap at all.", "evidence": "400 metres long"}
{"question": "Which holds?", "answer": ["a", "b` + "\x1b[2J" + `"], "evidence": "holds back the waves"}
{"question": "Who?", "answer": "", "evidence": "the town"}
{"question": "Q", "answer": "Draft: no\nQ: two", "evidence": "e"}
not JSON
`
	var dropped draft.Dropped
	got := draft.ReadProposals(&d.Sections[0], []byte(output), &dropped)
	var facts []string
	for _, c := range got {
		facts = append(facts, c.Fact.String())
	}
	want := []string{
		"Q: Who opened the harbour of Brindle?\nA: the town",
		"T: BHT\nD: Brindle Harbour Trust",
		"C: The northern wall is {{400 metres}} long.",
	}
	if diff := cmp.Diff(want, facts); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if dropped != (draft.Dropped{Unproved: 2, Unusable: 4}) {
		t.Errorf("dropped %+v", dropped)
	}
}
