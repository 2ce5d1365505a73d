package ankiio

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"kartei/cmd/internal/show"
	"kartei/decks/anki"
	"kartei/decks/foreign"
	"kartei/decks/plural"
	"kartei/store"
)

// back writes what was edited in decks that came from Anki. If that is nothing, no
// file is written.
func (x *Exporter) back(ctx context.Context, st *store.Store, found []store.Deck, contents []foreign.Contents) error {
	homes, err := readHomes(ctx, st, found)
	if err != nil {
		return err
	}
	all := slices.Clone(contents)
	for i := range homes.gone { // of which nothing is left but what was withdrawn
		all = append(all, foreign.Of(&homes.gone[i].Deck))
	}
	p := x.Progress("%d facts compared")
	var text bytes.Buffer
	report, err := anki.WriteBack(&text, anki.BackOptions{Homes: homes.known, Progress: p.At}, all...)
	p.End()
	if err != nil {
		return err
	}
	x.sayBack(report)
	if report.Notes > 0 {
		if err := x.writeBack(text.Bytes(), contents, report); err != nil {
			return err
		}
	} else {
		x.Say("nothing to send home; nothing was written")
	}
	return x.withdraw(report.Withdrawn)
}

// writeBack writes the file, and the pictures and sounds that are new to Anki beside it.
func (x *Exporter) writeBack(text []byte, contents []foreign.Contents, report anki.BackReport) error {
	var beside media
	err := x.WriteFile(x.Output, func(w io.Writer) (err error) {
		if x.Output != "-" {
			if beside, err = copyMedia(x.Output, contents, report.Media); err != nil {
				return err
			}
		}
		_, err = w.Write(text)
		return err
	})
	if err != nil {
		return err
	}
	x.sayText(report.Report, beside)
	return nil
}

// sayBack says what goes home, what does not, and what is lost.
func (x *Exporter) sayBack(r anki.BackReport) {
	for _, no := range r.Refused {
		fmt.Fprintf(x.Err, "kartei: left out: %s:%d: %s\n", show.Line(no.File), no.Line, show.Line(no.Err.Error()))
	}
	for _, l := range r.Lost {
		var kinds []string
		for _, loss := range l.Losses {
			kinds = append(kinds, loss.Kind)
		}
		fmt.Fprintf(x.Err, "kartei: warning: %s:%d: field %d of its note loses: %s\n", show.Line(l.File), l.Line,
			l.Field, show.Line(strings.Join(kinds, ", ")))
	}
	x.Say("%s to update, %s; left as they came: %s", plural.Count(r.Updates, "note"),
		plural.Count(r.Notes-r.Updates, "new note"), plural.Count(r.Same, "fact"))
	if r.Retagged > 0 {
		x.Say("the tags of %s are replaced by those that are here", plural.Count(r.Retagged, "note"))
	}
}

// mostWithdrawn is how many facts are named that are no more.
const mostWithdrawn = 10

// withdrawBorn is withdraw for decks that did not come from Anki.
func (x *Exporter) withdrawBorn(ctx context.Context, st *store.Store, found []store.Deck, options anki.CSVOptions) error {
	var all []anki.Withdrawn
	gone, err := goneBeside(ctx, st, found)
	if err != nil {
		return err
	}
	for _, d := range slices.Concat(found, gone) {
		if cameFromAnki(d) {
			continue
		}
		facts, err := st.Withdrawn(ctx, d)
		if err != nil {
			return err
		}
		all = append(all, anki.WithdrawnOf(&d.Deck, facts, options)...)
	}
	return x.withdraw(all)
}

// goneBeside are the decks whose files are gone from the folders of decks, and whose names no
// other deck took.
func goneBeside(ctx context.Context, st *store.Store, found []store.Deck) (gone []store.Deck, err error) {
	all, err := st.Decks(ctx)
	live := map[string]bool{}
	for _, d := range all {
		live[d.Name] = live[d.Name] || !d.Missing
	}
	for _, d := range all {
		chosen := slices.ContainsFunc(found, func(f store.Deck) bool { return f.ID == d.ID })
		beside := slices.ContainsFunc(found, func(f store.Deck) bool { return f.Root == d.Root })
		if beside && !chosen && !live[d.Name] {
			gone = append(gone, d)
		}
	}
	return gone, err
}

// withdraw names facts that are no more, and writes a file that tags their notes in
// Anki, where somebody can look for them and delete them.
func (x *Exporter) withdraw(facts []anki.Withdrawn) error {
	if len(facts) == 0 {
		return nil
	}
	x.Say("withdrawn here, and perhaps still in Anki: %s", plural.Count(len(facts), "fact"))
	for _, f := range facts[:min(len(facts), mostWithdrawn)] {
		x.Say("  %s  %s", show.Line(f.Fact), show.Line(f.Words))
	}
	if more := len(facts) - mostWithdrawn; more > 0 {
		x.Say("  and %d more", more)
	}
	if slices.ContainsFunc(facts, func(f anki.Withdrawn) bool { return f.Tagged }) {
		x.Say("find those that are tagged in Anki with tag:%s, and delete them", anki.WithdrawnTag)
	}
	if x.Output == "-" {
		x.Say("with -o FILE there is a file that tags their notes in Anki")
		return nil
	}
	var text bytes.Buffer
	notes, err := anki.WriteWithdrawn(&text, facts)
	if err != nil || notes == 0 {
		return err
	}
	name := strings.TrimSuffix(x.Output, filepath.Ext(x.Output)) + "-withdrawn.txt"
	err = x.WriteFile(name, func(w io.Writer) error { _, err := w.Write(text.Bytes()); return err })
	if err != nil {
		return err
	}
	x.Say("if Anki has them, import %s as well: it tags %s there, for you to find with tag:%s and delete",
		show.Line(name), plural.Count(notes, "note"), anki.WithdrawnTag)
	return nil
}
