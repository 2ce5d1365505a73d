package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/fault"
	"kartei/decks/aiken"
	"kartei/decks/anki"
	"kartei/decks/foreign"
	"kartei/decks/gift"
	"kartei/decks/list"
	"kartei/decks/moodlexml"
	"kartei/decks/quizlet"
	"kartei/decks/spreadsheet"
	"kartei/store"
)

// A format is one that decks come from and go to. Help, flags, completion and
// the recognition of files follow from the list of formats.
type format struct {
	foreign.Format

	// take imports a file by more than [foreign.Format.Read], as with its history; give
	// exports decks by more than [foreign.Format.Write]. They are nil where those do.
	take func(ctx context.Context, e *env, opts importOptions, f *os.File) error
	give func(ctx context.Context, e *env, st *store.Store, found []store.Deck, opts exportOptions) error
}

// formats are all formats, in the order of the help. The first is what an export
// writes by default.
func formats() []format {
	return append(fileFormats(), notebookFormats()...)
}

// fileFormats are the formats that are one file, and say so themselves.
func fileFormats() []format {
	return []format{
		{anki.TextFormat, importAnki, exportAnki},
		{anki.PackageFormat, importAnki, exportPackage},
		{Format: gift.Format},
		{Format: moodlexml.Format},
		{Format: aiken.Format},
		{Format: quizlet.Format},
		{Format: list.CSV},
		{Format: list.TSV},
		{spreadsheet.Format, refuseTable, nil},
		{collectionFormat, importCollection, exportCollection},
	}
}

// collectionFormat is the whole collection.
var collectionFormat = foreign.Format{
	Name: "json",
	ReadHelp: `fills an empty collection with what kartei export --format json
wrote: decks, cards, options and the whole log. An import that
fails leaves the collection empty. Yours is not empty? --merge
adds what it does not have, as kartei sync does by itself.`,
	WriteHelp: `the whole collection with its log, for kartei import and programs
of your own: kartei help collection-json. Takes no DECK.`,
	Sniff: func(head []byte) foreign.Likeness {
		if bytes.HasPrefix(foreign.Trim(head), []byte(`{"`)) {
			return foreign.Certain
		}
		return foreign.No
	},
}

// refuseTable says that a table for spreadsheets is not imported.
func refuseTable(_ context.Context, _ *env, opts importOptions, _ *os.File) error {
	return fault.Failf("kartei export --format json takes everything out and in",
		"%s is a table for spreadsheets, which is not for the way back", opts.file)
}

// A direction is whether decks come or go.
type direction struct {
	help  func(foreign.Format) string
	flags func(foreign.Format) []foreign.Flag
}

var (
	coming = direction{func(f foreign.Format) string { return f.ReadHelp },
		func(f foreign.Format) []foreign.Flag { return f.ReadFlags }}
	going = direction{func(f foreign.Format) string { return f.WriteHelp },
		func(f foreign.Format) []foreign.Flag { return f.WriteFlags }}
)

// names are the formats of a direction.
func (d direction) names() (names []string) {
	for _, f := range formats() {
		if d.help(f.Format) != "" {
			names = append(names, f.Name)
		}
	}
	return names
}

// nameWidth is how wide a format's name is that stands beside its help.
const nameWidth = 10

// describe explains the formats, one under the other.
func (d direction) describe() string {
	var out strings.Builder
	for _, f := range formats() {
		name := f.Name
		if len(name) > nameWidth && d.help(f.Format) != "" {
			fmt.Fprintf(&out, "  %s\n", name)
			name = ""
		}
		for line := range strings.SplitSeq(d.help(f.Format), "\n") {
			if line != "" {
				fmt.Fprintf(&out, "  %-*s %s\n", nameWidth, name, line)
			}
			name = ""
		}
	}
	return out.String()
}

// addFlags adds --format and the flags of all formats to a command.
func (d direction) addFlags(cmd *cobra.Command, name *string, byDefault string) {
	names := d.names()
	cmd.Flags().StringVar(name, "format", byDefault, "the format: "+strings.Join(names, ", "))
	completeFlag(cmd, "format", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	for _, f := range formats() {
		for _, flag := range d.flags(f.Format) {
			help := strings.Join(d.having(flag.Name), ", ") + ": " + flag.Help
			switch {
			case cmd.Flags().Lookup(flag.Name) != nil: // of another format, too
			case flag.Switch:
				cmd.Flags().Bool(flag.Name, false, help)
			default:
				cmd.Flags().String(flag.Name, flag.Default, help)
			}
		}
	}
}

// having are the formats that have a flag.
func (d direction) having(flag string) (names []string) {
	for _, f := range formats() {
		if slices.ContainsFunc(d.flags(f.Format), func(one foreign.Flag) bool { return one.Name == flag }) {
			names = append(names, f.Name)
		}
	}
	return names
}

// values are the values of the flags of formats.
func (d direction) values(cmd *cobra.Command) foreign.Flags {
	values := foreign.Flags{}
	for _, f := range formats() {
		for _, flag := range d.flags(f.Format) {
			values[flag.Name] = cmd.Flag(flag.Name).Value.String()
		}
	}
	return values
}

// check refuses flags that say nothing about a format.
func (d direction) check(cmd *cobra.Command, name string) error {
	for _, f := range formats() {
		for _, flag := range d.flags(f.Format) {
			if having := d.having(flag.Name); cmd.Flags().Changed(flag.Name) && !slices.Contains(having, name) {
				return fault.Usagef("leave --"+flag.Name+" out, or say --format "+having[0],
					"--%s is about %s, not about %s", flag.Name, strings.Join(having, " and "), name)
			}
		}
	}
	return nil
}

// find returns the format of a name that goes in a direction.
func (d direction) find(name string) (format, bool) {
	all := formats()
	i := slices.IndexFunc(all, func(f format) bool { return f.Name == name && d.help(f.Format) != "" })
	if i < 0 {
		return format{}, false
	}
	return all[i], true
}

// sniff returns the format of a file by its beginning and its name.
func sniff(name string, head []byte) (format, bool) {
	all := fileFormats()
	var bare []foreign.Format
	for _, f := range all {
		bare = append(bare, f.Format)
	}
	i := foreign.Sniff(bare, name, head)
	if i < 0 {
		return format{}, false
	}
	return all[i], true
}
