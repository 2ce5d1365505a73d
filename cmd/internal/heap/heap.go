// Package heap says how much garbage may lie about before it is collected: less work
// for a command that is over at once, less memory for what is open for long. All
// percentages are of what is in use, as those of GOGC are.
package heap

import (
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

// How much garbage there may be.
const (
	// Session is while somebody reviews. It is open for long, and collects some 5 KB a
	// menu that readline never lets go of: with more, 2,000 answers take a fourth more
	// memory, and each a tenth less work.
	Session = 20
	// Class is while a class is read and reckoned: 10,000 results of 50 questions take
	// 80 MB with it and 110 without, for a tenth more time.
	Class = 50
	// Sync is while a machine joins others: 500,000 answers take 129 MB with it and 160
	// without, for a fiftieth more work.
	Sync = 30
	// Export is while decks pass through: that is some 40 MB, and a fifth of the time less.
	Export = 400

	usual = 100
	first = 200 // of the 4 MB that Go reckons with at the start
)

// putOff is whether the first collection is still to come, and later than usual.
var (
	mu     sync.Mutex
	putOff bool
)

// Begin puts the first collection off until there are 8 MB: by then most commands
// are over, and a learner has the first question, a tenth sooner. From the first
// collection on all is as usual. What the user says with GOGC stands.
func Begin() {
	if os.Getenv("GOGC") != "" {
		return
	}
	mu.Lock()
	defer mu.Unlock()
	putOff = true
	debug.SetGCPercent(first)
	runtime.AddCleanup(new(*byte), func(struct{}) {
		mu.Lock()
		defer mu.Unlock()
		if putOff {
			putOff = false
			debug.SetGCPercent(usual)
		}
	}, struct{}{})
}

// Set lets so many percent be garbage until restore is called.
func Set(percent int) (restore func()) {
	mu.Lock()
	defer mu.Unlock()
	before := debug.SetGCPercent(percent)
	if putOff {
		putOff, before = false, usual
	}
	return func() { debug.SetGCPercent(before) }
}

// SetAfter is Set in a while, which first gives back what is free by then: nothing
// holds up what comes before.
func SetAfter(while time.Duration, percent int) (restore func()) {
	done := make(chan func(), 1)
	timer := time.AfterFunc(while, func() {
		done <- Set(percent)
		debug.FreeOSMemory()
	})
	return func() {
		if !timer.Stop() {
			(<-done)()
		}
	}
}
