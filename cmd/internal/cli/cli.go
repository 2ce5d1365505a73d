// Package cli is Kartei's command line: one file a command, each built from an
// options struct and a run function that take the world from an env.
//
// Scripts rely on its streams, exit codes and JSON: results go to stdout,
// everything said to a person goes to stderr, and an error is one line with a hint
// of what to type next.
package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
)

// Main runs the program with args (without its name) on the given streams and
// returns its exit code.
func Main(args []string, in io.Reader, out, errw io.Writer) (code int) {
	defer func() {
		if p := recover(); p != nil {
			fault.Report(errw, fault.Failf("this is a fault of the program, nothing is lost; please report it with the command you typed", "internal: %v", p))
			code = fault.Failed
		}
	}()
	e, err := newEnv(in, out, errw)
	if err == nil {
		root := newRootCmd(e, called(args))
		root.SetArgs(args)
		if isCompletion(args) {
			completeValues(root, e.opener)
		}
		err = untilSignal(e, root.ExecuteContext)
	}
	fault.Report(errw, err)
	return fault.Code(err)
}

const rootLong = `Kartei turns study notes, written as plain text, into flashcards, and asks for
them when you are about to forget them.

Without a command it shows today at a glance and offers to start.`

func newRootCmd(e *env, below []command) *cobra.Command {
	var asJSON, short bool
	var about aboutFlags
	root := &cobra.Command{
		Use:               "kartei",
		Short:             "Learn facts by heart, in the terminal",
		Long:              rootLong,
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
		Args:              unknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if about.asked() {
				return about.print(e.Out)
			}
			if short {
				return runShort(cmd.Context(), e)
			}
			return runToday(cmd.Context(), e, asJSON)
		},
	}
	root.SetIn(e.In)
	root.SetOut(e.Out)
	root.SetErr(e.Err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return wrongFlag(cmd, err)
	})
	flags := root.PersistentFlags()
	flags.StringVar(&e.path, "collection", "", "the collection `file` (default $KARTEI_COLLECTION, else your data folder)")
	flags.StringVar(&e.Color, "color", "auto", "colour: auto, always or never")
	flags.BoolVar(&e.Quiet, "quiet", false, "say nothing but results and errors")
	root.Flags().BoolVar(&asJSON, "json", false, "print today as one JSON object")
	root.Flags().BoolVar(&short, "short", false, "print today in one line, for a prompt or a status bar")
	root.Flags().BoolVarP(&about.version, "version", "v", false, "print the version of this program")
	about.register(root.Flags())
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return prepare(e, cmd, !about.asked()) }
	completeFlag(root, "color", oneOfThese(colours...))
	for _, c := range below {
		root.AddCommand(c.make(e))
	}
	root.SetHelpCommand(newHelpCmd())
	return root
}

// A command is one as it is called. To make all of them takes longer than what most of
// them do.
type command struct {
	name string
	make func(*env) *cobra.Command
}

var commands = []command{
	{"review", newReviewCmd},
	{"read", newReadCmd},
	{"compile", newCompileCmd},
	{"check", newCheckCmd},
	{"fmt", newFmtCmd},
	{"lsp", newLSPCmd},
	{"new", newNewCmd},
	{"draft", newDraftCmd},
	{"decks", newDecksCmd},
	{"cards", newCardsCmd},
	{"log", newLogCmd},
	{"stats", newStatsCmd},
	{"undo", newUndoCmd},
	{"optimize", newOptimizeCmd},
	{"evaluate", newEvaluateCmd},
	{"simulate", newSimulateCmd},
	{"plan", newPlanCmd},
	{"config", newConfigCmd},
	{"export", newExportCmd},
	{"import", newImportCmd},
	{"quiz", newQuizCmd},
	{"analyze", newAnalyzeCmd},
	{"backup", newBackupCmd},
	{"restore", newRestoreCmd},
	{"sync", newSyncCmd},
	{"doctor", newDoctorCmd},
	{"version", newVersionCmd},
	{"collection-json", newCollectionJSONTopic},
	{"place-format", newPlaceFormatTopic},
}

// called are the commands that have to be made for what was typed: the one that it
// begins with, none where the program itself is asked, or else all.
func called(args []string) []command {
	switch {
	case len(args) == 0, len(args) == 1 && slices.Contains([]string{"--version", "-v", "--short", "--json"}, args[0]):
		return nil
	case len(args) > 2 && isCompletion(args):
		args = args[1:]
	}
	for i, c := range commands {
		if c.name == args[0] {
			return commands[i : i+1]
		}
	}
	return commands
}

// isCompletion reports whether a shell asks how what was typed may go on.
func isCompletion(args []string) bool {
	return len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd)
}

// prepare reads the settings before any command. The one that mends them goes
// on with what is right of them.
func prepare(e *env, cmd *cobra.Command, strict bool) error {
	var err error
	if e.settings, err = readSettings(); err != nil {
		if strict {
			return err
		}
		fmt.Fprintf(e.Err, "kartei: warning: %s\n", show.Line(err.Error()))
	}
	if !cmd.Flags().Changed("color") {
		e.Color = e.settings.get(setColor)
	}
	e.Plain = e.settings.get(setPlain) == "yes"
	if !slices.Contains(colours, e.Color) {
		return fault.Usagef("--color auto, --color always or --color never", "unknown colour mode %q", e.Color)
	}
	return nil
}

// exitStatus is the last section of a command's help.
func exitStatus(codes ...int) string {
	says := map[int]string{
		fault.Done:        "done",
		fault.Failed:      "failed",
		fault.Usage:       "wrong usage",
		fault.DeckErrors:  "a deck has errors",
		fault.Newer:       "the collection is newer than this program",
		fault.Damaged:     "the collection is damaged",
		fault.Interrupted: "interrupted",
	}
	var b strings.Builder
	b.WriteString("\n\nExit status:\n")
	for _, c := range codes {
		fmt.Fprintf(&b, "  %-3d %s\n", c, says[c])
	}
	return strings.TrimRight(b.String(), "\n")
}
