package deckfolder

import (
	"path/filepath"
	"strings"

	"kartei/decks/syntax"
)

// A Target is where an import goes.
type Target struct {
	Stdout bool
	Folder string // of the deck files
	File   string // the name of the one deck file; empty: each has its own
	Media  string // name of the folder of pictures and sounds, within folder
}

// NewTarget returns where an import from a file goes whose output was named so: a
// deck file, a folder, "-" for stdout, or "" for a folder of the file's name.
func NewTarget(output, from string) Target {
	switch {
	case output == "-":
		return Target{Stdout: true, Media: "media"}
	case strings.EqualFold(filepath.Ext(output), ".md"):
		name := filepath.Base(output)
		media := "media"
		if word := syntax.DeckWord(Stem(name)); word != "" {
			media = word + "-media"
		}
		return Target{Folder: filepath.Dir(output), File: name, Media: media}
	case output == "":
		return Target{Folder: Stem(from), Media: "media"}
	}
	return Target{Folder: output, Media: "media"}
}

// Path is what to compile.
func (t Target) Path() string { return filepath.Join(t.Folder, t.File) }

// Stem is the name of a file without its folder and its ending.
func Stem(file string) string {
	base := filepath.Base(file)
	return strings.TrimSuffix(base, filepath.Ext(base))
}
