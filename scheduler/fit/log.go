package fit

import (
	"cmp"
	"math"
	"slices"

	"kartei/scheduler"
	"kartei/scheduler/fsrs"
	"kartei/scheduler/internal/portable"
)

// An Answer is one of a learner's answers to a card.
type Answer struct {
	Card    int64 // any number that stands for the card
	Moment  scheduler.Moment
	Grade   scheduler.Grade
	Seconds float64 // that it took; 0: unknown
}

// A Log collects the answers to learn from. The zero value is empty.
type Log struct {
	answers []answer
	cards   map[int64]int32
	from    []int32 // by card: the first answer that counts
}

// answer is an [Answer] in few bytes, for a log may have a million.
type answer struct {
	at      int64 // Unix milliseconds
	card    int32
	day     int32
	seconds float32
	grade   fsrs.Grade
	hour    uint8 // of the learner's day
}

// Add takes the next answer, in the order of the log. It leaves out what is
// not a grade.
func (l *Log) Add(a Answer) {
	if a.Grade < fsrs.Again || a.Grade > fsrs.Easy {
		return
	}
	l.answers = append(l.answers, packed(a, l.card(a.Card)))
}

// packed is an answer in few bytes.
func packed(a Answer, card int32) answer {
	return answer{
		at:      a.Moment.At,
		card:    card,
		day:     int32(a.Moment.Day),
		seconds: float32(portable.Clamp(a.Seconds, 0, 1e6)),
		grade:   a.Grade,
		hour:    hourOf(a.Moment),
	}
}

// Reset says that a card begins anew: its answers so far teach nothing about
// those to come.
func (l *Log) Reset(card int64) {
	l.from[l.card(card)] = int32(len(l.answers))
}

// Forget says that a card was learned elsewhere, and not all of its answers are in
// the log: they teach nothing, until it begins anew.
func (l *Log) Forget(card int64) { l.from[l.card(card)] = math.MaxInt32 }

// forgotten reports whether an answer teaches nothing.
func (l *Log) forgotten(i int) bool { return i < int(l.from[l.answers[i].card]) }

// Len is the number of answers.
func (l *Log) Len() int { return len(l.answers) }

func (l *Log) card(name int64) int32 {
	n, known := l.cards[name]
	if !known {
		if l.cards == nil {
			l.cards = map[int64]int32{}
		}
		n = int32(len(l.from))
		l.cards[name] = n
		l.from = append(l.from, 0)
	}
	return n
}

func hourOf(m scheduler.Moment) uint8 {
	const hour, day = 3_600_000, 24 * 3_600_000
	ms := (m.At%day + int64(m.Zone)%86_400*1000) % day
	return uint8((ms + day) % day / hour)
}

// histories are the answers of a log by card, as a model counts time.
type histories struct {
	reviews []fsrs.Review // of all cards, one card after another; no weights
	cards   []span        // in reviews
	firsts  []int32       // by card: its first review of a later day; below 0: none
	items   []item        // the answers that can be predicted, in the order of the log
}

// A span is a part of a slice.
type span struct{ start, end int32 }

// An item is an answer that a model predicts.
type item struct {
	review int32 // in reviews
	card   int32
	at     int64 // Unix milliseconds
}

// histories arranges the log for a model. Models that count whole days predict
// answers of later days only; those within the day are history.
func (l *Log) histories(wholeDays bool) *histories {
	h := &histories{cards: make([]span, len(l.from)), firsts: make([]int32, len(l.from))}
	for i := range l.answers {
		if !l.forgotten(i) {
			h.cards[l.answers[i].card].end++
		}
	}
	total := int32(0)
	for c := range h.cards {
		n := h.cards[c].end
		h.cards[c], h.firsts[c] = span{total, total}, -1
		total += n
	}
	h.reviews = make([]fsrs.Review, total)
	last := make([]answer, len(h.cards))
	for i := range l.answers {
		if l.forgotten(i) {
			continue
		}
		a := &l.answers[i]
		s := &h.cards[a.card]
		r := fsrs.Review{Grade: a.grade}
		if s.end > s.start {
			r.Days = elapsed(&last[a.card], a, wholeDays)
			if r.Days > 0 {
				if h.firsts[a.card] < 0 {
					h.firsts[a.card] = s.end
				}
				h.items = append(h.items, item{review: s.end, card: a.card, at: a.at})
			}
		}
		h.reviews[s.end] = r
		last[a.card] = *a
		s.end++
	}
	return h
}

// elapsed is the time in days between two answers to a card. A clock that was
// set back makes it 0, one that ran ahead no more than the longest interval.
func elapsed(before, a *answer, wholeDays bool) float64 {
	const dayMilliseconds = 24 * 60 * 60 * 1000
	days := float64(a.day) - float64(before.day)
	if !wholeDays {
		days = float64(a.at-before.at) / dayMilliseconds
	}
	return min(max(days, 0), fsrs.MaxInterval)
}

// begin is how a card began. Days is 0 if it was never asked on a later day.
func (h *histories) begin(card int32) firstInterval {
	b := firstInterval{grade: h.reviews[h.cards[card].start].Grade}
	if first := h.firsts[card]; first >= 0 {
		b.days = h.reviews[first].Days
	}
	return b
}

// predict returns the recall that a model expects of each answer, by its place
// in reviews.
func (h *histories) predict(m fsrs.Trainable) []float64 {
	recall := make([]float64, len(h.reviews))
	for _, s := range h.cards {
		m.Predict(recall[s.start:s.end], h.reviews[s.start:s.end])
	}
	return recall
}

// compare orders two histories by what they begin with.
func compare(a, b []fsrs.Review) int {
	return slices.CompareFunc(a, b, func(x, y fsrs.Review) int {
		return cmp.Or(cmp.Compare(x.Grade, y.Grade), cmp.Compare(x.Days, y.Days))
	})
}
