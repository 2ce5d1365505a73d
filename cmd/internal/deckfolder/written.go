package deckfolder

import (
	"fmt"
	"path/filepath"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks/foreign"
	"kartei/decks/plural"
	"kartei/decks/reimport"
	"kartei/store/atomicfile"
)

// PrintChanges names each fact that is otherwise, and counts.
func PrintChanges(con *console.Console, file string, r reimport.Result) {
	counts := map[reimport.Kind]int{}
	for _, c := range r.Changes {
		counts[c.Kind]++
		place := show.Line(file)
		if c.Line > 0 {
			place += fmt.Sprintf(":%d", c.Line)
		}
		switch c.Kind {
		case reimport.Added:
			fmt.Fprintf(con.Out, "added    %s\n", show.Line(c.New))
		case reimport.Changed:
			fmt.Fprintf(con.Out, "changed  %s: %s\n         now: %s\n", place, show.Line(c.Old), show.Line(c.New))
		case reimport.Gone:
			fmt.Fprintf(con.Out, "gone     %s: %s\n", place, show.Line(c.Old))
		case reimport.Withdrawn:
			fmt.Fprintf(con.Out, "withdrawn  %s\n", show.Line(c.New))
		case reimport.Kept:
			fmt.Fprintf(con.Out, "kept     %s: %s (%s)\n", place, show.Line(c.Old), c.Why)
			if c.New != "" {
				fmt.Fprintf(con.Out, "         there: %s\n", show.Line(c.New))
			}
		}
	}
	withdrawn := ""
	if n := counts[reimport.Withdrawn]; n > 0 {
		withdrawn = fmt.Sprintf(", %d withdrawn", n)
	}
	fmt.Fprintf(con.Out, "%s: %d added, %d changed, %d gone, %d kept%s, %d unchanged\n", show.Line(file),
		counts[reimport.Added], counts[reimport.Changed], counts[reimport.Gone], counts[reimport.Kept], withdrawn, r.Same)
}

// SayMade says what deck files were made of an import, at a path.
func SayMade(con *console.Console, facts int, decks []string, path string, compiles bool) {
	in := plural.Count(len(decks), "deck")
	if len(decks) == 1 {
		in = "deck " + decks[0]
	}
	said := fmt.Sprintf("%s in %s", plural.Count(facts, "fact"), in)
	if !compiles {
		said += "; look it over, then: kartei compile " + fault.ShellWord(path)
	}
	con.Say("%s", said)
}

// SayThere says that the deck files of an import are there already.
func SayThere(con *console.Console, path, from string) {
	con.Say("%s is as %s says already", show.Line(path), show.Line(from))
}

// SayChanged says what to do with deck files that an import changed.
func SayChanged(con *console.Console, path string) {
	con.Say("look it over, then: kartei compile %s", show.Line(path))
}

// SayAlone says which files were not written, because they were edited meanwhile.
func SayAlone(con *console.Console, out atomicfile.Outcome) {
	for _, name := range out.Left {
		fmt.Fprintf(con.Err, "kartei: warning: %s was edited meanwhile, so it was left as it is\n",
			show.Line(filepath.Join(out.Folder, name)))
	}
}

// MaxLeft is how much of what was left out is named one by one.
const MaxLeft = 20

// SayLeft names what was left out.
func SayLeft(con *console.Console, left []foreign.Left) {
	for i, err := range left {
		if i == MaxLeft {
			fmt.Fprintf(con.Err, "kartei: left out: %d more\n", len(left)-MaxLeft)
			return
		}
		fmt.Fprintf(con.Err, "kartei: left out: %s\n", show.Line(err.Error()))
	}
}
