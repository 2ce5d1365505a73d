package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks/plural"
	"kartei/store"
	"kartei/store/backup"
	"kartei/store/doctor"
	"kartei/store/journal"
)

func newDoctorCmd(e *env) *cobra.Command {
	var full, repair bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Examine the collection",
		Long: `Doctor looks for damage and changes nothing: the structure of the file, the
chain of the review log, whether the log is as long as it was, and whether
replaying it leads to exactly the schedule that is stored. Of each thing that is
wrong it says where it is, what it means and what to type. --full looks at every
page and every row, and prints a digest: equal collections have equal ones.

--repair first says what it is going to do, makes a backup, does that and no
more, and lists each thing that it changed. The log itself is never changed: a
log that is damaged comes back with kartei restore.` + exitStatus(fault.Done, fault.Failed, fault.Newer, fault.Damaged),
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDoctor(cmd.Context(), e, full || repair, repair) },
	}
	cmd.Flags().BoolVar(&full, "full", false, "look at every page and every row")
	cmd.Flags().BoolVar(&repair, "repair", false, "mend what can be mended, after a backup")
	return cmd
}

func runDoctor(ctx context.Context, e *env, full, repair bool) (err error) {
	path, err := e.collectionPath()
	if err != nil {
		return err
	}
	st, err := e.openAs(ctx, store.Config{Damaged: true})
	if errors.Is(err, store.ErrDamaged) || errors.Is(err, store.ErrNotDatabase) {
		r := doctor.Unreadable(err, backup.Sound(path))
		printReport(e.Console, path, r)
		return damaged(path, r)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	r, err := st.Doctor(ctx, full)
	if err != nil {
		return err
	}
	printReport(e.Console, path, r)
	if repair && r.Damaged() {
		if r, err = repairCollection(ctx, e.Console, e.Clock, st, r); err != nil {
			return err
		}
	}
	if r.Damaged() {
		return damaged(path, r)
	}
	_, err = fmt.Fprintf(e.Out, "healthy: %s, %s in the log\n", plural.Count(r.Cards, "card"),
		plural.Count(r.Rows, "row"))
	return err
}

// damaged is the error of a collection with findings: its hint is the command
// that helps with the gravest, which no repair mends.
func damaged(path string, r doctor.Report) error {
	hint := remedyFor(path, r.Findings[0].Remedy)
	for _, f := range r.Findings {
		if f.Mend == "" {
			hint = remedyFor(path, f.Remedy)
		}
	}
	return fault.WithHint(fault.Damaged, fmt.Errorf("%s is damaged", path), hint)
}

func printReport(con *console.Console, path string, r doctor.Report) {
	for _, what := range r.Checked {
		fmt.Fprintf(con.Out, "checked  %s\n", what)
	}
	for _, f := range r.Notes {
		printFinding(con, "note", path, f)
	}
	for _, f := range r.Findings {
		printFinding(con, "found", path, f)
	}
	if r.Full && r.Digest != (journal.Hash{}) {
		fmt.Fprintf(con.Out, "digest   %s\n", r.Digest)
	}
}

func printFinding(con *console.Console, kind, path string, f doctor.Finding) {
	fmt.Fprintf(con.Out, "%-8s %s: %s\n", kind, show.Line(f.Where), show.Line(f.What))
	fmt.Fprintf(con.Out, "         %s\n", show.Line(f.Means))
	if remedy := remedyFor(path, f.Remedy); remedy != "" {
		fmt.Fprintf(con.Out, "         type: %s\n", show.Line(remedy))
	}
}

// repairCollection says what it is going to mend, mends it, says what it changed, and
// examines once more.
func repairCollection(
	ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, r doctor.Report,
) (doctor.Report, error) {
	said := map[string]bool{"": true}
	for _, f := range r.Findings {
		if !said[f.Mend] {
			said[f.Mend] = true
			fmt.Fprintf(con.Out, "repair   %s\n", f.Mend)
		}
	}
	if len(said) == 1 {
		return r, nil // nothing of it can be mended
	}
	changes, err := st.Repair(ctx, r, clk.Moment())
	for _, c := range changes {
		fmt.Fprintf(con.Out, "changed  %s\n", show.Line(c))
	}
	if err != nil {
		return r, err
	}
	again, err := st.Doctor(ctx, true)
	if err == nil && again.Damaged() {
		printReport(con, st.Path(), again)
	}
	return again, err
}

// remedyFor is what to type, given the path of the collection.
func remedyFor(path string, r doctor.Remedy) string {
	switch r.Act {
	case doctor.Repair:
		return "kartei doctor --repair"
	case doctor.RestoreBackup:
		return "kartei restore " + fault.ShellWord(r.Backup)
	case doctor.SaveLog:
		return "there is no backup; keep what can be read: kartei log --json > log.json"
	case doctor.BeginAnew:
		return fmt.Sprintf("keep it for somebody who knows SQLite, and begin anew: kartei --collection %q", path+".new")
	case doctor.PutFilesBack:
		return fmt.Sprintf("put it back, or: kartei decks archive %s", r.Deck)
	case doctor.CompileDeck:
		return "kartei compile FOLDER"
	case doctor.UndoFuture:
		return "kartei undo --future, if the clock was wrong then"
	case doctor.Sync:
		return "kartei sync"
	case doctor.UnsetOption:
		return unsetCommand(r.Deck, r.Option)
	}
	return ""
}

// unsetCommand takes an option of a deck away; deck "" is all decks.
func unsetCommand(deck, option string) string {
	return strings.Join(strings.Fields(fmt.Sprintf("kartei decks options %s --%s=", deck, option)), " ")
}
