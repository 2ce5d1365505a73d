package ankiio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"kartei/cmd/internal/ankihistory"
	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/cmd/internal/userfile"
	"kartei/decks"
	"kartei/decks/anki"
	"kartei/decks/foreign"
	"kartei/decks/plural"
	"kartei/store"
	"kartei/store/atomicfile"
)

// An Exporter writes decks for Anki.
type Exporter struct {
	*console.Console
	*clock.Clock
	Output string        // a file; - is stdout
	Flags  foreign.Flags // of the format
}

// Text writes a text file for Anki, with the pictures and sounds beside it.
func (x *Exporter) Text(
	ctx context.Context, st *store.Store, found []store.Deck, contents []foreign.Contents,
) error {
	if x.Flags.On("back") {
		return x.back(ctx, st, found, contents)
	}
	x.warnOfTwo(found)
	var report anki.Report
	csv := anki.CSVOptions{Basic: x.Flags["basic"], Cloze: x.Flags["cloze"], OwnNoteTypes: x.Flags.On("own-types"),
		FactTags: x.Flags["tags"] == "per-fact"}
	p := x.Progress("%d notes written")
	csv.Progress = p.At
	var beside media
	err := x.WriteFile(x.Output, func(w io.Writer) (err error) {
		if report, err = anki.WriteCSV(w, csv, contents...); err == nil && x.Output != "-" {
			beside, err = copyMedia(x.Output, contents, report.Media) // before there is a text that shows them
		}
		return err
	})
	p.End()
	if err != nil {
		return err
	}
	sayExported(x.Console, report)
	if csv.FactTags {
		x.Say("each import replaces the tags of these notes, also those that learners gave them")
	}
	x.sayText(report, beside)
	return x.withdrawBorn(ctx, st, found, csv)
}

// warnOfTwo warns that an Anki that has the notes which decks came from will have them
// twice.
func (x *Exporter) warnOfTwo(found []store.Deck) {
	var names []string
	for _, d := range found {
		if cameFromAnki(d) {
			names = append(names, d.Name)
		}
	}
	if len(names) == 0 {
		return
	}
	fmt.Fprintf(x.Err, "kartei: warning: %s came from Anki: an Anki that has the notes will have them twice\n", show.SomeOf(names))
	var words []string
	for _, name := range names {
		words = append(words, fault.ShellWord(name))
	}
	fmt.Fprintf(x.Err, "kartei: hint: to update its own notes: kartei export %s --format anki-csv --back -o FILE.txt\n",
		strings.Join(words[:min(len(words), 5)], " "))
}

// sayText says what to do with a text file.
func (x *Exporter) sayText(report anki.Report, beside media) {
	if x.Output == "-" {
		for _, m := range report.Media {
			x.Say("copy %s into Anki's media folder as %s", show.Line(m.Path), show.Line(m.Name))
		}
		return
	}
	x.Say("in Anki: File > Import, choose %s", show.Line(x.Output))
	sayMedia(x.Console, beside)
}

// Media are pictures and sounds that were put beside a text file.
type media struct {
	folder  string // empty: there are none
	copied  int
	missing []anki.Medium
}

func sayMedia(con *console.Console, m media) {
	for _, one := range m.missing {
		sayMissing(con, one)
	}
	if m.folder != "" {
		con.Say("then copy the %s of pictures and sound in %s into Anki's media folder: Tools > Check Media > View Files opens it", plural.Count(m.copied, "file"), show.Line(m.folder))
	}
}

// copyMedia puts pictures and sounds beside a text file, under the names by
// which its notes know them.
func copyMedia(output string, contents []foreign.Contents, all []anki.Medium) (m media, err error) {
	if len(all) == 0 {
		return m, nil
	}
	folders := map[string]fs.FS{}
	for _, c := range contents {
		folders[c.Deck.Name] = c.Files
	}
	m.folder = strings.TrimSuffix(output, filepath.Ext(output)) + "-media"
	if err := atomicfile.MakeFolder(m.folder, 0o777); err != nil {
		return m, err
	}
	for _, one := range all {
		switch err := copyMedium(filepath.Join(m.folder, one.Name), folders[one.Deck], one); {
		case errors.Is(err, anki.ErrMissing):
			m.missing = append(m.missing, one)
		case err != nil:
			return m, err
		default:
			m.copied++
		}
	}
	return m, nil
}

func copyMedium(name string, folder fs.FS, m anki.Medium) error {
	in, err := m.Open(folder)
	if err != nil {
		return err
	}
	defer in.Close()
	return userfile.Replace(name, atomicfile.Shared, func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
}

// Package writes a package for Anki.
func (x *Exporter) Package(
	ctx context.Context, st *store.Store, found []store.Deck, contents []foreign.Contents,
) error {
	if x.Output == "-" && console.IsTerminal(x.Out) {
		return fault.Usagef("-o FILE.apkg, or into a pipe", "a package is not text for a terminal")
	}
	x.warnOfTwo(found)
	options := anki.PackageOptions{Begun: anki.Plain}
	p := x.Progress("%d notes written")
	options.Progress = p.At
	defer p.End()
	if x.Flags.On("history") {
		begun, schedules, err := ankihistory.ToAnki(ctx, st, found, x.Moment())
		if err != nil {
			return err
		}
		options.Begun = begun
		presets, lost, err := presetsOf(ctx, st, found)
		if err != nil {
			return err
		}
		options.Presets = presets
		for _, what := range lost {
			defer x.Say("left here, for Anki has no place for it: %s", show.Line(what))
		}
		options.Schedule = func(c *decks.Card) (anki.Schedule, error) {
			if s := schedules[c.ID]; s != nil {
				return *s, nil
			}
			return anki.Schedule{}, nil
		}
	}
	var report anki.Report
	err := x.WriteFile(x.Output, func(w io.Writer) (err error) {
		report, err = anki.WritePackage(ctx, w, options, contents...)
		return err
	})
	p.End()
	if err != nil {
		return err
	}
	sayExported(x.Console, report)
	for _, m := range report.Missing {
		sayMissing(x.Console, m)
	}
	if len(report.Media) > 0 {
		x.Say("with %s of pictures and sound", plural.Count(len(report.Media), "file"))
	}
	if x.Flags.On("history") {
		x.Say("with %s; in Anki's import, tick \"Import any learning progress\"%s",
			plural.Count(report.Reviews, "review"), presetsToo(options.Presets))
	}
	if x.Output != "-" {
		x.Say("in Anki: File > Import, choose %s", show.Line(x.Output))
	}
	if x.Flags.On("history") { // to an Anki that has none of it
		return nil
	}
	return x.withdrawBorn(ctx, st, found, anki.CSVOptions{OwnNoteTypes: true})
}

func sayExported(con *console.Console, r anki.Report) {
	for _, no := range r.Refused {
		fmt.Fprintf(con.Err, "kartei: left out: %s:%d: %s\n", show.Line(no.File), no.Line, show.Line(no.Err.Error()))
	}
	con.Say("%s for Anki: %s", plural.Count(r.Cards, "card"), plural.Count(r.Notes, "note"))
}

func sayMissing(con *console.Console, m anki.Medium) {
	fmt.Fprintf(con.Err, "kartei: left out: %s: the deck %s shows it, but it is not there or larger than 100 MiB\n",
		show.Line(m.Path), m.Deck)
}

// presetsToo asks for options, where there are some.
func presetsToo(presets map[string]anki.Preset) string {
	if len(presets) == 0 {
		return ""
	}
	return " and \"Import any deck presets\""
}
