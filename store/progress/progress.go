// Package progress is how work that may take long says how far it is.
package progress

// A Func is told how far long work is: what is being done, in words like
// "copying", and how much of how much is done, in whatever unit; total 0 is
// unknown. When the work is over it is called once with an empty string. One
// goroutine at a time calls it, often. Nil is nobody.
type Func func(doing string, done, total int64)

// tellEvery is after how many rows of a kind a Func is told again.
const tellEvery = 10_000

// Tell says how far the work is.
func (p Func) Tell(doing string, done, total int64) {
	if p != nil {
		p(doing, done, total)
	}
}

// Row tells of every so many rows.
func (p Func) Row(doing string, done, total int64) {
	if done%tellEvery == 0 {
		p.Tell(doing, done, total)
	}
}

// Over says that the work is done.
func (p Func) Over() { p.Tell("", 0, 0) }

// Of returns what tells how far one thing is.
func (p Func) Of(doing string) func(done, total int64) {
	return func(done, total int64) { p.Tell(doing, done, total) }
}
