package anki

import (
	"database/sql"
	"encoding/json"
	"math"
	"slices"
	"strconv"

	"kartei/decks/foreigndb"

	"google.golang.org/protobuf/encoding/protowire"
)

// A Preset is what a learner chose in Anki for some decks, and for one of them alone.
type Preset struct {
	Name string

	LearnSteps, RelearnSteps           []float64 // minutes
	New, Reviews                       int       // a day
	MaxInterval                        int       // days
	Leech                              int       // lapses; 0 is never
	LeechSuspend                       bool
	BuryNew, BuryReviews, BuryLearning bool
	AnswerCap                          int // seconds
	ReviewOrder                        int // numbered as Anki numbers them, as all orders here
	NewInsert, NewGather, NewSort      int
	NewMix, LearningMix                int
	EasyDays                           []float64 // shares of the usual work, Monday first; none: all are 1

	FSRS       bool      // else Anki plans by SM-2, and these are not in use
	Retention  float64   // that is aimed at
	Parameters []float64 // of the newest FSRS that it has some of; none: the defaults

	Ease, Easy, Hard, Modifier, Lapse float64 // of SM-2
	HistoricalRetention               float64
	IgnoreBefore                      string // date
	Shows                             bool   // timers, pauses, no sound by itself
}

// usualPreset is the one that Anki begins with.
var usualPreset = Preset{LearnSteps: []float64{1, 10}, RelearnSteps: []float64{10}, New: 20, Reviews: 200,
	MaxInterval: 36500, Leech: 8, AnswerCap: 60, Retention: 0.9, Ease: 2.5, Easy: 1.3, Hard: 1.2, Modifier: 1,
	HistoricalRetention: 0.9}

// Usual reports whether nobody changed anything in a preset.
func (p *Preset) Usual() bool {
	q, u := *p, usualPreset
	ends := slices.ContainsFunc(q.EasyDays, func(share float64) bool { return share != 1 })
	steps := slices.Equal(q.LearnSteps, u.LearnSteps) && slices.Equal(q.RelearnSteps, u.RelearnSteps)
	if ends || !steps || len(q.Parameters) > 0 {
		return false
	}
	return q.New == u.New && q.Reviews == u.Reviews && q.MaxInterval == u.MaxInterval && q.Leech == u.Leech &&
		q.LeechSuspend == u.LeechSuspend && q.AnswerCap == u.AnswerCap && q.Retention == u.Retention &&
		!q.BuryNew && !q.BuryReviews && !q.BuryLearning && q.ReviewOrder == 0 && q.NewInsert == 0 &&
		q.NewGather == 0 && q.NewSort == 0 && q.NewMix == 0 && q.LearningMix == 0 && q.UsualSM2() &&
		q.HistoricalRetention == u.HistoricalRetention && q.IgnoreBefore == "" && !q.Shows
}

// UsualSM2 reports whether the numbers of SM-2 are those that Anki begins with.
func (p *Preset) UsualSM2() bool {
	u := &usualPreset
	return p.Ease == u.Ease && p.Easy == u.Easy && p.Hard == u.Hard && p.Modifier == u.Modifier && p.Lapse == u.Lapse
}

// presetJSON is a preset as schema 11 writes it.
type presetFile struct {
	ID                  int64     `json:"id"`
	Mod                 int64     `json:"mod"`
	Name                string    `json:"name"`
	USN                 int       `json:"usn"`
	AnswerCap           int       `json:"maxTaken"`
	Autoplay            bool      `json:"autoplay"`
	Timer               any       `json:"timer"` // a number, or in old collections a bool
	Replay              bool      `json:"replayq"`
	New                 newFile   `json:"new"`
	Review              revFile   `json:"rev"`
	Lapse               lapseFile `json:"lapse"`
	Dynamic             bool      `json:"dyn"`
	NewMix              int       `json:"newMix"`
	LearningMix         int       `json:"interdayLearningMix"`
	ReviewOrder         int       `json:"reviewOrder"`
	NewSort             int       `json:"newSortOrder"`
	NewGather           int       `json:"newGatherPriority"`
	BuryLearning        bool      `json:"buryInterdayLearning"`
	Parameters4         []float64 `json:"fsrsWeights"`
	Parameters5         []float64 `json:"fsrsParams5"`
	Parameters6         []float64 `json:"fsrsParams6"`
	Retention           float64   `json:"desiredRetention"`
	IgnoreBefore        string    `json:"ignoreRevlogsBeforeDate"`
	EasyDays            []float64 `json:"easyDaysPercentages"`
	SecondsForQuestion  float64   `json:"secondsToShowQuestion"`
	SecondsForAnswer    float64   `json:"secondsToShowAnswer"`
	HistoricalRetention float64   `json:"sm2Retention"`
}

type newFile struct {
	Bury   bool      `json:"bury"`
	Steps  []float64 `json:"delays"`
	Ease   float64   `json:"initialFactor"`
	Ints   []int     `json:"ints"`
	Order  int       `json:"order"` // 0 is random, 1 in order
	PerDay int       `json:"perDay"`
}

type revFile struct {
	Bury     bool    `json:"bury"`
	Easy     float64 `json:"ease4"`
	Modifier float64 `json:"ivlFct"`
	Longest  int     `json:"maxIvl"`
	PerDay   int     `json:"perDay"`
	Hard     float64 `json:"hardFactor"`
}

type lapseFile struct {
	Steps    []float64 `json:"delays"`
	Action   int       `json:"leechAction"` // 0 suspends
	Leech    int       `json:"leechFails"`
	Shortest int       `json:"minInt"`
	Factor   float64   `json:"mult"`
}

// preset reads what schema 11 writes.
func (f *presetFile) preset() Preset {
	p := Preset{Name: f.Name, LearnSteps: f.New.Steps, RelearnSteps: f.Lapse.Steps, New: f.New.PerDay,
		Reviews: f.Review.PerDay, MaxInterval: f.Review.Longest, Leech: f.Lapse.Leech, LeechSuspend: f.Lapse.Action == 0,
		BuryNew: f.New.Bury, BuryReviews: f.Review.Bury, BuryLearning: f.BuryLearning, AnswerCap: f.AnswerCap,
		ReviewOrder: f.ReviewOrder, NewInsert: 1 - min(max(f.New.Order, 0), 1), NewGather: f.NewGather, NewSort: f.NewSort,
		NewMix: f.NewMix, LearningMix: f.LearningMix, EasyDays: f.EasyDays, Retention: f.Retention,
		Ease: f.New.Ease / 1000, Easy: f.Review.Easy, Hard: f.Review.Hard, Modifier: f.Review.Modifier, Lapse: f.Lapse.Factor,
		HistoricalRetention: f.HistoricalRetention, IgnoreBefore: f.IgnoreBefore}
	p.Shows = !f.Autoplay || f.Timer == true || f.Timer == 1.0 || f.SecondsForQuestion > 0 || f.SecondsForAnswer > 0
	p.newest(f.Parameters6, f.Parameters5, f.Parameters4)
	p.old()
	return p
}

// file writes a preset as schema 11 does.
func (p *Preset) file(id int64) presetFile {
	f := presetFile{ID: id, Name: p.Name, USN: -1, AnswerCap: p.AnswerCap, Autoplay: true, Timer: 0, Replay: true,
		New: newFile{Bury: p.BuryNew, Steps: orNone(p.LearnSteps), Ease: 2500, Ints: []int{1, 4, 0}, Order: 1 - p.NewInsert,
			PerDay: p.New},
		Review: revFile{Bury: p.BuryReviews, Easy: 1.3, Modifier: 1, Longest: p.MaxInterval, PerDay: p.Reviews, Hard: 1.2},
		Lapse:  lapseFile{Steps: orNone(p.RelearnSteps), Action: 1, Leech: p.Leech, Shortest: 1},
		NewMix: p.NewMix, ReviewOrder: p.ReviewOrder, NewGather: p.NewGather, NewSort: p.NewSort,
		BuryLearning: p.BuryLearning, Parameters4: []float64{}, Parameters5: []float64{}, Parameters6: []float64{},
		Retention: p.Retention, EasyDays: []float64{1, 1, 1, 1, 1, 1, 1}, HistoricalRetention: 0.9}
	if p.LeechSuspend {
		f.Lapse.Action = 0
	}
	if len(p.EasyDays) == 7 {
		f.EasyDays = p.EasyDays
	}
	switch len(p.Parameters) {
	case 17:
		f.Parameters4 = p.Parameters
	case 19:
		f.Parameters5 = p.Parameters
	case 21:
		f.Parameters6 = p.Parameters
	}
	return f
}

// orNone makes a missing list "[]" in JSON.
func orNone(list []float64) []float64 {
	if list == nil {
		return []float64{}
	}
	return list
}

// newest takes the parameters of the newest FSRS that there are any of.
func (p *Preset) newest(all ...[]float64) {
	for _, parameters := range all {
		if len(parameters) > 0 {
			p.Parameters = parameters[:min(len(parameters), maxParameters)]
			return
		}
	}
}

// maxParameters is more than any model has.
const maxParameters = 100

// old fills in what presets of old collections do not say.
func (p *Preset) old() {
	if p.Retention == 0 {
		p.Retention = usualPreset.Retention
	}
	if p.HistoricalRetention == 0 {
		p.HistoricalRetention = usualPreset.HistoricalRetention
	}
	if p.Hard == 0 {
		p.Hard = usualPreset.Hard
	}
	const maxSteps = 50
	p.LearnSteps, p.RelearnSteps = p.LearnSteps[:min(len(p.LearnSteps), maxSteps)],
		p.RelearnSteps[:min(len(p.RelearnSteps), maxSteps)]
}

// readPresetJSON reads the presets of schema 11. One that says something else than
// Anki writes is as good as none.
func (s *catalogue) readPresetJSON(text string) error {
	var all map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &all) != nil {
		return nil
	}
	for key, one := range all {
		var f presetFile
		id, err := strconv.ParseInt(key, 10, 64)
		if err != nil || json.Unmarshal(one, &f) != nil {
			continue
		}
		s.presets[id] = f.preset()
	}
	return nil
}

// readPresets reads the presets of schema 18: protocol buffers in table deck_config.
func (s *catalogue) readPresets(f *foreigndb.DB) error {
	if !f.Has("deck_config") {
		return nil
	}
	return f.Query(func(row *sql.Rows) error {
		var id int64
		var name string
		var config []byte
		if err := f.Scan(row, "deck_config", &id, &name, &config); err != nil {
			return err
		}
		p, err := readPreset(config)
		p.Name = name
		s.presets[id] = p
		return err
	}, "SELECT id, name, config FROM deck_config NOT INDEXED")
}

// readPreset reads a protocol buffer DeckConfig.Config.
func readPreset(config []byte) (Preset, error) {
	p := Preset{}
	var four, five, six []float64
	suspends := true // the first of the actions is left out
	whole := map[protowire.Number]*int{9: &p.New, 10: &p.Reviews, 16: &p.MaxInterval, 20: &p.NewInsert, 22: &p.Leech,
		24: &p.AnswerCap, 30: &p.NewMix, 31: &p.LearningMix, 32: &p.NewSort, 33: &p.ReviewOrder, 34: &p.NewGather}
	toggles := map[protowire.Number]*bool{23: &p.Shows, 25: &p.Shows, 27: &p.BuryNew, 28: &p.BuryReviews,
		29: &p.BuryLearning}
	numbers := map[protowire.Number]*float64{11: &p.Ease, 12: &p.Easy, 13: &p.Hard, 14: &p.Lapse, 15: &p.Modifier,
		37: &p.Retention, 40: &p.HistoricalRetention}
	lists := map[protowire.Number]*[]float64{1: &p.LearnSteps, 2: &p.RelearnSteps, 3: &four, 4: &p.EasyDays, 5: &five, 6: &six}
	err := fields(config, func(number protowire.Number, value []byte) error {
		n, _ := protowire.ConsumeVarint(value)
		switch {
		case whole[number] != nil:
			*whole[number] = int(min(n, math.MaxInt32))
		case toggles[number] != nil:
			*toggles[number] = *toggles[number] || n != 0
		case numbers[number] != nil:
			*numbers[number] = float(value)
		case lists[number] != nil:
			*lists[number] = floats(value)
		case number == 21:
			suspends = n == 0
		case number == 41, number == 42:
			p.Shows = p.Shows || float(value) > 0
		case number == 46:
			p.IgnoreBefore = string(value)
		}
		return nil
	})
	p.LeechSuspend = suspends
	p.newest(six, five, four)
	p.old()
	return p, err
}

// float is a number of four bytes, as short as it says the same in four.
func float(value []byte) float64 {
	bits, n := protowire.ConsumeFixed32(value)
	if n < 0 {
		return 0
	}
	return short(math.Float32frombits(bits))
}

// short is the shortest decimal that is the number in 32 bits: 0.9 and not
// 0.8999999761581421, as Anki shows it.
func short(f float32) float64 {
	d, _ := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64)
	return d
}

// floats is a list of numbers of four bytes.
func floats(value []byte) (list []float64) {
	for len(value) >= 4 && len(list) < maxParameters {
		list = append(list, float(value[:4]))
		value = value[4:]
	}
	return list
}

// ownOptions are what a deck has beside its preset.
type ownOptions struct {
	preset    int64
	limits    [2]*int  // of new cards and reviews a day
	retention *float64 // that is aimed at
}

// readOwn reads a protocol buffer Deck.Normal.
func readOwn(normal []byte) (o ownOptions, err error) {
	err = fields(normal, func(number protowire.Number, value []byte) error {
		n, _ := protowire.ConsumeVarint(value)
		limit := int(min(n, math.MaxInt32))
		switch number {
		case 1:
			o.preset = int64(n)
		case 6:
			o.limits[1] = &limit
		case 7:
			o.limits[0] = &limit
		case 10:
			f := float(value)
			o.retention = &f
		}
		return nil
	})
	return o, err
}

// presetOf is the preset of a deck, with what was chosen for it alone; nil if the
// collection has none.
func (s *catalogue) presetOf(deck string) *Preset {
	for _, d := range s.decks {
		if d.name != deck {
			continue
		}
		p, ok := s.presets[d.own.preset]
		if !ok {
			return nil
		}
		p.FSRS = s.fsrs
		if n := d.own.limits[0]; n != nil {
			p.New = *n
		}
		if n := d.own.limits[1]; n != nil {
			p.Reviews = *n
		}
		if d.own.retention != nil {
			p.Retention = *d.own.retention
		}
		return &p
	}
	return nil
}
