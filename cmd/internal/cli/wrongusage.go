package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"kartei/cmd/internal/fault"
	"kartei/store"
)

// wrongFlag is the error of a flag that a command does not have, with the nearest one
// as its hint, or of a value that the flag does not take.
func wrongFlag(cmd *cobra.Command, err error) error {
	hint := cmd.CommandPath() + " --help"
	name, letters := unknownFlag(err)
	switch {
	case name != "":
		var names []string
		add := func(f *pflag.Flag) {
			if !f.Hidden {
				names = append(names, f.Name)
			}
		}
		cmd.Flags().VisitAll(add)
		cmd.InheritedFlags().VisitAll(add)
		slices.Sort(names)
		hint = fault.DidYouMean("--", name, slices.Compact(names), hint)
		err = fmt.Errorf("unknown flag: --%s", name)
	case store.LooksLikeQuery(letters):
		hint = fmt.Sprintf("a search with a minus stands in quotes: %s 'is:due -%s'", cmd.CommandPath(), letters)
		err = fmt.Errorf("there is no flag -%s", letters)
	default:
		err = plainly(err)
	}
	return fault.Usagef(hint, "%w", err)
}

// unknownFlag is the flag, or the letters after one dash, that an error is about.
func unknownFlag(err error) (name, letters string) {
	var unknown *pflag.NotExistError
	var bad *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return "", unknown.GetSpecifiedShortnames()
	case errors.As(err, &unknown):
		return unknown.GetSpecifiedName(), ""
	case errors.As(err, &bad) && bad.GetFlag().Value.Type() == unknownOption:
		return bad.GetFlag().Name, ""
	}
	return "", ""
}

// plainly says in words of the user's which value a flag cannot take.
func plainly(err error) error {
	var bad *pflag.InvalidValueError
	if !errors.As(err, &bad) {
		return err
	}
	takes := map[string]string{"int": "a whole number", "int64": "a whole number", "uint64": "a whole number",
		"duration": "a time such as 20m"}
	flag := bad.GetFlag()
	what, ok := takes[flag.Value.Type()]
	if !ok {
		return err
	}
	return fmt.Errorf("--%s takes %s, not %q", flag.Name, what, bad.GetValue())
}

// noArgs refuses arguments. To a command with others below it the first one may be the
// name of one of those, misspelt.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := cmd.CommandPath() + " --help"
	if cmd.HasAvailableSubCommands() {
		hint = fault.DidYouMean(cmd.CommandPath()+" ", args[0], available(cmd), hint)
	}
	return fault.Usagef(hint, "%s takes no arguments, got %q", cmd.CommandPath(), args[0])
}

// nArgs asks for at least low and at most high arguments; high < 0 means any number.
func nArgs(low, high int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < low:
			return fault.Usagef(cmd.CommandPath()+" --help", "%s needs %s", cmd.CommandPath(), what)
		case high >= 0 && len(args) > high:
			return fault.Usagef(cmd.CommandPath()+" --help",
				"%s takes only %s, got %q too", cmd.CommandPath(), what, args[high])
		}
		return nil
	}
}

// available are the names of the commands below another.
func available(cmd *cobra.Command) (names []string) {
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return names
}

// elsewhere is what other programs for learning, and for files, call our commands.
var elsewhere = map[string]string{
	"learn": "review", "study": "review", "drill": "review", "start": "review", "train": "review", "practice": "review",
	"practise": "review", "cram": "review --cram",
	"list": "decks", "ls": "decks", "deck": "decks", "show": "cards show", "copy": "decks copy",
	"search": "cards", "find": "cards", "browse": "cards", "card": "cards", "leeches": "cards is:leech",
	"suspend": "cards suspend", "unsuspend": "cards unsuspend", "bury": "cards bury", "flag": "cards flag",
	"reset": "cards reset",
	"add":   "new", "create": "new", "history": "log", "revlog": "log", "lint": "check", "format": "fmt",
	"build": "compile", "load": "compile",
	"options": "decks options", "exam": "decks options DECK --exam DATE", "test": "quiz", "settings": "config",
	"set": "config", "preferences": "config", "prefs": "config",
	"verify": "doctor", "fsck": "doctor", "repair": "doctor", "save": "backup", "backups": "backup list",
	"snapshots": "backup list",
}

// unknownCommand is the error of a first word that is not a command, with what it may
// be here.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	word := strings.ToLower(args[0])
	hint := fault.DidYouMean("kartei ", args[0], available(cmd), "kartei --help lists the commands")
	if ours, ok := elsewhere[word]; ok {
		hint = "here that is: kartei " + ours
	}
	return fault.Usagef(hint, "unknown command %q", args[0])
}

// newHelpCmd shows the help of a command, by its name.
func newHelpCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show the help of a command",
		ValidArgsFunction: func(cmd *cobra.Command, before []string, begun string) ([]string, cobra.ShellCompDirective) {
			of, _, err := cmd.Root().Find(before)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return beginning(available(of), begun), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, words []string) error {
			of, rest, err := cmd.Root().Find(words)
			if of == cmd.Root() && len(words) > 0 || err != nil {
				return unknownCommand(cmd.Root(), words)
			}
			if len(rest) > 0 {
				below := available(of)
				return fault.Usagef(fault.DidYouMean(of.CommandPath()+" ", rest[0], below, of.CommandPath()+" --help"),
					"%s has no command %q", of.CommandPath(), rest[0])
			}
			of.InitDefaultHelpFlag()
			return of.Help()
		},
	}
}
