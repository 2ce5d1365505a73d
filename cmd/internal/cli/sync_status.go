package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/store"
)

func newSyncStatusCmd(e *env) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say who meets in the place, and what waits",
		Long: `Status says which machines meet in the place, when each was last there, and
which answers of this machine are in no copy yet. It does not look into the
place: it says what is known here.` + exitStatus(fault.Done, fault.Failed),
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runSyncStatus(cmd.Context(), e, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// A syncStatus is what is known of the place.
type syncStatus struct {
	Place    string     `json:"place,omitempty"`
	Name     string     `json:"name,omitempty"` // of this machine
	Last     int64      `json:"last,omitempty"` // Unix milliseconds
	Unsent   int        `json:"unsent"`         // answers that are in no copy
	Machines []syncPeer `json:"machines"`

	answered bool // this machine has answers
	left     bool // a place that it was synced with
}

type syncPeer struct {
	Name   string `json:"name"`
	Device string `json:"device"`
	Last   int64  `json:"last"`  // Unix milliseconds: when it was last there
	Lacks  int    `json:"lacks"` // answers of this machine that it has not taken yet
}

func runSyncStatus(ctx context.Context, e *env, asJSON bool) error {
	return e.with(ctx, func(st *store.Store) error {
		status, err := syncStatusOf(ctx, st)
		switch {
		case err != nil:
			return err
		case asJSON:
			return json.NewEncoder(e.Out).Encode(status)
		}
		return e.printSyncStatus(status)
	})
}

func syncStatusOf(ctx context.Context, st *store.Store) (*syncStatus, error) {
	state, err := st.Place(ctx)
	if err != nil && !errors.Is(err, store.ErrNoPlace) {
		return nil, err
	}
	s := &syncStatus{Place: state.Place, Name: state.Self(), Last: state.Last, Machines: []syncPeer{}, left: state.Place == "" && state.Last > 0}
	if s.Unsent, err = st.Unsent(ctx, state.Put); err != nil {
		return nil, err
	}
	if s.answered, err = st.HasAnswers(ctx); err != nil || s.Place == "" {
		s.Last = 0
		return s, err
	}
	for _, device := range state.Machines() {
		p := state.Peers[device]
		lacks, err := st.Unsent(ctx, p.Has)
		if err != nil {
			return nil, err
		}
		s.Machines = append(s.Machines, syncPeer{state.Machine(device), device, p.At, lacks})
	}
	return s, nil
}

func (e *env) printSyncStatus(s *syncStatus) error {
	if s.left {
		e.Say("this machine left its place, where what it sent still is: kartei sync join PLACE comes back")
		return s.unsentLine(e)
	}
	if s.Place == "" {
		e.Say("this machine is not synced with another: kartei sync init PLACE")
		return s.unsentLine(e)
	}
	fmt.Fprintf(e.Out, "this machine is %s; the place is %s\n", show.Line(s.Name), show.Line(s.Place))
	t := show.Table{Columns: []show.Column{{Title: "machine"}, {Title: "last there"}, {Title: e.lacksTitle(), Right: true}}}
	for _, p := range s.Machines {
		t.Rows = append(t.Rows, []show.Cell{{Text: p.Name}, {Text: e.when(p.Last)}, {Text: fmt.Sprint(p.Lacks)}})
	}
	if len(t.Rows) == 0 {
		e.Say("no other machine was there yet: kartei sync join PLACE joins one")
	} else if err := e.PrintTable(t); err != nil {
		return err
	}
	if s.Last == 0 {
		e.Say("it was never synced: kartei sync")
	} else {
		fmt.Fprintf(e.Out, "last synced %s\n", e.when(s.Last))
	}
	return s.unsentLine(e)
}

// lacksTitle is above how many answers of this machine another one lacks.
func (e *env) lacksTitle() string {
	if e.Width() < 60 {
		return "lacks"
	}
	return "answers of yours it lacks"
}

// unsentLine says what would be lost with this machine.
func (s *syncStatus) unsentLine(e *env) error {
	var text string
	switch {
	case !s.answered:
		text = "this machine has no answers of its own yet"
	case s.Unsent == 0:
		text = "every answer of this machine is in a copy"
	case s.Unsent == 1:
		text = "1 answer of this machine is in no copy"
	default:
		text = fmt.Sprintf("%d answers of this machine are in no copy", s.Unsent)
	}
	_, err := fmt.Fprintln(e.Out, text)
	return err
}

func (e *env) when(at int64) string {
	return time.UnixMilli(at).In(e.Now().Location()).Format("2006-01-02 15:04")
}
