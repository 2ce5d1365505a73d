package console

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// A Progress tells on stderr how far long work is, where somebody can see it.
// It begins when the work turns out to be long, and leaves no trace.
type Progress struct {
	con   *Console // nil: nobody would see it
	what  string   // "%d notes read"
	next  time.Time
	width int // of what stands there
}

// progressEvery is how often a person wants to know, and after how long first.
const progressEvery = 200 * time.Millisecond

func (c *Console) Progress(what string) *Progress {
	p := &Progress{con: c, what: what, next: time.Now().Add(c.Tick)}
	if c.Quiet || !IsTerminal(c.Err) {
		p.con = nil
	}
	return p
}

// At says how much is done; total is 0 if unknown.
func (p *Progress) At(done, total int) {
	if p.con == nil || time.Now().Before(p.next) {
		return
	}
	p.next = time.Now().Add(p.con.Tick)
	text := fmt.Sprintf(p.what, done)
	if total > 0 {
		text += fmt.Sprintf(" of %d", total)
	}
	p.write(text)
}

func (p *Progress) write(text string) {
	fmt.Fprintf(p.con.Err, "\r%s%s", text, strings.Repeat(" ", max(p.width-len(text), 0)))
	p.width = max(p.width, len(text))
}

// End clears the line; it may be called again.
func (p *Progress) End() {
	if p.con != nil && p.width > 0 {
		p.write("")
		fmt.Fprint(p.con.Err, "\r")
		p.width = 0
	}
}

// A Work shows on stderr what the collection is busy with, where that takes
// longer than a moment and somebody can see it. See [progress.Func].
type Work struct {
	*Console
	About string // comes before what is done
	Hint  string // comes after it, where there is room

	mu    sync.Mutex // a clock of its own writes, as some steps are silent for minutes
	line  *Progress  // nil: nothing was told yet
	doing string
	done  int64
	total int64
	clock *time.Timer
	muted bool
}

// Mute ends that anything is said, or lets it be said again.
func (w *Work) Mute(muted bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.muted = muted
}

// NewWork returns a work that says nothing yet.
func NewWork(con *Console) *Work { return &Work{Console: con} }

// Tell is a [progress.Func].
func (w *Work) Tell(doing string, done, total int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.muted {
		return
	}
	if w.line == nil {
		w.line = w.Progress("")
	}
	if w.line.con == nil {
		return
	}
	w.doing, w.done, w.total = doing, done, total
	now := time.Now()
	switch {
	case doing == "":
		if w.clock != nil {
			w.clock.Stop()
		}
		w.clock = nil
		w.line.End()
		return
	case w.clock == nil:
		w.line.next = now.Add(w.Tick)
		w.clock = time.AfterFunc(progressEvery, w.show)
	}
	if !now.Before(w.line.next) {
		w.line.next = now.Add(w.Tick)
		w.line.write(w.text(w.Width()))
	}
}

// show says again what a silent step does, as it may have begun too early to be said.
func (w *Work) show() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.clock == nil {
		return // it is over
	}
	w.line.write(w.text(w.Width()))
	w.clock.Reset(progressEvery)
}

// text fits into a line of so many columns.
func (w *Work) text(width int) string {
	text := w.About + w.doing
	switch {
	case w.total > 0:
		text += fmt.Sprintf(" %d %%", w.done*100/w.total)
	case w.done > 0:
		text += fmt.Sprintf(" %d", w.done)
	}
	if len(text)+len(w.Hint) < width {
		text += w.Hint
	}
	return text[:min(len(text), width-1)]
}
