package library_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"kartei/decks"
	"kartei/decks/internal/study"
	"kartei/decks/library"
)

// text returns the study's text as it stands in the file.
func text(t *testing.T) string {
	t.Helper()
	return study.Text(t, "evidence and overlap stay unchecked")
}

// lineEnd is where a word, or a compound, is divided.
var lineEnd = regexp.MustCompile(`-\s*\n\s*`)

// joined returns a text on one line, twice: words divided at a line's end
// joined without their hyphen, and compounds divided there joined with it.
func joined(text string) []string {
	var lines []string
	for _, hyphen := range []string{"", "-"} {
		lines = append(lines, strings.Join(strings.Fields(lineEnd.ReplaceAllString(text, hyphen)), " "))
	}
	return lines
}

// contains says whether one of the lines holds a token.
func contains(lines []string, token string) bool {
	return slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, token) })
}

// fromElsewhere reports whether a fact rests on the treaty or on NATO's own
// pages, as those of the first chapter may, which the study takes for granted.
func fromElsewhere(f decks.Fact) bool {
	source, _, _ := strings.Cut(f.Cards[0].Source, " ")
	return strings.HasPrefix(f.Key, "before-") && (source == "treaty" || source == "nato")
}

func TestEvidenceStandsInTheStudy(t *testing.T) {
	lines := joined(text(t))
	for _, deck := range compiled(t) {
		for _, fact := range deck.Facts {
			for _, card := range fact.Cards {
				switch {
				case fromElsewhere(fact):
				case !strings.HasPrefix(card.Source, "fes "):
					t.Errorf("%s %s: source %q names no place in the study", deck.Name, fact.Key, card.Source)
				case card.Evidence == "":
					t.Errorf("%s %s: no evidence", deck.Name, fact.Key)
				case !contains(lines, card.Evidence):
					t.Errorf("%s %s: %q does not stand in the study", deck.Name, fact.Key, card.Evidence)
				}
			}
		}
	}
}

// run is how many words in a row are no longer our own.
const run = 8

// titles are official names longer than a run, which may be repeated.
var titles = []string{
	"Concept for Deterrence and Defence of the Euro-Atlantic Area",
	"Deterrence and Defence of the Euro-Atlantic Area",
	"MC Guidance for the Military Implementation of Alliance Strategy",
	"Die Zukunft der NATO: Unsichere Führung in stürmischen Zeiten",
	"Maritime Centre for the Security of Critical Undersea Infrastructure",
	"NATO Cooperative Cyber Defense Centre of Excellence",
	"NATO Security Assistance and Training for Ukraine",
	"Pledge of Long-Term Security Assistance for Ukraine",
}

func TestWordsAreOurOwn(t *testing.T) {
	theirs := map[string]bool{}
	for _, line := range joined(text(t)) {
		eachRun(line, func(s string) { theirs[s] = true })
	}
	for name, src := range files(t) {
		for _, paragraph := range ownText(src) {
			eachRun(paragraph, func(s string) {
				if theirs[s] {
					t.Errorf("%s: %q also stands in the study", name, s)
				}
			})
		}
	}
}

// eachRun calls f with every run of words of a text, in lower case.
func eachRun(text string, f func(string)) {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '¶'
	})
	for i := run; i <= len(words); i++ {
		f(strings.Join(words[i-run:i], " "))
	}
}

var (
	evidence = regexp.MustCompile(`(?m)^(Source|Evidence): .*$`)
	deletion = regexp.MustCompile(`\{\{(\d::)?([^{}]*)\}\}`)
)

// ownText returns the paragraphs of a deck file without what is quoted on
// purpose: evidence and titles.
func ownText(src string) []string {
	src = evidence.ReplaceAllString(src, "¶")
	src = deletion.ReplaceAllString(src, "$2")
	for _, title := range titles {
		src = strings.ReplaceAll(src, title, "¶")
	}
	var paragraphs []string
	for _, p := range strings.Split(src, "\n\n") {
		if strings.HasPrefix(p, "|") {
			p = withoutEvidence(p)
		}
		paragraphs = append(paragraphs, p)
	}
	return paragraphs
}

// withoutEvidence empties a table's column of that name.
func withoutEvidence(table string) string {
	rows := strings.Split(table, "\n")
	for column, head := range strings.Split(rows[0], "|") {
		if strings.TrimSpace(head) != "evidence" {
			continue
		}
		for i, row := range rows {
			cells := strings.Split(strings.ReplaceAll(row, `\|`, "¶"), "|")
			cells[column] = "¶"
			rows[i] = strings.Join(cells, "|")
		}
	}
	return strings.Join(rows, "\n")
}

// files returns the sources of the library by name.
func files(t *testing.T) map[string]string {
	t.Helper()
	names, _, err := decks.Sources(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, name := range names {
		src, err := fs.ReadFile(library.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = string(src)
	}
	return all
}
