package picture_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"kartei/cmd/internal/picture"
)

// flag is a picture of three stripes, its last column transparent.
func flag(width, height int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width - 1 {
			img.Set(x, y, []color.Color{color.NRGBA{0, 0x33, 0x99, 255}, color.NRGBA{255, 255, 255, 255}, color.NRGBA{255, 0, 0, 255}}[3*y/height])
		}
	}
	return img
}

func encode(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDetect(t *testing.T) {
	for env, want := range map[string]picture.Protocol{
		"TERM=xterm-256color":                            picture.Blocks256,
		"TERM=xterm-kitty":                               picture.Kitty,
		"TERM=xterm-256color KITTY_WINDOW_ID=1":          picture.Kitty,
		"TERM=xterm-256color TERM_PROGRAM=iTerm.app":     picture.ITerm,
		"TERM=xterm-256color LC_TERMINAL=iTerm2":         picture.ITerm,
		"TERM=xterm-256color TERM_PROGRAM=WezTerm":       picture.ITerm,
		"TERM=foot-extra":                                picture.Sixel,
		"TERM=xterm-256color KONSOLE_VERSION=230800":     picture.Sixel,
		"TERM=xterm-256color KONSOLE_VERSION=210000":     picture.Blocks256,
		"TERM=tmux-256color KITTY_WINDOW_ID=1":           picture.Blocks256,
		"TERM=xterm-kitty TMUX=/tmp/tmux-1/default,1,0":  picture.Blocks256,
		"TERM=screen.xterm-256color TERM_PROGRAM=mintty": picture.Blocks256,
		"TERM=tmux-256color COLORTERM=truecolor":         picture.TrueBlocks,
		"TERM=dumb KITTY_WINDOW_ID=1":                    picture.Never,
	} {
		vars := map[string]string{}
		for pair := range strings.FieldsSeq(env) {
			name, value, _ := strings.Cut(pair, "=")
			vars[name] = value
		}
		if got := picture.Detect(func(name string) string { return vars[name] }); got != want {
			t.Errorf("%s: got %s, want %s", env, got, want)
		}
	}
}

// What a terminal would decode is the picture.
func TestDraw(t *testing.T) {
	img := flag(200, 90)
	for p, pattern := range map[picture.Protocol]string{
		picture.Kitty: `^(?:\x1b_G(?:f=100,a=T,q=2,)?m=[01];[A-Za-z0-9+/=]+\x1b\\)+\n$`,
		picture.ITerm: `^\x1b\]1337;File=inline=1;size=\d+:[A-Za-z0-9+/=]+\a\n$`,
	} {
		var b bytes.Buffer
		if err := picture.Draw(&b, p, img); err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(pattern).Match(b.Bytes()) {
			t.Fatalf("%s: %.200q", p, b.String())
		}
		text := regexp.MustCompile(`\x1b_G[^;]*;|\x1b\\|\x1b\][^:]*:|\a|\n`).ReplaceAllString(b.String(), "")
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		got, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		same(t, img, got, 0)
	}
	if err := picture.Draw(&bytes.Buffer{}, picture.Never, img); err == nil {
		t.Error("drawn by no protocol")
	}
}

func TestDrawSixel(t *testing.T) {
	img := flag(200, 91) // its last band is one row high
	var b bytes.Buffer
	if err := picture.Draw(&b, picture.Sixel, img); err != nil {
		t.Fatal(err)
	}
	same(t, img, unsixel(t, b.String()), 3<<8)
}

// unsixel decodes what sixel terminals are sent.
func unsixel(t *testing.T, s string) image.Image {
	t.Helper()
	head := regexp.MustCompile(`^\x1bP0;1;0q"1;1;(\d+);(\d+)`).FindStringSubmatch(s)
	if head == nil || !strings.HasSuffix(s, "\x1b\\\n") {
		t.Fatalf("no sixels: %.100q", s)
	}
	number := func(s string) int { n, _ := strconv.Atoi(s); return n }
	img := image.NewNRGBA(image.Rect(0, 0, number(head[1]), number(head[2])))
	colours := map[int]color.NRGBA{}
	x, top, run, colour := 0, 0, 1, 0
	body := strings.TrimSuffix(s[len(head[0]):], "\x1b\\\n")
	for _, token := range regexp.MustCompile(`#\d+;2;\d+;\d+;\d+|#\d+|!\d+|.`).FindAllString(body, -1) {
		switch {
		case strings.Contains(token, ";"):
			var n, r, g, b int
			fmt.Sscanf(token, "#%d;2;%d;%d;%d", &n, &r, &g, &b)
			colours[n] = color.NRGBA{uint8(r * 255 / 100), uint8(g * 255 / 100), uint8(b * 255 / 100), 255}
		case token[0] == '#':
			colour = number(token[1:])
		case token[0] == '!':
			run = number(token[1:])
		case token == "$":
			x = 0
		case token == "-":
			x, top = 0, top+6
		case token[0] < '?' || token[0] > '~':
			t.Fatalf("no sixel: %q", token)
		default:
			for range run {
				for y := range 6 {
					if (token[0]-'?')>>y&1 == 1 {
						img.SetNRGBA(x, top+y, colours[colour])
					}
				}
				x++
			}
			run = 1
		}
	}
	return img
}

func same(t *testing.T, want, got image.Image, tolerance int) {
	t.Helper()
	if want.Bounds() != got.Bounds() {
		t.Fatalf("it is %v, not %v", got.Bounds(), want.Bounds())
	}
	for y := range want.Bounds().Max.Y {
		for x := range want.Bounds().Max.X {
			a, b := channels(want.At(x, y)), channels(got.At(x, y))
			for i := range a {
				if d := a[i] - b[i]; d > tolerance || -d > tolerance {
					t.Fatalf("pixel %d, %d is %v, not %v", x, y, b, a)
				}
			}
		}
	}
}

func channels(c color.Color) [4]int {
	r, g, b, a := c.RGBA()
	return [4]int{int(r), int(g), int(b), int(a)}
}

func TestFit(t *testing.T) {
	img := flag(300, 90)
	for _, c := range []struct{ width, height, w, h int }{{300, 90, 300, 90}, {1000, 1000, 300, 90}, {100, 1000, 100, 30}, {1000, 9, 30, 9}, {1, 1, 1, 1}} {
		got := picture.Fit(img, c.width, c.height)
		if size := got.Bounds().Size(); size != (image.Point{c.w, c.h}) {
			t.Errorf("within %d × %d: got %v", c.width, c.height, size)
		}
		if c.h >= 9 {
			if want, have := channels(img.At(0, 0)), channels(got.At(0, 0)); want != have {
				t.Errorf("within %d × %d the sky is %v, not %v", c.width, c.height, have, want)
			}
		}
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) {
		t.Helper()
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	good := encode(t, flag(20, 9))
	write("outside.png", good)
	write("deck/flag one.png", good)
	write("deck/text.png", []byte("not a picture"))
	write("deck/drawing.svg", []byte("<svg><script>alert(1)</script></svg>"))
	write("deck/large.png", append(bytes.Clone(good), make([]byte, 9<<20)...))
	write("deck/folder/x.png", good)
	if err := os.Symlink("../outside.png", filepath.Join(dir, "deck", "link.png")); err != nil {
		t.Skip("this file system has no links:", err)
	}
	bomb := bytes.Clone(good)
	copy(bomb[16:24], []byte{0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff}) // 65,535 × 65,535
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	write("deck/bomb.png", bomb)
	write("deck/half.png", good[:len(good)/2])

	root, err := os.OpenRoot(filepath.Join(dir, "deck"))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, c := range []struct{ deckFile, address, says string }{
		{"a.md", "flag%20one.png", ""},
		{"a.md", "./flag one.png", ""},
		{"folder/a.md", "x.png", ""},
		{"folder/a.md", "../flag one.png", ""},
		{"a.md", "../outside.png", "outside the folder"},
		{"a.md", "%2e%2e/outside.png", "outside the folder"},
		{"a.md", `..\outside.png`, "outside the folder"},
		{"a.md", "/etc/passwd", "outside the folder"},
		{"a.md", "https://example.org/x.png", "on the network"},
		{"a.md", "//example.org/x.png", "on the network"},
		{"a.md", "file:///etc/passwd", "on the network"},
		{"a.md", "link.png", "not an ordinary file"},
		{"a.md", "folder", "not an ordinary file"},
		{"a.md", "missing.png", "is not there"},
		{"a.md", "", "outside the folder"},
		{"a.md", "text.png", "not a picture"},
		{"a.md", "drawing.svg", "not a picture"},
		{"a.md", "large.png", "larger than 8 MiB"},
		{"a.md", "bomb.png", "too many pixels"},
		{"a.md", "half.png", "cannot be drawn"},
	} {
		f, err := picture.Open(root, c.deckFile, c.address)
		if err == nil {
			_, err = f.Decode()
		}
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s in %s: got %v, want %q", c.address, c.deckFile, err, c.says)
		}
	}
}
