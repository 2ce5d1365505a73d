package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

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
	t := show.Table{Columns: []show.Column{{Title: "made"}, {Title: "why"}, {Title: "kB", Right: true}, {Title: "file"}}}
	for _, b := range all {
		t.Rows = append(t.Rows, []show.Cell{
			{Text: b.Time.Format("2006-01-02 15:04")}, {Text: b.Reason}, {Text: strconv.FormatInt(b.Size>>10, 10)}, {Text: b.Path},
		})
	}
	return e.PrintTable(t)
}

func newRestoreCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Go back to a backup",
		Long: `Restore makes the collection what a backup holds. The backup is verified first,
and the present collection is saved among the backups, so that you can go back.` + exitStatus(fault.Done, fault.Failed, fault.Usage, fault.Damaged),
		Args: nArgs(1, 1, "the backup's file (kartei backup list shows them)"),
		RunE: func(cmd *cobra.Command, args []string) error { return runRestore(cmd.Context(), e, args[0]) },
	}
}

func runRestore(ctx context.Context, e *env, from string) error {
	path, err := e.collectionPath()
	if err != nil {
		return err
	}
	if _, err := os.Stat(from); errors.Is(err, os.ErrNotExist) {
		return fault.Failf("kartei backup list", "there is no file %s", from)
	}
	if from, err = filepath.Abs(from); err != nil {
		return err
	}
	saved, err := store.Restore(ctx, path, from, store.Config{Calendar: scheduler.DefaultCalendar, Progress: e.work.Tell}, e.Moment())
	if errors.Is(err, store.ErrNotDatabase) {
		return fault.WithHint(fault.Damaged, err, "kartei backup list shows the backups")
	}
	if errors.Is(err, backup.ErrInParts) {
		return fault.WithHint(fault.Failed, err, "make one whole file of both and restore that: kartei --collection "+from+" backup whole.db")
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
