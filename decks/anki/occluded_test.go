package anki

import (
	"image"
	"image/color"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kartei/decks"
)

// TestAnkiOccludes lets Anki make notes about pictures with covered parts, and looks at
// the pictures that they become.
func TestAnkiOccludes(t *testing.T) {
	for _, python := range pythons(t) {
		folder := t.TempDir()
		if out, err := exec.Command(python, filepath.Join("testdata", "occluded.py"), folder).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		data, err := os.ReadFile(filepath.Join(folder, "occluded.apkg"))
		if err != nil {
			t.Fatal(err)
		}
		checkOccluded(t, readPackage(t, data))
	}
}

// Colours of the picture, and of covers.
var (
	bare0 = color.RGBA{0, 0, 0xff, 0xff}
	asked = color.RGBA{0xff, 0x8e, 0x8e, 0xff}
	other = color.RGBA{0xff, 0xeb, 0xa2, 0xff}
)

func checkOccluded(t *testing.T, im *Import) {
	t.Helper()
	cards := compile(t, im)
	pictures := map[string]image.Image{}
	for _, m := range im.Media {
		in, err := im.OpenMedium(m)
		if err != nil {
			t.Fatal(err)
		}
		img, _, err := image.Decode(in)
		if err != nil {
			t.Fatal(m, err)
		}
		pictures[m.Name] = img
	}
	link := regexp.MustCompile(`!\[([^\]]*)\]\(media/([^)]*)\)`)
	at := func(text string, x, y int) color.RGBA {
		m := link.FindStringSubmatch(text)
		if m == nil || pictures[strings.ReplaceAll(m[2], "%20", " ")] == nil {
			t.Errorf("no picture in %q", text)
			return color.RGBA{}
		}
		r, g, b, a := pictures[strings.ReplaceAll(m[2], "%20", " ")].At(x, y).RGBA()
		return color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), uint8(a >> 8)}
	}
	// Points in the upper left, the lower right, the upper right and the middle.
	points := [4]image.Point{{5, 10}, {70, 50}, {76, 4}, {40, 30}}
	wanted := map[string]struct {
		question, answer [4]color.RGBA
		words            string
	}{
		"Header 0 1": {[4]color.RGBA{asked, other, bare0, bare0}, [4]color.RGBA{bare0, other, bare0, bare0}, "at the top left, part 1 of 2; written on it: left: or right"},
		"Header 0 2": {[4]color.RGBA{other, asked, bare0, bare0}, [4]color.RGBA{other, bare0, bare0, bare0}, "at the bottom right, part 2 of 2"},
		"Header 1 1": {[4]color.RGBA{bare0, bare0, bare0, asked}, [4]color.RGBA{bare0, bare0, bare0, bare0}, "in the middle, part 1 of 2"},
		"Header 1 2": {[4]color.RGBA{bare0, bare0, asked, bare0}, [4]color.RGBA{bare0, bare0, bare0, bare0}, "at the top right, part 2 of 2"},
		"Added 1":    {[4]color.RGBA{asked, other, bare0, bare0}, [4]color.RGBA{bare0, other, bare0, bare0}, "at the top left"},
	}
	for _, c := range im.Cards {
		card := cards[decks.CardID(c.Deck, c.Fact, c.Card)]
		if strings.HasPrefix(card.Prompt, "Curved") {
			if !strings.HasPrefix(card.Prompt, "Curved\n\n\\[the heart: what is covered") || strings.Contains(card.Prompt, "](media") {
				t.Errorf("what cannot be drawn is not told in words: %q", card.Prompt)
			}
			continue
		}
		name, _, _ := strings.Cut(card.Prompt, "\n")
		name = strings.TrimRight(name, "\\") + " " + string(rune('1'+c.Ordinal))
		want, ok := wanted[name]
		if !ok {
			t.Errorf("a card %q: %q", name, card.Prompt)
			continue
		}
		delete(wanted, name)
		for i, p := range points {
			if got := at(card.Prompt, p.X, p.Y); got != want.question[i] {
				t.Errorf("%s: asked is %v at %v, want %v", name, got, p, want.question[i])
			}
			if got := at(card.Answer, p.X, p.Y); got != want.answer[i] {
				t.Errorf("%s: answered is %v at %v, want %v", name, got, p, want.answer[i])
			}
		}
		if !strings.Contains(card.Prompt, want.words) || card.Note == "" || strings.Contains(card.Note, "Toggle") || strings.Contains(card.Note, "Header") {
			t.Errorf("%s: %q, note %q, want %q", name, card.Prompt, card.Note, want.words)
		}
	}
	if len(wanted) > 0 {
		t.Errorf("these are missing: %v", wanted)
	}
	for _, l := range im.Losses {
		if !strings.HasPrefix(l.Kind, "picture that cannot be covered") || l.Count != 1 {
			t.Errorf("lost: %+v", l)
		}
	}
}

// TestCoversInText holds that a text, which brings no pictures, leaves notes about
// them out, and says so.
func TestCoversInText(t *testing.T) {
	im := readText(t, "#separator:tab\n#html:true\n#notetype:Image Occlusion\n"+
		"\"{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2:oi=1}}\"\t\"<img src=\"\"a.png\"\">\"\thead\n")
	if len(im.DeckFiles) != 0 || im.Skipped != 1 || len(im.Losses) != 1 || !strings.Contains(im.Losses[0].Kind, "image occlusion") {
		t.Errorf("%s, losses %+v", im.DeckFiles, im.Losses)
	}
}
