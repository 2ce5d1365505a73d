package library_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// places are the study's parts in their order, each with the few letters that
// begin it in the text: a page starts where a sentence is cut in two.
var places = []struct{ name, begins string }{
	{"cover", "Matthias Dembinski"},
	{"imprint", "\nImpressum"},
	{"contents", "\nInhalt\n"},
	{"3", "\nEinleitung\n"},
	{"4", "\n misssuche"},
	{"5", "\n Der russische"},
	{"6", "\n term confr"},
	{"7", "\n Pläne sind"},
	{"8", "\n chen Variante"},
	{"9", "\n Inwieweit"},
	{"10", "\n that we work"},
	{"11", "\n heit verstärkt"},
	{"12", "\n dass es besser"},
	{"13", "\n hältnisse"},
	{"14", "\n tungsgeschäfte"},
	{"back cover", "\n Die Zukunft der NATO – NATO intern"},
}

// parts returns the study's text by place, each part joined as [joined] does.
func parts(t *testing.T) map[string][]string {
	t.Helper()
	rest := text(t)
	all := map[string][]string{}
	for i, p := range places {
		start := strings.Index(rest, p.begins)
		if start < 0 {
			t.Fatalf("the study's %q does not begin with %q", p.name, p.begins)
		}
		if i > 0 {
			all[places[i-1].name] = joined(rest[:start])
		}
		rest = rest[start:]
	}
	all["back cover"] = joined(rest)
	return all
}

// footnote returns one of the study's footnotes, which ends at a blank line.
func footnote(t *testing.T, number string) []string {
	t.Helper()
	note := regexp.MustCompile(fmt.Sprintf(`(?m)^%s .*(\n.+)*`, number)).FindString(text(t))
	if note == "" {
		t.Errorf("the study has no footnote %s", number)
	}
	return joined(note)
}

// A source sends the learner to the page, and the footnote, where its evidence
// is printed.
func TestSourcesNameTheRightPlace(t *testing.T) {
	byPlace := parts(t)
	for _, deck := range compiled(t) {
		for _, fact := range deck.Facts {
			if fromElsewhere(fact) {
				continue
			}
			card := fact.Cards[0]
			page, note, _ := strings.Cut(strings.TrimPrefix(card.Source, "fes "), ", fn ")
			if !contains(byPlace[page], card.Evidence) {
				t.Errorf("%s %s: %q does not stand on %s", deck.Name, fact.Key, card.Evidence, card.Source)
			}
			if note != "" && !contains(footnote(t, note), card.Evidence) {
				t.Errorf("%s %s: %q does not stand in footnote %s", deck.Name, fact.Key, card.Evidence, note)
			}
		}
	}
}
