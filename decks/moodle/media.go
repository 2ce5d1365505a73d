package moodle

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kartei/decks/check"
	"kartei/decks/foreign"
)

// maxMedia is what the files of a bank may come to, in bytes.
const maxMedia = 256 << 20

// media are the files that the decks show.
type media struct {
	folder string // as links name it, with a slash at its end
	named  map[string]kept
	names  map[string]string // the sum of what has a name, by the name in small letters
	all    []foreign.Medium
	heads  map[string][]byte // how files begin, by path
	size   int
}

// A kept file has a place beside the deck.
type kept struct {
	path string // as links write it
	link bool   // it cannot be shown, but opened
}

func newMedia(folder string) *media {
	return &media{folder: folder, named: map[string]kept{}, names: map[string]string{}, heads: map[string][]byte{}}
}

// keep gives a file a place, the same one to the same bytes.
func (m *media) keep(f File, picture bool) (kept, error) {
	sum := sha256.Sum256(f.Data)
	key := fmt.Sprintf("%x %t", sum, picture)
	if k, ok := m.named[key]; ok {
		return k, nil
	}
	if len(f.Data) == 0 {
		return kept{}, errors.New("is empty")
	}
	if m.size += len(f.Data); m.size > maxMedia {
		return kept{}, fmt.Errorf("is more than the %d MiB that the files of a bank may come to", maxMedia>>20)
	}
	name := m.name(f.Name, hex.EncodeToString(sum[:]))
	k := kept{path: strings.NewReplacer("(", "%28", ")",
		"%29").Replace((&url.URL{Path: m.folder + name}).EscapedPath())}
	k.link = picture && check.ImageProblem(name, int64(len(f.Data)), f.Data[:min(64, len(f.Data))]) != nil
	m.named[key] = k
	if m.heads[m.folder+name] == nil {
		m.heads[m.folder+name] = f.Data[:min(64, len(f.Data))]
		data := f.Data
		m.all = append(m.all, foreign.Medium{Name: name,
			Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }})
	}
	return k, nil
}

// name is a name that any file system takes, of letters, digits and a few signs,
// which no other file has.
func (m *media) name(source, sum string) string {
	source = norm.NFC.String(path.Base(strings.ReplaceAll(source, `\`, "/")))
	ext := strings.ToLower(path.Ext(source))
	strange := func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	if len(ext) > 8 || ext == "." || strings.ContainsFunc(strings.TrimPrefix(ext, "."), strange) {
		ext = ""
	}
	base := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, strings.TrimSuffix(source, path.Ext(source)))
	base = strings.Trim(base, "-")
	if r := []rune(base); len(r) > 60 {
		base = string(r[:60])
	}
	if base == "" || slices.Contains(devices, strings.ToLower(base)) {
		base = "file-" + base
	}
	name := base + ext
	for length := 8; m.names[strings.ToLower(name)] != "" && m.names[strings.ToLower(name)] != sum; length += 8 {
		name = base + "-" + sum[:min(length, len(sum))] + ext
	}
	m.names[strings.ToLower(name)] = sum
	return name
}

// devices are the names of files that are none to Windows.
var devices = strings.Fields("con prn aux nul com1 com2 com3 com4 com5 com6 com7 com8 com9 " +
	"lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9")

// embedded is the file that an address holds itself.
func embedded(source string) (f File, ok bool) {
	rest, ok := strings.CutPrefix(source, "data:")
	if !ok {
		return File{}, false
	}
	kind, text, ok := strings.Cut(rest, ",")
	kind, base64ed := strings.CutSuffix(kind, ";base64")
	if !ok || !base64ed {
		return File{}, false
	}
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return File{}, false
	}
	kind, _, _ = mime.ParseMediaType(kind)
	ext := map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/gif": ".gif",
		"image/webp": ".webp", "image/svg+xml": ".svg", "audio/mpeg": ".mp3", "audio/wav": ".wav",
		"audio/ogg": ".ogg"}[kind]
	if ext == "" {
		return File{}, false
	}
	sum := sha256.Sum256(data)
	return File{Name: "picture-" + hex.EncodeToString(sum[:4]) + ext, Data: data}, true
}
