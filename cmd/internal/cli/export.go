package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/heap"
	"kartei/decks/foreign"
	"kartei/store"
	"kartei/store/segment"
	"kartei/store/transfer"
)

type exportOptions struct {
	format string
	flags  foreign.Flags // of the formats
	output string
	decks  []string
}

func newExportCmd(e *env) *cobra.Command {
	var opts exportOptions
	cmd := &cobra.Command{
		Use:   "export DECK… --format FORMAT -o FILE",
		Short: "Write decks for another program",
		Long: `Export writes decks as a file for another program.

` + going.describe() + `
In an Anki that does not speak English, name its note types:
  kartei export nato-en --format anki-csv --basic Einfach --cloze Lückentext -o nato.txt
or bring note types along in a package once, and name those from then on:
  kartei export nato-en --format anki-csv --own-types -o nato.txt

Decks that came from Anki go back with --back: what you edited since updates the
notes that it came from, and what you added comes as new notes.
  kartei export geo --format anki-csv --back -o geo.txt

With --tags per-fact each note gets the tags of its fact. The cost: Anki then
replaces all tags of a note at every import, also those that its learner gave
it, "leech" and "marked". Without, it adds the tags that the decks have in common.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		ValidArgsFunction: deckNames(e.opener),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.decks, opts.flags = args, going.values(cmd)
			return runExport(cmd, e, opts)
		},
	}
	f := cmd.Flags()
	going.addFlags(cmd, &opts.format, going.names()[0])
	f.StringVarP(&opts.output, "output", "o", "", "the `file` to write; - is stdout")
	return cmd
}

// newCollectionJSONTopic is a topic of the help, not a command.
func newCollectionJSONTopic(*env) *cobra.Command {
	return &cobra.Command{Use: "collection-json", Short: "The form of export --format json",
		Long: strings.TrimSpace(transfer.Form)}
}

// newPlaceFormatTopic likewise.
func newPlaceFormatTopic(*env) *cobra.Command {
	return &cobra.Command{Use: "place-format", Short: "The form of what lies in a place of kartei sync",
		Long: strings.TrimSpace(segment.Form)}
}

func (o exportOptions) check(cmd *cobra.Command) error {
	if _, ok := going.find(o.format); !ok {
		return fault.Usagef("the formats are: "+strings.Join(going.names(), ", "), "unknown format %q", o.format)
	}
	if err := going.check(cmd, o.format); err != nil {
		return err
	}
	whole := o.format == collectionFormat.Name
	switch {
	case o.flags.On("back") && (o.flags.On("own-types") || o.flags["basic"] != "" || o.flags["cloze"] != ""):
		return fault.Usagef("leave --own-types, --basic and --cloze out",
			"with --back each note goes under the note type that it has")
	case o.flags.On("back") && o.flags["tags"] != "global":
		return fault.Usagef("leave --tags out", "with --back the tags that were edited go along, and no others")
	case o.output == "":
		return fault.Usagef("-o deck.txt, or -o - for stdout", "export needs a file to write")
	case o.flags["tags"] != "global" && o.flags["tags"] != "per-fact":
		return fault.Usagef("--tags global or --tags per-fact", "unknown kind of tags %q", o.flags["tags"])
	case len(o.decks) == 0 && !whole:
		return fault.Usagef("kartei decks lists the decks", "export needs the name of a deck")
	case len(o.decks) > 0 && whole:
		return fault.Usagef("kartei export --format json -o FILE",
			"json writes the whole collection; leave %q out", o.decks[0])
	}
	return nil
}

func runExport(cmd *cobra.Command, e *env, opts exportOptions) error {
	if err := opts.check(cmd); err != nil {
		return err
	}
	if !opts.flags.On("history") { // which is all in memory; the rest passes through
		defer heap.Set(heap.Export)()
	}
	ctx := cmd.Context()
	return withFresh(ctx, e, func(st *store.Store) error {
		found, err := findDecks(ctx, st, opts.decks)
		if err != nil {
			return err
		}
		to, _ := going.find(opts.format)
		if to.give == nil {
			to.give = exportQuestions
		}
		if err := to.give(ctx, e, st, found, opts); err != nil {
			return fmt.Errorf("export %s: %w", opts.output, err)
		}
		return nil
	})
}

// exportCollection writes everything.
func exportCollection(ctx context.Context, e *env, st *store.Store, _ []store.Deck, opts exportOptions) error {
	return e.WritePrivate(opts.output, func(w io.Writer) error { return st.Export(ctx, w) })
}
