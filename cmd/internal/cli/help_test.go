package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// named finds what a text says of commands.
var named = regexp.MustCompile(`\bkartei ([a-z][a-z-]*)`)

// prose are words that follow the program's name in a sentence.
var prose = []string{"for", "is", "command", "shows"}

func testRoot(t *testing.T) *cobra.Command {
	t.Helper()
	e, err := newEnv(strings.NewReader(""), io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	root := newRootCmd(e, commands)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	return root
}

// everyCommand calls f with each command.
func everyCommand(cmd *cobra.Command, f func(*cobra.Command)) {
	f(cmd)
	for _, c := range cmd.Commands() {
		everyCommand(c, f)
	}
}

func checkNames(t *testing.T, root *cobra.Command, where, text string) {
	t.Helper()
	for _, m := range named.FindAllStringSubmatch(text, -1) {
		if found, _, err := root.Find(m[1:]); (err != nil || found == root) && !slices.Contains(prose, m[1]) {
			t.Errorf("%s speaks of %q, which is not there", where, m[0])
		}
	}
}

// What is typed finds its command when only that one is made, and the others where it
// is none.
func TestCalled(t *testing.T) {
	for _, c := range commands {
		for _, typed := range [][]string{{c.name}, {c.name, "--help"}, {cobra.ShellCompRequestCmd, c.name, ""}} {
			if made := called(typed); len(made) != 1 || made[0].make(new(env)).Name() != c.name {
				t.Errorf("for %q %d commands are made", typed, len(made))
			}
		}
	}
	for typed, want := range map[string]int{"": 0, "--version": 0, "--json": 0, "--help": len(commands), "help review": len(commands),
		"reviw": len(commands), "--quiet review": len(commands), "--version review": len(commands), "__complete rev": len(commands),
		"__complete revi ew": len(commands)} {
		if made := called(strings.Fields(typed)); len(made) != want {
			t.Errorf("for %q %d commands are made, want %d", typed, len(made), want)
		}
	}
}

// No help speaks of a command that is not there, and its examples can be typed.
func TestHelpIsTrue(t *testing.T) {
	root := testRoot(t)
	commands := 0
	everyCommand(root, func(cmd *cobra.Command) {
		commands++
		var text strings.Builder
		cmd.SetOut(&text)
		if err := cmd.Help(); err != nil {
			t.Fatal(err)
		}
		cmd.SetOut(nil)
		checkNames(t, root, cmd.CommandPath()+" --help", text.String())
		for line := range strings.Lines(cmd.Example) {
			checkExample(t, root, cmd, strings.TrimSpace(line))
		}
	})
	if commands < 30 {
		t.Fatalf("only %d commands were looked at", commands)
	}
}

func checkExample(t *testing.T, root, of *cobra.Command, line string) {
	t.Helper()
	words := shellSplit(line)
	if len(words) == 0 || words[0] != "kartei" {
		return
	}
	cmd, rest, err := root.Find(words[1:])
	if err != nil {
		t.Errorf("%s --help, %q: %v", of.CommandPath(), line, err)
		return
	}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.SetNormalizeFunc(cmd.Flags().GetNormalizeFunc())
	flags.AddFlagSet(cmd.Flags())
	flags.AddFlagSet(root.PersistentFlags())
	if err := flags.Parse(rest); err != nil {
		t.Errorf("%s --help, %q: %v", of.CommandPath(), line, err)
	}
	if cmd.Args != nil {
		if err := cmd.Args(cmd, flags.Args()); err != nil {
			t.Errorf("%s --help, %q: %v", of.CommandPath(), line, err)
		}
	}
}

// shellSplit splits a line as a shell does, up to a redirection, a pipe or a comment.
func shellSplit(line string) (words []string) {
	for _, m := range regexp.MustCompile(`'([^']*)'|"([^"]*)"|(\S+)`).FindAllStringSubmatch(line, -1) {
		if m[3] != "" && strings.ContainsRune("|<>#&;", rune(m[3][0])) {
			break
		}
		words = append(words, m[1]+m[2]+m[3])
	}
	return words
}

// Neither does any hint or sentence of the program.
func TestTextsNameOnlyCommandsThatAreThere(t *testing.T) {
	root := testRoot(t)
	texts := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil {
					texts++
					checkNames(t, root, path, text)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if texts < 1000 {
		t.Fatalf("only %d texts were looked at", texts)
	}
}

// The words of other programs lead to commands that are there, and are none themselves.
func TestWordsOfOtherProgramsLeadToOurs(t *testing.T) {
	root := testRoot(t)
	for word, ours := range elsewhere {
		if cmd, _, err := root.Find(strings.Fields(ours)); err != nil || cmd == root {
			t.Errorf("%q leads to kartei %s: %v", word, ours, err)
		}
		if cmd, _, _ := root.Find([]string{word}); cmd != root {
			t.Errorf("%q is a command by now", word)
		}
	}
}
