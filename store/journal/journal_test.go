package journal

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"kartei/scheduler"
)

// A vector is a row of testdata/rows.jsonl, in the form of an export. The hashes were
// computed by another program: a collection's chain must hold with every later
// version of this one.
type vector struct {
	Device   string
	Seq      int64
	At       int64
	Zone     int32
	Day      int32
	Clock    int64
	Kind     Kind
	Card     string
	Mode     Mode
	Grade    scheduler.Grade
	Duration int64 `json:"duration_ms"`
	State    scheduler.State
	Days     int
	Detail   json.RawMessage
	Item     string
	Hash     string
}

// vectors are the rows of testdata/rows.jsonl, and as entries.
func vectors(t *testing.T) (all []vector, entries []Entry) {
	t.Helper()
	text, err := os.ReadFile("testdata/rows.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(bytes.NewReader(text)); d.More(); {
		var v vector
		e := Entry{}
		if err := d.Decode(&v); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(v.Detail, &e.Detail); err != nil {
			t.Fatal(err)
		}
		e.Moment = scheduler.Moment{At: v.At, Zone: v.Zone, Day: scheduler.Day(v.Day)}
		e.Kind, e.Card, e.Mode, e.Grade, e.State, e.Days, e.Item = v.Kind, v.Card, v.Mode, v.Grade, v.State, v.Days, v.Item
		e.Duration = time.Duration(v.Duration)*time.Millisecond + 999 // less than a millisecond is not kept
		all, entries = append(all, v), append(entries, e)
	}
	return all, entries
}

// sealed makes the rows of the vectors.
func sealed(t *testing.T) (rows []Row) {
	t.Helper()
	all, entries := vectors(t)
	var tip Tip
	for i, e := range entries {
		r, err := Seal(e, all[i].Device, tip)
		if err != nil {
			t.Fatal(err)
		}
		rows, tip = append(rows, r), r.Tip()
	}
	return rows
}

func TestRowsAreSealedAsEver(t *testing.T) {
	all, _ := vectors(t)
	rows := sealed(t)
	if len(rows) < 8 {
		t.Fatalf("only %d rows", len(rows))
	}
	for i, r := range rows {
		v := all[i]
		if r.Seq != v.Seq || r.Clock != v.Clock || r.Written != string(v.Detail) || r.Hash.String() != v.Hash {
			t.Errorf("row %d is sealed as %d, clock %d, %s, %s", v.Seq, r.Seq, r.Clock, r.Written, r.Hash)
		}
	}
}

// TestChainFaults changes one thing about a row at a time.
func TestChainFaults(t *testing.T) {
	for fault, change := range map[string]func([]Row) []Row{
		"":                                   func(rows []Row) []Row { return rows },
		"3: the row is not what was written": func(rows []Row) []Row { rows[2].Card = "another"; return rows },
		"4: the row is not what was written": func(rows []Row) []Row { rows[3].Written += " "; return rows },
		"4: it does not follow on row 2":     func(rows []Row) []Row { return slices.Delete(rows, 2, 3) },
		"2: rows before it are missing":      func(rows []Row) []Row { return rows[1:] },
		"2: it does not follow on row 1":     func(rows []Row) []Row { rows[1].Prev = Hash{7}; rows[1].Hash = rows[1].Sum(); return rows[:2] },
		"3: it does not follow on row 1":     func(rows []Row) []Row { rows[1].Seq = 3; rows[1].Hash = rows[1].Sum(); return rows[:2] },
		"1: it is later than any can be": func(rows []Row) []Row {
			rows[0].Clock = LastClock + laterRows + 1
			rows[0].Hash = rows[0].Sum()
			return rows[:1]
		},
		"2: rows before it are missing again": func(rows []Row) []Row { rows[1].Device = "another"; rows[1].Hash = rows[1].Sum(); return rows[:2] },
	} {
		chain := Chain{}
		var got string
		for _, r := range change(sealed(t)) {
			if f := chain.Fault(&r); f != "" && got == "" {
				got = fmt.Sprintf("%d: %s", r.Seq, f)
			}
		}
		if diff := gocmp.Diff(strings.TrimSuffix(fault, " again"), got); diff != "" {
			t.Error(diff)
		}
	}
}

// TestNames plays testdata/names.txt.
func TestNames(t *testing.T) {
	f, err := os.Open("testdata/names.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	names, asked := Names{}, 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		var a, b string
		var clock int64
		switch {
		case strings.HasPrefix(line, "#"):
		case line == "":
			names = Names{}
		case strings.Contains(line, ">"):
			if _, err := fmt.Sscanf(line, "%s > %s @ %d", &a, &b, &clock); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			names.Rename(a, b, clock)
		default:
			if _, err := fmt.Sscanf(line, "%s @ %d = %s", &a, &clock, &b); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			asked++
			if got := names.Present(a, clock); got != b {
				t.Errorf("%s, but it is %s", line, got)
			}
			checkAliases(t, names, a, clock, b)
		}
	}
	if asked < 20 {
		t.Errorf("only %d names were asked for", asked)
	}
}

// checkAliases finds a card by the aliases alone, without those that are plain.
func checkAliases(t *testing.T, names Names, name string, clock int64, want string) {
	t.Helper()
	got := Alias{Since: -1, Card: name}
	for a := range names.Aliases() {
		if a.Name == name && a.Since <= clock && a.Since > got.Since && !a.Plain() {
			got = a
		}
	}
	if got.Card != want {
		t.Errorf("by the aliases %s is %s at %d, not %s", name, got.Card, clock, want)
	}
}

// TestRefusedEntries has one entry of each kind that no replay could read.
func TestRefusedEntries(t *testing.T) {
	for _, e := range []Entry{
		{}, {Kind: "sing"}, {Kind: KindGrade, Mode: ModeReview}, {Kind: KindGrade, Grade: scheduler.Good}, {Kind: KindGrade, Mode: ModeCram, Grade: 5},
		{Kind: KindBury}, {Kind: KindFlag, Detail: Detail{Flag: 8}}, {Kind: KindFlag, Detail: Detail{Flag: -1}}, {Kind: KindFollow}, {Kind: KindUndo}, {Kind: KindAlias},
		{Kind: KindFollow, Detail: Detail{Follow: &Followed{By: "the wind"}}}, {Kind: KindOrigin}, {Kind: KindOrigin, Detail: Detail{Foreign: &Foreign{}}},
		{Kind: KindKeep}, {Kind: KindKeep, Detail: Detail{Planned: &Planned{State: 4}}}, {Kind: KindDue, Detail: Detail{Planned: &Planned{At: 1}}},
		{Kind: KindKeep, Detail: Detail{Planned: &Planned{State: scheduler.Review, Step: 1}}},
	} {
		if r, err := Seal(e, "device", Tip{}); err == nil {
			t.Errorf("%+v was sealed as %+v", e, r)
		}
	}
}

var update = flag.Bool("update", false, "write what the code says into testdata")

// A story is one of testdata/states.json: rows about one card, "card" where they name
// none, at noon of days from 14 November 2023 on, and what they come to.
type story struct {
	Why   string
	Rows  []storyRow
	State CardState
}

type storyRow struct {
	Kind   Kind
	Device string
	Day    int
	Card   string          `json:",omitempty"`
	Mode   Mode            `json:",omitempty"`
	Grade  scheduler.Grade `json:",omitempty"`
	Days   int             `json:",omitempty"`
	Item   string          `json:",omitempty"`
	Detail Detail          `json:",omitzero"`
}

// logs are the rows as the logs of their devices.
func (s *story) logs(t *testing.T) map[string]*log {
	t.Helper()
	logs := map[string]*log{}
	for _, r := range s.Rows {
		at := time.Date(2023, 11, 14+r.Day, 12, 0, 0, 0, time.UTC)
		e := Entry{Moment: scheduler.DefaultCalendar.Moment(at), Kind: r.Kind, Card: cmp.Or(r.Card, "card"), Mode: r.Mode, Grade: r.Grade, Days: r.Days, Item: r.Item, Detail: r.Detail}
		if e.Kind == KindGrade {
			e.Mode = cmp.Or(e.Mode, ModeReview)
		}
		if logs[r.Device] == nil {
			logs[r.Device] = &log{}
		}
		l := logs[r.Device]
		row, err := Seal(e, r.Device, l.tip)
		if err != nil {
			t.Fatalf("%s: %v", s.Why, err)
		}
		l.rows, l.tip = append(l.rows, row), row.Tip()
	}
	return logs
}

// A log is one in memory.
type log struct {
	rows []Row
	tip  Tip
}

// Next implements [Cursor]: a row is good until the next call, as it is promised.
func (l *log) Next(context.Context) (*Row, error) {
	if len(l.rows) == 0 {
		return nil, nil
	}
	r := l.rows[0]
	l.rows[0], l.rows = Row{Device: "gone"}, l.rows[1:]
	return &r, nil
}

// TestStates replays testdata/states.json; -update writes the states.
func TestStates(t *testing.T) {
	text, err := os.ReadFile("testdata/states.json")
	if err != nil {
		t.Fatal(err)
	}
	var stories []story
	if err := json.Unmarshal(text, &stories); err != nil {
		t.Fatal(err)
	}
	policy, err := scheduler.NewPolicy(scheduler.Defaults(), scheduler.DefaultCalendar)
	if err != nil {
		t.Fatal(err)
	}
	for i := range stories {
		s := &stories[i]
		var special []Row
		var cursors []Cursor
		for _, l := range s.logs(t) {
			for _, r := range l.rows {
				if r.Kind == KindUndo || r.Kind == KindAlias {
					special = append(special, r)
				}
			}
			cursors = append(cursors, l)
		}
		replay := NewReplay(special, func(card string) (*scheduler.Policy, error) {
			if card != "card" {
				return nil, fmt.Errorf("it is about %q", card)
			}
			return policy, nil
		})
		if err := Merge(t.Context(), cursors, func(r *Row) error { return replay.Take(r, nil) }); err != nil {
			t.Errorf("%s: %v", s.Why, err)
		}
		got := replay.State("card")
		if *update {
			s.State = got
		}
		if got != s.State {
			t.Errorf("%s: %+v, want %+v", s.Why, got, s.State)
		}
	}
	if *update {
		text, err := json.MarshalIndent(stories, "", "\t")
		if err == nil {
			err = os.WriteFile("testdata/states.json", append(text, '\n'), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
