package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/cmd/internal/userfile"
	"kartei/decks/check"
	"kartei/decks/syntax"
	"kartei/store/plainfile"
)

type fmtOptions struct {
	list, diff, write, ids, sets bool
	paths                        []string
}

func newFmtCmd(e *env) *cobra.Command {
	var opts fmtOptions
	cmd := &cobra.Command{
		Use:   "fmt [PATH…]",
		Short: "Bring deck files into their one canonical form",
		Long: `Fmt prints deck files in canonical form: keys in order, tables aligned, no
space at line ends. What a file means never changes. PATH is a file or a folder;
without one fmt reads stdin and prints to stdout.

--ids also gives every fact an id, so that it keeps its history whatever you
edit. --sets writes an answer of two parts as a set, whose parts are right in any
order, where the question asks for two: this changes what is asked, so read what
it wrote. A file with errors is left alone.` + exitStatus(fault.Done, fault.Failed, fault.Usage, fault.DeckErrors),
		Example: "  kartei fmt -l .\n  kartei fmt --ids -w capitals.md",
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.paths = args
			return runFmt(cmd.Context(), e.Console, opts)
		},
	}
	f := cmd.Flags()
	f.BoolVarP(&opts.list, "list", "l", false, "list the files that would change")
	f.BoolVarP(&opts.diff, "diff", "d", false, "show what would change")
	f.BoolVarP(&opts.write, "write", "w", false, "write the files")
	f.BoolVar(&opts.ids, "ids", false, "give every fact an id")
	f.BoolVar(&opts.sets, "sets", false, "write answers of two parts as sets")
	return cmd
}

func runFmt(ctx context.Context, con *console.Console, opts fmtOptions) error {
	if len(opts.paths) == 0 {
		src, err := io.ReadAll(io.LimitReader(con.In, syntax.MaxFile+1))
		if err != nil {
			return fmt.Errorf("read stdin: %w", err)
		}
		out, err := opts.format(src, syntax.NewNames())
		if err != nil {
			return fault.WithHint(fault.DeckErrors, fmt.Errorf("format stdin: %w", err),
				"kartei check shows every problem")
		}
		_, err = con.Out.Write(out)
		return err
	}
	files, err := deckFiles(opts.paths)
	if err != nil {
		return err
	}
	taken, err := takenIDs(con, files, opts)
	if err != nil {
		return err
	}
	p := con.Progress("%d files formatted")
	defer p.End()
	var bad error
	for i, file := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		p.At(i, len(files))
		if err := formatFile(con, file, opts, taken, p); err != nil {
			p.End()
			fault.Report(con.Err, err)
			bad = fault.WithHint(fault.Code(err), fault.ErrSaid, "")
		}
	}
	return bad
}

// takenIDs are the ids that the files have, so that no new one is given twice.
func takenIDs(con *console.Console, files []string, opts fmtOptions) (*syntax.Names, error) {
	taken := syntax.NewNames()
	if !opts.ids {
		return taken, nil
	}
	p := con.Progress("%d files read")
	defer p.End()
	for i, file := range files {
		p.At(i, len(files))
		src, err := plainfile.Read(file)
		if err != nil {
			return nil, fmt.Errorf("read the deck: %w", err)
		}
		for _, id := range syntax.Parse(file, src).IDs() {
			taken.Take(id)
		}
	}
	return taken, nil
}

func (o fmtOptions) format(src []byte, taken *syntax.Names) ([]byte, error) {
	if o.sets {
		text, _ := check.WriteSets(syntax.Parse("", src))
		src = []byte(text)
	}
	if o.ids {
		return syntax.FormatWithIDs(src, taken)
	}
	return syntax.Format(src)
}

// formatFile formats one file, and shows what is to be seen of it where the
// progress stood.
func formatFile(con *console.Console, file string, opts fmtOptions, taken *syntax.Names, p *console.Progress) error {
	src, err := plainfile.Read(file)
	if err != nil {
		return fmt.Errorf("read the deck: %w", err)
	}
	out, err := opts.format(src, taken)
	if err != nil {
		return fault.WithHint(fault.DeckErrors, fmt.Errorf("format %s: %w", file, err), "kartei check "+file)
	}
	changed := !bytes.Equal(src, out)
	if opts.list && changed || opts.diff && changed || !opts.write {
		p.End()
	}
	if opts.list && changed {
		fmt.Fprintln(con.Out, show.Line(file))
	}
	if opts.diff && changed {
		for _, line := range strings.SplitAfter(string(diff.Diff(file, src, file+" (formatted)", out)), "\n") {
			fmt.Fprint(con.Out, show.Clean(line))
		}
	}
	if opts.write && changed {
		return userfile.ReplaceText(file, out)
	}
	if !opts.list && !opts.diff && !opts.write {
		_, err = con.Out.Write(out)
	}
	return err
}

// deckFiles are the files that paths name, and those below folders that hold
// decks by their name.
func deckFiles(paths []string) (files []string, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fault.Failf("check the spelling", "there is no file or folder %s", path)
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			hidden := name != path && strings.HasPrefix(d.Name(), ".")
			switch {
			case err != nil:
				return err
			case hidden && d.IsDir():
				return fs.SkipDir
			case !hidden && d.Type().IsRegular() && strings.HasSuffix(name, ".md"):
				files = append(files, name)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("look for decks: %w", err)
		}
	}
	return files, nil
}
