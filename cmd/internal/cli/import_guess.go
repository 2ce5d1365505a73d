package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks/foreign"
	"kartei/store/plainfile"
)

// A guesser shows how a file is about to be read, and asks where that is not
// certain; where nobody can be asked it is an error that names the flags.
type guesser struct {
	con  *console.Console
	ctx  context.Context
	file string
}

func (g guesser) show(guess foreign.Guess) error {
	g.con.Say("%s, as it is read:", show.Line(g.file))
	for _, row := range guess.Rows {
		g.con.Say("  %s", show.Line(row))
	}
	if len(guess.Unsure) == 0 {
		return nil
	}
	unsure := "it is not certain " + strings.Join(guess.Unsure, ", nor ")
	command := "kartei import " + fault.ShellWord(g.file) + flagWords(guess.Flags)
	if !g.con.AtTerminal() {
		return fault.Usagef("if the rows above are right: "+command, "%s; nothing was written", unsure)
	}
	g.con.Say("%s.", unsure)
	yes, err := confirm(g.ctx, g.con, "Read it so?")
	if err == nil && !yes {
		err = fault.Usagef("change what is wrong in: "+command, "nothing was written")
	}
	return err
}

// flagWords are flags as they are typed, those that are asked about most often first.
func flagWords(flags foreign.Flags) string {
	var words strings.Builder
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		switch value := flags[name]; value {
		case "true":
			words.WriteString(" --" + name)
		default:
			words.WriteString(" --" + name + " " + fault.ShellWord(value))
		}
	}
	return words.String()
}

// confirm asks a person yes or no; to leave is to say no.
func confirm(ctx context.Context, con *console.Console, question string) (yes bool, err error) {
	asker, closeAsker, err := con.Asker(false)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, closeAsker()) }()
	yes, err = asker.Confirm(ctx, question, true)
	return yes, ask.QuitIsFine(err)
}

// remembered are flags with those that a deck was imported with before, where none
// are given.
func remembered(flags foreign.Flags, deck string) (foreign.Flags, error) {
	f, err := plainfile.Open(deckfolder.SettledFile(deck))
	if errors.Is(err, os.ErrNotExist) {
		return flags, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all := maps.Clone(flags)
	lines := bufio.NewScanner(io.LimitReader(f, 64<<10))
	for lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), ": ")
		if given, known := flags[name]; ok && known && (given == "" || given == "false") {
			all[name] = value
		}
	}
	return all, lines.Err()
}
