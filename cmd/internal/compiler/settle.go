package compiler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/show"
	"kartei/decks/plural"
	"kartei/store"
	"kartei/store/journal"
)

// settle asks somebody about what a plan may not mean, and applies what was
// compiled with their word. Decks of which they leave the question open stay as
// they were.
func settle(
	ctx context.Context, con *console.Console, clk *clock.Clock, st applier, c store.Compiled, plan store.Plan,
) (done store.Plan, err error) {
	asker, closeAsker, err := con.Asker(false)
	if err != nil {
		return done, err
	}
	s := &settling{Console: con, asker: asker, left: map[string]bool{}}
	err = s.ask(ctx, plan)
	if err := errors.Join(err, closeAsker()); err != nil {
		return done, err
	}
	var left []store.Left
	for _, deck := range slices.Sorted(maps.Keys(s.left)) {
		if s.left[deck] {
			left = append(left, store.Left{Deck: deck})
		}
	}
	c.IfClear, c.Choices = false, s.choices
	return st.Apply(ctx, c.Leave(left...), clk.Moment())
}

// A settling is a talk about a plan.
type settling struct {
	*console.Console
	asker   ask.Asker
	choices []store.Choice
	left    map[string]bool // decks that stay as they were
	always  journal.Follow  // what to follow without asking again
}

func (s *settling) ask(ctx context.Context, plan store.Plan) error {
	for i := range plan.Doubts {
		d := &plan.Doubts[i]
		if s.left[d.Name] {
			continue
		}
		if s.always == "" {
			if err := s.doubt(ctx, d, len(plan.Doubts)-i-1); err != nil {
				return err
			}
		}
		if s.always != "" {
			s.choices = append(s.choices, d.Choice(s.always))
		}
	}
	for _, l := range plan.Shrunk {
		if s.left[l.Deck] {
			continue
		}
		s.print(append([]string{""}, s.page(0).Text(0,
			fmt.Sprintf("%s loses %d of its %s, and you have learned %d of them.", l.Deck, l.Retired,
				plural.Count(l.Of, "card"), l.Learned))...))
		yes, err := s.asker.Confirm(ctx, "Retire them, with their history?", false)
		if err != nil && !errors.Is(err, ask.ErrQuit) {
			return err
		}
		s.left[l.Deck] = !yes
	}
	return nil
}

// doubt asks what one history follows.
func (s *settling) doubt(ctx context.Context, d *store.Doubt, more int) error {
	s.showDoubt(d)
	m := ask.Menu{Label: "What does its history follow?"}
	add := func(key keys.Key, label, detail string) {
		m.Items = append(m.Items, ask.Item{Label: label, Detail: detail, Keys: []keys.Key{key}})
	}
	add("t", "the text", s.byText(d))
	add("i", "the id", fmt.Sprintf("%s with %s, whatever it says now", answersDo(d.Answers, "stay"), d.Key))
	if more > 0 {
		add("T", "the text, each time", fmt.Sprintf("here and for %d more", more))
		add("I", "the id, each time", fmt.Sprintf("here and for %d more", more))
	}
	add("l", "neither", "leave "+d.Name+" as it was")
	i, err := s.asker.Menu(ctx, m)
	if errors.Is(err, ask.ErrQuit) {
		i, err = len(m.Items)-1, nil
	}
	if err != nil {
		return err
	}
	switch m.Items[i].Keys[0] {
	case "t":
		s.choices = append(s.choices, d.Choice(journal.FollowText))
	case "i":
		s.choices = append(s.choices, d.Choice(journal.FollowIDs))
	case "T":
		s.always = journal.FollowText
	case "I":
		s.always = journal.FollowIDs
	default:
		s.left[d.Name] = true
	}
	return nil
}

// byText says what becomes of a history that follows the text.
func (s *settling) byText(d *store.Doubt) string {
	if d.To == "" {
		return fmt.Sprintf("%s with the old card; %s begins anew", answersDo(d.Answers, "retire"), d.Key)
	}
	return fmt.Sprintf("%s on %s", answersDo(d.Answers, "go"), whereTo(d))
}

// answersDo counts answers and says what they do.
func answersDo(n int, verb string) string {
	if n == 1 {
		verb = map[string]string{"go": "goes", "stay": "stays", "retire": "retires"}[verb]
	}
	return plural.Count(n, "answer") + " " + verb
}

// whereTo says where the old text of a doubt is now.
func whereTo(d *store.Doubt) string {
	where := "under " + d.To
	if d.To[0] == '~' {
		where = "under no id"
	}
	if d.ToDeck != "" {
		where += " in " + d.ToDeck
	}
	return where
}

// showDoubt shows the two texts under one id, each whole but for a very long one.
func (s *settling) showDoubt(d *store.Doubt) {
	lines := append([]string{""}, s.page(0).Text(show.Bold,
		fmt.Sprintf("In %s, the id %s stands over another text now.", d.Name, d.Key))...)
	for _, side := range []struct {
		sign string
		text store.Text
	}{{"  − ", d.Was}, {"  + ", d.Now}} {
		for _, l := range s.page(5).Text(0, show.Cut(oneLine(side.text), 5*max(s.Width()-5, 20))) {
			lines = append(lines, side.sign+l)
			side.sign = "    "
		}
	}
	s.print(append(lines, ""))
}

// page is what fits beside a margin.
func (s *settling) page(margin int) show.Page {
	return show.Page{Width: s.Width() - margin, Palette: s.Palette()}
}

func (s *settling) print(lines []string) {
	for _, l := range lines {
		fmt.Fprintln(s.Out, l)
	}
}

// oneLine is what a card asks and answers in one line.
func oneLine(t store.Text) string {
	return show.Line(cmp.Or(t.Prompt, "(nothing)") + " — " + cmp.Or(t.Answer, "(nothing)"))
}

// mentioned is how many doubts are named where nobody can be asked.
const mentioned = 5

// tellDoubts says what a compile did, or would do, that somebody may not have meant.
func tellDoubts(con *console.Console, plan store.Plan, opts Options) {
	for i := range plan.Doubts {
		d := &plan.Doubts[i]
		if i == mentioned && len(plan.Doubts) > mentioned+1 {
			con.Say("%d more ids stand over other texts now", len(plan.Doubts)-mentioned)
			break
		}
		what := "is retired, and the card begins anew"
		if d.To != "" {
			what = "follows the text: it is " + whereTo(d)
		}
		con.Say("%s: the id %s stands over another text now; its history (%s) %s", d.Name, d.Key,
			plural.Count(d.Answers, "answer"), what)
	}
	if len(plan.Doubts) > 0 {
		con.Say("to let histories stay with their ids, also later: kartei compile --follow ids%s", pathsOf(opts))
	}
	for _, l := range plan.Shrunk {
		con.Say("%s loses %d of its %s, %d of them learned; put back and compiled again they have their history",
			l.Deck, l.Retired, plural.Count(l.Of, "card"), l.Learned)
	}
}

// pathsOf are the paths of a compile as they are typed.
func pathsOf(opts Options) (typed string) {
	for _, p := range opts.Paths {
		typed += " " + p
	}
	return typed
}
