package review

import (
	"strings"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/keys"
	"kartei/scheduler"
)

// does says what each command does, in the order of the help page.
var does = []struct {
	command ask.Command
	what    string
}{
	{Undo, "take the last answer back"},
	{Edit, "edit the fact"},
	{Hint, "show the hint"},
	{Open, "open picture, sound, video"},
	{Info, "what is known of this card"},
	{Flag, "flag it, or take the flag off"},
	{Bury, "put it off until tomorrow"},
	{Suspend, "put it away for good"},
	{Help, "this page"},
	{Quit, "leave; all answers are kept"},
}

// Meaning says what an action does.
func Meaning(action string) string {
	for _, d := range does {
		if string(d.command) == action {
			return d.what
		}
	}
	for i, means := range gradeMeans {
		if g := scheduler.Grade(i + 1).String(); strings.EqualFold(g, action) {
			return g + ": " + means
		}
	}
	return "show the answer"
}

// help prints the keys: in two columns, where they fit beside each other, so that
// the card stays in sight.
func (q *question) help() {
	answering, commands := q.answeringKeys(), [][2]string{}
	for _, d := range does {
		commands = append(commands, [2]string{q.Keys.of(d.command), d.what})
	}
	if q.Plain {
		q.Page.pairs(append(append(answering, commands...),
			[2]string{":" + string(Undo), "a command where text or a letter is an answer: with a colon, by key or name"}))
	} else {
		q.Page.columnsOf(answering, commands)
	}
	q.Page.blank()
}

// answeringKeys are those that answer, and those that no learner can change.
func (q *question) answeringKeys() [][2]string {
	k := q.Keys
	var rows [][2]string
	say := func(keys, what string) { rows = append(rows, [2]string{keys, what}) }
	if q.Plain {
		say("empty line", "show the answer; then: the grade that is proposed")
	} else {
		say(names(k.show()), "show; the marked grade")
	}
	for i, means := range gradeMeans {
		g := scheduler.Grade(i + 1)
		if q.TwoGrades && g != scheduler.Again && g != scheduler.Good {
			continue
		}
		say(names(q.gradeKeys(g)), g.String()+": "+means)
	}
	say("a b c, 1 2 3", "choose, tick, put next")
	if q.Plain {
		say("a c d", "several at once, in their order")
		return rows
	}
	say("space, enter", "tick; confirm")
	say("esc", "keys, where letters answer")
	say(redrawKey.String(), "draw the screen anew")
	say("ctrl-c", "leave at once")
	return rows
}

var gradeMeans = [4]string{"not known", "known, with effort", "known", "known at once"}

// names lists keys for people.
func names(pressed []keys.Key) string {
	all := make([]string, len(pressed))
	for i, key := range pressed {
		all[i] = key.String()
	}
	return strings.Join(all, ", ")
}
