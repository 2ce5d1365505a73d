package store

// A Progress is told how far long work is: what is being done, in words like
// "copying", and how much of how much is done, in whatever unit; total 0 is
// unknown. When the work is over it is told so by no words. One goroutine at a
// time calls it, often.
type Progress func(doing string, done, total int64)

// tellEvery is after how many rows of a kind a Progress is told again.
const tellEvery = 10_000

func (p Progress) tell(doing string, done, total int64) {
	if p != nil {
		p(doing, done, total)
	}
}

// row tells of every so many rows.
func (p Progress) row(doing string, done, total int64) {
	if done%tellEvery == 0 {
		p.tell(doing, done, total)
	}
}

func (p Progress) over() { p.tell("", 0, 0) }

// of tells how far one thing is.
func (p Progress) of(doing string) func(done, total int64) {
	return func(done, total int64) { p.tell(doing, done, total) }
}
