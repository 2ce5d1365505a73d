package gift_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// This file reads GIFT as Moodle does, from the description of its importer,
// and knows nothing of package gift: it walks over the text by hand and leaves
// escapes where they are until a part has been found.

// A moodleText is a text with its format.
type moodleText struct{ text, format string }

type moodleAnswer struct {
	text     moodleText
	percent  float64
	feedback moodleText
}

type moodleQuestion struct {
	kind    string // multichoice, truefalse, shortanswer, numerical, match, essay, description
	name    string
	stem    moodleText
	answers []moodleAnswer
	pairs   [][2]string
	general moodleText
	single  bool
}

// moodleFile reads a file: questions, and categories between them.
func moodleFile(text string) (questions []moodleQuestion, categories []string, err error) {
	var lines []string
	flush := func() error {
		block := strings.TrimSpace(strings.Join(lines, "\n"))
		lines = nil
		if block == "" {
			return nil
		}
		if strings.HasPrefix(block, "$CATEGORY:") {
			categories = append(categories, strings.TrimSpace(block[10:]))
			return nil
		}
		q, err := moodleRead(block)
		questions = append(questions, q)
		return err
	}
	for _, line := range strings.Split(text, "\n") {
		switch t := strings.TrimSpace(line); {
		case t == "":
			if err := flush(); err != nil {
				return nil, nil, err
			}
		case strings.HasPrefix(t, "//"):
			lines = append(lines, " ")
		default:
			lines = append(lines, line)
		}
	}
	return questions, categories, flush()
}

// find returns where sign first stands at or after from, outside of escapes.
func find(s, sign string, from int) int {
	for i := from; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte(`\:#={}~n`, s[i+1]) >= 0 {
			i++
			continue
		}
		if strings.HasPrefix(s[i:], sign) {
			return i
		}
	}
	return -1
}

func pieces(s, sign string) []string {
	var all []string
	for {
		i := find(s, sign, 0)
		if i < 0 {
			return append(all, s)
		}
		all, s = append(all, s[:i]), s[i+len(sign):]
	}
}

// leaf takes escapes out, and does what Moodle does to its own placeholders.
func leaf(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			if j := strings.IndexByte(`\:#={}~n`, s[i+1]); j >= 0 {
				b.WriteByte("\\:#={}~\n"[j])
				i++
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return strings.NewReplacer("&&058;", ":", "&&035;", "#", "&&061;", "=", "&&123;", "{", "&&125;", "}", "&&126;", "~", "&&010", "\n").Replace(b.String())
}

func format(s, standard string) moodleText {
	t := moodleText{s, standard}
	if strings.HasPrefix(s, "[") {
		if end := strings.Index(s, "]"); end > 0 {
			switch name := s[1:end]; name {
			case "moodle", "html", "plain", "markdown":
				t = moodleText{s[end+1:], name}
			}
		}
	}
	t.text = strings.TrimSpace(leaf(t.text))
	return t
}

var moodleWeight = regexp.MustCompile(`^%-*([0-9]{1,2})\.?([0-9]*)%`)

func moodleRead(text string) (q moodleQuestion, err error) {
	if strings.HasPrefix(text, "::") {
		if end := find(text, "::", 2); end >= 0 {
			q.name, text = leaf(text[2:end]), strings.TrimSpace(text[end+2:])
		}
	}
	open, shut := find(text, "{", 0), find(text, "}", 0)
	if open < 0 && shut < 0 {
		q.kind, q.stem = "description", format(text, "moodle")
		return q, nil
	}
	if open < 0 || shut < 0 || shut < open {
		return q, fmt.Errorf("braces in %q", text)
	}
	answers := strings.TrimSpace(text[open+1 : shut])
	stem := text[:open] + "_____" + text[shut+1:]
	if strings.HasSuffix(text, "}") {
		stem = text[:open] + text[shut+1:]
	}
	general := ""
	for i := find(answers, "####", 0); i >= 0; i = find(answers, "####", i+1) {
		general = answers[i+4:]
		if find(answers, "####", i+1) < 0 {
			answers = strings.TrimSpace(answers[:i])
			break
		}
	}
	q.stem = format(strings.TrimSpace(stem), "moodle")
	q.general = format(strings.TrimSpace(general), q.stem.format)
	bare := answers
	if i := find(answers, "#", 0); i > 0 {
		bare = strings.TrimSpace(answers[:i])
	}
	switch {
	case answers == "":
		q.kind = "essay"
	case answers[0] == '#':
		q.kind = "numerical"
		q.read(strings.TrimSpace(answers[1:]), "=", 100)
	case find(answers, "~", 0) >= 0:
		q.kind, q.single = "multichoice", find(answers, "=", 0) >= 0
		var marked strings.Builder
		for i, part := range pieces(answers, "=") {
			if i > 0 {
				marked.WriteString("~=")
			}
			marked.WriteString(part)
		}
		q.read(marked.String(), "~", 0)
	case find(answers, "=", 0) >= 0 && strings.Contains(answers, "->"):
		q.kind = "match"
		for i, part := range pieces(answers, "=") {
			l, r, ok := strings.Cut(part, "->")
			if i == 0 && strings.TrimSpace(part) == "" {
				continue
			}
			if !ok {
				return q, fmt.Errorf("no pair: %q", part)
			}
			q.pairs = append(q.pairs, [2]string{format(strings.TrimSpace(l), "markdown").text, strings.TrimSpace(leaf(r))})
		}
	case bare == "T" || bare == "TRUE" || bare == "F" || bare == "FALSE":
		q.kind = "truefalse"
	default:
		q.kind = "shortanswer"
		q.read(answers, "=", 100)
	}
	return q, nil
}

func (q *moodleQuestion) read(answers, sign string, percent float64) {
	for i, part := range pieces(answers, sign) {
		part = strings.TrimSpace(part)
		if i == 0 && part == "" {
			continue
		}
		a := moodleAnswer{percent: percent}
		if sign == "~" && strings.HasPrefix(part, "=") {
			a.percent, part = 100, part[1:]
		} else if m := moodleWeight.FindString(part); m != "" {
			a.percent, _ = strconv.ParseFloat(strings.Trim(m, "%"), 64)
			part = part[len(m):]
		}
		if i := find(part, "#", 0); i >= 0 {
			a.feedback = format(strings.TrimSpace(part[i+1:]), q.stem.format)
			part = part[:i]
		}
		a.text = format(strings.TrimSpace(part), q.stem.format)
		q.answers = append(q.answers, a)
	}
}
