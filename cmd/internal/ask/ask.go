package ask

import (
	"context"
	"errors"
	"fmt"

	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/show"
)

// An Asker asks a person. Each question ends with an answer, with a [Command]
// when a key left it, with [ErrInterrupted] at Ctrl-C, with [ErrQuit] at
// Ctrl-D or when the input ends, and with the context's cause when that is
// cancelled. What was typed ahead stays for the next question.
//
// Labels may hold anything: they are cleaned, and cut to one line.
type Asker interface {
	// Menu asks for one item and returns its index.
	Menu(ctx context.Context, m Menu) (int, error)
	// Several asks for any number of items and returns their indexes, ascending.
	Several(ctx context.Context, m Menu) ([]int, error)
	// Order asks for all items in an order: element 0 is the index of the item
	// that the person put first.
	Order(ctx context.Context, m Menu) ([]int, error)
	// Line asks for a line of text, given back as typed, without its end.
	Line(ctx context.Context, l Line) (string, error)
	// Pick asks for one of many items, found by typing a part of it.
	Pick(ctx context.Context, p Pick) (int, error)
	// Confirm asks yes or no; Enter alone means yes if yes is set.
	Confirm(ctx context.Context, question string, yes bool) (bool, error)
}

// A Menu is a question with a few answers.
type Menu struct {
	Label  string // may be empty
	Items  []Item // at least one
	Start  int    // the index of the item that Enter chooses; -1 for none
	Marked []int  // Several: the items that are marked at first
	Clock  Clock
	Draft  *Draft
	Leave  Leave // where a key is that of an item, too, it chooses this
	Footer Footer

	Columns bool // a terminal keeps the spaces in label and items: they make columns
}

// A Footer is a quiet line below a menu, or beside its only item, made to fit so many
// columns; nil and "" show nothing. Plain lines have none.
type Footer func(columns int) string

// A Draft is an answer that is not finished. A terminal keeps there what was typed
// or marked when a [Command] leaves a question, and the same question put again goes
// on from it. Plain lines are sent whole and need none.
type Draft struct {
	text   string
	cursor int   // bytes of text before it
	chosen []int // items, in the order in which they were marked
	row    int   // of the cursor in a menu that was left; 0 as well for none
	left   bool
}

// A Clock is something that changes while a question is open, such as the time
// that is left. A terminal shows it beside the label and draws it anew each
// second; nil shows nothing.
type Clock func() string

// An Item is an answer and the keys that give it. In [Asker.Several] and
// [Asker.Order] they mark it instead, and [Asker.Pick] has none.
type Item struct {
	Label  string
	Detail string // stands beside the label, in a column of its own
	Keys   []keys.Key
	Style  show.Style // of the label, where there are colours
}

// Leave says which keys end a question without an answer.
type Leave map[keys.Key]Command

// A Command is what a key that left a question stands for, such as "undo". It
// is the error of the question.
type Command string

func (c Command) Error() string { return fmt.Sprintf("left with %q", string(c)) }

// A Line is a question that is answered by typing.
type Line struct {
	Label string // before the typed text
	Limit int    // characters; 0 means 10,000
	Clock Clock
	Draft *Draft
	Leave Leave // keys that type nothing

	Hidden bool // a terminal does not show what is typed
}

// A Pick is a choice among many.
type Pick struct {
	Label string
	Items []Item
	Leave Leave // keys that type nothing
}

// How a question ends without an answer.
var (
	ErrQuit        = errors.New("the input ended")
	ErrInterrupted = errors.New("interrupted")
)
