package cli

import (
	"context"
	"os"
	"time"

	"kartei/cmd/internal/ankiio"
	"kartei/cmd/internal/fault"
	"kartei/decks/anki"
	"kartei/decks/reimport"
)

// importAnki imports a package or a text file of Anki's.
func importAnki(ctx context.Context, e *env, opts importOptions, f *os.File) error {
	target := opts.target
	if opts.update != "" {
		target = opts.refreshTarget
	}
	t, err := target()
	if err != nil {
		return err
	}
	dayStart, err := opts.ankiDayStart()
	if err != nil {
		return err
	}
	side, err := opts.ankiConflicts()
	if err != nil {
		return err
	}
	in := ankiio.Importer{
		Console: e.Console, Clock: e.Clock, Open: e.with, File: opts.file, Target: t, Deck: opts.deck,
		Text: opts.format == anki.TextFormat.Name, Update: opts.update != "", History: opts.flags.On("history"),
		Compile: opts.compile, DayStart: dayStart, Side: side,
	}
	if in.Text { // a package brings its history, and that is not to wait
		in.Refuse = opts.refuseLosses
	}
	return in.Import(ctx, f)
}

// ankiDayStart is the hour at which days begin in Anki, if it was named.
func (o importOptions) ankiDayStart() (*int, error) {
	named := o.flags["day-start"]
	if named == "" {
		return nil, nil
	}
	at, err := parseClock(named)
	if err != nil || at%time.Hour != 0 {
		return nil, fault.Usagef("--day-start 04:00", "%q is not an hour: days begin at whole hours in Anki", named)
	}
	hour := int(at.Hours())
	return &hour, nil
}

// ankiConflicts is which side counts where both changed something.
func (o importOptions) ankiConflicts() (reimport.Side, error) {
	switch named := o.flags["conflicts"]; named {
	case "":
		return reimport.Neither, nil
	case "here":
		return reimport.Here, nil
	case "anki":
		return reimport.There, nil
	default:
		return reimport.Neither, fault.Usagef("--conflicts here, or --conflicts anki", "no side is called %q", named)
	}
}
