package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/cmd/internal/userfile"
	"kartei/store"
	"kartei/store/atomicfile"
	"kartei/store/plainfile"
)

func newDecksCopyCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "copy DECK FOLDER",
		Short: "Make a deck that comes with Kartei yours, as a file",
		Long: `Copy writes a deck that comes with Kartei into a folder, as the file that it was
made of, with the decks below it, and from then on compiles it from there: edit it
as you like. Your history and options stay with it. New versions of Kartei leave it
alone; kartei compile --take-over goes back to the deck that comes with Kartei.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Example: "  kartei decks copy nato-en ~/decks",
		ValidArgsFunction: func(cmd *cobra.Command, before []string, begun string) ([]string, cobra.ShellCompDirective) {
			if len(before) > 0 {
				return nil, cobra.ShellCompDirectiveFilterDirs
			}
			return completeFrom(e.opener, builtIn)(cmd, before, begun)
		},
		Args: nArgs(2, 2, "a deck that comes with Kartei, and a folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.with(cmd.Context(), func(st *store.Store) error {
				paths, err := copyDeck(cmd.Context(), e.Console, e.Clock, st, args[0], args[1])
				if err != nil {
					return err
				}
				for _, path := range paths {
					fmt.Fprintln(e.Out, show.Line(path))
				}
				what := "that file"
				if len(paths) > 1 {
					what = "these files"
				}
				e.Say("%s is yours now, with its history; edit %s", args[0], what)
				return nil
			})
		},
	}
}

// builtIn are the names of the decks that are asked as they come with Kartei.
func builtIn(cmd *cobra.Command, st *store.Store) (names []string, err error) {
	all, err := st.Decks(cmd.Context())
	for _, d := range all {
		if d.Root == deckfolder.BuiltIn && !d.Missing {
			names = append(names, d.Name)
		}
	}
	return names, err
}

// copyDeck writes a deck that comes with the program, and those below it, into a
// folder, and compiles them from there. It gives the paths of the files.
func copyDeck(
	ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, name, folder string,
) (paths []string, err error) {
	found, err := findWithin(ctx, st, name)
	if err != nil {
		return nil, err
	}
	mine := func(d store.Deck) bool { return d.Root != deckfolder.BuiltIn }
	if i := slices.IndexFunc(found, mine); i >= 0 && found[i].Name == name {
		return nil, fault.Failf("edit it there, then: kartei review "+fault.ShellWord(name),
			"%s is a file already: %s", name, filepath.Join(found[i].Root, filepath.FromSlash(found[i].Files[0])))
	}
	found = slices.DeleteFunc(found, mine)
	if st.ReadOnly() {
		return nil, store.ErrReadOnly
	}
	var files []string
	for _, deck := range found {
		files = append(files, deck.Files...)
	}
	for _, file := range files {
		path := filepath.Join(folder, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return nil, err
		}
		if err := writeCopy(path, file); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, compileCopy(ctx, con, clk, st, folder, files, found)
}

// writeCopy writes a file of the library. One that is there already and says the same
// is left: an earlier copy got no further.
func writeCopy(to, file string) error {
	text, err := fs.ReadFile(deckfolder.Library().FS, file)
	if err != nil {
		return err
	}
	there, err := plainfile.Read(to)
	switch {
	case err == nil && bytes.Equal(there, text):
		return nil
	case err == nil:
		return fault.Failf("choose another folder; or, if that is the deck: kartei compile "+fault.ShellWord(to),
			"%s is there already, and is another file", to)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return userfile.Replace(to, atomicfile.Shared, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// compileCopy compiles copies of decks in a folder, which take them over.
func compileCopy(
	ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, folder string, files []string,
	copied []store.Deck,
) error {
	folders, err := deckfolder.Open([]string{folder})
	if err != nil {
		return err
	}
	defer deckfolder.CloseAll(folders)
	folders[0].Files = files
	if _, err := compiler.Compile(ctx, con, clk, st, folders[0], compiler.Options{}); err != nil {
		return err
	}
	for _, deck := range copied {
		now, err := st.Deck(ctx, deck.Name)
		if err != nil {
			return err
		}
		if now.Root == deckfolder.BuiltIn {
			return fault.Failf("kartei compile "+fault.ShellWord(folder),
				"the copy of %s was written, but its cards do not come from there yet", deck.Name)
		}
	}
	return nil
}

// offerCopy asks whether to make the deck of a card, which comes with Kartei, a file
// that can be edited, and returns the card as it is then.
func offerCopy(ctx context.Context, e *env, st *store.Store, asker ask.Asker, card store.Card) (store.Card, error) {
	folder, err := ownFolder(ctx, st)
	if err != nil {
		return card, err
	}
	says := fmt.Sprintf("%s comes with Kartei. To edit it, make it yours: it goes into %s, with its history.",
		card.Deck, filepath.Join(folder, card.File))
	for _, line := range (show.Page{Width: e.Width(), Palette: e.Palette()}).Text(0, says) {
		fmt.Fprintln(e.Out, line)
	}
	yes, err := asker.Confirm(ctx, "Make it yours?", true)
	if err != nil {
		return card, err
	}
	if !yes {
		return card, fmt.Errorf("nothing is edited; later: kartei decks copy %s FOLDER", card.Deck)
	}
	if _, err := copyDeck(ctx, e.Console, e.Clock, st, card.Deck, folder); err != nil {
		return card, err
	}
	return st.Card(ctx, card.ID)
}

// ownFolder is where a deck of the learner's goes: to the others, or to "decks".
func ownFolder(ctx context.Context, st *store.Store) (string, error) {
	roots, err := st.Roots(ctx)
	if err != nil {
		return "", err
	}
	for _, r := range roots {
		if info, err := os.Stat(r.Path); err == nil && info.IsDir() {
			return r.Path, nil
		}
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, "decks"), err
}
