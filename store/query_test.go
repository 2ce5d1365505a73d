package store

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/journal"
)

func TestQuery(t *testing.T) {
	s := newStore(t)
	europe, rivers := deck("geo/europe", 0), deck("geo/europe/rivers", 0)
	addFact(europe, "norway", "Capital of Norway?", "Oslo")
	addFact(europe, "iceland", "Capital of Iceland?", "Reykjavík")
	addFact(rivers, "danube", "Longest river of the EU?", "Danube")
	addFact(rivers, "rhine", "River of Köln?", "Rhine")
	rivers.Facts[1].Cards[0].Tags = []string{"de", "eu"}
	rivers.Facts[0].Section, rivers.Facts[1].Section = []string{"Of Europe", "Long, and *slow*"}, []string{"Of Europe"}
	gone := deck("gone", 1)
	apply(t, s, europe, rivers, gone)
	apply(t, s, europe, rivers)
	id := func(deck, fact string) string { return decks.CardID(deck, fact, "card") }
	act := func(kind journal.Kind, card string, detail journal.Detail) {
		t.Helper()
		if _, err := s.Append(t.Context(), journal.Entry{Moment: at(0, 0), Kind: kind, Card: card, Detail: detail}, scheduler.Memory{}); err != nil {
			t.Fatal(err)
		}
	}
	grade(t, s, id("geo/europe", "norway"), scheduler.Easy, at(-90, 0))
	for day := range 40 { // forgotten every other time: a leech
		grade(t, s, id("geo/europe", "norway"), scheduler.Grade(1+2*(day%2)), at(day*2-80, 0))
	}
	grade(t, s, id("geo/europe/rivers", "danube"), scheduler.Again, at(0, 0))
	act(journal.KindSuspend, id("geo/europe", "iceland"), journal.Detail{})
	today := at(0, 0).Day
	act(journal.KindBury, id("geo/europe/rivers", "rhine"), journal.Detail{Until: &today})
	act(journal.KindFlag, id("geo/europe/rivers", "rhine"), journal.Detail{Flag: 3})

	for query, want := range map[string]string{
		"":                                    "norway iceland danube rhine",
		"deck:geo":                            "norway iceland danube rhine",
		"deck:geo/europe/rivers":              "danube rhine",
		"deck:geo/eur":                        "",
		"tag:eu":                              "rhine",
		"tag:e":                               "",
		"is:new":                              "iceland rhine",
		"is:learning":                         "danube",
		"is:review":                           "norway",
		"is:due":                              "norway danube",
		"is:suspended":                        "iceland",
		"is:buried":                           "rhine",
		"is:flagged prop:flag=3":              "rhine",
		"is:leech":                            "norway",
		"-is:new -is:leech":                   "danube",
		"is:retired":                          "fact-0",
		"prop:lapses>3":                       "norway",
		"prop:reps>=1 prop:reps<2":            "danube",
		"prop:due<=0":                         "norway danube",
		"prop:stability!=0 -prop:reps=1":      "norway",
		"kind:recall":                         "norway iceland danube rhine",
		"kind:cloze":                          "",
		"fact:rhine":                          "rhine",
		"capital":                             "norway iceland",
		"CAPITAL reykjavÍk":                   "iceland",
		`"capital of nor"`:                    "norway",
		`-"capital of"`:                       "danube rhine",
		"kÖln":                                "rhine",
		`"is:new"`:                            "",
		"file:geo/europe.md":                  "norway iceland",
		`section:"of EUROPE"`:                 "danube rhine",
		"section:of-europe":                   "danube rhine",
		"section:long-and-slow":               "danube",
		`section:"Of Europe › long and slow"`: "danube",
		"section:europe":                      "",
		"section:*europe -section:*slow*":     "rhine",
		`section:"*europe"`:                   "",
		"-section:of-europe":                  "norway iceland",

		"tag:eu or fact:norway":               "norway rhine",
		"tag:eu OR is:leech is:review":        "norway rhine",
		"(tag:eu or capital) -is:leech":       "iceland rhine",
		"-(tag:eu or capital)":                "danube",
		"-(-tag:eu)":                          "rhine",
		"is:leech and capital":                "norway",
		"reykjavík or (is:learning danube)":   "iceland danube",
		"-(is:leech capital) deck:geo/europe": "iceland danube rhine",
		"deck:geo/eur*":                       "norway iceland danube rhine",
		"deck:*/rivers":                       "danube rhine",
		`deck:"geo/eur*"`:                     "",
		"tag:?u":                              "rhine",
		"fact:*n*":                            "norway iceland danube rhine",
		"fact:?????":                          "rhine",
		"cap*nor":                             "norway",
		`"cap*nor"`:                           "",
		"DECK:geo IS:New":                     "iceland rhine",
		"is:retired or is:leech":              "norway fact-0",
		`"or"`:                                "norway",
	} {
		q, err := ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for c, err := range s.Cards(t.Context(), q, at(0, 0)) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, c.Fact)
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}

	q, err := ParseQuery("danube")
	if err != nil {
		t.Fatal(err)
	}
	var rows int
	for r, err := range s.Log(t.Context(), LogQuery{Cards: &q}, at(0, 0)) {
		if err != nil || r.Card != id("geo/europe/rivers", "danube") {
			t.Error(r, err)
		}
		rows++
	}
	if rows != 1 {
		t.Errorf("the log has %d rows about the Danube, want 1", rows)
	}
}

func TestQueryErrorsSayWhatWouldDo(t *testing.T) {
	for query, want := range map[string]string{
		"colour:red":      "use deck: tag: is:",
		"is:tired":        "is: takes new, learning",
		"prop:weight>3":   "prop: takes lapses",
		"prop:lapses":     "write prop:lapses>3",
		"prop:lapses=>3":  "use <, >, <=",
		"prop:lapses>few": "not a number",
		"prop:lapses>":    "not a number",
		"kind:card":       "kind: takes recall",
		"deck:":           "needs a value",
		"lapses>3":        "write prop:lapses>3",
		"tag=eu":          "write tag:eu",
		"a && b":          "write a space",
		"a|b":             `write "or"`,
		"not a":           `write "-"`,
		"!is:new":         `write "-"`,
	} {
		if _, err := ParseQuery(query); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", query, err, want)
		}
	}
}

// What is wrong is marked below the query.
func TestQueryErrorsShowThePlace(t *testing.T) {
	for query, marked := range map[string]string{
		`tag:x || deck:y`:        `      ^^`,
		`köln is:tired`:          `        ^^^^^`,
		`(a or b`:                `^`,
		`a or b)`:                `      ^`,
		`a or`:                   `    ^`,
		`or a`:                   `^^`,
		`a or or b`:              `     ^^`,
		`a and`:                  `     ^`,
		`a ()`:                   `   ^`,
		`- a`:                    `^`,
		`a "b c`:                 `  ^`,
		`a "" b`:                 `  ^^`,
		`prop:lapses=>3`:         `           ^^^`,
		`prop:lapses>few`:        `            ^^^`,
		`is:new colour:red is:x`: `       ^^^^^^^`,
	} {
		_, err := ParseQuery(query)
		var wrong *QueryError
		if !errors.As(err, &wrong) {
			t.Errorf("%s: %v", query, err)
			continue
		}
		if got := strings.Repeat(" ", wrong.From) + strings.Repeat("^", wrong.To-wrong.From); got != marked {
			t.Errorf("%v\n%s\n%s\n%s (want)", err, query, got, marked)
		}
	}
}

// What or, brackets, minus and the space between terms find is what sets of cards say,
// whatever SQLite and we look at by turns.
func TestQueriesAreAlgebra(t *testing.T) {
	s := newStore(t)
	apply(t, s, deck("a", 12), deck("b/c", 9))
	var all []string
	for c, err := range s.Cards(t.Context(), Query{}, at(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, c.ID); len(all)%3 == 0 {
			grade(t, s, c.ID, scheduler.Easy, at(0, 0))
		}
	}
	find := func(t interface{ Fatal(...any) }, query string) map[string]bool {
		q, err := ParseQuery(query)
		if err != nil {
			t.Fatal(query, err)
		}
		found := map[string]bool{}
		for c, err := range s.Cards(context.Background(), q, at(0, 0)) {
			if err != nil {
				t.Fatal(query, err)
			}
			found[c.ID] = true
		}
		return found
	}
	terms := []string{"deck:a", "deck:b", "is:new", "is:review", "prop:reps>0", "fact:fact-1", "fact:fact-?", "1", `"question 2"`, "q*3", "deck:*c"}
	alone := map[string]map[string]bool{}
	for _, term := range terms {
		alone[term] = find(t, term)
	}
	rapid.Check(t, func(t *rapid.T) {
		var build func(depth int) (string, func(string) bool)
		build = func(depth int) (string, func(string) bool) {
			kind := 0
			if depth > 0 {
				kind = rapid.IntRange(0, 3).Draw(t, "kind")
			}
			if kind == 0 {
				term := rapid.SampledFrom(terms).Draw(t, "term")
				return term, func(card string) bool { return alone[term][card] }
			}
			left, isLeft := build(depth - 1)
			if kind == 1 {
				return "-(" + left + ")", func(card string) bool { return !isLeft(card) }
			}
			right, isRight := build(depth - 1)
			if kind == 2 {
				return "(" + left + ") " + right, func(card string) bool { return isLeft(card) && isRight(card) }
			}
			return "(" + left + " or " + right + ")", func(card string) bool { return isLeft(card) || isRight(card) }
		}
		query, is := build(4)
		found := find(t, query)
		for _, card := range all {
			if found[card] != is(card) {
				t.Fatalf("%s: %s is found: %v", query, card, found[card])
			}
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{`(a or -(b "c")) and d*`, `((((`, `a or`, `deck:geo -is:new "a b" prop:due<=0`, `"`, `-`, `prop:reps!=-1e9 -"x:y"`, "is:\x00"} {
		f.Add(seed)
	}
	s := newStore(f)
	apply(f, s, deck("maths", 2))
	f.Fuzz(func(t *testing.T, text string) {
		q, err := ParseQuery(text)
		if err != nil {
			return
		}
		for _, err := range s.Cards(t.Context(), q, at(0, 0)) {
			if err != nil {
				t.Fatalf("%q was read but cannot be asked: %v", text, err)
			}
		}
	})
}
