package main

import (
	"strings"
	"testing"

	"kartei/cmd/internal/screentest"
)

// The screens of three moments at which a small number decides whether a learner
// trusts the others: the first day, the last card of a day, and after midnight,
// when the study day is still that of the evening.
func TestDays(t *testing.T) {
	t.Parallel()
	l := newLearner(t)
	l.write("three.md", "---\ndeck: three\n---\n\nQ: one?\nA: 1\n\nT: fjord\nD: a long narrow inlet\n\nQ: three?\nA: 3\n")
	l.run("compile", "three.md")
	s := &student{learner: l, Session: l.start(80, 40)}
	s.menu(`Start\?`, 11)
	s.Golden("day-first")
	s.Send("q")
	s.Exit()

	s = &student{learner: l, Session: l.start(80, 60, "review", "three")}
	s.WaitFor("Show the answer")
	s.Send(" 3", " 1", " 4", " 3", " 3", " 3")
	s.WaitFor("undoes an answer")
	s.Golden("day-last-card")
	s.Send("q")
	s.Exit()
	if list := l.run("review", "three", "--plain"); !strings.Contains(list, "There is nothing to review now.") {
		t.Errorf("the end was not the end:\n%s", list)
	}

	l.env = append(l.env, "KARTEI_NOW=2026-11-24T00:30:00+01:00")
	s = &student{learner: l, Session: l.start(80, 60)}
	s.menu(`Start\?`, 10)
	s.Send("5")
	s.WaitFor("Go on")
	s.Send(" ")
	s.WaitFor("Show the answer")
	s.Send(" 4")
	s.WaitFor("Show the answer")
	s.Send("q")
	s.Exit()
	screentest.Golden(t, "day-past-midnight", s.History()+"\n=== what is done\n"+l.run("review", "three", "--plain"))
	l.healthy(7)
}
