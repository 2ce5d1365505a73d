package quiz

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func (p *parser) beginKey() error {
	if p.form.Keyed {
		return p.fail("a second key")
	}
	if len(p.form.Questions) == 0 {
		return p.fail("this form has no questions")
	}
	if err := p.endQuestion(); err != nil {
		return err
	}
	p.form.Keyed = true
	p.seen = map[string]bool{}
	return nil
}

// keyHead reads what stands above the keys: the form that they are of, and what
// it was drawn from.
func (p *parser) keyHead() error {
	if !p.form.Keyed {
		return p.unknown()
	}
	switch {
	case p.name == "form":
		var id string
		if err := p.set(&id); err != nil {
			return err
		}
		if want := p.form.ID(); id != want {
			return p.fail("this is the key of form %s, not of %s", shortened(id), want)
		}
		return nil
	case p.name == "seed" && !p.form.Old:
		return p.seed()
	case p.name == "deck" && !p.form.Old:
		name, digest, _ := strings.Cut(p.value, " ")
		for i := range p.form.Decks {
			if d := &p.form.Decks[i]; d.Deck == name && d.Digest == "" && digest != "" {
				d.Digest = digest
				return nil
			}
		}
		return p.fail("the form is not drawn from %q", shortened(name))
	}
	return p.unknown()
}

// shortened is a text of a stranger's file for a message.
func shortened(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}

func (p *parser) beginOneKey() error {
	switch {
	case !p.form.Keyed:
		return p.fail("a key without the line %q above it", keyHead)
	case p.key == 0 && !p.seen["form"]:
		return p.fail("this key does not say which form it is of")
	case p.key == len(p.form.Questions):
		return p.fail("a key for question %q, of %d", p.value, len(p.form.Questions))
	case p.value != strconv.Itoa(p.key+1):
		return p.fail("the key of question %d is called %q", p.key+1, p.value)
	}
	if err := p.endOneKey(); err != nil {
		return err
	}
	p.key++
	p.seen = map[string]bool{}
	return nil
}

func (p *parser) oneKey() error {
	q := &p.form.Questions[p.key-1]
	k := &q.Key
	switch {
	case p.name == "right" && len(q.Options) > 0:
		return p.right(q)
	case strings.HasPrefix(p.name, "why ") && q.Kind == Choice:
		return p.why(q)
	case p.name == "answer" && q.Kind == Typed:
		return p.set(&k.Answer)
	case p.name == "accept" && q.Kind == Typed:
		k.Accept = append(k.Accept, p.value)
	case p.name == "tolerance" && q.Kind == Typed:
		var text string
		if err := p.set(&text); err != nil {
			return err
		}
		t, ok := parseTolerance(text)
		if k.Tolerance = t; !ok {
			return p.fail("%q is not a tolerance: write 5 or 1%%", text)
		}
	case p.name == "part" && q.Kind == Set && len(k.Parts) < q.Parts && p.value != "":
		k.Parts = append(k.Parts, p.value)
	case p.name == "rival" && (q.Kind == Typed || q.Kind == Set) && len(k.Rivals) < maxRivals && p.value != "":
		k.Rivals = append(k.Rivals, p.value)
	case p.name == "strict" && (q.Kind == Typed || q.Kind == Set):
		var text string
		err := p.set(&text)
		if k.Strict = text == "yes"; err == nil && !k.Strict {
			return p.fail("strict is yes or is left out, not %q", text)
		}
		return err
	case p.name == "card" && !p.form.Old:
		return p.set(&q.Card)
	case p.name == "from" && !p.form.Old:
		return p.set(&q.Place)
	case p.name == "excused":
		var text string
		err := p.set(&text)
		if k.Excused = text == "yes"; err == nil && !k.Excused {
			return p.fail("excused is yes or is left out, not %q", text)
		}
		return err
	case p.name == "note":
		return p.set(&k.Note)
	case p.name == "source":
		return p.set(&k.Source)
	default:
		return p.unknown()
	}
	return nil
}

func (p *parser) right(q *Question) error {
	var text string
	if err := p.set(&text); err != nil {
		return err
	}
	for _, name := range strings.Split(text, " ") {
		i, ok := ParseLetter(name)
		if !ok || i >= len(q.Options) || slices.Contains(q.Key.Right, i) {
			return p.fail("%q names no option of this question, or one twice", name)
		}
		q.Key.Right = append(q.Key.Right, i)
	}
	if q.Kind == Choice {
		slices.Sort(q.Key.Right)
	}
	return nil
}

func (p *parser) why(q *Question) error {
	i, ok := ParseLetter(strings.TrimPrefix(p.name, "why "))
	if !ok || i >= len(q.Options) {
		return p.fail("%q names no option of this question", p.name)
	}
	if q.Key.Why == nil {
		q.Key.Why = make([]string, len(q.Options))
	}
	return p.set(&q.Key.Why[i])
}

// ParseLetter returns the option that a letter names.
func ParseLetter(name string) (int, bool) {
	if len(name) != 1 || name[0] < 'a' || name[0] > 'z' {
		return 0, false
	}
	return int(name[0] - 'a'), true
}

// endOneKey checks the key that ends here.
func (p *parser) endOneKey() error {
	if p.key == 0 {
		return nil
	}
	q := &p.form.Questions[p.key-1]
	k := &q.Key
	problem := ""
	switch {
	case q.Kind == Choice && !q.Several && len(k.Right) == 0:
		problem = "needs a right option"
	case q.Kind == Choice && q.Several && len(k.Right) < 2:
		problem = "needs several right options"
	case q.Kind == Sequence && len(k.Right) != len(q.Options):
		problem = "needs all options in order"
	case q.Kind == Typed && k.Answer == "":
		problem = "needs an answer"
	case q.Kind == Set && len(k.Parts) != q.Parts:
		problem = fmt.Sprintf("needs %d parts", q.Parts)
	default:
		return nil
	}
	return p.fail("the key of question %d %s", p.key, problem)
}

func (p *parser) endKeys() error {
	if p.key < len(p.form.Questions) {
		return p.fail("there is no key for question %d", p.key+1)
	}
	return p.endOneKey()
}
