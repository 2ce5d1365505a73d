package cli

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"kartei/cmd/internal/fault"
)

// A command that ends at a signal is interrupted, whatever its error says; one that
// waits for something else is ended, and so it is at the second signal.
func TestSignalsEndEveryCommand(t *testing.T) {
	signals := make(chan os.Signal, 2)
	i := &interrupts{}
	signals <- os.Interrupt
	err := i.runUntil(signals, time.Hour, func() { t.Error("it was ended though it ends") }, func(ctx context.Context) error {
		<-ctx.Done()
		return errors.New("sql: statement is closed")
	})
	if fault.Code(err) != fault.Interrupted {
		t.Errorf("it ends with %v", err)
	}
	for name, wait := range map[string]time.Duration{"after a while": 0, "at a second signal": time.Hour} {
		ended := make(chan struct{})
		signals <- os.Interrupt
		if wait > 0 {
			signals <- os.Interrupt
		}
		i.runUntil(signals, wait, func() { close(ended) }, func(context.Context) error {
			<-ended // and not for the context: it waits for a pipe
			return nil
		})
		t.Logf("ended %s", name)
	}
}

// Ctrl-C in an editor is the editor's.
func TestInterruptInTheEditor(t *testing.T) {
	signals := make(chan os.Signal) // whoever sends waits until it is taken
	i := &interrupts{}
	i.inEditor.Store(true)
	err := i.runUntil(signals, time.Hour, func() { t.Error("it was ended") }, func(ctx context.Context) error {
		signals <- os.Interrupt
		signals <- os.Interrupt
		if ctx.Err() != nil {
			return errors.New("the editor's signals were taken for the command's")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
