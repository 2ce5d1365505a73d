package session

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kartei/scheduler"
)

// review is a card in review by the days since its last answer, its interval,
// its stability and its difficulty.
func review(id string, since, interval int, stability, difficulty float64) Candidate {
	last := at(start).Day - scheduler.Day(since)
	return Candidate{
		Card: id, Fact: int64(len(id))*1000 + int64(id[0]), Deck: 1, Position: int64(id[0]),
		Memory: scheduler.Memory{
			State: scheduler.Review, Reps: 3, Stability: stability, Difficulty: difficulty,
			LastDay: last, DueDay: last + scheduler.Day(interval), Last: last.Midnight().UnixMilli(), FirstDay: last - 10,
		},
	}
}

func TestReviewOrders(t *testing.T) {
	cards := []Candidate{
		review("a", 30, 20, 20, 5),
		review("b", 12, 2, 2, 9),
		review("c", 11, 10, 10, 2),
		review("d", 200, 190, 200, 7),
	}
	for order, want := range map[scheduler.Order]string{
		scheduler.OrderUrgent:   "b a c d",
		scheduler.OrderOldest:   "a b d c",
		scheduler.OrderShortest: "b c a d",
		scheduler.OrderLongest:  "d a c b",
		scheduler.OrderHardest:  "b d a c",
		scheduler.OrderEasiest:  "c a d b",
	} {
		t.Run(string(order), func(t *testing.T) {
			c := new(collection)
			for _, card := range cards {
				c.add(card)
			}
			decks := []Deck{{ID: 1, Policy: policy(t, func(o *scheduler.Options) { o.Order = order })}}
			got := drain(t, open(t, c, decks, Settings{}, at(start)), c, scheduler.Good, at(start))
			if got := strings.Join(got, " "); got != want {
				t.Errorf("asked %s, want %s", got, want)
			}
		})
	}
}

func TestLimitKeepsTheMostUrgent(t *testing.T) {
	c := new(collection)
	for i := range 50 {
		card := review(fmt.Sprintf("%c", 'A'+i), 10+i, 10, 10, 5)
		c.add(card)
	}
	decks := []Deck{{ID: 1, Policy: policy(t, func(o *scheduler.Options) { o.Reviews = 3 })}}
	got := drain(t, open(t, c, decks, Settings{}, at(start)), c, scheduler.Good, at(start))
	if diff := gocmp.Diff([]string{"r", "q", "p"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestSeedDecidesRandomOrders(t *testing.T) {
	run := func(seed uint64) []string {
		c := new(collection)
		for i := range 20 {
			c.add(review(fmt.Sprintf("%c", 'A'+i), 20, 10, 10, 5))
		}
		c.fill(2, 20, 1)
		decks := []Deck{
			{ID: 1, Policy: policy(t, func(o *scheduler.Options) { o.Order = scheduler.OrderRandom })},
			{ID: 2, Policy: policy(t, nil), Random: true},
		}
		return drain(t, open(t, c, decks, Settings{Seed: seed}, at(start)), c, scheduler.Easy, at(start))
	}
	first := run(1)
	if diff := gocmp.Diff(first, run(1)); diff != "" {
		t.Errorf("one seed, two orders:\n%s", diff)
	}
	if slices.Equal(first, run(2)) {
		t.Error("two seeds, one order")
	}
	if sorted := slices.Sorted(slices.Values(first)); slices.Equal(first, sorted) {
		t.Error("not shuffled at all")
	}
}

func TestNewCardsComeAsAuthoredDeckByDeck(t *testing.T) {
	c := new(collection)
	c.fill(2, 3, 1)
	c.fill(1, 3, 1)
	slices.Reverse(c.cards)
	decks := []Deck{{ID: 1, Policy: policy(t, nil)}, {ID: 2, Policy: policy(t, nil)}}
	got := drain(t, open(t, c, decks, Settings{}, at(start)), c, scheduler.Easy, at(start))
	want := []string{"d1-0000", "d1-0001", "d1-0002", "d2-0000", "d2-0001", "d2-0002"}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestNewOrderOverridesTheDeck(t *testing.T) {
	c := new(collection)
	c.fill(1, 9, 1)
	for _, test := range []struct {
		order  scheduler.NewOrder
		random bool
		sorted bool
	}{
		{scheduler.NewAsDeck, false, true},
		{scheduler.NewAsDeck, true, false},
		{scheduler.NewAuthored, true, true},
		{scheduler.NewRandom, false, false},
	} {
		p := policy(t, func(o *scheduler.Options) { o.NewOrder = test.order })
		s := open(t, c, []Deck{{ID: 1, Policy: p, Random: test.random}}, Settings{Seed: 3}, at(start))
		var got []string
		for _, card := range s.opening.queue {
			got = append(got, s.candidates[card].Card)
		}
		if slices.IsSorted(got) != test.sorted {
			t.Errorf("order %s in a deck with random=%v: %v", test.order, test.random, got)
		}
	}
}

func TestMix(t *testing.T) {
	cards := func(kind byte, n int) []ranked {
		out := make([]ranked, n)
		for i := range out {
			out[i].Card = string(kind)
		}
		return out
	}
	for _, test := range []struct {
		mix        scheduler.Mix
		due, fresh int
		want       string
	}{
		{scheduler.Mixed, 0, 0, ""},
		{scheduler.Mixed, 3, 0, "ddd"},
		{scheduler.Mixed, 0, 2, "nn"},
		{scheduler.Mixed, 1, 1, "dn"},
		{scheduler.Mixed, 2, 2, "dndn"},
		{scheduler.Mixed, 9, 3, "ddndddnddndd"},
		{scheduler.Mixed, 2, 6, "nndnndnn"},
		{scheduler.NewFirst, 2, 2, "nndd"},
		{scheduler.NewLast, 2, 2, "ddnn"},
	} {
		var got strings.Builder
		for _, r := range mix(test.mix, cards('d', test.due), cards('n', test.fresh)) {
			got.WriteString(r.Card)
		}
		if got.String() != test.want {
			t.Errorf("mix %s of %d and %d: %s, want %s", test.mix, test.due, test.fresh, got.String(), test.want)
		}
	}
}

// A mixed session never lets one kind wait longer than its share.
func TestMixIsEven(t *testing.T) {
	for due := range 30 {
		for fresh := range 30 {
			reviews, news := make([]ranked, due), make([]ranked, fresh)
			for i := range news {
				news[i].key = 1
			}
			n := 0.0
			for i, r := range mix(scheduler.Mixed, reviews, news) {
				n += r.key
				if even := float64(fresh) * float64(i+1) / float64(due+fresh); n-even > 1 || even-n > 1 {
					t.Fatalf("%d reviews, %d new: %v new among the first %d, evenly %.2f", due, fresh, n, i+1, even)
				}
			}
		}
	}
}

// With a standing backlog every due card is reached, whatever the order, also
// by a learner who answers only a few cards a day, and also if a crowd that the
// order prefers comes back every day.
func TestNothingStarves(t *testing.T) {
	const victims, crowd = 40, 12
	for _, order := range []scheduler.Order{
		scheduler.OrderUrgent, scheduler.OrderOldest, scheduler.OrderShortest, scheduler.OrderLongest,
		scheduler.OrderHardest, scheduler.OrderEasiest, scheduler.OrderRandom,
	} {
		for _, daily := range []int{1, 4} {
			t.Run(fmt.Sprintf("%s/%d", order, daily), func(t *testing.T) {
				c := new(collection)
				waiting := make(map[string]bool)
				for i := range victims {
					v := review(string(rune('a'+i)), 50+i, 10+i, 500, 5)
					c.add(v)
					waiting[v.Card] = true
				}
				for i := range crowd {
					c.add(Candidate{Card: string(rune('A' + i)), Fact: int64(i), Deck: 1, Memory: preferred(order, at(start).Day-1)})
				}
				decks := []Deck{{ID: 1, Policy: policy(t, func(o *scheduler.Options) { o.Order = order })}}
				bound := overdueDays + overdueEvery*victims/daily + overdueEvery
				for day := range bound {
					now := at(start.Add(time.Duration(day) * 24 * time.Hour))
					s := open(t, c, decks, Settings{Limit: daily}, now)
					for next(t, s, now).Kind == Ask {
						card := answer(t, s, c, scheduler.Good, now, time.Second).Card.Card
						delete(waiting, card)
						if it := c.byID[card]; it.Fact < crowd {
							it.Memory = preferred(order, now.Day)
						}
					}
				}
				if len(waiting) > 0 {
					t.Errorf("%d of %d cards were not reached in %d days", len(waiting), victims, bound)
				}
			})
		}
	}
}

// preferred is the memory of a card that is due again tomorrow and that the
// order puts before all others.
func preferred(o scheduler.Order, day scheduler.Day) scheduler.Memory {
	m := scheduler.Memory{State: scheduler.Review, Reps: 9, Stability: 0.01, Difficulty: 10, LastDay: day, DueDay: day + 1}
	switch o {
	case scheduler.OrderLongest:
		m.LastDay -= 1000
	case scheduler.OrderEasiest:
		m.Difficulty = 1
	}
	return m
}

// However decks share their limits, the day's reviews are those that a look at
// all of them would choose.
func TestReviewsAreTheMostUrgentUnderAllLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := new(collection)
		var decks []Deck
		limits, parent := map[int64]int{}, map[int64]int64{}
		for id := int64(1); id <= rapid.Int64Range(1, 7).Draw(t, "decks"); id++ {
			limits[id] = rapid.IntRange(0, 30).Draw(t, "limit")
			parent[id] = rapid.Int64Range(0, id-1).Draw(t, "parent")
			decks = append(decks, Deck{ID: id, Parent: parent[id],
				Policy: policy(t, func(o *scheduler.Options) { o.Reviews = limits[id] })})
			for i := range rapid.IntRange(0, 40).Draw(t, "cards") {
				card := review(fmt.Sprintf("%d-%02d", id, i), 60, rapid.IntRange(1, 60).Draw(t, "overdue"), rapid.Float64Range(1, 90).Draw(t, "stability")+float64(100*id+int64(i))*1e-6, 5)
				card.Deck, card.Fact, card.Position = id, id*100+int64(i), int64(i)
				c.add(card)
			}
		}
		now := at(start)
		var all, want []string
		for _, it := range c.cards {
			all = append(all, it.Card)
		}
		slices.SortFunc(all, func(a, b string) int {
			x, y := c.byID[a].Candidate, c.byID[b].Candidate
			recall := decks[0].Policy.Recall
			return cmp.Or(cmp.Compare(recall(x.Memory, now), recall(y.Memory, now)), cmp.Compare(x.Memory.DueDay, y.Memory.DueDay),
				cmp.Compare(x.Deck, y.Deck), cmp.Compare(x.Position, y.Position))
		})
		for _, card := range all {
			room := true
			for d := c.byID[card].Deck; d != 0; d = parent[d] {
				room = room && limits[d] > 0
			}
			for d := c.byID[card].Deck; d != 0 && room; d = parent[d] {
				limits[d]--
			}
			if room {
				want = append(want, card)
			}
		}
		if got := drain(t, open(t, c, decks, Settings{}, now), c, scheduler.Good, now); !slices.Equal(got, want) {
			t.Fatalf("asked %v, want %v", got, want)
		}
	})
}
