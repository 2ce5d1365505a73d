package editor

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// ErrNone is the error of [Find] where there is no editor.
var ErrNone = errors.New("there is no editor: set EDITOR")

// usual are tried where nothing is set: the first is the gentlest.
var usual = []string{"nano", "vi", "notepad"}

// Find returns the words of the command that edits: VISUAL, EDITOR, or a usual
// editor that is there. Its error wraps [ErrNone], or says what is wrong with
// the variable.
func Find(getenv func(string) string) ([]string, error) {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if command := strings.TrimSpace(getenv(name)); command != "" {
			words, err := Split(command)
			if err != nil {
				return nil, fmt.Errorf("read $%s: %w", name, err)
			}
			return words, nil
		}
	}
	for _, name := range usual {
		if _, err := exec.LookPath(name); err == nil {
			return []string{name}, nil
		}
	}
	return nil, ErrNone
}

// Split splits a command into words at spaces. Quotes, single or double, keep
// a word together, and an empty one with it. A backslash is a character like
// any other, as in the paths of Windows.
func Split(command string) ([]string, error) {
	var words []string
	var word strings.Builder
	within, quote := false, rune(0)
	for _, r := range command {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			within, quote = true, r
		case r != ' ' && r != '\t':
			within = true
			word.WriteRune(r)
		case within:
			words = append(words, word.String())
			word.Reset()
			within = false
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("the quote %c is not closed in %q", quote, command)
	}
	if within {
		words = append(words, word.String())
	}
	if len(words) == 0 || words[0] == "" {
		return nil, fmt.Errorf("%q names no program", command)
	}
	return words, nil
}

// Editors that do not take "+LINE FILE", as vi and its many kin do.
var (
	colon = map[string][]string{ // FILE:LINE, after these arguments
		"hx": nil, "helix": nil,
		"code": {"--wait", "--goto"}, "codium": {"--wait", "--goto"}, "cursor": {"--wait", "--goto"},
		"subl": {"--wait"}, "zed": {"--wait"},
	}
	lineless = map[string]bool{"notepad": true, "gedit": true, "open": true, "textedit": true}
)

// Command returns the command that opens a file at a line, from 1. The file
// should be an absolute path, which no program takes for an option.
func Command(words []string, file string, line int) *exec.Cmd {
	name := strings.ToLower(filepath.Base(words[0]))
	name = strings.TrimSuffix(name, ".exe")
	args := append([]string{}, words[1:]...)
	before, isColon := colon[name]
	switch {
	case isColon:
		args = append(append(args, before...), fmt.Sprintf("%s:%d", file, line))
	case lineless[name] || line < 1:
		args = append(args, file)
	default:
		args = append(args, fmt.Sprintf("+%d", line), file)
	}
	return exec.Command(words[0], args...)
}
