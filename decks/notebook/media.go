package notebook

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"sort"
	"strings"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
	"kartei/decks/syntax"
)

// media are the pictures and sounds of a source that its cards show.
type media struct {
	files fs.FS
	found map[string]*medium // by name
	left  []foreign.Left
}

// A medium is a file that a card names.
type medium struct {
	problem error // why it cannot be taken
	picture error // why it cannot be shown as a picture
	head    []byte
}

func newMedia(files fs.FS) *media { return &media{files: files, found: map[string]*medium{}} }

// used are those that are taken, in the order of their names.
func (m *media) used() (all []Medium) {
	for name, one := range m.found {
		if one.problem == nil {
			all = append(all, Medium{name, m.files})
		}
	}
	slices.SortFunc(all, func(a, b Medium) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// fact takes what a fact shows. A picture that cannot be shown becomes a link. Heads
// gets how the pictures begin, by their names.
func (m *media) fact(f *decks.Fact, heads map[string][]byte) {
	eachText(f, func(text string) string { return m.text(text, f, heads) })
}

var link = lazyregexp.New(`(!?)\[([^\[\]]*)\]\((<[^<>\n]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(\s+"[^"\n]*")?\)`)

// text takes what one text of a fact shows.
func (m *media) text(text string, f *decks.Fact, heads map[string][]byte) string {
	if !strings.Contains(text, "](") {
		return text
	}
	code := opaque(text)
	var out strings.Builder
	from := 0
	for _, at := range link.FindAllStringSubmatchIndex(text, -1) {
		if code(at[0]) {
			continue
		}
		shown, words, address := at[2] < at[3], text[at[4]:at[5]], strings.Trim(text[at[6]:at[7]], "<>")
		out.WriteString(text[from:at[0]])
		out.WriteString(m.link(shown, words, address, text[at[0]:at[1]], f, heads))
		from = at[1]
	}
	return out.String() + text[from:]
}

// opaque reports what of a text is code or a formula.
func opaque(text string) func(at int) bool {
	var spans []syntax.Span
	for piece := range syntax.Pieces(text) {
		if piece.Kind != syntax.Words && piece.Kind != syntax.Escape {
			spans = append(spans, syntax.Span{Start: piece.Start, End: piece.End})
		}
	}
	return func(at int) bool {
		i := sort.Search(len(spans), func(i int) bool { return spans[i].End > at })
		return i < len(spans) && spans[i].Start <= at
	}
}

// sounds are the endings of what is taken along also where it is only linked to.
var sounds = []string{".mp3", ".ogg", ".oga", ".opus", ".wav", ".m4a", ".flac", ".webm", ".mp4"}

// link is what becomes of one link, which stands there as whole.
func (m *media) link(shown bool, words, address, whole string, f *decks.Fact, heads map[string][]byte) string {
	if !shown && !slices.Contains(sounds, strings.ToLower(path.Ext(address))) {
		return whole
	}
	name, err := local(f.File, address)
	if err == nil {
		one := m.look(name)
		if err = one.problem; err == nil {
			if shown && one.picture == nil {
				heads[name] = one.head
				return whole
			}
			if !shown || slices.Contains(sounds, strings.ToLower(path.Ext(name))) {
				return "[" + orName(words, name) + "](" + address + ")"
			}
			err = one.picture
		}
	}
	if shown || errors.Is(err, fs.ErrNotExist) {
		m.left = append(m.left, foreign.Left{File: f.File, Line: f.Line, Part: true,
			Err: fmt.Errorf("the picture or sound %s %w; it is a link now", address, err)})
	}
	return "[" + orName(words, address) + "](" + address + ")"
}

func orName(words, name string) string {
	if strings.TrimSpace(words) == "" {
		return path.Base(name)
	}
	return words
}

// local is the file that a text in a file calls address.
func local(file, address string) (string, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil, address == "":
		return "", errors.New("cannot be found")
	case u.Scheme != "" || u.Host != "":
		return "", errors.New("is on the network")
	}
	if plain, err := url.PathUnescape(address); err == nil {
		address = plain
	}
	name := path.Join(path.Dir(file), address)
	if path.IsAbs(address) || strings.Contains(address, `\`) || !fs.ValidPath(name) || name == "." {
		return "", errors.New("is outside of the folder")
	}
	return name, nil
}

// look looks a file up, once.
func (m *media) look(name string) *medium {
	if one := m.found[name]; one != nil {
		return one
	}
	one := &medium{}
	m.found[name] = one
	info, err := fs.Lstat(m.files, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		one.problem = fmt.Errorf("is not there%w", silent{err})
	case err != nil:
		one.problem = errors.New("cannot be read")
	case !info.Mode().IsRegular():
		one.problem = errors.New("is not an ordinary file")
	case info.Size() > maxMedium:
		one.problem = fmt.Errorf("has more than %d MiB", maxMedium>>20)
	default:
		one.head, one.problem = m.headOf(name)
		one.picture = check.ImageProblem(name, info.Size(), one.head)
	}
	return one
}

// silent wraps an error and says nothing.
type silent struct{ error }

func (silent) Error() string   { return "" }
func (s silent) Unwrap() error { return s.error }

// headOf reads how a file begins.
func (m *media) headOf(name string) ([]byte, error) {
	f, err := m.files.Open(name)
	if err != nil {
		return nil, errors.New("cannot be read")
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 64))
}
