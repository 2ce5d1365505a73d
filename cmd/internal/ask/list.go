package ask

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/manifoldco/promptui"

	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/show"
)

// A list is a menu on the screen. promptui draws it in one goroutine while
// keys change it in another.
type list struct {
	Menu
	t     *Terminal
	press func(keys.Event) action
	mark  func(i int) string // before the item; called while mu is held

	keyWidth, labelWidth int // of the columns

	mu     sync.Mutex
	cursor int   // -1 before the first arrow key of a menu that starts nowhere
	chosen []int // items in the order in which they were marked
}

func (t *Terminal) list(m Menu) *list {
	m.Label, m.Items = m.line(m.Label), slices.Clone(m.Items)
	for i := range m.Items {
		m.Items[i].Label, m.Items[i].Detail = m.line(m.Items[i].Label), m.line(m.Items[i].Detail)
	}
	l := &list{Menu: m, t: t, cursor: min(m.Start, len(m.Items)-1), mark: func(int) string { return "" }}
	l.keyWidth, l.labelWidth = l.widths()
	return l
}

// line is a text of the menu as it is shown, on one line.
func (m Menu) line(text string) string {
	if !m.Columns {
		return show.Line(text)
	}
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, show.Clean(text))
}

// selection is the Select that shows at most so many rows of the list.
func (l *list) selection(rows int) *promptui.Select {
	items := make([]row, len(l.Items))
	for i := range items {
		items[i] = row{l, i}
	}
	return &promptui.Select{
		Label:        label{l},
		Items:        items,
		Size:         max(1, min(len(items), rows)),
		CursorPos:    max(0, l.cursor),
		HideHelp:     true,
		HideSelected: true,
		Templates:    templates(l.footer() != ""),
		Keys:         selectKeys(),
	}
}

// run shows the list until a key ends it.
func (t *Terminal) run(ctx context.Context, l *list) error {
	press := func(e keys.Event) action {
		l.mu.Lock()
		defer l.mu.Unlock()
		_, chooses := l.item(e.Key)
		if command, ok := l.Leave[e.Key]; ok && !chooses {
			l.keep()
			return action{end: true, err: command}
		}
		if err := ending(e.Key); err != nil {
			return action{end: true, err: err}
		}
		return l.press(e)
	}
	if len(l.Items) == 1 {
		return t.only(ctx, l, press)
	}
	if err := l.printLong(); err != nil {
		return err
	}
	defer t.tick(l.Clock)()
	_, height := t.Size()
	rows := height - 3
	if l.footer() != "" {
		rows--
	}
	s := l.selection(rows)
	_, err := t.sel(ctx, s, press)
	return err
}

// only shows a list of one item, which there is nothing to choose from. A
// Select would be the same to the eye, but leaves a goroutine behind (see
// forget), and this is asked before every answer.
func (t *Terminal) only(ctx context.Context, l *list, press func(keys.Event) action) error {
	const hide, unhide, erase, up = "\x1b[?25l", "\x1b[?25h", "\r\x1b[K", "\x1b[A"
	begin, end := hide, erase+unhide
	if l.Label != "" {
		begin += erase + label{l}.String() + "\r\n"
		end = erase + up + end
	}
	defer io.WriteString(t.out, end)
	for {
		if _, err := io.WriteString(t.out, begin+erase+"  "+row{l, 0}.Active()+l.beside()); err != nil {
			return fmt.Errorf("draw the menu: %w", err)
		}
		begin = ""
		e, err := t.keys.Next(ctx)
		switch {
		case err != nil:
			return ended(err)
		case e.Key == stop:
			if err := t.stop(0); err != nil {
				return err
			}
			begin = hide
			if a := press(keys.Event{Key: keys.Continue}); a.end {
				return a.err
			}
		default:
			if a := press(e); a.end {
				return a.err
			}
		}
	}
}

// keep keeps what was marked for when the question is put again.
func (l *list) keep() {
	if l.Draft != nil {
		*l.Draft = Draft{chosen: slices.Clone(l.chosen), row: l.cursor, left: true}
	}
}

// resume goes on from what was kept.
func (l *list) resume() {
	if l.Draft == nil || !l.Draft.left {
		return
	}
	l.chosen = slices.Clone(l.Draft.chosen)
	l.cursor = min(l.Draft.row, len(l.Items)-1)
}

// roomForFooter is how many rows a window has that can spare one for a footer.
const roomForFooter = 16

// footer is the line below the list, as it is drawn.
func (l *list) footer() string {
	columns, rows := l.t.Size()
	if rows < roomForFooter {
		return ""
	}
	return l.Footer.fit(columns-3, l.t.palette)
}

// beside is the footer at the right of the only row.
func (l *list) beside() string {
	const gap = 3
	used := 2 + show.Width("▸ "+l.text(0)) + gap
	footer := l.Footer.fit(l.t.columns()-1-used, l.t.palette)
	if footer == "" {
		return ""
	}
	return strings.Repeat(" ", gap) + footer
}

func (f Footer) fit(columns int, palette show.Palette) string {
	if f == nil {
		return ""
	}
	line := show.Line(f(columns))
	if show.Width(line) > columns {
		return ""
	}
	return palette.Paint(show.Dim, line)
}

// choose is the key of a Menu: an item's key, or Enter.
func (l *list) choose(k keys.Key) action {
	if i, ok := l.item(k); ok {
		l.cursor = i
		return action{end: true}
	}
	if (k == keys.Enter || k == keys.Space) && l.cursor >= 0 {
		return action{end: true}
	}
	return l.move(k)
}

// toggle is the key of Several.
func (l *list) toggle(k keys.Key) action {
	i, ok := l.item(k)
	switch {
	case !ok && k == keys.Enter:
		return action{end: true}
	case !ok && k == keys.Space:
		i = l.cursor
	case !ok:
		return l.move(k)
	}
	l.flip(i)
	return action{send: sendNothing}
}

// place is the key of Order. The last item left needs no key of its own.
func (l *list) place(k keys.Key) action {
	i, ok := l.item(k)
	switch {
	case ok:
	case k == keys.Enter && len(l.chosen) >= len(l.Items)-1:
		for i := range l.Items {
			if l.placed(i) == 0 {
				l.chosen = append(l.chosen, i)
			}
		}
		return action{end: true}
	case k == keys.Enter && l.placed(l.cursor) > 0:
		return action{send: sendNothing}
	case k == keys.Enter, k == keys.Space:
		i = l.cursor
	case k == keys.Backspace && len(l.chosen) > 0:
		i = l.chosen[len(l.chosen)-1]
	default:
		return l.move(k)
	}
	l.flip(i)
	return action{send: sendNothing}
}

func (l *list) move(k keys.Key) action {
	up := k == keys.Up || k == "ctrl-p"
	down := k == keys.Down || k == "ctrl-n" || k == keys.Tab
	switch {
	case (up || down) && l.cursor < 0:
		l.cursor = 0
		return action{send: sendNothing}
	case up:
		l.cursor = max(0, l.cursor-1)
		return action{send: sendUp}
	case down:
		l.cursor = min(len(l.Items)-1, l.cursor+1)
		return action{send: sendDown}
	case k == keys.Resize:
		return action{send: sendNothing}
	}
	return action{}
}

func (l *list) nowhere() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cursor < 0
}

// flip marks item i, or takes its mark away.
func (l *list) flip(i int) {
	if n := l.placed(i); n > 0 {
		l.chosen = slices.Delete(l.chosen, n-1, n)
		return
	}
	l.chosen = append(l.chosen, i)
}

// placed is the 1-based place of item i among the marked ones, else 0.
func (l *list) placed(i int) int { return slices.Index(l.chosen, i) + 1 }

func (l *list) ascending() []int {
	chosen := slices.Clone(l.chosen)
	slices.Sort(chosen)
	return chosen
}

// item returns the item whose key is k.
func (l *list) item(k keys.Key) (int, bool) {
	i := slices.IndexFunc(l.Items, func(item Item) bool { return slices.Contains(item.Keys, k) })
	return i, i >= 0
}

// printLong prints the items above the menu, wrapped, when one of them is too
// long for its row. The menu cuts it.
func (l *list) printLong() error {
	columns := l.t.columns()
	room := columns - 5 - l.keyWidth - show.Width(l.mark(0))
	if !slices.ContainsFunc(l.Items, func(item Item) bool { return show.Width(item.Label) > room }) {
		return nil
	}
	page := show.Page{Width: columns - 5 - l.keyWidth}
	for i, item := range l.Items {
		key := l.key(i)
		for _, line := range page.Text(0, item.Label) {
			if _, err := fmt.Fprintln(l.t.out, "    "+key+line); err != nil {
				return fmt.Errorf("print the answers: %w", err)
			}
			key = strings.Repeat(" ", l.keyWidth)
		}
	}
	return nil
}

// key is the column of keys of item i.
func (l *list) key(i int) string {
	key := ""
	if k := l.Items[i].Keys; len(k) > 0 {
		key = k[0].String()
	}
	return show.Pad(key, l.keyWidth, false)
}

// widths are those of the columns of keys and labels.
func (l *list) widths() (key, label int) {
	for _, item := range l.Items {
		if len(item.Keys) > 0 {
			key = max(key, show.Width(item.Keys[0].String())+2)
		}
		if item.Detail != "" {
			label = max(label, show.Width(item.Label)+2)
		}
	}
	return key, label
}

// A label is a menu's label, cut when it is drawn: windows change.
type label struct{ *list }

func (l label) String() string {
	return l.t.palette.Paint(show.Dim, show.Cut(l.line(l.Clock.beside(l.Label)), l.t.columns()-1))
}

// A row is an item of a list, as promptui's templates draw it.
type row struct {
	list *list
	i    int
}

func (r row) Active() string {
	if r.list.nowhere() {
		return r.Inactive()
	}
	return r.paint("▸ ", show.Bold|show.Blue)
}

func (r row) Inactive() string { return r.paint("  ", 0) }

// Footer is the line below the list, under the columns of its rows.
func (r row) Footer() string {
	if footer := r.list.footer(); footer != "" {
		return "  " + footer
	}
	return ""
}

// paint is the row in a style, but for a label that has its own.
func (r row) paint(pointer string, style show.Style) string {
	palette, text := r.list.t.palette, pointer+r.list.text(r.i)
	item := r.list.Items[r.i]
	before, after, found := strings.Cut(text, item.Label)
	if item.Style == 0 || item.Label == "" || !found {
		return palette.Paint(style, text)
	}
	label := palette.Paint(style&show.Bold|item.Style, item.Label)
	return palette.Paint(style, before) + label + palette.Paint(style, after)
}

// text is row i after promptui's own two columns and the pointer's two.
func (l *list) text(i int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	item := l.Items[i]
	text := l.mark(i) + l.key(i)
	if item.Detail != "" {
		text += show.Pad(item.Label, l.labelWidth, false) + item.Detail
	} else {
		text += item.Label
	}
	return show.Cut(text, l.t.columns()-5)
}
