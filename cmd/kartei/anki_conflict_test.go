package main

import (
	"strings"
	"testing"
)

const ankiText = "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n"

// A part that was edited here and in Anki is asked about at a terminal: the answer
// counts, and one that is put off goes neither way.
func TestAnkiConflictIsAsked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key, file, home string
	}{
		{"h", "Q: Symbol of copper?\nA: Cu, cuprum\n", "1 note to update"},
		{"a", "Q: Symbol of copper?\nA: Cu (29)\n", "0 notes to update"},
		{"n", "Q: Symbol of copper?\nA: Cu, cuprum\n", "changed here and in Anki"},
	} {
		l := newLearner(t)
		l.write("chem.txt", ankiText+"gAAAAAAAA5\tBasic\tchem\tSymbol of copper?\tCu\n")
		l.run("import", "chem.txt", "-o", "chem.md", "--compile")
		l.write("chem.md", strings.Replace(string(l.read("chem.md")), "A: Cu", "A: Cu, cuprum", 1))
		l.run("compile", "chem.md")
		l.write("later.txt", ankiText+"gAAAAAAAA5\tBasic\tchem\tSymbol of copper?\tCu (29)\n")
		s := l.start(80, 24, "import", "later.txt", "--update", "chem.md", "--compile")
		s.WaitFor("Which counts?")
		for _, shown := range []string{"here", "Cu, cuprum", "Anki", "Cu (29)", "neither yet"} {
			if !strings.Contains(s.Screen(), shown) {
				t.Errorf("it does not show %q:\n%s", shown, s.Screen())
			}
		}
		s.Send(c.key)
		if err := s.End(); err != nil {
			t.Errorf("%s: %v\n%s", c.key, err, s.Screen())
		}
		if text := string(l.read("chem.md")); !strings.Contains(text, c.file) {
			t.Errorf("%s: the deck file says\n%s", c.key, text)
		}
		if said := l.run("export", "chem", "--format", "anki-csv", "--back", "-o", "home.txt"); !strings.Contains(said, c.home) {
			t.Errorf("%s: it does not say %q, but\n%s", c.key, c.home, said)
		}
	}
}
