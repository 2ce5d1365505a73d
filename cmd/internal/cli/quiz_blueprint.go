package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"kartei/cmd/internal/fault"
	"kartei/decks"
	"kartei/decks/quiz"
	"kartei/scheduler"
	"kartei/scheduler/stats"
	"kartei/store"
)

const blueprintHint = `--from "section:Ukraine=5, tag:core + kind:typed=10, deck:geo + difficulty:hard=3"`

// parts reads a blueprint: parts are separated by commas; each is one or more
// conditions, joined by "+", and a number of questions.
func (o *drawOptions) parts(ctx context.Context, st *store.Store, sections *sectionFinder) ([]quiz.Part, error) {
	if o.from == "" {
		return nil, nil
	}
	var parts []quiz.Part
	var levels map[string]string
	for text := range strings.SplitSeq(o.from, ",") {
		words, number, ok := cutLast(text, "=")
		n, err := strconv.Atoi(strings.TrimSpace(number))
		if !ok || err != nil || n < 1 {
			return nil, fault.Usagef(blueprintHint, "%q does not say how many questions", strings.TrimSpace(text))
		}
		if levels == nil && strings.Contains(words, "difficulty:") {
			if levels, err = o.levels(ctx, st); err != nil {
				return nil, err
			}
		}
		part, err := partOf(words, n, levels, sections)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return parts, nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// partOf reads the conditions of a part.
func partOf(words string, n int, levels map[string]string, sections *sectionFinder) (quiz.Part, error) {
	part := quiz.Part{Name: strings.TrimSpace(words), Questions: n}
	var all []keeper
	for condition := range strings.SplitSeq(words, "+") {
		key, value, ok := strings.Cut(strings.TrimSpace(condition), ":")
		value = strings.TrimSpace(value)
		if !ok || value == "" {
			return part, fault.Usagef(blueprintHint, "%q is not a condition", strings.TrimSpace(condition))
		}
		switch key {
		case "section":
			in, err := sections.find(value)
			if err != nil {
				return part, err
			}
			all = append(all, in)
		case "tag":
			all = append(all, func(_ *decks.Deck, _ *decks.Fact, c *decks.Card) bool { return slices.Contains(c.Tags, value) })
		case "deck":
			all = append(all, func(d *decks.Deck, _ *decks.Fact, _ *decks.Card) bool {
				return d.Name == value || strings.HasPrefix(d.Name, value+"/")
			})
		case "kind":
			kinds, err := kindsOf([]string{value})
			if err != nil {
				return part, err
			}
			part.Kinds = append(part.Kinds, kinds...)
		case "difficulty":
			if value != easy && value != medium && value != hard {
				return part, fault.Usagef(blueprintHint, "a difficulty is easy, medium or hard, not %q", value)
			}
			all = append(all, func(_ *decks.Deck, _ *decks.Fact, c *decks.Card) bool { return levels[c.ID] == value })
		default:
			return part, fault.Usagef(blueprintHint,
				"a part is of a section, tag, deck, kind or difficulty, not of a %q", key)
		}
	}
	part.Keep = func(d *decks.Deck, f *decks.Fact, c *decks.Card) bool {
		return !slices.ContainsFunc(all, func(keep keeper) bool { return !keep(d, f, c) })
	}
	return part, nil
}

// The words for difficulties.
const easy, medium, hard = "easy", "medium", "hard"

// levels give the difficulty of cards that have one: by the facility that they
// had in a test, or by thirds of the learner's own log.
func (o *drawOptions) levels(ctx context.Context, st *store.Store) (map[string]string, error) {
	if o.figures != "" {
		return levelsOfFigures(o.figures)
	}
	items := stats.NewItems()
	for a, err := range st.Answers(ctx) {
		if err != nil {
			return nil, err
		}
		items.Add(stats.Answer{Card: a.Card, Day: a.Day, Right: a.Grade > scheduler.Again, Options: optionsOf(a.Detail),
			Wrong: wrongAnswer(a)})
	}
	levels := map[string]string{}
	hardest := items.Hardest()
	for i, item := range hardest {
		levels[item.Card] = []string{hard, medium, easy}[3*i/len(hardest)]
	}
	return levels, nil
}

// Facilities from which a question is easy, and below which it is hard.
const easyFrom, hardBelow = 0.8, 0.5

// levelsOfFigures reads the columns card and facility of a table that kartei
// analyze --csv wrote.
func levelsOfFigures(name string) (map[string]string, error) {
	f, err := openRegular(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := csv.NewReader(f)
	head, err := in.Read()
	card, facility := slices.Index(head, "card"), slices.Index(head, "facility")
	if err != nil || card < 0 || facility < 0 {
		return nil, fault.Failf("kartei analyze FORM RESULT… --csv FILE writes one",
			"%s is not a table of figures", name)
	}
	levels := map[string]string{}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return levels, nil
		}
		if err != nil {
			return nil, fault.Failf("kartei analyze FORM RESULT… --csv FILE writes one", "%s: %w", name, err)
		}
		p, err := strconv.ParseFloat(row[facility], 64)
		switch {
		case err != nil: // left out
		case p >= easyFrom:
			levels[row[card]] = easy
		case p < hardBelow:
			levels[row[card]] = hard
		default:
			levels[row[card]] = medium
		}
	}
}
