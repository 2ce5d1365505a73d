package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"kartei/decks"
	"kartei/decks/check"
)

type checkOptions struct {
	asJSON  bool
	explain string
	against []string
	paths   []string
}

func newCheckCmd(e *env) *cobra.Command {
	var opts checkOptions
	cmd := &cobra.Command{
		Use:   "check [PATH…]",
		Short: "Find every problem in deck files, change nothing",
		Long: `Check reads deck files, a folder of them, or without a PATH the folder you are
in, and reports every problem with its place and what to do about it. Errors
keep a deck from being compiled; warnings never do. A warning is silenced where
it stands by a line above it:

  <!-- kartei: allow RULE -->

--against NAME=FILE looks every Evidence of the source NAME up in a text file.` + exitStatus(exitDone, exitFailed, exitUsage, exitDeckErrors),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.paths = args
			if opts.explain != "" {
				return runExplain(e, opts.explain)
			}
			return runCheck(cmd.Context(), e, opts)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&opts.asJSON, "json", false, "one JSON object a line, for editors")
	f.StringVar(&opts.explain, "explain", "", "print the page of help for a `rule`")
	f.StringArrayVar(&opts.against, "against", nil, "look evidence up: `NAME=FILE`; may be repeated")
	return cmd
}

func runExplain(e *env, name string) error {
	rule, ok := check.Find(name)
	if !ok {
		var names []string
		for _, r := range check.Rules() {
			names = append(names, r.Name)
		}
		hint := "the rules are: " + strings.Join(names, ", ")
		if near, ok := nearest(name, names); ok {
			hint = "kartei check --explain " + near
		}
		return usagef(hint, "there is no rule %q", name)
	}
	_, err := io.WriteString(e.out, rule.Explain())
	return err
}

func runCheck(ctx context.Context, e *env, opts checkOptions) error {
	if len(opts.paths) == 0 {
		opts.paths = []string{"."}
	}
	all, err := sources(opts.paths)
	if err != nil {
		return err
	}
	defer closeSources(all)
	evidence, err := readEvidence(opts.against)
	if err != nil {
		return err
	}
	var found []decks.Diagnostic
	facts, files := 0, 0
	for _, s := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		c, err := decks.Compile(s.fsys, s.files...)
		if err != nil {
			return fmt.Errorf("read the decks in %s: %w", s.root, err)
		}
		examine(c, s)
		found = append(found, c.Diagnostics...)
		_ = evidence
		files += len(c.Files)
		for _, d := range c.Drafts {
			facts += len(d.Deck.Facts)
		}
	}
	decks.SortDiagnostics(found)
	if err := e.printDiagnostics(found, opts.asJSON); err != nil {
		return err
	}
	return e.sumUp(found, facts, files, opts)
}

// readEvidence reads the texts that evidence is looked up in.
func readEvidence(against []string) (map[string]string, error) {
	texts := map[string]string{}
	for _, pair := range against {
		name, file, ok := strings.Cut(pair, "=")
		if !ok || name == "" || file == "" {
			return nil, usagef("--against fes=study.txt", "--against needs NAME=FILE, got %q", pair)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the source %s: %w", name, err)
		}
		texts[name] = string(text)
	}
	return texts, nil
}

func (e *env) printDiagnostics(all []decks.Diagnostic, asJSON bool) error {
	if !asJSON {
		return decks.Render(e.out, all)
	}
	for _, d := range all {
		if err := writeJSON(e.out, d); err != nil {
			return err
		}
	}
	return nil
}

// sumUp says how it went, and makes errors the command's failure.
func (e *env) sumUp(all []decks.Diagnostic, facts, files int, opts checkOptions) error {
	bad, warn := 0, 0
	for _, d := range all {
		if d.Severity == decks.Error {
			bad++
		} else {
			warn++
		}
	}
	switch {
	case bad > 0:
		return &failure{exitDeckErrors, fmt.Errorf("%s and %s in %s", count(bad, "error"), count(warn, "warning"), count(files, "file")), ""}
	case facts == 0:
		return failf("write lines like Q: and A: into a .md file; kartei new helps", "there are no facts in %s", strings.Join(opts.paths, ", "))
	case warn > 0:
		e.say("%s in %s; kartei check --explain RULE tells more", count(warn, "warning"), count(files, "file"))
	default:
		e.say("%s in %s: nothing to mend", count(facts, "fact"), count(files, "file"))
	}
	return nil
}
