package notebook

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/foreign"
	"kartei/decks/memfs"
)

// lines is a format for tests: "question|answer", "a|b|" both ways, "gaps" in brackets.
var lines = Format{Format: foreign.Format{Name: "lines", Extensions: []string{".note"}},
	Read: func(_ context.Context, s *Source) (*Reading, error) {
		r := &Reading{}
		for name, text := range s.Texts {
			p := NewPage(name)
			for i, line := range strings.Split(text, "\n") {
				cells := strings.Split(line, "|")
				switch {
				case strings.Contains(line, "[[") && len(cells) == 1:
					var pieces []Piece
					for j, part := range strings.Split(line, "[[") {
						gap, rest, ok := strings.Cut(part, "]]")
						if j > 0 && ok {
							pieces = append(pieces, Piece{Text: gap, Number: j})
							part = rest
						}
						pieces = append(pieces, Piece{Text: part})
					}
					p.Sentence(i+1, pieces...)
				case len(cells) == 2:
					p.Add(Question(nl(cells[0]), nl(cells[1])), i+1)
				case len(cells) == 3:
					p.Add(Term(nl(cells[0]), nl(cells[1])), i+1)
				}
			}
			r.Pages = append(r.Pages, p)
		}
		return r, nil
	}}

// A deck lies in one folder, whatever its files say.
func TestDeckOfSeveralFolders(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range []string{"top", "a/one", "a/two", "A/three", "b/four", "b/c/five"} {
		files[name+".note"] = file(name + "|answer")
	}
	said := lines
	said.Read = func(ctx context.Context, s *Source) (*Reading, error) {
		r, err := lines.Read(ctx, s)
		for _, p := range r.Pages {
			p.Deck.Name = "all"
		}
		return r, err
	}
	s, err := Open(files, "", lines.Extensions, "")
	if err != nil {
		t.Fatal(err)
	}
	im, err := said.Take(t.Context(), s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	made := fstest.MapFS{}
	var names []string
	for _, f := range im.Files {
		made[f.Name] = &fstest.MapFile{Data: f.Text}
		names = append(names, f.Name)
	}
	c, err := decks.Compile(made, names...)
	if err != nil || len(c.Decks) != 5 || len(c.Diagnostics) > 0 {
		t.Error(err, len(c.Decks), c.Diagnostics)
	}
	if want := "the deck all is in 5 folders; here each of them has a deck of its own"; !slices.Contains(im.Remarks, want) {
		t.Error(im.Remarks)
	}
}

func nl(text string) string { return strings.ReplaceAll(text, "¶", "\n") }

func take(t interface{ Fatal(...any) }, files fstest.MapFS, o Options) *Import {
	s, err := Open(files, "", lines.Extensions, "out")
	if err != nil {
		t.Fatal(err)
	}
	im, err := lines.Take(context.Background(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return im
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

// Folders, decks and ids are made of what is there; what is hidden, linked or of another
// import is not read.
func TestFolders(t *testing.T) {
	im := take(t, fstest.MapFS{
		"Geo & co/Europe.note": file("Capital of France?|Paris\nCapital of France?|Lyon\n"), "b.note": file("a|b|\n"), "geo-co/europe.note": file("Capital of France?|Nice\n"),
		".hidden/c.note": file("c|d"), "out/e.note": file("e|f"), "link.note": {Mode: fs.ModeSymlink, Data: []byte("b.note")}, "empty.note": file("prose"),
		"latin1.note": file("caf\xe9|x"),
	}, Options{Deck: "all"})
	var got []string
	ids := map[string]bool{}
	for _, f := range im.Files {
		got = append(got, f.Name+" "+f.Deck)
		for _, line := range strings.Split(string(f.Text), "\n") {
			if id, ok := strings.CutPrefix(line, "Id: "); ok {
				if ids[f.Deck+id] {
					t.Errorf("%s twice in %s", id, f.Deck)
				}
				ids[f.Deck+id] = true
			}
		}
	}
	if want := "[Geo & co/Europe.md all/geo-co/europe b.md all/b geo-co/europe.md all/geo-co/europe-2]"; fmt.Sprint(got) != want {
		t.Errorf("got %v", got)
	}
	if im.Facts != 4 || len(im.Left) != 1 || im.Left[0].Error() != "latin1.note: it is not UTF-8 text" {
		t.Errorf("%d facts, left %v", im.Facts, im.Left)
	}
}

// Pictures come along where they are, and become links where they cannot be shown.
func TestMedia(t *testing.T) {
	svg := file("<svg/>")
	im := take(t, fstest.MapFS{
		"a/x.note": file("![one](../p/1.svg) `![code](no.svg)` ![web](https://example.org/2.svg) ![gone](gone.svg)|![far](../../etc/passwd.svg) ![](sound.mp3) [heard](sound.mp3) [a note](y.md) ![text](text.png) ![two](<b b.svg>)\n"),
		"p/1.svg":  svg, "a/sound.mp3": file("x"), "a/text.png": file("no picture"), "a/b b.svg": svg, "a/unused.svg": svg,
	}, Options{})
	const want = "Q: ![one](../p/1.svg) `![code](no.svg)` [web](https://example.org/2.svg) [gone](gone.svg)\n" +
		"A: [far](../../etc/passwd.svg) [sound.mp3](sound.mp3) [heard](sound.mp3) [a note](y.md) [text](text.png) ![two](<b b.svg>)\n"
	if got := string(im.Files[0].Text); !strings.Contains(got, want) {
		t.Errorf("got\n%s", got)
	}
	var names, left []string
	for _, m := range im.Media {
		names = append(names, m.Name)
	}
	for _, l := range im.Left {
		left = append(left, l.Err.Error())
	}
	if got := fmt.Sprint(names); got != "[a/b b.svg a/sound.mp3 a/text.png p/1.svg]" {
		t.Errorf("media %s", got)
	}
	slices.Sort(left)
	if got := strings.Join(left, "\n"); got != "the picture or sound ../../etc/passwd.svg is outside of the folder; it is a link now\n"+
		"the picture or sound gone.svg is not there; it is a link now\nthe picture or sound https://example.org/2.svg is on the network; it is a link now\n"+
		"the picture or sound text.png does not hold what .png says; it is a link now" {
		t.Errorf("left %s", got)
	}
}

func TestHardBreaks(t *testing.T) {
	for in, want := range map[string]string{
		"a  \nb":            "a\\\nb",
		"a  \n\nb":          "a  \n\nb",
		"a  \n- b":          "a  \n- b",
		"```\na  \nb\n```":  "```\na  \nb\n```",
		"| a |  \n| - |\nb": "| a |  \n| - |\nb",
		"a  ":               "a  ",
	} {
		if got := hardBreaks(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// A gap that can be marked is one; in a formula or in code each becomes a question.
func TestSentences(t *testing.T) {
	im := take(t, fstest.MapFS{"a.note": file("[[Vienna]] lies on the [[Danube]]\n{{x}} and [[y]]\na [[y::z]]\nThe root $[[x]]^2$ of `[[f]]()`\n")}, Options{})
	const want = "C: {{Vienna}} lies on the {{Danube}}\nId: vienna-lies-on-the-danube\n\n" +
		"C: \\{\\{x\\}\\} and {{y}}\nId: x-and-y\n\nQ: a […]\nA: y::z\nId: a\n\n" +
		"Q: The root $[\\ldots]^2$ of `f()`\nA: $x$\n"
	if got := string(im.Files[0].Text); !strings.Contains(got, want) || !strings.Contains(got, "Q: The root $x^2$ of `…()`\nA: `f`\n") {
		t.Errorf("got\n%s", got)
	}
	if len(im.Remarks) != 1 {
		t.Errorf("remarks %v", im.Remarks)
	}
}

// A card that is too long for a deck file is left out, and what is known of others stays
// with them.
func TestLongCards(t *testing.T) {
	long := strings.Repeat("x", maxText+1)
	im := take(t, fstest.MapFS{"a.note": file(long + "|a\n[[y]] " + long + "\nshort|b\n")}, Options{})
	if im.Facts != 1 || len(im.Left) != 2 || !strings.Contains(im.Left[0].Error(), "a.note:1: this card has more than 63 KiB") {
		t.Errorf("%d facts, left %v", im.Facts, im.Left)
	}
}

// Sentences of very many gaps are many times what they are.
func TestManyGaps(t *testing.T) {
	s, err := Open(fstest.MapFS{"a.note": file(strings.Repeat("[[y]] "+strings.Repeat("x [[y]]", 900)+strings.Repeat("x", 8000)+"\n", 40))}, "", lines.Extensions, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lines.Take(t.Context(), s, Options{}); err == nil || !strings.Contains(err.Error(), "MiB of text") {
		t.Errorf("got %v", err)
	}
}

// Whatever cards say, their deck files compile without an error, and each card that is
// not left out asks what it asked.
func TestDeckFilesCompile(t *testing.T) {
	signs := rapid.StringOfN(rapid.SampledFrom([]rune("ab|¶ {}[]()`$\\*_#-:>~!<&é\u202e1.Q:A")), 0, 30, -1)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(signs, 1, 6).Draw(t, "lines"), "\n")
		im := take(t, fstest.MapFS{"a.note": file(text)}, Options{})
		facts := 0
		for _, f := range im.Files {
			c, err := decks.Compile(memfs.Files{"a.md": f.Text})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range c.Diagnostics {
				if d.Severity == decks.Error {
					t.Fatalf("line %d: %s in\n%s", d.Line, d.Message, f.Text)
				}
			}
			for _, d := range c.Decks {
				facts += len(d.Facts)
			}
		}
		if facts != im.Facts {
			t.Fatalf("%d facts in the files, %d said", facts, im.Facts)
		}
	})
}
