package ask

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/show"
)

// maxLine bounds a line of input, in bytes; the rest of it is dropped.
const maxLine = 64 << 10

// Plain asks in lines: it prints one thing a line and no escape sequence, "?"
// when it waits, and reads a line for an answer. An empty line chooses the
// item at the menu's start. Items go by their key or their number, commands by
// their key or their name; where any text may be an answer, or the key is that of an
// item, a command has a colon before it (":undo").
type Plain struct {
	out   io.Writer
	lines *lineReader
}

// NewPlain reads answers from in and writes questions to out.
func NewPlain(in io.Reader, out io.Writer) *Plain {
	return &Plain{out: out, lines: newLineReader(in)}
}

// Menu implements [Asker].
func (p *Plain) Menu(ctx context.Context, m Menu) (int, error) {
	p.print(m, len(m.Items) > 1)
	for {
		answer, err := p.answer(ctx, m)
		if err != nil {
			return 0, err
		}
		if answer == "" && m.Start >= 0 {
			return m.Start, nil
		}
		if i, ok := m.find(answer); ok {
			return i, nil
		}
		p.refuse(answer, m)
	}
}

// Several implements [Asker]: the keys or numbers of the items on one line. An
// empty line means those that were marked.
func (p *Plain) Several(ctx context.Context, m Menu) ([]int, error) {
	p.print(m, true)
	for {
		chosen, err := p.list(ctx, m)
		if err == nil && chosen != nil && len(chosen) == 0 {
			chosen = append(chosen, m.Marked...)
		}
		if err != nil || chosen != nil {
			slices.Sort(chosen)
			return slices.Compact(chosen), err
		}
	}
}

// Order implements [Asker]: the keys or numbers of the items on one line.
func (p *Plain) Order(ctx context.Context, m Menu) ([]int, error) {
	p.print(m, true)
	for {
		order, err := p.list(ctx, m)
		if err != nil {
			return nil, err
		}
		if sorted := slices.Sorted(slices.Values(order)); len(slices.Compact(sorted)) == len(m.Items) &&
			len(order) == len(m.Items) {
			return order, nil
		}
		if order != nil {
			fmt.Fprintf(p.out, "name each of the %d once\n?\n", len(m.Items))
		}
	}
}

// list reads items; nil, after a word about it, when they are none.
func (p *Plain) list(ctx context.Context, m Menu) ([]int, error) {
	answer, err := p.answer(ctx, m)
	if err != nil {
		return nil, err
	}
	items := []int{}
	words := strings.FieldsFunc(answer, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' })
	if len(words) == 1 {
		if _, ok := m.find(words[0]); !ok {
			words = strings.Split(words[0], "")
		}
	}
	for _, word := range words {
		i, ok := m.find(word)
		if !ok {
			p.refuse(word, m)
			return nil, nil
		}
		items = append(items, i)
	}
	return items, nil
}

// Line implements [Asker].
func (p *Plain) Line(ctx context.Context, l Line) (string, error) {
	if label := show.Line(l.Label); label != "" {
		fmt.Fprintln(p.out, label)
	}
	fmt.Fprintln(p.out, "?")
	text, err := p.lines.next(ctx)
	if err != nil {
		return "", err
	}
	if name, ok := strings.CutPrefix(text, ":"); ok {
		if command, ok := l.Leave.find(name); ok {
			return "", command
		}
	}
	if r := []rune(text); len(r) > l.limit() {
		text = string(r[:l.limit()])
	}
	return text, nil
}

// Pick implements [Asker]: a number, or a part of one item's text.
func (p *Plain) Pick(ctx context.Context, k Pick) (int, error) {
	m := Menu{Label: k.Label, Items: k.Items, Start: -1, Leave: k.Leave}
	p.print(m, true)
	for {
		answer, err := p.answer(ctx, m)
		if err != nil {
			return 0, err
		}
		if i, ok := m.find(answer); ok {
			return i, nil
		}
		if i, ok := k.only(answer); ok {
			return i, nil
		}
		fmt.Fprintln(p.out, "type a number, or a part of one name only")
		fmt.Fprintln(p.out, "?")
	}
}

// Confirm implements [Asker].
func (p *Plain) Confirm(ctx context.Context, question string, yes bool) (bool, error) {
	i, err := p.Menu(ctx, confirmation(question, yes))
	return i == 0 && err == nil, err
}

func (p *Plain) print(m Menu, items bool) {
	if label := show.Line(m.Label); label != "" {
		fmt.Fprintln(p.out, label)
	}
	for i, item := range m.Items {
		if items {
			fmt.Fprintln(p.out, m.name(i), show.Line(item.Label+" "+item.Detail))
		}
	}
	fmt.Fprintln(p.out, "?")
}

func (p *Plain) answer(ctx context.Context, m Menu) (string, error) {
	text, err := p.lines.next(ctx)
	if err != nil {
		return "", err
	}
	text = strings.TrimSpace(text)
	name, colon := strings.CutPrefix(text, ":")
	if _, chooses := m.find(text); chooses && !colon {
		return text, nil
	}
	if command, ok := m.Leave.find(name); ok && name != "" {
		return "", command
	}
	return text, nil
}

// refuse says what could have been typed.
func (p *Plain) refuse(answer string, m Menu) {
	var words []string
	for i := range m.Items {
		words = append(words, m.name(i))
	}
	if m.Start >= 0 {
		words = append(words, "nothing")
	}
	for _, k := range slices.Sorted(maps.Keys(m.Leave)) {
		if _, chooses := m.find(string(k)); k.Types() && chooses {
			words = append(words, ":"+k.String()+" "+string(m.Leave[k]))
		} else if k.Types() {
			words = append(words, k.String()+" "+string(m.Leave[k]))
		}
	}
	fmt.Fprintf(p.out, "%s is not an answer: type %s\n?\n", strconv.Quote(show.Cut(show.Line(answer), 40)),
		strings.Join(words, ", "))
}

// name is what a person types for item i: its first key that can be typed and
// seen, else its number.
func (m Menu) name(i int) string {
	for _, k := range m.Items[i].Keys {
		if k.Types() && k != keys.Space {
			return k.String()
		}
	}
	return strconv.Itoa(i + 1)
}

// find returns the item that a person means.
func (m Menu) find(answer string) (int, bool) {
	fold := strings.ToLower(answer)
	for i := range m.Items {
		if fold == strings.ToLower(m.name(i)) || slices.Contains(m.Items[i].Keys, keys.Key(answer)) {
			return i, true
		}
	}
	if n, err := strconv.Atoi(answer); err == nil && n >= 1 && n <= len(m.Items) {
		return n - 1, true
	}
	i := slices.IndexFunc(m.Items, func(item Item) bool { return fold != "" && strings.ToLower(show.Line(item.Label)) == fold })
	return i, i >= 0
}

// find returns the command that a person means: its key, or its name.
func (l Leave) find(answer string) (Command, bool) {
	if command, ok := l[keys.Key(answer)]; ok {
		return command, true
	}
	for _, command := range l {
		if strings.EqualFold(string(command), answer) {
			return command, true
		}
	}
	return "", false
}

// only returns the one item that matches what was typed.
func (p Pick) only(typed string) (int, bool) {
	found := -1
	for i := range p.Items {
		if typed != "" && p.matches(typed, i) {
			if found >= 0 {
				return 0, false
			}
			found = i
		}
	}
	return found, found >= 0
}

// matches reports whether all words of what was typed occur in item i.
func (p Pick) matches(typed string, i int) bool {
	item := strings.ToLower(p.Items[i].Label)
	for word := range strings.FieldsSeq(strings.ToLower(typed)) {
		if !strings.Contains(item, word) {
			return false
		}
	}
	return true
}

func (l Line) limit() int {
	if l.Limit > 0 {
		return l.Limit
	}
	return 10_000
}

func confirmation(question string, yes bool) Menu {
	m := Menu{Label: question, Items: []Item{{Label: "Yes", Keys: []keys.Key{"y"}},
		{Label: "No", Keys: []keys.Key{"n"}}}, Start: 1}
	if yes {
		m.Start = 0
	}
	return m
}

// A lineReader reads a line only when one is wanted; a wait that was given up
// leaves its line to the next.
type lineReader struct {
	want    chan struct{}
	got     chan line
	reading bool
	err     error
}

type line struct {
	text string
	err  error
}

func newLineReader(in io.Reader) *lineReader {
	r := &lineReader{want: make(chan struct{}), got: make(chan line, 1)}
	go func() {
		buf := bufio.NewReaderSize(in, maxLine)
		for range r.want {
			r.got <- readLine(buf)
		}
	}()
	return r
}

func readLine(buf *bufio.Reader) line {
	text, err := buf.ReadSlice('\n')
	s := strings.TrimRight(string(text), "\r\n")
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = buf.ReadSlice('\n')
	}
	if err != nil && s != "" {
		err = nil // a last line without an end; the next read fails again
	}
	return line{strings.ToValidUTF8(s, "�"), err}
}

func (r *lineReader) next(ctx context.Context) (string, error) {
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	if r.err != nil {
		return "", r.err
	}
	if !r.reading {
		r.want <- struct{}{}
		r.reading = true
	}
	select {
	case l := <-r.got:
		r.reading = false
		if l.err != nil {
			r.err = ErrQuit
		}
		return l.text, r.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}
