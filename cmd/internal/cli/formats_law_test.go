package cli

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/factfile"
	"kartei/decks/foreign"
)

// pieces are what files of all formats are made of, and what breaks them.
var pieces = []string{"Question?", "an answer", "\n", "\n\n", "\t", ",", ";", "|", "\"", "'", "{", "}", "=", "~", "#", "####", "::", "%50%", "->", "//", "A. ", "B) ", "ANSWER: A", "ANSWER: B",
	"<b>", "</b>", "<br>", "&lt;", "<quiz>", "</quiz>", "<question type=\"multichoice\">", "</question>", "<text>", "</text>", "<answer fraction=\"100\">", "</answer>", "Q: ", "A: ", "- [x] ", "{{c1::", "}}", "$x$", "`", "\\",
	"front,back\n", "word\tmeaning\n", "日本語", "é", "\u200b", "\u202e", "\x00", "\xff", "1", "3.5", "$CATEGORY: a/b\n", "[markdown]", "[html]", "{T}", "{=a ~b}", "{#3:1}", "```", "| a | b |", "|---|---|", "---\n"}

// Whatever a file of any format holds: what is written of it has no error, every fact
// has an answer, and each thing left out has a reason.
func TestEveryFormatWritesWhatIsAccepted(t *testing.T) {
	for _, f := range formats() {
		if f.Read == nil {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 40).Draw(t, "pieces"), "")
				r, err := f.Read(strings.NewReader(text), foreign.ReadOptions{File: "x", Media: "media/", Flags: foreign.Flags{}, Show: func(foreign.Guess) error { return nil }})
				if err != nil {
					return
				}
				for _, l := range r.Left {
					if l.Err == nil || l.Err.Error() == "" || l.File != "x" {
						t.Fatalf("left out without a place or a reason: %+v", l)
					}
				}
				files := fstest.MapFS{}
				for _, m := range r.Media {
					files["media/"+m.Name] = &fstest.MapFile{Data: []byte("\x89PNG\r\n\x1a\n")}
				}
				for i, d := range r.Decks {
					d.Name = string(rune('a' + i))
					var deck bytes.Buffer
					if err := factfile.WriteWith(&deck, d, r.Body); err != nil {
						t.Fatalf("%v\n%q", err, text)
					}
					files[d.Name+".md"] = &fstest.MapFile{Data: deck.Bytes()}
				}
				accepted(t, files, text)
			})
		})
	}
}

func accepted(t *rapid.T, files fstest.MapFS, from string) {
	c, err := decks.Compile(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range append(c.Diagnostics, check.Run(c, check.Options{Images: files, Errors: true})...) {
		if d.Severity == decks.Error {
			t.Fatalf("%s:%d: %s [%s]\n%s\nof %q", d.File, d.Line, d.Message, d.Rule, files[d.File].Data, from)
		}
	}
	for _, d := range c.Decks {
		for _, f := range d.Facts {
			for _, c := range f.Cards {
				if c.Answer == "" && len(c.Items) == 0 && len(c.Options) == 0 {
					t.Fatalf("a card without an answer: %+v of %q", c, from)
				}
			}
		}
	}
}
