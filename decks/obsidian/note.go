package obsidian

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
	"kartei/decks/notebook"
	"kartei/decks/plural"
	"kartei/decks/shorthash"
)

// A note is one whose cards are read.
type note struct {
	*options
	vault *vault
	page  *notebook.Page
	text  string
	left  []foreign.Left
}

var (
	blockID   = lazyregexp.New(`\s\^[a-zA-Z0-9-]+\s*$`)
	startTag  = lazyregexp.New(`^\s*(?:#[^\s#]+\s+)+`)
	lineHead  = lazyregexp.New(`^\s*(?:[-*+]\s+(?:\[[ xX]\]\s+)?|\d{1,9}[.)]\s+|#{1,6}\s+|>\s*)`)
	callout   = lazyregexp.New(`(?m)^> \[!sr\|card-metadata\].*$|^>\s*$`)
	noteDates = lazyregexp.New(`(?m)^sr-due\s*:`)
)

// read makes facts of the cards. Hashes counts the cards of each text in the vault.
func (n *note) read(hashes map[string]int) {
	front, rest, head := split(n.text)
	n.page.Deck.Tags = n.tags(front)
	if noteDates.MatchString(front) {
		n.left = append(n.left, foreign.Left{File: n.page.Name, Line: 1, Part: true,
			Err: errors.New("when the note itself is to be read again has no match here; its cards are taken")})
	}
	var above trail
	line := 0
	lines := strings.Split(rest, "\n")
	for _, b := range append(n.parse(rest), block{first: len(lines)}) {
		for ; line < b.first; line++ {
			above.take(lines[line])
			if strings.Contains(lines[line], "<!--SR:") {
				n.left = append(n.left, foreign.Left{File: n.page.Name, Line: head + line + 1, Text: lines[line],
					Err: errors.New("a schedule without a card: it is written with other signs than the settings of the plugin say")})
			}
		}
		if b.form != none {
			n.card(b, head+b.first+1, above.section(), hashes)
			line += len(b.lines)
		}
	}
}

// tags are those of the head, without that of cards.
func (n *note) tags(front string) (tags []string) {
	for _, tag := range frontTags(front) {
		if n.isTag(tag) {
			tag = n.topic(tag)
		}
		if tag = strings.Trim(tag, "/"); tag != "" && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}

// card makes a fact of a card.
func (n *note) card(b block, line int, section []string, hashes map[string]int) {
	whole := strings.Join(b.lines, "\n")
	schedules, bad := readSchedules(whole)
	whole = callout.ReplaceAllString(scheduleComment.ReplaceAllString(whole, ""), "")
	whole = strings.TrimSpace(blockID.ReplaceAllString(strings.TrimRight(whole, " \t\n"), ""))
	topics := n.topics(&whole)
	before := len(n.page.Deck.Facts)
	places := n.fact(b.form, whole, line)
	if len(n.page.Deck.Facts) == before {
		n.left = append(n.left, foreign.Left{File: n.page.Name, Line: line, Err: errors.New("this card has no question or no answer"), Text: whole})
		return
	}
	for i := before; i < len(n.page.Deck.Facts); i++ {
		f := &n.page.Deck.Facts[i]
		f.Section = section
		for j := range f.Cards {
			f.Cards[j].Tags = append(f.Cards[j].Tags, topics...)
		}
	}
	if bad != "" {
		n.left = append(n.left, foreign.Left{File: n.page.Name, Line: line, Part: true, Text: bad,
			Err: errors.New("this schedule cannot be read, so the card is new")})
	}
	if slices.ContainsFunc(schedules[min(len(schedules), len(places)):], func(s *schedule) bool { return s != nil }) {
		n.left = append(n.left, foreign.Left{File: n.page.Name, Line: line, Part: true,
			Err: fmt.Errorf("it has %s and %s: those behind belong to no card and are left out", plural.Count(len(schedules), "schedule"), plural.Count(len(places), "card"))})
	}
	hash := shorthash.Of([]byte(whole), 16)
	if hashes[hash]++; hashes[hash] > 1 {
		hash += "-" + strconv.Itoa(hashes[hash])
	}
	for i, s := range schedules[:min(len(schedules), len(places))] {
		if s != nil {
			n.page.Histories = append(n.page.Histories, notebook.History{Place: places[i], Note: hash, Ordinal: i,
				State: s.state(n.vault.source.Zone)})
		}
	}
}

// topics takes the tags off the head of a card.
func (n *note) topics(text *string) (topics []string) {
	head := startTag.FindString(*text)
	*text = strings.TrimPrefix(*text, head)
	for _, tag := range strings.Fields(head) {
		tag = strings.TrimPrefix(tag, "#")
		if n.isTag(tag) {
			tag = n.topic(tag)
		}
		if words := tagWords(tag); len(words) == 1 {
			topics = append(topics, words[0])
		}
	}
	return topics
}

// fact adds the facts of a card, and returns where its cards stand, in the plugin's
// order; nil if it has no question or no answer.
func (n *note) fact(as form, text string, line int) []notebook.Place {
	switch as {
	case gaps:
		return n.sentence(text, line)
	case basic, reversed:
		sign := map[form]string{basic: n.Basic, reversed: n.Reversed}[as]
		front, back, _ := strings.Cut(lineHead.ReplaceAllString(text, ""), sign)
		return n.pair(front, back, as == reversed, line)
	}
	sign := map[form]string{many: n.Many, manyBack: n.ManyBack}[as]
	lines := strings.Split(text, "\n")
	at := slices.IndexFunc(lines, func(l string) bool { return strings.TrimSpace(l) == sign })
	if at < 0 {
		return nil
	}
	return n.pair(strings.Join(lines[:at], "\n"), strings.Join(lines[at+1:], "\n"), as == manyBack, line)
}

func (n *note) pair(front, back string, both bool, line int) []notebook.Place {
	front, back = n.vault.markdown(n.page.Name, front), n.vault.markdown(n.page.Name, back)
	if !strings.Contains(front, "\n") {
		front = lineHead.ReplaceAllString(front, "")
	}
	switch {
	case front == "" || back == "":
		return nil
	case both:
		at := n.page.Add(notebook.Term(front, back), line)
		return []notebook.Place{{Fact: at, Card: "forward"}, {Fact: at, Card: "reverse"}}
	}
	return []notebook.Place{{Fact: n.page.Add(notebook.Question(front, back), line), Card: "card"}}
}

// sentence adds a sentence with gaps.
func (n *note) sentence(text string, line int) []notebook.Place {
	pieces := gapPieces(text, n.signs())
	if !strings.Contains(text, "\n") {
		pieces[0].Text = lineHead.ReplaceAllString(pieces[0].Text, "")
	}
	highest := 0
	for i := range pieces {
		p := &pieces[i]
		highest = max(highest, p.Number)
		before, after := outerSpace(p.Text)
		p.Text = before + n.vault.markdown(n.page.Name, p.Text) + after
	}
	if highest == 0 {
		return nil
	}
	first := &pieces[0]
	first.Text = strings.TrimLeft(first.Text, " \t\n")
	at := n.page.Sentence(line, pieces...)
	var places []notebook.Place
	for number := 1; number <= highest; number++ {
		if place, ok := at[number]; ok {
			places = append(places, place)
		}
	}
	return places
}

// outerSpace is the space before and after a text.
func outerSpace(text string) (before, after string) {
	inner := strings.TrimSpace(text)
	if inner == "" {
		return text, ""
	}
	at := strings.Index(text, inner)
	return text[:at], text[at+len(inner):]
}

var (
	gapNumber = lazyregexp.New(`^(\d{1,3});;`)
	kindsOnly = lazyregexp.New(`^[ahs]+;;`)
)

// gapPieces cuts a text at its gaps: "==1;;answer;;hint==". Where one is numbered all
// are, else each is a card of its own.
func gapPieces(text string, signs [][2]string) []notebook.Piece {
	pieces := []notebook.Piece{{}}
	numbered := false
	for text != "" {
		at, pair := len(text), [2]string{}
		for _, p := range signs {
			if i := strings.Index(text, p[0]); i >= 0 && i < at {
				at, pair = i, p
			}
		}
		last := &pieces[len(pieces)-1]
		last.Text += text[:at]
		if text = text[at:]; text == "" {
			break
		}
		inner, rest, ok := strings.Cut(text[len(pair[0]):], pair[1])
		if !ok || strings.TrimSpace(inner) == "" || strings.Contains(inner, "\n\n") {
			last.Text += text[:len(pair[0])]
			text = text[len(pair[0]):]
			continue
		}
		piece := gapOf(inner)
		numbered = numbered || piece.Number > 0
		pieces = append(pieces, piece, notebook.Piece{})
		text = rest
	}
	number := 0
	for i := 1; i < len(pieces); i += 2 {
		number++
		if !numbered {
			pieces[i].Number = number
		}
		pieces[i].Number = cmp.Or(pieces[i].Number, 1)
	}
	return pieces
}

// gapOf reads what stands between the signs of a gap.
func gapOf(inner string) (p notebook.Piece) {
	if m := gapNumber.FindStringSubmatch(inner); m != nil {
		p.Number, _ = strconv.Atoi(m[1])
		inner = inner[len(m[0]):]
	}
	inner = strings.TrimPrefix(inner, kindsOnly.FindString(inner))
	p.Text, p.Hint, _ = strings.Cut(inner, ";;")
	return p
}
