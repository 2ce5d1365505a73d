package cli

import (
	"fmt"
	"path/filepath"

	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/userfile"
	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/plural"
)

// fixRounds is how often a file is looked at again: a fix may bring to light
// what the next round mends.
const fixRounds = 8

// fixFolders makes the sure edits that hints describe in the files below the paths,
// and says how many in which file.
func fixFolders(con *console.Console, paths []string) error {
	all, err := deckfolder.Open(paths)
	if err != nil {
		return err
	}
	defer deckfolder.CloseAll(all)
	mended := map[string]int{}
	var order []string
	for _, s := range all {
		for range fixRounds {
			made, err := fixOnce(con, s)
			if err != nil {
				return err
			}
			if len(made) == 0 {
				break
			}
			for _, m := range made {
				if mended[m.file] == 0 {
					order = append(order, m.file)
				}
				mended[m.file] += m.count
			}
		}
	}
	for _, file := range order {
		con.Say("%s: %s mended", file, plural.Count(mended[file], "problem"))
	}
	return nil
}

// A mending is how much was mended in one file.
type mending struct {
	file  string
	count int
}

// fixOnce goes through the files of a source once.
func fixOnce(con *console.Console, s deckfolder.Folder) (made []mending, err error) {
	c, err := compiler.ReadDecks(con, s, nil, nil)
	if err != nil {
		return nil, err
	}
	found := map[string][]decks.Diagnostic{}
	for _, d := range c.Diagnostics {
		found[d.File] = append(found[d.File], d)
	}
	for _, f := range c.Files {
		text, n := check.ApplySure(f, found[f.Name])
		if n == 0 || text == f.Text {
			continue
		}
		name := filepath.Join(s.Root, filepath.FromSlash(f.Name))
		if err := userfile.ReplaceText(name, []byte(text)); err != nil {
			return made, fmt.Errorf("mend %s: %w", name, err)
		}
		made = append(made, mending{shorter(name), n})
	}
	return made, nil
}

// shorter is a path from the folder one is in, where that is shorter.
func shorter(name string) string {
	here, err := filepath.Abs(".")
	if err != nil {
		return name
	}
	if rel, err := filepath.Rel(here, name); err == nil && len(rel) < len(name) {
		return rel
	}
	return name
}
