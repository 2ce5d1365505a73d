package anki

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kartei/decks/foreigndb"

	"google.golang.org/protobuf/encoding/protowire"
)

// A catalogue is what a collection of Anki's says about notes and decks.
type catalogue struct {
	begun     Beginning
	told      bool // the hour at which its days turn
	votes     dayVote
	made      int64 // Unix milliseconds
	first     bool  // it is one of Anki's first scheduler
	unburied  bool  // what is buried waits again: a later day came since
	notetypes map[int64]*foreignType
	decks     map[int64]foreignDeck
	presets   map[int64]Preset
	fsrs      bool // it plans by FSRS
}

// A foreignType is a note type of any schema.
type foreignType struct {
	id        int64
	number    string // the id as a text, once a note needed it
	name      string
	cloze     bool
	fields    []string
	templates []template
	specials  []string // see special; nil: not yet known
}

type foreignDeck struct {
	name    string // parts joined by "::"
	preview bool   // filtered, and its answers move no schedule
	own     ownOptions
}

var errNotAnkis = errors.New("its note types and decks are not written as Anki writes them")

// readCatalogue reads schema 11, which keeps note types and decks as JSON in the
// one row of table col, and schema 18, which has tables of protocol buffers.
func readCatalogue(f *foreigndb.DB, zone *time.Location) (*catalogue, error) {
	s := &catalogue{notetypes: map[int64]*foreignType{}, decks: map[int64]foreignDeck{}, presets: map[int64]Preset{}}
	var crt int64
	var conf, models, decks, presets string
	err := f.Query(func(row *sql.Rows) error {
		return f.Scan(row, "col", &crt, &s.made, &conf, &models, &decks, &presets)
	}, "SELECT crt, mod, conf, models, decks, dconf FROM col LIMIT 1")
	if err != nil {
		return nil, err
	}
	settings := map[string]json.RawMessage{}
	if f.Has("notetypes") && f.Has("fields") && f.Has("templates") && f.Has("decks") && f.Has("config") {
		err = cmp.Or(s.readTypes(f), s.readDecks(f), s.readPresets(f), readConfig(f, settings))
	} else {
		err = cmp.Or(s.readModels(models), s.readDeckJSON(decks), s.readPresetJSON(presets), readConf(conf, settings))
	}
	if err != nil {
		return nil, err
	}
	s.begun, s.told = beginning(crt, settings, zone)
	s.votes = newDayVote(crt, settings, s.begun, zone)
	if s.fsrs, err = plansByFSRS(f, settings); err != nil {
		return nil, err
	}
	s.unburied = s.begun.unburied(settings, s.made)
	s.first, err = ofFirstScheduler(f, settings)
	return s, err
}

func (s *catalogue) readModels(text string) error {
	var models map[string]struct {
		Name   string `json:"name"`
		Type   int    `json:"type"`
		Fields []struct {
			Name string `json:"name"`
		} `json:"flds"`
		Cards []struct {
			Name     string `json:"name"`
			Question string `json:"qfmt"`
			Answer   string `json:"afmt"`
		} `json:"tmpls"`
	}
	if json.Unmarshal([]byte(text), &models) != nil {
		return errNotAnkis
	}
	for key, m := range models {
		id, err := strconv.ParseInt(key, 10, 64)
		if err != nil {
			return errNotAnkis
		}
		t := &foreignType{id: id, name: m.Name, cloze: m.Type == 1}
		for _, field := range m.Fields {
			t.fields = append(t.fields, field.Name)
		}
		for _, card := range m.Cards {
			t.templates = append(t.templates, template{card.Name, card.Question, card.Answer})
		}
		s.notetypes[id] = t
	}
	return nil
}

func (s *catalogue) readDeckJSON(text string) error {
	var decks map[string]struct {
		Name       string `json:"name"`
		Dyn        int    `json:"dyn"`
		Reschedule any    `json:"resched"` // a bool, or in old collections a number

		Preset      any      `json:"conf"` // a number, or in old collections one as text
		NewLimit    *int     `json:"newLimit"`
		ReviewLimit *int     `json:"reviewLimit"`
		Retention   *float64 `json:"desiredRetention"` // percent
	}
	if json.Unmarshal([]byte(text), &decks) != nil {
		return errNotAnkis
	}
	for key, d := range decks {
		id, err := strconv.ParseInt(key, 10, 64)
		if err != nil {
			return errNotAnkis
		}
		own := ownOptions{limits: [2]*int{d.NewLimit, d.ReviewLimit}}
		own.preset, _ = strconv.ParseInt(strings.TrimSpace(fmt.Sprint(d.Preset)), 10, 64)
		if n, ok := d.Preset.(float64); ok {
			own.preset = int64(n)
		}
		if d.Retention != nil {
			share := *d.Retention / 100
			own.retention = &share
		}
		s.decks[id] = foreignDeck{d.Name, d.Dyn != 0 && (d.Reschedule == false || d.Reschedule == 0.0), own}
	}
	return nil
}

func readConf(text string, settings map[string]json.RawMessage) error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	if json.Unmarshal([]byte(text), &settings) != nil {
		return errNotAnkis
	}
	return nil
}

func (s *catalogue) readTypes(f *foreigndb.DB) error {
	err := f.Query(func(row *sql.Rows) error {
		t := &foreignType{}
		var config []byte
		if err := f.Scan(row, "notetypes", &t.id, &t.name, &config); err != nil {
			return err
		}
		s.notetypes[t.id] = t
		return fields(config, func(number protowire.Number, value []byte) error {
			if number == 1 { // kind; 1 is cloze
				t.cloze = len(value) == 1 && value[0] == 1
			}
			return nil
		})
	}, "SELECT id, name, config FROM notetypes NOT INDEXED")
	if err != nil {
		return err
	}
	err = f.Query(func(row *sql.Rows) error {
		var id int64
		var name string
		if err := f.Scan(row, "fields", &id, &name); err != nil {
			return err
		}
		if t := s.notetypes[id]; t != nil {
			t.fields = append(t.fields, name)
		}
		return nil
	}, "SELECT ntid, name FROM fields ORDER BY ntid, ord")
	if err != nil {
		return err
	}
	return f.Query(func(row *sql.Rows) error {
		var id int64
		var t template
		var config []byte
		if err := f.Scan(row, "templates", &id, &t.name, &config); err != nil {
			return err
		}
		err := fields(config, func(number protowire.Number, value []byte) error {
			switch number {
			case 1:
				t.question = string(value)
			case 2:
				t.answer = string(value)
			}
			return nil
		})
		if owner := s.notetypes[id]; owner != nil {
			owner.templates = append(owner.templates, t)
		}
		return err
	}, "SELECT ntid, name, config FROM templates ORDER BY ntid, ord")
}

func (s *catalogue) readDecks(f *foreigndb.DB) error {
	return f.Query(func(row *sql.Rows) error {
		var id int64
		var name string
		var kind []byte
		if err := f.Scan(row, "decks", &id, &name, &kind); err != nil {
			return err
		}
		deck := foreignDeck{name: strings.ReplaceAll(name, "\x1f", "::")}
		err := fields(kind, func(number protowire.Number, filtered []byte) (err error) {
			switch number {
			case 1:
				deck.own, err = readOwn(filtered)
			case 2:
				deck.preview, err = previews(filtered)
			}
			return err
		})
		s.decks[id] = deck
		return err
	}, "SELECT id, name, kind FROM decks NOT INDEXED")
}

// previews reports whether a filtered deck moves no schedule: field 1 of its protocol
// buffer, which is left out where it is false.
func previews(filtered []byte) (bool, error) {
	preview := true
	for len(filtered) > 0 {
		number, kind, n := protowire.ConsumeTag(filtered)
		if n < 0 {
			return false, protowire.ParseError(n)
		}
		size := protowire.ConsumeFieldValue(number, kind, filtered[n:])
		if size < 0 {
			return false, protowire.ParseError(size)
		}
		if value, _ := protowire.ConsumeVarint(filtered[n:]); number == 1 && kind == protowire.VarintType {
			preview = value == 0
		}
		filtered = filtered[n+size:]
	}
	return preview, nil
}

func readConfig(f *foreigndb.DB, settings map[string]json.RawMessage) error {
	return f.Query(func(row *sql.Rows) error {
		var key string
		var value []byte
		if err := f.Scan(row, "config", &key, &value); err != nil {
			return err
		}
		settings[key] = value
		return nil
	}, "SELECT key, val FROM config WHERE key IN ('creationOffset', 'rollover', 'schedVer', 'lastUnburied', 'fsrs')")
}

// beginning tells the day on which a collection began from the time that it keeps.
// Anki counts from the calendar day on which that time fell where the learner was,
// at whatever hour the learner's days turn (rslib scheduler/timing.rs). It reports
// whether the collection says that hour.
func beginning(crt int64, settings map[string]json.RawMessage, zone *time.Location) (b Beginning, told bool) {
	b.Rollover = Plain.Rollover
	var rollover, west int
	if json.Unmarshal(settings["rollover"], &rollover) == nil && rollover >= 0 && rollover < 24 {
		b.Rollover, told = rollover, true
	}
	if json.Unmarshal(settings["creationOffset"], &west) == nil && west >= -24*60 && west <= 24*60 {
		b.Zone = -west * 60
	} else {
		_, b.Zone = time.Unix(crt, 0).In(zone).Zone()
	}
	b.Day = int(floorDiv(crt+int64(b.Zone), 86_400))
	return b, told
}

// unburied reports whether a later day had begun when a collection was written, in
// Unix milliseconds, than that on which Anki last brought buried cards back: it
// brings them back as soon as it is opened.
func (b Beginning) unburied(settings map[string]json.RawMessage, made int64) bool {
	var last int64
	if json.Unmarshal(settings["lastUnburied"], &last) != nil || made <= 0 {
		return false
	}
	return last < floorDiv(made/1000-b.unix(), 86_400)
}

// ofFirstScheduler reports whether a collection is one of Anki's first scheduler, whose
// grades and states were others. Anki looks at it only where a card has a place in
// the schedule (rslib package/apkg/import/mod.rs).
func ofFirstScheduler(f *foreigndb.DB, settings map[string]json.RawMessage) (bool, error) {
	var version int
	if json.Unmarshal(settings["schedVer"], &version) == nil && version > 1 {
		return false, nil
	}
	var scheduled bool
	err := f.Query(func(row *sql.Rows) error { return f.Scan(row, "cards", &scheduled) },
		"SELECT EXISTS (SELECT 1 FROM cards NOT INDEXED WHERE queue != 0)")
	return scheduled, err
}

// plansByFSRS reports whether a collection plans by FSRS. A package of decks does not
// say so, but its cards have a stability then.
func plansByFSRS(f *foreigndb.DB, settings map[string]json.RawMessage) (is bool, err error) {
	if text, told := settings["fsrs"]; told {
		_ = json.Unmarshal(text, &is) // else it does not
		return is, nil
	}
	err = f.Query(func(row *sql.Rows) error { return f.Scan(row, "cards", &is) },
		`SELECT EXISTS (SELECT 1 FROM cards NOT INDEXED WHERE CAST(data AS TEXT) LIKE '%"s":%')`)
	return is, err
}

func floorDiv(a, b int64) int64 {
	if a < 0 {
		return -((b - 1 - a) / b)
	}
	return a / b
}
