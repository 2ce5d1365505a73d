package supermemo

import (
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"kartei/decks/notebook"
)

const text = "Q: Which sea\r\nQ: is the saltiest?\r\nA: The Dead Sea\r\nI: REP=8 LAP=2 EF=2.700 UF=2.370 INT=429 LAST=27.01.06\r\nO: 36\r\n\r\n" +
	"Q: 2 * 3 * 4 &lt; 25?<br>Say <b>why</b>.\r\nA: It is 24.\r\nI: REP=0 LAP=0 EF=2.500 UF=2.370 INT=0 LAST=0\r\nO: 36\r\n\r\n" +
	"A: nothing asked\r\n\r\nQ: No answer?\r\n\r\nQ: C\xf4te d'Ivoire\r\nA: 1\r\nA: 2\r\nI: REP=many\r\n\r\nq: newer?\r\na: yes\r\n"

// SuperMemo's text comes with its lines, its marks and what it knew: repetitions, ease
// and interval of SM-2, by which a card is due.
func TestText(t *testing.T) {
	s, err := notebook.Open(fstest.MapFS{"seas.txt": {Data: []byte(text)}}, "", Format.Extensions, "")
	if err != nil {
		t.Fatal(err)
	}
	s.Zone = time.FixedZone("", 3600)
	im, err := Format.Take(t.Context(), s, notebook.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const want = `---
deck: seas
---

Q: Which sea
  is the saltiest?
A: The Dead Sea
Id: which-sea-is-the-saltiest

Q: 2 * 3 * 4 < 25?\
  Say **why**.
A: It is 24.
Id: 2-3-4-25-say

Q: Côte d'Ivoire
A: 1
  2
Id: cote-divoire

Q: newer?
A: yes
Id: newer
`
	if got := string(im.Files[0].Text); got != want {
		t.Errorf("got\n%s", got)
	}
	var left []string
	for _, l := range im.Left {
		left = append(left, l.Error())
	}
	if want := "[seas.txt:12: this card has no question seas.txt:14: this question has no answer seas.txt:16: it is not understood what was learned: REP=many]"; fmt.Sprint(left) != want {
		t.Errorf("left %v", left)
	}
	if len(im.Files[0].Known) != 1 {
		t.Fatalf("known: %+v", im.Files[0].Known)
	}
	k := im.Files[0].Known[0]
	wantState := notebook.State{Due: notebook.Noon(2007, 4, 1, s.Zone), Last: notebook.Noon(2006, 1, 27, s.Zone), Interval: 429, Ease: 2.7, Reps: 8, Lapses: 2}
	if *k.State != wantState || k.Fact != "which-sea-is-the-saltiest" {
		t.Errorf("got %s %+v", k.Fact, k.State)
	}
	if n := marks("seas.txt", text); n < 2 {
		t.Errorf("%d marks", n)
	}
	if n := marks("own.md", "Q: a\nA: b\n\nQ: c\nA:\n- d\n"); n != 0 {
		t.Errorf("%d marks in a deck of Kartei's", n)
	}
}
