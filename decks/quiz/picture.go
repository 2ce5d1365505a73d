package quiz

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"

	"kartei/decks/markdown"

	"kartei/decks/lazyregexp"
)

// Limits on pictures in a form.
const (
	MaxPicture  = 2 << 20  // bytes of one
	maxPictures = 10 << 20 // bytes of all
)

// pictureKinds are the beginnings of files that are shown, with their endings.
var pictureKinds = []struct{ begin, ending, Type string }{
	{"\x89PNG\r\n\x1a\n", ".png", "image/png"},
	{"\xff\xd8\xff", ".jpg", "image/jpeg"},
	{"GIF87a", ".gif", "image/gif"},
	{"GIF89a", ".gif", "image/gif"},
	{"RIFF", ".webp", "image/webp"},
}

// NewPicture names a picture by a digest of its bytes; ok is false if it is not
// one that can be shown, or too large.
func NewPicture(data []byte) (p Picture, ok bool) {
	for _, kind := range pictureKinds {
		if !bytes.HasPrefix(data, []byte(kind.begin)) || len(data) > MaxPicture {
			continue
		}
		if kind.ending == ".webp" && (len(data) < 12 || string(data[8:12]) != "WEBP") {
			continue
		}
		return Picture{digest(string(data)) + kind.ending, data}, true
	}
	return Picture{}, false
}

// MediaType is the picture's type, such as "image/png".
func (p *Picture) MediaType() string {
	for _, kind := range pictureKinds {
		if strings.HasSuffix(p.Name, kind.ending) {
			return kind.Type
		}
	}
	return ""
}

// Picture finds a picture of the form by its name; nil if it has none.
func (f *Form) Picture(name string) *Picture {
	for i := range f.Pictures {
		if f.Pictures[i].Name == name {
			return &f.Pictures[i]
		}
	}
	return nil
}

// imageSource is how an image is written.
var imageSource = lazyregexp.New(`!\[(?:[^\[\]\\]|\\.)*\]\(\s*(?:<[^<>\n]*>|[^()\s<>]+)(?:\s+(?:"[^"\n]*"|'[^'\n]*'))?\s*\)`)

// A gallery collects the pictures of a form while it is drawn.
type gallery struct {
	read     func(address string) ([]byte, error)
	pictures []Picture
	bytes    int
}

var errNoPictures = errors.New("its pictures are not at hand")

// carry puts pictures of the gallery in the place of the images of a text. A
// number stands for their descriptions, which would give answers away.
func (g *gallery) carry(text string) (string, error) {
	addresses := imagesOf(text)
	if len(addresses) == 0 {
		return text, nil
	}
	if g.read == nil {
		return "", errNoPictures
	}
	var carried strings.Builder
	end, at := 0, 0
	for _, m := range imageSource.FindAllStringIndex(text, -1) {
		if len(imagesOf(text[:m[0]]+"_"+text[m[0]+1:])) == len(addresses) || at == len(addresses) {
			continue // in code, where it is not an image
		}
		name, err := g.take(addresses[at])
		if err != nil {
			return "", err
		}
		at++
		fmt.Fprintf(&carried, "%s![%d](%s)", text[end:m[0]], at, name)
		end = m[1]
	}
	carried.WriteString(text[end:])
	for _, name := range imagesOf(carried.String()) { // none was overlooked
		if !isPictureName.MatchString(name) {
			return "", fmt.Errorf("its picture %s is written in a way that a form cannot carry", name)
		}
	}
	return carried.String(), nil
}

var isPictureName = lazyregexp.New(`^[a-z2-7]{16}\.(png|jpg|gif|webp)$`)

// take reads a picture, once.
func (g *gallery) take(address string) (name string, err error) {
	data, err := g.read(address)
	if err != nil {
		return "", fmt.Errorf("its picture %s %w", address, err)
	}
	p, ok := NewPicture(data)
	if !ok {
		return "", fmt.Errorf("its picture %s has more than %d MiB, or is of a kind that is not shown (PNG, JPEG, GIF, WebP)", address, MaxPicture>>20)
	}
	for i := range g.pictures {
		if g.pictures[i].Name == p.Name {
			return p.Name, nil
		}
	}
	if g.bytes += len(data); g.bytes > maxPictures {
		return "", fmt.Errorf("its picture %s is too much: a form carries at most %d MiB", address, maxPictures>>20)
	}
	g.pictures = append(g.pictures, p)
	return p.Name, nil
}

// imagesOf are the addresses of the images of a text, in order.
func imagesOf(text string) []string {
	if !strings.Contains(text, "![") {
		return nil
	}
	tree := markdown.Parse([]byte(text))
	if tree == nil {
		return nil
	}
	var addresses []string
	ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if img, ok := n.(*ast.Image); ok && entering {
			addresses = append(addresses, string(img.Destination))
		}
		return ast.WalkContinue, nil
	})
	return addresses
}

// texts are all texts of a question that are shown as Markdown.
func (q *Question) texts() []*string {
	all := []*string{&q.Prompt, &q.Key.Answer, &q.Key.Note}
	for _, list := range [][]string{q.Options, q.Key.Why, q.Key.Parts} {
		for i := range list {
			all = append(all, &list[i])
		}
	}
	return all
}

// carryPictures puts the pictures of all texts of a question into the gallery.
func (q *Question) carryPictures(g *gallery) error {
	for _, text := range q.texts() {
		carried, err := g.carry(*text)
		if err != nil {
			return err
		}
		*text = carried
	}
	return nil
}
