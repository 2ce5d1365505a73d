package deckfolder

import (
	"fmt"
	"path/filepath"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/show"
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
		case reimport.Kept:
			fmt.Fprintf(con.Out, "kept     %s: %s (%s)\n", place, show.Line(c.Old), c.Why)
			if c.New != "" {
				fmt.Fprintf(con.Out, "         there: %s\n", show.Line(c.New))
			}
		}
	}
	fmt.Fprintf(con.Out, "%s: %d added, %d changed, %d gone, %d kept, %d unchanged\n", show.Line(file),
		counts[reimport.Added], counts[reimport.Changed], counts[reimport.Gone], counts[reimport.Kept], r.Same)
}

// SayAlone says which files were not written, because they were edited meanwhile.
func SayAlone(con *console.Console, out atomicfile.Outcome) {
	for _, name := range out.Left {
		fmt.Fprintf(con.Err, "kartei: warning: %s was edited meanwhile, so it was left as it is\n",
			show.Line(filepath.Join(out.Folder, name)))
	}
}
