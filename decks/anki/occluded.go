package anki

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	dhtml "kartei/decks/html"
	"kartei/decks/lazyregexp"
	"kartei/decks/occlusion"
	"kartei/decks/syntax"
)

// A coveredPicture is one that an import makes of a picture of the package.
type coveredPicture struct {
	of     string // name of the picture
	covers occlusion.Covers
	open   bool // it shows what is asked for
}

// An occluder makes covered pictures of those of a package, when they are asked for.
type occluder struct {
	archive *archive
	entries map[string]string
	looked  map[string]looked
	made    map[string]coveredPicture // by name
	cost    int64                     // that they come to
	left    int64                     // bytes that they may yet have
	last    *occlusion.Picture        // drawn on last, which is that of a name
	lastOf  string
}

// A looked picture is one whose size is known, or why it cannot be covered.
type looked struct {
	*occlusion.Picture // without its data
	err                error
}

// Limits of all covered pictures of a package.
const (
	maxCost    = 12 << 30 // pixels that are looked at
	maxCovered = 2 << 30  // bytes
)

func newOccluder(a *archive, entries map[string]string) *occluder {
	return &occluder{archive: a, entries: entries, looked: map[string]looked{}, made: map[string]coveredPicture{},
		left: maxCovered}
}

var (
	errTooMany = errors.New("there are too many")
	errNoText  = errors.New("a text brings no pictures")
	errAbsent  = errors.New("the picture is not in the package")
)

// has reports whether a name is that of a covered picture.
func (o *occluder) has(name string) bool {
	if o == nil {
		return false
	}
	_, has := o.made[name]
	return has
}

// open reads a picture.
func (o *occluder) open(name string) (*occlusion.Picture, error) {
	if o.last != nil && o.lastOf == name {
		return o.last, nil
	}
	if o.entries[name] == "" {
		return nil, errAbsent
	}
	data, err := o.archive.read(o.entries[name], occlusion.MaxBytes)
	if err != nil {
		return nil, errors.New("the picture cannot be unpacked")
	}
	p, err := occlusion.Open(data)
	if err == nil {
		o.last, o.lastOf = p, name
	}
	return p, err
}

// look finds out how large a picture is.
func (o *occluder) look(name string) (*occlusion.Picture, error) {
	if o == nil {
		return nil, errNoText
	}
	l, known := o.looked[name]
	if !known {
		l.Picture, l.err = o.open(name)
		if l.err == nil {
			l.err = l.Picture.Check()
			l.Picture = l.Picture.Size()
		}
		o.looked[name] = l
	}
	return l.Picture, l.err
}

// cover returns the name of a covered picture. What shows all is the picture itself.
func (o *occluder) cover(c coveredPicture) (string, error) {
	if c.open && len(c.covers.Other) == 0 {
		return c.of, nil
	}
	p, err := o.look(c.of)
	if err != nil {
		return "", err
	}
	if o.cost += p.Cost(c.covers); o.cost > maxCost {
		return "", errTooMany
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %v %t", c.of, c.covers, c.open))
	name := stem(c.of) + "-" + hex.EncodeToString(sum[:4]) + p.Extension()
	o.made[name] = c
	return name, nil
}

// stem is a picture's name without its extension, cut to what leaves room.
func stem(name string) string {
	name = strings.TrimSuffix(name, path.Ext(name))
	for len(name) > 80 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}

// read makes a covered picture.
func (o *occluder) read(c coveredPicture) (io.ReadCloser, error) {
	p, err := o.open(c.of)
	if err != nil {
		return nil, fmt.Errorf("cover %s: %w", c.of, err)
	}
	var out bytes.Buffer
	if err = p.Draw(&out, c.covers, c.open); err != nil {
		return nil, err
	}
	return &limitedMedium{io.NopCloser(&out), &o.left}, nil
}

// A puzzle is a note about a picture of which parts are covered, as its template
// shows it.
type puzzle struct {
	front, back string // HTML
	tag         string // of the picture in them
	picture     string // its name
}

var (
	pictureTag = lazyregexp.New(`(?i)<img\b[^>]*>`)
	machinery  = lazyregexp.New(`(?is)<script\b.*?</script>|<canvas\b[^>]*>|</canvas>|<button\b.*?</button>`)
)

// newPuzzle looks for the picture in a field.
func newPuzzle(front, back, field string) (p puzzle, ok bool) {
	p = puzzle{front: machinery.ReplaceAllString(front, ""), back: machinery.ReplaceAllString(back, ""),
		tag: pictureTag.FindString(field)}
	p.picture = pictureName(p.tag)
	return p, p.picture != ""
}

// pictureName is the name of the picture that a tag shows.
func pictureName(tag string) string {
	name := dhtml.Attribute(tag, "img", "src")
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	if name = clean(name); !flat(name) {
		return ""
	}
	return name
}

// occlusionNote writes a note of Anki's about a picture with covers: a question for each.
func (im *importer) occlusionNote(n foreignNote, b blanked) bool {
	p, ok := newPuzzle(b.around, b.back, b.around)
	if !ok {
		im.losses.add("picture with hidden parts (image occlusion) without the picture", n.label())
		return false
	}
	width, height := 1, 1
	size, err := im.occluder.look(p.picture)
	if err == nil {
		width, height = size.Width, size.Height
	}
	shapes, bad := occlusion.Parse(b.field, width, height)
	written := false
	for _, card := range n.cards {
		covers := occlusion.Of(shapes, card.ordinal+1)
		if len(covers.Asked) == 0 && bad == nil {
			im.losses.add("card whose deletion is gone", fmt.Sprintf("%s, number %d", n.label(), card.ordinal+1))
			continue
		}
		written = im.riddle(n, card, p, riddle{covers: covers, open: covers, words: describe(p, shapes, card.ordinal+1),
			err: cmp.Or(err, bad)}, b.hints) || written
	}
	return written
}

// addOnFields are those of the note type of the add-on Image Occlusion Enhanced.
const (
	addOnImage    = "Image"
	addOnQuestion = "Question Mask"
	addOnAnswer   = "Answer Mask"
)

// ofAddOn reports whether notes are of the add-on Image Occlusion Enhanced: each is one
// card, whose covers are drawings.
func (t *foreignType) ofAddOn() bool {
	return !t.cloze && slices.Contains(t.fields, addOnImage) && slices.Contains(t.fields, addOnQuestion) &&
		slices.Contains(t.fields, addOnAnswer) && len(t.templates) > 0
}

// addOnNote writes a note of the add-on.
func (im *importer) addOnNote(n foreignNote) bool {
	card := n.cards[0]
	values := n.values(card)
	masks := [2]string{pictureName(values[addOnQuestion]), pictureName(values[addOnAnswer])}
	values[addOnQuestion], values[addOnAnswer] = "", ""
	front, err1 := render(n.kind.templates[0].question, values, scene{front: true})
	back, err2 := render(n.kind.templates[0].answer, values, scene{})
	p, ok := newPuzzle(front.html, back.html, values[addOnImage])
	switch {
	case err1 != nil || err2 != nil:
		im.losses.add("card that is too long", n.label())
		return false
	case !ok || card.ordinal != 0:
		return im.plainNote(n)
	}
	question, errQuestion := im.occluder.drawing(masks[0])
	answer, errAnswer := im.occluder.drawing(masks[1])
	_, err := im.occluder.look(p.picture)
	r := riddle{covers: occlusion.Of(question, 1), open: occlusion.Covers{Other: occlusion.Of(answer, 0).Other},
		words: describe(p, question, 1), err: cmp.Or(err, errQuestion, errAnswer)}
	return im.riddle(n, card, p, r, strings.Join(slices.Concat(front.hints, back.hints), "<br>"))
}

// drawing reads the covers that a file of the package draws.
func (o *occluder) drawing(name string) ([]occlusion.Shape, error) {
	if o == nil {
		return nil, errNoText
	}
	if o.entries[name] == "" {
		return nil, errors.New("its covers are not in the package")
	}
	data, err := o.archive.read(o.entries[name], occlusion.MaxBytes)
	if err != nil {
		return nil, errors.New("its covers cannot be unpacked")
	}
	return occlusion.ParseSVG(data)
}

// A riddle is a card about a picture: what is covered when it is asked, what is covered
// still with the answer, and both in words.
type riddle struct {
	covers, open occlusion.Covers
	words        string
	err          error // why the picture cannot be covered
}

// riddle writes the fact of a card. Where the picture cannot be covered, words say what
// would be.
func (im *importer) riddle(n foreignNote, card foreignCard, p puzzle, r riddle, hints string) bool {
	question, answer := "", p.picture
	err := r.err
	if err == nil {
		question, err = im.occluder.cover(coveredPicture{p.picture, r.covers, false})
	}
	if err == nil {
		answer, err = im.occluder.cover(coveredPicture{p.picture, r.open, true})
	}
	asked := "<p>[" + html.EscapeString(r.words) + "]</p>"
	if err == nil {
		asked = imageTag(question, r.words)
	} else {
		im.losses.add("picture that cannot be covered, so that words say what is asked: "+err.Error(), p.picture)
	}
	one := n
	one.cards, one.apart = []foreignCard{card}, true
	front, beside := strings.Replace(p.front, p.tag, asked, 1), strings.Replace(p.back, p.tag, "", 1)
	prompt := im.text(front)
	note := unsaid(im.text(beside), prompt)
	im.placeRiddle(&one, front, beside, note)
	hint := im.text(hints)
	if max(len(prompt), len(note), len(hint)) > maxText {
		im.losses.add("card that is too long", n.label())
		return false
	}
	return im.write(one, card.deck, []line{{key: syntax.Question, value: prompt},
		{key: syntax.Answer, value: im.text(imageTag(cmp.Or(answer, p.picture), stem(p.picture)))},
		{key: syntax.Note, value: note}, {key: syntax.Hint, value: hint}}, named{card, "card"})
}

// placeRiddle finds the fields that the words around a picture show.
func (im *importer) placeRiddle(n *foreignNote, front, beside, note string) {
	t := n.kind.templates[0]
	im.place(n, Front, front, t.question)
	onBack := t.answer // what the front shows is no note
	for name := range im.placer.names(t.question) {
		onBack = strings.ReplaceAll(onBack, "{{"+name+"}}", "")
	}
	if note == "" {
		beside = ""
	}
	im.place(n, Extra, beside, onBack)
}

func imageTag(name, words string) string {
	return fmt.Sprintf(`<img src="%s" alt="%s">`, html.EscapeString(url.PathEscape(name)), html.EscapeString(words))
}

// describe says in words what of a picture is covered, and what is written on it.
func describe(p puzzle, shapes []occlusion.Shape, number int) string {
	var numbers []int
	var labels []string
	for _, s := range shapes {
		for _, n := range s.Numbers {
			if len(s.Outline) > 0 && !slices.Contains(numbers, n) {
				numbers = append(numbers, n)
			}
		}
		if s.Text != "" {
			labels = append(labels, s.Text)
		}
	}
	slices.Sort(numbers)
	words := stem(p.picture) + ": what is covered"
	if where := occlusion.Where(occlusion.Of(shapes, number).Asked); where != "" {
		words += " " + where
	}
	if len(numbers) > 1 {
		words += fmt.Sprintf(", part %d of %d", slices.Index(numbers, number)+1, len(numbers))
	}
	if len(labels) > 0 {
		words += "; written on it: " + strings.Join(labels, ", ")
	}
	return words
}
