package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kartei/cmd/internal/screentest"
)

// asOpener is the name under which this test binary is the platform's opener:
// it writes down what it was asked to open.
const asOpener = "xdg-open"

func openFile(args []string) int {
	f, err := os.OpenFile(filepath.Join(os.Getenv("HOME"), "opened.txt"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return 1
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > 0 {
		args = append([]string{""}, args...)
	}
	if _, err := f.WriteString(strings.Join(args, "\n")); err != nil {
		return 1
	}
	return 0
}

const illustrated = `---
deck: flags
lang: en
---

Q: Whose flag is this? ![a flag with three stripes](flag.png)
A: Nobody's

Q: And this? ![a lost flag](lost.png)
A: Nobody's either
`

// drawn is a picture as a file.
func drawn(t testing.TB, img image.Image) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// newPainter is a learner with pictures in a deck.
func newPainter(t *testing.T) *learner {
	l := newLearner(t)
	img := image.NewNRGBA(image.Rect(0, 0, 60, 40))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	img.Set(1, 1, color.Black)
	l.write("deck/flag.png", drawn(t, img))
	l.write("deck/lost.png", drawn(t, img))
	l.write("deck/flags.md", illustrated)
	l.run("compile", "deck")
	if err := os.Remove(filepath.Join(l.home, "deck/lost.png")); err != nil {
		t.Fatal(err)
	}
	return l
}

// A terminal that draws pictures is sent them; a missing one is a line.
func TestDrawnPictures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ env, config, begins string }{
		{"KITTY_WINDOW_ID=1", "", "\x1b_Gf=100,a=T,q=2,m=0;"},
		{"TERM_PROGRAM=iTerm.app", "", "\x1b]1337;File=inline=1;size="},
		{"TERM=foot", "", "\x1bP0;1;0q\"1;1;60;40#"},
		{"TERM=xterm-256color", "sixel", "\x1bP0;1;0q"},
		{"KITTY_WINDOW_ID=1", "never", ""},
		{"TERM=tmux-256color NO_COLOR=", "", "\x1b[0;38;5;231;48;5;231m▀"},
		{"COLORTERM=truecolor NO_COLOR=", "", "\x1b[0;38;2;255;255;255;48;2;0;0;0m▀"},
	} {
		t.Run(fmt.Sprint(c.env, c.config), func(t *testing.T) {
			l := newPainter(t)
			l.env = append(l.env, strings.Fields(c.env)...)
			if c.config != "" {
				l.run("config", "pictures", c.config)
			}
			s := l.start(60, 30, "review", "flags")
			s.WaitFor("[picture: a flag with three stripes]")
			s.WaitFor("Show the answer")
			if c.begins == "" {
				if bytes.Contains(s.Raw(), []byte("\x1b_G")) {
					t.Error("a picture was drawn that nobody wanted")
				}
				return
			}
			if n := bytes.Count(s.Raw(), []byte(c.begins)); n != 1 && !strings.Contains(c.begins, "▀") || n == 0 {
				t.Errorf("%d pictures in %q", n, s.Raw())
			}
			s.Send(" 4")
			s.WaitFor("the picture lost.png is not there")
			s.Send(" 4")
			s.WaitFor("Done")
			s.Send("q")
			s.Exit()
			l.healthy(2)
		})
	}
}

// Elsewhere the alt text stands for the picture, and a key opens the file.
func TestOpenedPictures(t *testing.T) {
	t.Parallel()
	l := newPainter(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(l.home, asOpener)); err != nil {
		t.Fatal(err)
	}
	l.env = append(l.env, "PATH="+l.home)
	s := &student{learner: l, Session: l.start(60, 30, "review", "flags")}
	s.WaitFor("o opens the picture")
	s.WaitFor("Show the answer")
	s.Send("o", " ")
	s.question(howWell, 4)
	s.Golden("picture")
	s.Send("3")
	s.WaitFor("And this?")
	s.Send("o")
	s.WaitFor("the picture lost.png is not there")
	s.Send("q")
	s.Exit()
	opened, err := os.ReadFile(filepath.Join(l.home, "opened.txt"))
	if want := filepath.Join(l.home, "deck", "flag.png"); err != nil || string(opened) != want {
		t.Errorf("opened %q, want %q (%v)", opened, want, err)
	}
	if stray := screentest.Stray(s.Raw()); len(stray) > 0 {
		t.Errorf("control characters on the screen: %q", stray)
	}
}

// Without an opener that is said, and the card stays.
func TestNoOpener(t *testing.T) {
	t.Parallel()
	l := newPainter(t)
	l.env = append(l.env, "PATH="+l.home)
	s := l.start(80, 30, "review", "flags")
	s.WaitFor("Show the answer")
	s.Send("o")
	s.WaitFor("the picture flag.png cannot be opened")
	s.Send(" 3q")
	s.Exit()
	l.healthy(1)
}

const heard = `---
deck: birds
lang: en
---

Q: Which bird is this? [its song](song.mp3)
A: A blackbird
`

// Sound is played by the program of the system, or by the learner's; over ssh, where no
// window opens, the card says where the file lies.
func TestSound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, player, env, says string }{
		{name: "the system's"},
		{name: "the learner's", player: asOpener + " --quiet"},
		{name: "over ssh", env: "SSH_CONNECTION=10.0.0.1 22", says: "the recording song.mp3 is on the other machine, where no window opens"},
		{name: "no such program", player: "no-such-player", says: "as there is no program no-such-player"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLearner(t)
			l.write("deck/song.mp3", "ID3")
			l.write("deck/birds.md", heard)
			l.run("compile", "deck")
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(self, filepath.Join(l.home, asOpener)); err != nil {
				t.Fatal(err)
			}
			if c.player != "" {
				l.run("config", "player", c.player)
			}
			l.env = append(l.env, "PATH="+l.home, "DISPLAY=", "WAYLAND_DISPLAY=", "SSH_CONNECTION=")
			if c.env != "" {
				l.env = append(l.env, c.env)
			}
			s := l.start(100, 30, "review", "birds")
			s.WaitFor("o plays it")
			s.WaitFor("Show the answer")
			s.Send("o")
			if c.says != "" {
				s.WaitFor(c.says)
			}
			s.Send("q")
			s.Exit()
			want := filepath.Join(l.home, "deck", "song.mp3")
			if c.player != "" {
				want = "--quiet\n" + want
			}
			opened, err := os.ReadFile(filepath.Join(l.home, "opened.txt"))
			if c.says == "" && (err != nil || string(opened) != want) {
				t.Errorf("opened %q, want %q (%v)", opened, want, err)
			}
			if c.says != "" && err == nil {
				t.Errorf("opened %q", opened)
			}
		})
	}
}

const spoken = `---
deck: words
lang: en
---

Q: cat [word](cat.mp3)
A: die Katze [its article](die.mp3) [word](cat.mp3)
Note: [a sentence](sentence.mp3) from Anki

Q: Two sounds
A:
- [one](cat.mp3)
- [two](die.mp3)
`

// TestSoundOfSides hears at the question what the question has, and with the answer all
// of the card, each once, in their order, as Anki plays them again.
func TestSoundOfSides(t *testing.T) {
	t.Parallel()
	l := newLearner(t)
	for _, name := range []string{"cat.mp3", "die.mp3", "sentence.mp3"} {
		l.write("deck/"+name, "ID3")
	}
	l.write("deck/words.md", spoken)
	l.run("compile", "deck")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(l.home, asOpener)); err != nil {
		t.Fatal(err)
	}
	l.env = append(l.env, "PATH="+l.home, "DISPLAY=", "WAYLAND_DISPLAY=", "SSH_CONNECTION=")
	heard := ""
	hear := func(names ...string) {
		t.Helper()
		for _, name := range names {
			heard = strings.TrimPrefix(heard+"\n"+filepath.Join(l.home, "deck", name), "\n")
		}
		var got []byte
		for began := time.Now(); string(got) != heard; time.Sleep(10 * time.Millisecond) {
			if got, err = os.ReadFile(filepath.Join(l.home, "opened.txt")); time.Since(began) > time.Minute {
				t.Fatalf("heard %q (%v), want %q", got, err, heard)
			}
		}
	}
	s := l.start(100, 30, "review", "words")
	s.WaitFor("Show the answer")
	s.Send("o")
	hear("cat.mp3")
	s.Send(" ")
	s.WaitFor("from Anki")
	s.Send("o")
	hear("cat.mp3", "die.mp3", "sentence.mp3")
	s.Send("3")
	s.WaitFor("Two sounds")
	s.Send(" ")
	s.WaitFor("Tick those")
	s.Send("\r")
	s.WaitFor("✗ two")
	s.Send("o")
	hear("cat.mp3", "die.mp3")
	s.Send("q")
	s.Exit()
}
