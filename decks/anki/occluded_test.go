package anki

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
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

// hostileCovers is a package of one note about a picture, with a field of covers.
func hostileCovers(t *testing.T, covers, image string, picture []byte) *Import {
	t.Helper()
	fields := covers + "\x1f" + image
	data := pack(t, entry{name: "collection.anki2", data: altered(t,
		`UPDATE col SET models = '{"7": {"name": "IO", "type": 1, "flds": [{"name": "Occlusion"}, {"name": "Image"}],
			"tmpls": [{"name": "IO", "qfmt": "<div style=\"display: none\">{{cloze:Occlusion}}</div>{{Image}}", "afmt": "{{cloze:Occlusion}}{{Image}}"}]}}'`,
		"UPDATE notes SET mid = 7, flds = '"+strings.ReplaceAll(fields, "'", "''")+"' WHERE id = (SELECT min(id) FROM notes)",
		"DELETE FROM notes WHERE mid <> 7", "DELETE FROM cards WHERE nid NOT IN (SELECT id FROM notes)",
		"UPDATE cards SET ord = 0")},
		entry{name: "media", data: []byte(`{"0": "a.png", "1": "a.svg"}`)}, entry{name: "0", data: picture}, entry{name: "1", data: []byte("<svg/>")})
	im, err := read(t, data)
	if err != nil {
		t.Fatal(err)
	}
	compile(t, im)
	return im
}

// TestHostileCovers reads notes about pictures that are made to do harm: what cannot be
// covered is told in words, and nothing that ought to be covered is shown.
func TestHostileCovers(t *testing.T) {
	var small bytes.Buffer
	if err := png.Encode(&small, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	bomb := small.Bytes()[:16]
	bomb = append(slices.Clone(bomb), 0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff, 8, 2, 0, 0, 0) // 65,535 pixels a side
	bomb = binary.BigEndian.AppendUint32(bomb, crc32.ChecksumIEEE(bomb[12:]))
	const rect = "{{c1::image-occlusion:rect:left=.1:top=.1:width=.5:height=.5}}"
	for name, c := range map[string]struct {
		covers, image string
		picture       []byte
		says          string
	}{
		"many covers":       {strings.Repeat(rect, 600), `<img src="a.png">`, small.Bytes(), "too many or too large"},
		"many points":       {"{{c1::image-occlusion:polygon:points=" + strings.Repeat("1,1 ", 999) + "}}", `<img src="a.png">`, small.Bytes(), "too many or too large"},
		"a large picture":   {rect, `<img src="a.png">`, bomb, "the picture is too large"},
		"a drawing":         {rect, `<img src="a.svg">`, small.Bytes(), "is not a PNG, JPEG or GIF"},
		"half a picture":    {rect, `<img src="a.png">`, small.Bytes()[:30], "is not a PNG, JPEG or GIF"},
		"a broken picture":  {rect, `<img src="a.png">`, append(slices.Clone(small.Bytes()[:45]), make([]byte, 60)...), "the picture is damaged"},
		"a picture of none": {rect, `<img src="b.png">`, small.Bytes(), "is not in the package"},
		"another folder":    {rect, `<img src="../a.png">`, small.Bytes(), "without the picture"},
		"a whole path":      {rect, `<img src="/etc/passwd">`, small.Bytes(), "without the picture"},
		"an escaped path":   {rect, `<img src="..%2f..%2fa.png">`, small.Bytes(), "without the picture"},
	} {
		im := hostileCovers(t, c.covers, c.image, c.picture)
		if !slices.ContainsFunc(im.Losses, func(l Loss) bool { return strings.Contains(l.Kind, c.says) }) {
			t.Errorf("%s: lost is %+v", name, im.Losses)
		}
		if len(im.occluder.made) > 0 {
			t.Errorf("%s: %v is made", name, im.occluder.made)
		}
		for _, f := range im.DeckFiles {
			question, _, _ := strings.Cut(string(f.Text), "\nA:")
			if strings.Contains(question, "](") {
				t.Errorf("%s: the question shows it\n%s", name, f.Text)
			}
		}
	}
	// Of more work than is done for one package the rest is told in words.
	im := hostileCovers(t, rect, `<img src="a.png">`, small.Bytes())
	if len(im.occluder.made) != 1 {
		t.Fatalf("%v is made", im.occluder.made)
	}
	im.occluder.cost = maxCost
	if _, err := im.occluder.cover(coveredPicture{of: "a.png"}); err == nil {
		t.Error("a picture is covered beyond the limit")
	}
	im.occluder.left = 10
	for _, m := range im.Media {
		if in, err := im.OpenMedium(m); err == nil && im.occluder.has(m.Name) {
			if _, err := io.Copy(io.Discard, in); err == nil {
				t.Error("covered pictures have no limit of bytes")
			}
		}
	}
}
