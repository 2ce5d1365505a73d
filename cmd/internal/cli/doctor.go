package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/show"
	"kartei/store"
)

func newDoctorCmd(e *env) *cobra.Command {
	var full, repair bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Examine the collection",
		Long: `Doctor looks for damage and changes nothing: the structure of the file, the
chain of the review log, and whether replaying the log leads to exactly the
schedule that is stored. --full looks at every page and every row.

--repair mends what it can, after a backup: everything but the log is computed
from the log again. The log itself is never changed.` + exitStatus(exitDone, exitFailed, exitNewer, exitDamaged),
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDoctor(cmd.Context(), e, full || repair, repair) },
	}
	cmd.Flags().BoolVar(&full, "full", false, "look at every page and every row")
	cmd.Flags().BoolVar(&repair, "repair", false, "mend what can be mended, after a backup")
	return cmd
}

func runDoctor(ctx context.Context, e *env, full, repair bool) error {
	st, err := e.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	r, err := st.Doctor(ctx, full)
	if err != nil {
		return err
	}
	e.printReport(r)
	if repair && len(r.Findings) > 0 {
		if r, err = e.repair(ctx, st, r); err != nil {
			return err
		}
	}
	if r.Damaged() {
		return fmt.Errorf("examine %s: %w", st.Path(), store.ErrDamaged)
	}
	_, err = fmt.Fprintf(e.out, "healthy: %s, %s in the log\n", count(r.Cards, "card"), count(r.Rows, "row"))
	return err
}

func (e *env) printReport(r store.Report) {
	for _, what := range r.Checked {
		fmt.Fprintf(e.out, "checked  %s\n", what)
	}
	for _, f := range r.Findings {
		fmt.Fprintf(e.out, "found    %s: %s\n", show.Line(f.Where), show.Line(f.What))
		fmt.Fprintf(e.out, "         %s\n", show.Line(f.Means))
		if f.Help != "" {
			fmt.Fprintf(e.out, "         type: %s\n", show.Line(f.Help))
		}
	}
	if r.Full {
		fmt.Fprintf(e.out, "digest   %s\n", r.Digest)
	}
}

// repair mends, says what it changed, and examines once more.
func (e *env) repair(ctx context.Context, st *store.Store, r store.Report) (store.Report, error) {
	changes, err := st.Repair(ctx, r, e.moment())
	for _, c := range changes {
		fmt.Fprintf(e.out, "changed  %s\n", show.Line(c))
	}
	if err != nil {
		return r, err
	}
	return st.Doctor(ctx, true)
}
