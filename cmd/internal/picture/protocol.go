package picture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"strconv"
	"strings"
)

// A Protocol is a way in which terminals draw pictures.
type Protocol string

// The protocols. Never draws nothing.
const (
	Never Protocol = "never"
	Kitty Protocol = "kitty"  // sw.kovidgoyal.net/kitty/graphics-protocol
	ITerm Protocol = "iterm2" // iterm2.com/documentation-images.html
	Sixel Protocol = "sixel"  // DEC STD 070, chapter 9

	// Half blocks, two pixels a cell, in any colour or in the 256 of xterm.
	TrueBlocks Protocol = "blocks in any colour"
	Blocks256  Protocol = "blocks in 256 colours"
)

// konsoleSixel is the first version of Konsole that draws sixels.
const konsoleSixel = 220400

// Detect tells what a terminal says it can, by its environment. A multiplexer
// in between lets nothing through but text; half blocks are that.
func Detect(getenv func(string) string) Protocol {
	term, program := getenv("TERM"), getenv("TERM_PROGRAM")
	konsole, _ := strconv.Atoi(getenv("KONSOLE_VERSION"))
	switch {
	case term == "dumb":
		return Never
	case getenv("TMUX") != "", getenv("STY") != "", strings.HasPrefix(term, "screen"), strings.HasPrefix(term, "tmux"):
		return Blocks(getenv)
	case getenv("KITTY_WINDOW_ID") != "", term == "xterm-kitty", term == "xterm-ghostty", program == "ghostty":
		return Kitty
	case program == "iTerm.app", program == "WezTerm", program == "mintty", getenv("LC_TERMINAL") == "iTerm2":
		return ITerm
	case strings.HasPrefix(term, "foot"), strings.HasPrefix(term, "mlterm"), strings.HasPrefix(term, "contour"),
		konsole >= konsoleSixel:
		return Sixel
	}
	return Blocks(getenv)
}

// Blocks tells with how many colours half blocks are drawn.
func Blocks(getenv func(string) string) Protocol {
	switch term := getenv("TERM"); {
	case term == "dumb", term == "":
		return Never
	case getenv("COLORTERM") == "truecolor", getenv("COLORTERM") == "24bit", strings.HasSuffix(term, "-direct"):
		return TrueBlocks
	}
	return Blocks256
}

// Coloured reports whether the protocol draws with the colours of text, which a
// learner may not want.
func (p Protocol) Coloured() bool { return p == TrueBlocks || p == Blocks256 }

// Cell is how many pixels a cell of the terminal shows.
func (p Protocol) Cell(terminal *os.File) (width, height int) {
	if p.Coloured() {
		return 1, 2
	}
	return Cell(terminal)
}

// Draw draws pixels at the cursor, and leaves the cursor on a line of its own.
func Draw(w io.Writer, p Protocol, img image.Image) error {
	var b bytes.Buffer
	var err error
	switch p {
	case Kitty:
		err = kitty(&b, img)
	case ITerm:
		err = iterm(&b, img)
	case Sixel:
		sixel(&b, img)
	case TrueBlocks:
		blocks(&b, img, anyColour)
	case Blocks256:
		blocks(&b, img, nearest)
	default:
		return fmt.Errorf("draw a picture: no such protocol: %q", p)
	}
	if err != nil {
		return fmt.Errorf("draw a picture: %w", err)
	}
	if !p.Coloured() {
		b.WriteByte('\n')
	}
	_, err = w.Write(b.Bytes())
	return err
}

func encoded(img image.Image) (size int, text string, err error) {
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img); err != nil {
		return 0, "", err
	}
	return b.Len(), base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// chunk is the longest payload of one kitty sequence.
const chunk = 4096

// kitty sends a PNG in chunks, and asks for no answer (q=2).
func kitty(b *bytes.Buffer, img image.Image) error {
	_, text, err := encoded(img)
	if err != nil {
		return err
	}
	control := "f=100,a=T,q=2,"
	for text != "" {
		n := min(len(text), chunk)
		more := 0
		if n < len(text) {
			more = 1
		}
		fmt.Fprintf(b, "\x1b_G%sm=%d;%s\x1b\\", control, more, text[:n])
		control, text = "", text[n:]
	}
	return nil
}

func iterm(b *bytes.Buffer, img image.Image) error {
	size, text, err := encoded(img)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "\x1b]1337;File=inline=1;size=%d:%s\a", size, text)
	return nil
}
