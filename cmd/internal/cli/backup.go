package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/cmd/internal/userfile"
	"kartei/scheduler"
	"kartei/store"
	"kartei/store/backup"
)

func newBackupCmd(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup [FILE]",
		Short: "Copy the collection to a safe place",
		Long: `Backup makes a verified copy of the collection, beside it or as FILE. One is
made by itself on each day that you use Kartei, and before every change that
touches all of it. Of the older ones those of 7 days, 8 weeks and 12 months
are kept. FILE is yours: it is never deleted.` + exitStatus(fault.Done, fault.Failed, fault.Damaged),
		Args: nArgs(0, 1, "one file"),
		RunE: func(cmd *cobra.Command, args []string) error { return runBackup(cmd.Context(), e, args) },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "list",
		Short: "List the backups",
		Args:  noArgs,
		RunE:  func(*cobra.Command, []string) error { return runBackupList(e) },
	})
	return cmd
}

func runBackup(ctx context.Context, e *env, args []string) error {
	st, err := e.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	if len(args) == 0 {
		b, err := st.Backup(ctx, "asked", e.Moment())
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(e.Out, show.Line(b.Path))
		return err
	}
	if _, err := os.Lstat(args[0]); err == nil {
		return fault.Failf("choose another name", "%s is there already", args[0])
	}
	if err := userfile.CheckFolder(filepath.Dir(args[0])); err != nil {
		return err
	}
	to, err := filepath.Abs(args[0])
	if err != nil {
		return err
	}
	if err := st.BackupTo(ctx, to); err != nil {
		return err
	}
	_, err = fmt.Fprintln(e.Out, show.Line(args[0]))
	return err
}

func runBackupList(e *env) error {
	path, err := e.collectionPath()
	if err != nil {
		return err
	}
	all, err := backup.List(path)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		e.Say("there are no backups yet; kartei backup makes one")
		return nil
	}
	t := show.Table{Columns: []show.Column{
		{Title: "#", Right: true}, {Title: "made"}, {Title: "why"}, {Title: "kB", Right: true},
		{Title: "file", Whole: true},
	}}
	for i, b := range all {
		t.Rows = append(t.Rows, []show.Cell{
			{Text: strconv.Itoa(i + 1), Style: show.Bold}, {Text: madeAt(b)}, {Text: b.Reason},
			{Text: strconv.FormatInt(b.Size>>10, 10)}, {Text: b.Path, Style: show.Dim},
		})
	}
	if err := e.PrintTable(t); err != nil {
		return err
	}
	e.Say("kartei restore 1 goes back to the newest")
	return nil
}

// madeAt is when a backup was made, on the learner's clock.
func madeAt(b backup.Backup) string { return b.Time.Format("2006-01-02 15:04") }

func newRestoreCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "restore NUMBER|FILE",
		Short: "Go back to a backup",
		Long: `Restore makes the collection what a backup holds: that of a number in
kartei backup list, or that of a file. The backup is verified first,
and the present collection is saved among the backups, so that you can go back.` + exitStatus(fault.Done, fault.Failed, fault.Usage, fault.Damaged),
		Example:           "  kartei restore 1\n  kartei restore before-exam.db",
		ValidArgsFunction: backupNames(e.opener),
		Args:              nArgs(1, 1, "a backup's number or file (kartei backup list shows them)"),
		RunE:              func(cmd *cobra.Command, args []string) error { return runRestore(cmd.Context(), e, args[0]) },
	}
}

// whichBackup finds the backup that a person means: by its number in the list, by its
// name there, or any file. A number that was read a while ago may be another's by now,
// which is what there is to ask.
func whichBackup(collection, word string) (path, question string, err error) {
	if _, err := os.Stat(word); err == nil {
		path, err = filepath.Abs(word)
		return path, "", err
	}
	all, err := backup.List(collection)
	if err != nil {
		return "", "", err
	}
	number, notNumber := strconv.Atoi(word)
	if notNumber != nil {
		at := slices.IndexFunc(all, func(b backup.Backup) bool { return filepath.Base(b.Path) == word })
		if at < 0 {
			return "", "", fault.Failf("kartei backup list", "there is no file %s", word)
		}
		return all[at].Path, "", nil
	}
	if number < 1 || number > len(all) {
		return "", "", fault.Failf("kartei backup list", "there is no backup %d", number)
	}
	chosen := all[number-1]
	return chosen.Path, fmt.Sprintf("Go back to %s (%s)?", madeAt(chosen), chosen.Reason), nil
}

// agrees asks, at a terminal.
func agrees(ctx context.Context, e *env, question string) (yes bool, err error) {
	if question == "" || !e.AtTerminal() {
		return true, nil
	}
	asker, closeAsker, err := e.Asker(false)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, closeAsker()) }()
	return asker.Confirm(ctx, question, true)
}

// sayComesBack says that a sync brings back what a backup does not have, if the
// collection that it holds is synced.
func sayComesBack(ctx context.Context, e *env, backup string) {
	st, err := store.Open(ctx, backup, store.Config{ReadOnly: true, Calendar: scheduler.DefaultCalendar})
	if err != nil {
		return // whoever restores it says what is wrong
	}
	defer st.Close()
	if state, err := st.Place(ctx); err == nil {
		e.Say("it is synced with %s: the next session or kartei sync brings back what other machines and this one put there since; if it is to stay away: kartei sync leave, right after",
			show.Line(state.Place))
	}
}

// backupNames completes the numbers of backups, and files.
func backupNames(o *opener) completer {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		path, err := o.collectionPath()
		if err != nil {
			return nil, cobra.ShellCompDirectiveDefault
		}
		all, _ := backup.List(path) // the command says what is wrong
		var numbers []string
		for i, b := range all {
			numbers = append(numbers, fmt.Sprintf("%d\t%s, %s", i+1, madeAt(b), b.Reason))
		}
		return numbers, cobra.ShellCompDirectiveDefault
	}
}

func runRestore(ctx context.Context, e *env, from string) error {
	path, err := e.collectionPath()
	if err != nil {
		return err
	}
	from, question, err := whichBackup(path, from)
	if err != nil {
		return err
	}
	sayComesBack(ctx, e, from)
	if yes, err := agrees(ctx, e, question); err != nil || !yes {
		return ask.QuitIsFine(err)
	}
	saved, err := store.Restore(ctx, path, from, store.Config{Calendar: scheduler.DefaultCalendar,
		Progress: e.work.Tell}, e.Moment())
	if errors.Is(err, store.ErrNotDatabase) {
		return fault.WithHint(fault.Damaged, err, "kartei backup list shows the backups")
	}
	if errors.Is(err, backup.ErrInParts) {
		return fault.WithHint(fault.Failed, err, "make one whole file of both and restore that: kartei --collection "+
			from+" backup whole.db")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(e.Out, "restored %s\n", show.Line(from))
	if saved != "" {
		fmt.Fprintf(e.Out, "what was there before is %s\n", show.Line(saved))
	}
	st, err := e.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(sayUnknown(ctx, e.Console, st), st.Close())
}
