package cli

import (
	"fmt"
	"strings"
	"time"
)

// A progress tells on stderr how far long work is, where somebody can see it.
// It begins when the work turns out to be long, and leaves no trace.
type progress struct {
	e     *env
	what  string // "%d notes read"
	next  time.Time
	width int // of what stands there
}

// progressEvery is how often a person wants to know, and after how long first.
const progressEvery = 200 * time.Millisecond

func (e *env) progress(what string) *progress {
	p := &progress{e: e, what: what, next: time.Now().Add(e.tick)}
	if e.quiet || !isTerminal(e.err) {
		p.e = nil
	}
	return p
}

// at says how much is done; total is 0 if unknown.
func (p *progress) at(done, total int) {
	if p.e == nil || time.Now().Before(p.next) {
		return
	}
	p.next = time.Now().Add(p.e.tick)
	text := fmt.Sprintf(p.what, done)
	if total > 0 {
		text += fmt.Sprintf(" of %d", total)
	}
	p.write(text)
}

func (p *progress) write(text string) {
	fmt.Fprintf(p.e.err, "\r%s%s", text, strings.Repeat(" ", max(p.width-len(text), 0)))
	p.width = max(p.width, len(text))
}

// end clears the line; it may be called again.
func (p *progress) end() {
	if p.e != nil && p.width > 0 {
		p.write("")
		fmt.Fprint(p.e.err, "\r")
		p.width = 0
	}
}
