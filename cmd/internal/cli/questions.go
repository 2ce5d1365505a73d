package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/decks/aiken"
	"kartei/decks/factfile"
	"kartei/decks/gift"
	"kartei/decks/plural"
	"kartei/decks/quizlet"
	"kartei/decks/spreadsheet"
	"kartei/decks/syntax"
	"kartei/store"
)

// A questionFormat is one that other programs read and write.
type questionFormat struct {
	write func(io.Writer, *decks.Deck, iter.Seq2[*decks.Fact, error]) ([]error, error)
	read  func(string, io.Reader) (*decks.Deck, []error, error)
}

var questionFormats = map[string]questionFormat{
	"gift": {gift.Write, gift.Read},
	"aiken": {func(w io.Writer, _ *decks.Deck, facts iter.Seq2[*decks.Fact, error]) ([]error, error) {
		return aiken.Write(w, facts)
	}, aiken.Read},
	"quizlet": {func(w io.Writer, _ *decks.Deck, facts iter.Seq2[*decks.Fact, error]) ([]error, error) {
		return quizlet.Write(w, facts)
	}, quizlet.Read},
}

// exportQuestions writes decks one after another.
func (e *env) exportQuestions(ctx context.Context, st *store.Store, found []store.Deck, opts exportOptions) error {
	var left []error
	cards := 0
	err := e.writeFile(opts.output, func(w io.Writer) error {
		for _, d := range found {
			facts := counted(st.Facts(ctx, d), &cards)
			more, err := questionFormats[opts.format].write(w, &d.Deck, facts)
			left = append(left, more...)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	e.sayLeft(left)
	e.say("%s written, %s left out", plural.Count(cards-len(left), "card"), plural.Count(len(left), "card"))
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

// maxLeft is how much of what was left out is named one by one.
const maxLeft = 20

func (e *env) sayLeft(left []error) {
	for i, err := range left {
		if i == maxLeft {
			fmt.Fprintf(e.err, "kartei: left out: %d more\n", len(left)-maxLeft)
			return
		}
		fmt.Fprintf(e.err, "kartei: left out: %s\n", show.Line(err.Error()))
	}
}

// sniffed is how many bytes of a file decide what it is.
const sniffed = 64 << 10

var (
	ankiHeader  = regexp.MustCompile(`^#(?i:separator|html|tags|columns|notetype|deck|guid|if matches|match scope)[a-z ]*:`)
	answerLine  = regexp.MustCompile(`(?m)^\s*ANSWER:\s*[A-Z]`)
	answerBlock = regexp.MustCompile(`\{\s*(?:[=~#}]|T|F)`)
)

// sniff tells a file's format by its beginning, and by its name where that says
// no more than text.
func sniff(name string, head []byte) string {
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff")))
	line, _, _ := bytes.Cut(text, []byte("\n"))
	switch {
	case bytes.HasPrefix(head, []byte("PK")):
		return formatAnkiPackage
	case bytes.HasPrefix(text, []byte(`{"`)):
		return "json"
	case ankiHeader.Match(text):
		return formatAnkiText
	case bytes.HasPrefix(text, []byte(spreadsheet.Begin)):
		return "csv"
	case answerLine.Match(text):
		return "aiken"
	case bytes.HasPrefix(text, []byte("//")), bytes.HasPrefix(text, []byte("::")), bytes.HasPrefix(text, []byte("$CATEGORY:")):
		return "gift"
	case bytes.Count(line, []byte("\t")) == 1:
		return "quizlet"
	case answerBlock.Match(text):
		return "gift"
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".apkg", ".colpkg":
		return formatAnkiPackage
	case ".csv", ".tsv":
		return formatAnkiText
	}
	return ""
}

// importQuestions writes a deck file of questions.
func importQuestions(e *env, opts importOptions, in io.Reader) error {
	format, ok := questionFormats[opts.format]
	if !ok && filepath.Ext(opts.file) == ".md" {
		return usagef("a deck of Kartei's goes in with: kartei compile "+opts.file, "%s is in no format that import knows", opts.file)
	}
	if !ok {
		return usagef("--format "+strings.Join(importFormats, ", "), "%s is in no format that import knows", opts.file)
	}
	if opts.output == "" && opts.update == "" {
		return usagef("kartei import "+opts.file+" -o DECK.md", "import needs the deck file to write")
	}
	text, facts, err := e.readQuestions(format, opts, in)
	switch {
	case err != nil:
		return err
	case opts.update != "":
		return e.updateQuestions(opts, text)
	case opts.output == "-":
		return e.writeQuestions(opts.output, text)
	case sameText(opts.output, text):
		e.say("%s is as %s says already", show.Line(opts.output), show.Line(opts.file))
		return nil
	}
	if _, err := os.Lstat(opts.output); err == nil {
		return failf(fmt.Sprintf("to bring it up to date: kartei import %s --update %s", opts.file, opts.output), "there is already a file %s", opts.output)
	}
	if err := e.writeQuestions(opts.output, text); err != nil {
		return fmt.Errorf("import %s: %w", opts.file, err)
	}
	deck, _ := opts.deckName()
	e.say("%s in deck %s; look it over, then: kartei compile %s", plural.Count(facts, "fact"), deck, show.Line(opts.output))
	return nil
}

// readQuestions reads questions as the text of a deck, and says what is left out.
func (e *env) readQuestions(format questionFormat, opts importOptions, in io.Reader) (text []byte, facts int, err error) {
	deck, left, err := format.read(filepath.Base(opts.file), in)
	if err != nil {
		return nil, 0, fmt.Errorf("import %w", err)
	}
	if deck.Name, err = opts.deckName(); err != nil {
		return nil, 0, err
	}
	e.sayLeft(left)
	if len(deck.Facts) == 0 {
		return nil, 0, failf("look at the lines named above, or say what it is with --format", "there is no question in %s that a deck could hold", opts.file)
	}
	var out bytes.Buffer
	if err := factfile.Write(&out, deck); err != nil {
		return nil, 0, fmt.Errorf("import %s: %w", opts.file, err)
	}
	return out.Bytes(), len(deck.Facts), nil
}

// deckName is the name asked for, or one made of the file's.
func (o importOptions) deckName() (string, error) {
	if o.deck != "" {
		if !syntax.IsDeckName(o.deck) {
			return "", usagef("--deck geo/capitals", "%q is no name of a deck", o.deck)
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
