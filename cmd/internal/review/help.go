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
	{Undo, "take the last answer back, as often as you like"},
	{Edit, "edit the fact in your editor, then go on"},
	{Hint, "show the hint"},
	{Open, "open the card's picture"},
	{Info, "what is known of this card"},
	{Flag, "flag the card, or take the flag off"},
	{Bury, "put the card off until tomorrow"},
	{Suspend, "put the card away for good"},
	{Help, "this page"},
	{Quit, "leave; everything answered is kept"},
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

// help prints the keys.
func (q *question) help() {
	k := q.Keys
	var rows [][2]string
	say := func(keys, what string) { rows = append(rows, [2]string{keys, what}) }
	if q.Plain {
		say("empty line", "show the answer; then: the grade that is proposed")
	} else {
		say(names(k.show()), "show the answer; then: the grade that is proposed")
	}
	for i, means := range gradeMeans {
		g := scheduler.Grade(i + 1)
		say(names(k.grade(g)), g.String()+": "+means)
	}
	say("a b c …, 1 2 3 …", "choose, tick, or put next")
	if q.Plain {
		say("a c d", "several at once, in their order")
	} else {
		say("space, enter", "mark where several are right; confirm")
	}
	for _, d := range does {
		say(k.of(d.command), d.what)
	}
	if q.Plain {
		say(":"+string(Undo), "a command where text is an answer: with a colon, by key or name")
	} else {
		say("esc", "these keys while you type an answer")
		say("ctrl-c", "leave at once")
	}
	q.Page.pairs(rows)
	q.Page.blank()
}

var gradeMeans = [4]string{"not known; it comes again soon", "known, with effort", "known", "known at once"}

// names lists keys for people.
func names(pressed []keys.Key) string {
	all := make([]string, len(pressed))
	for i, key := range pressed {
		all[i] = key.String()
	}
	return strings.Join(all, ", ")
}
