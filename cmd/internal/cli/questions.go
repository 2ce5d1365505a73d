package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"kartei/cmd/internal/ankiio"
	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/notebooks"
	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/decks/factfile"
	"kartei/decks/foreign"
	"kartei/decks/library"
	"kartei/decks/plural"
	"kartei/decks/syntax"
	"kartei/store"
)

// contentsOf returns decks with their facts and the folders of their pictures,
// which are closed by close.
func contentsOf(ctx context.Context, st *store.Store, found []store.Deck) (contents []foreign.Contents, close func()) {
	var roots []*os.Root
	for _, d := range found {
		c := foreign.Contents{Deck: &d.Deck, Facts: st.Facts(ctx, d)}
		if d.Root == deckfolder.BuiltIn {
			c.Files = library.FS
		} else if root, err := os.OpenRoot(d.Root); err == nil { // else its pictures are missing, and are said to be
			c.Files = root.FS()
			roots = append(roots, root)
		}
		contents = append(contents, c)
	}
	return contents, func() {
		for _, r := range roots {
			r.Close()
		}
	}
}

// exportQuestions writes decks one after another.
func exportQuestions(ctx context.Context, e *env, st *store.Store, found []store.Deck, opts exportOptions) error {
	contents, done := contentsOf(ctx, st, found)
	defer done()
	cards := 0
	for i := range contents {
		contents[i].Facts = counted(contents[i].Facts, &cards)
	}
	to, _ := going.find(opts.format)
	var left []foreign.Left
	err := e.WriteFile(opts.output, func(w io.Writer) (err error) {
		left, err = to.Write(w, foreign.WriteOptions{Flags: opts.flags}, contents...)
		return err
	})
	if err != nil {
		return err
	}
	deckfolder.SayLeft(e.Console, left)
	gone := len(slices.DeleteFunc(left, func(l foreign.Left) bool { return l.Part }))
	e.Say("%s written, %s left out", plural.Count(cards-gone, "card"), plural.Count(gone, "card"))
	return nil
}

// counted passes facts on and counts their cards.
func counted(facts iter.Seq2[*decks.Fact, error], cards *int) iter.Seq2[*decks.Fact, error] {
	return func(yield func(*decks.Fact, error) bool) {
		for f, err := range facts {
			if f != nil {
				*cards += len(f.Cards)
			}
			if !yield(f, err) {
				return
			}
		}
	}
}

// importQuestions writes deck files of questions, with the pictures that they show.
func importQuestions(ctx context.Context, e *env, from foreign.Format, opts importOptions, in io.Reader) error {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(ankiio.Memory))
	if opts.output == "" && opts.update == "" {
		opts.output = opts.proposed()
	}
	made, err := readQuestions(ctx, e.Console, from, opts, in)
	switch {
	case err != nil:
		return err
	case opts.update != "":
		err = updateQuestions(e.opener, opts, made)
	case opts.output == "-":
		return printQuestions(e.Console, made)
	default:
		err = newQuestions(e, opts, made)
	}
	if err != nil || !opts.compile {
		return err
	}
	return runCompile(ctx, e, compiler.Options{Paths: []string{opts.output + opts.update}})
}

// newQuestions writes what is not there yet.
func newQuestions(e *env, opts importOptions, made made) error {
	there, err := made.there()
	switch {
	case err != nil:
		return fault.Failf(fmt.Sprintf("to bring it up to date: kartei import %s --update %s", opts.file, opts.output),
			"%w", err)
	case there:
		deckfolder.SayThere(e.Console, opts.output, opts.file)
		return nil
	}
	if err := writeQuestions(e.opener, made); err != nil {
		return fmt.Errorf("import %s: %w", opts.file, err)
	}
	deckfolder.SayMade(e.Console, made.facts, made.decks(), opts.output, opts.compile)
	return nil
}

// proposed is the deck file that an import makes where none is named.
func (o importOptions) proposed() string {
	name := syntax.DeckWord(deckfolder.Stem(o.file))
	if name == "" {
		name = "imported"
	}
	return name + ".md"
}

// What an import makes: deck files with the pictures and sounds that they show.
type made struct {
	folder string
	files  []madeFile
	media  []foreign.Medium
	within string // the folder of media, within folder
	facts  int

	settled foreign.Flags // by which the file is read the same again; may be nil
}

type madeFile struct {
	name string // within the folder
	deck string
	text []byte
}

// decks names the decks.
func (m made) decks() (names []string) {
	for _, f := range m.files {
		names = append(names, f.deck)
	}
	return names
}

// There reports whether all files are as they would be written; an error names one
// that is another.
func (m made) there() (bool, error) {
	same := 0
	for _, f := range m.files {
		name := filepath.Join(m.folder, f.name)
		if sameText(name, f.text) {
			same++
		} else if _, err := os.Lstat(name); err == nil {
			return false, fmt.Errorf("there is already a file %s", name)
		}
	}
	return same == len(m.files), nil
}

// readQuestions reads questions as deck files, and says what is left out.
func readQuestions(
	ctx context.Context, con *console.Console, from foreign.Format, opts importOptions, in io.Reader,
) (made, error) {
	to, err := opts.questionTarget()
	if err != nil {
		return made{}, err
	}
	flags, err := remembered(opts.flags, filepath.Join(to.Folder, to.File))
	if err != nil {
		return made{}, err
	}
	r, err := from.Read(in, foreign.ReadOptions{File: filepath.Base(opts.file), Media: to.Media + "/", Flags: flags,
		Show: guesser{con, ctx, opts.file}.show})
	if err != nil {
		return made{}, fmt.Errorf("import %w", err)
	}
	for _, remark := range r.Remarks {
		con.Say("%s: %s", show.Line(opts.file), show.Line(remark))
	}
	deckfolder.SayLeft(con, r.Left)
	if err := opts.refuseLosses(reckoned(r)); err != nil {
		return made{}, err
	}
	m := made{folder: to.Folder, media: r.Media, within: to.Media, settled: r.Settled, facts: r.Rows}
	if len(r.Decks) > 1 && to.File != "" {
		return made{}, fault.Usagef("name a folder: -o "+strings.TrimSuffix(opts.output, ".md"),
			"%s becomes %s", opts.file, plural.Count(len(r.Decks), "deck file"))
	}
	for _, d := range r.Decks {
		f := madeFile{name: to.File, deck: d.Name}
		if len(r.Decks) == 1 {
			if d.Name, err = opts.deckName(); err != nil {
				return made{}, err
			}
			f.deck = d.Name
		}
		if f.name == "" {
			f.name = strings.ReplaceAll(d.Name, "/", "-") + ".md"
		}
		var text bytes.Buffer
		if err := factfile.WriteWith(&text, d, r.Body); err != nil {
			return made{}, fmt.Errorf("import %s: %w", opts.file, err)
		}
		f.text = text.Bytes()
		m.facts += len(d.Facts)
		m.files = append(m.files, f)
	}
	if m.facts == 0 {
		return made{}, fault.Failf("look at the lines named above, or say what it is with --format",
			"there is no question in %s that a deck could hold", opts.file)
	}
	return m, nil
}

// mostLost is one of how many questions may be lost without being asked for.
const mostLost = 50

// reckoned counts the questions of a reading that were taken, and those that were lost.
func reckoned(r *foreign.Reading) (taken, lost int) {
	taken = r.Rows
	for _, d := range r.Decks {
		taken += len(d.Facts)
	}
	for _, l := range r.Left {
		if !l.Part {
			lost++
		}
	}
	return taken, lost
}

// refuseLosses refuses a reading that lost more than a few of its questions.
func (o importOptions) refuseLosses(taken, lost int) error {
	if o.partial || taken == 0 || lost*mostLost <= taken+lost {
		return nil
	}
	return fault.Failf("the lines above say why; to import the rest: "+o.inPart(),
		"%d of %s would be lost; nothing was written", lost, plural.Count(taken+lost, "question"))
}

// inPart is the command that takes what is not lost.
func (o importOptions) inPart() string {
	command := "kartei import " + fault.ShellWord(o.file) + " --partial"
	if _, ok := notebooks.Find(o.format); ok {
		command += " --format " + o.format + " -o " + fault.ShellWord(o.output)
	}
	return command
}

// questionTarget is where questions go: to a new deck, or to one that is there.
func (o importOptions) questionTarget() (deckfolder.Target, error) {
	if o.update != "" {
		o.output = o.update
	}
	return o.target()
}

// deckName is the name asked for, or one made of the file's.
func (o importOptions) deckName() (string, error) {
	if o.deck != "" {
		if !syntax.IsDeckName(o.deck) {
			return "", fault.Usagef("--deck geo/capitals", "%q is not the name of a deck", o.deck)
		}
		return o.deck, nil
	}
	base := filepath.Base(o.output)
	if o.output == "-" || o.output == "" {
		base = filepath.Base(o.file)
	}
	if name := syntax.DeckWord(strings.TrimSuffix(base, filepath.Ext(base))); name != "" {
		return name, nil
	}
	return "imported", nil
}
