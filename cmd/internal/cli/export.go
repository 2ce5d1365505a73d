package cli

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kartei/decks/spreadsheet"
	"kartei/store"
)

type exportOptions struct {
	format   string
	output   string
	tags     string
	basic    string
	cloze    string
	ownTypes bool
	history  bool
	back     bool
	decks    []string
}

// exportFormats write decks; json writes the whole collection.
var exportFormats = []string{"anki-csv", "anki-apkg", "gift", "aiken", "quizlet", "csv", "json"}

func newExportCmd(e *env) *cobra.Command {
	var opts exportOptions
	cmd := &cobra.Command{
		Use:   "export DECK… --format FORMAT -o FILE",
		Short: "Write decks for another program",
		Long: `Export writes decks as a file for another program.

  anki-csv   for Anki's File > Import, as text. Import it again after an edit and
             Anki updates the notes; schedules and history stay.
  anki-apkg  for Anki, as a package with pictures and sound in it. With --history
             your schedule and review log go along.
  gift       for Moodle: Question bank > Import > GIFT.
  aiken      for learning platforms: multiple choice only, without feedback.
  quizlet    for Quizlet's Import from text: a term, a tab, a definition a line.
  csv        for a spreadsheet, one row a card. Never import this into Anki.
  json       the whole collection with its log, for kartei import and programs
             of your own: kartei help collection-json. Takes no DECK.

In an Anki that does not speak English, name its note types:
  kartei export nato-en --format anki-csv --basic Einfach --cloze Lückentext -o nato.txt
or bring note types along in a package once, and name those from then on:
  kartei export nato-en --format anki-csv --own-types -o nato.txt

Decks that came from Anki go back with --back: what you edited since updates the
notes that it came from, and what you added comes as new notes.
  kartei export geo --format anki-csv --back -o geo.txt

With --tags per-fact each note gets the tags of its fact. The cost: Anki then
replaces all tags of a note at every import, also those that its learner gave
it, "leech" and "marked". Without, it adds the tags that the decks have in common.` + exitStatus(exitDone, exitFailed, exitUsage),
		ValidArgsFunction: e.deckNames(),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.decks = args
			return runExport(cmd.Context(), e, opts)
		},
	}
	f := cmd.Flags()
	f.StringVar(&opts.format, "format", "anki-csv", "the format: "+strings.Join(exportFormats, ", "))
	f.StringVarP(&opts.output, "output", "o", "", "the `file` to write; - is stdout")
	f.StringVar(&opts.tags, "tags", "global", "global: add the decks' tags, keep the learner's own; per-fact: each fact's tags, which makes Anki replace the learner's own")
	f.BoolVar(&opts.history, "history", false, "anki-apkg: schedules and the review log go along")
	f.BoolVar(&opts.ownTypes, "own-types", false, "anki-csv: name the note types that a package of Kartei's brought along")
	f.BoolVar(&opts.back, "back", false, "anki-csv: what came from Anki updates its own notes: only what was edited since, and what is new")
	f.StringVar(&opts.basic, "basic", "", "Anki's note `type` for questions (default Basic)")
	f.StringVar(&opts.cloze, "cloze", "", "Anki's note `type` for sentences with gaps (default Cloze)")
	completeFlag(cmd, "format", cobra.FixedCompletions(exportFormats, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// newCollectionJSONTopic is a topic of the help, not a command.
func newCollectionJSONTopic() *cobra.Command {
	return &cobra.Command{Use: "collection-json", Short: "The form of export --format json", Long: strings.TrimSpace(store.ExportForm)}
}

func (o exportOptions) check() error {
	switch {
	case !slices.Contains(exportFormats, o.format):
		return usagef("the formats are: "+strings.Join(exportFormats, ", "), "unknown format %q", o.format)
	case o.history && o.format != "anki-apkg":
		return usagef("kartei export DECK --format anki-apkg --history -o FILE.apkg", "only a package has room for schedules and reviews")
	case o.back && (o.ownTypes || o.basic != "" || o.cloze != ""):
		return usagef("leave --own-types, --basic and --cloze out", "with --back each note goes under the note type that it has")
	case o.format != "anki-csv" && (o.back || o.ownTypes || o.tags != "global" || o.basic != "" || o.cloze != ""):
		return usagef("leave --back, --tags, --basic, --cloze and --own-types out", "they are about anki-csv, not about %s", o.format)
	case o.output == "":
		return usagef("-o deck.txt, or -o - for stdout", "export needs a file to write")
	case o.tags != "global" && o.tags != "per-fact":
		return usagef("--tags global or --tags per-fact", "unknown kind of tags %q", o.tags)
	case len(o.decks) == 0 && o.format != "json":
		return usagef("kartei decks lists the decks", "export needs the name of a deck")
	case len(o.decks) > 0 && o.format == "json":
		return usagef("kartei export --format json -o FILE", "json writes the whole collection; leave %q out", o.decks[0])
	}
	return nil
}

// largeHeap is how many percent of what is in use may be garbage while decks pass
// through: that is some 40 MB, and a fifth of the time less.
const largeHeap = 400

func runExport(ctx context.Context, e *env, opts exportOptions) error {
	if err := opts.check(); err != nil {
		return err
	}
	if !opts.history { // which is all in memory; the rest passes through
		defer debug.SetGCPercent(debug.SetGCPercent(largeHeap))
	}
	return e.withFresh(ctx, func(st *store.Store) error {
		found, err := findDecks(ctx, st, opts.decks)
		if err != nil {
			return err
		}
		switch opts.format {
		case "json":
			err = e.writePrivate(opts.output, func(w io.Writer) error { return st.Export(ctx, w) })
		case "csv":
			err = e.writeFile(opts.output, func(w io.Writer) error { return writeSheet(ctx, st, found, w) })
		case "gift", "aiken", "quizlet":
			err = e.exportQuestions(ctx, st, found, opts)
		case "anki-apkg":
			err = e.exportPackage(ctx, st, found, opts)
		default:
			err = e.exportAnki(ctx, st, found, opts)
		}
		if err != nil {
			return fmt.Errorf("export %s: %w", opts.output, err)
		}
		return nil
	})
}

// writeSheet writes a row for each card.
func writeSheet(ctx context.Context, st *store.Store, found []store.Deck, w io.Writer) error {
	out := spreadsheet.NewWriter(w)
	for _, d := range found {
		if err := out.Write(&d.Deck, st.Facts(ctx, d)); err != nil {
			return err
		}
	}
	return out.Close()
}
