package anki

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kartei/decks/foreigndb"

	"github.com/klauspost/compress/zstd"
	"google.golang.org/protobuf/encoding/protowire"
)

// Limits on packages, which are hostile until shown otherwise. They count the
// bytes that are read, not those that a package says it has.
const (
	maxDirectory  = 8 << 20   // bytes of the archive's list of contents
	maxEntries    = 100_000   // files in the archive
	maxCollection = 256 << 20 // bytes of the database
	maxMediaList  = 16 << 20  // bytes of the list of media
	maxRatio      = 100       // of unpacked to packed bytes, beyond what is harmless

	// What is harmless whatever it was packed to. A collection of which much was deleted is
	// mostly zeros; of other files there may be as many as a package holds.
	harmlessCollection = 16 << 20
	harmlessFile       = 1 << 20
)

// ErrHostile is the error of a file that looks made to do harm: one that
// unpacks to far more than it is, or a database that would compute.
var ErrHostile = foreigndb.ErrHostile

// A layout is how a package is made. Anki knows three.
type layout int

const (
	legacy1 layout = 1 + iota // collection.anki2, schema 11
	legacy2                   // collection.anki21, schema 11
	latest                    // collection.anki21b, compressed with zstd, schema 18
)

var collectionName = map[layout]string{legacy1: "collection.anki2", legacy2: "collection.anki21",
	latest: "collection.anki21b"}

// An archive is an open package.
type archive struct {
	layout  layout
	entries map[string]*zip.File
}

// openArchive reads the list of contents of a package.
func openArchive(r io.ReaderAt, size int64) (*archive, error) {
	limited := &limitedReaderAt{r: r, left: maxDirectory}
	z, err := zip.NewReader(limited, size)
	if limited.left < 0 {
		return nil, fmt.Errorf("%w: its list of contents is longer than %d MiB", ErrHostile, maxDirectory>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("no Anki package: %w", err)
	}
	if len(z.File) > maxEntries {
		return nil, fmt.Errorf("%w: it holds more than %d files", ErrHostile, maxEntries)
	}
	limited.left = math.MaxInt64 // from here on each entry has limits of its own
	a := &archive{entries: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		if a.entries[f.Name] != nil {
			return nil, fmt.Errorf("%w: it holds %q twice", ErrHostile, f.Name)
		}
		a.entries[f.Name] = f
	}
	return a, a.readLayout()
}

// A limitedReaderAt fails once more was read than it allows.
type limitedReaderAt struct {
	r    io.ReaderAt
	left int64
}

func (l *limitedReaderAt) ReadAt(p []byte, off int64) (int, error) {
	if l.left -= int64(len(p)); l.left < 0 {
		return 0, errors.New("too long")
	}
	return l.r.ReadAt(p, off)
}

// readLayout takes the layout from "meta", a protocol buffer whose first field
// is the layout's number. Packages before Anki 2.1.50 have none.
func (a *archive) readLayout() error {
	if a.entries["meta"] != nil {
		meta, err := a.read("meta", 1<<10)
		if err != nil {
			return err
		}
		number, kind, n := protowire.ConsumeTag(meta)
		if n < 0 || number != 1 || kind != protowire.VarintType {
			return errors.New("no Anki package: its meta is damaged")
		}
		version, n := protowire.ConsumeVarint(meta[n:])
		if n < 0 || version < uint64(legacy1) || version > uint64(latest) {
			return fmt.Errorf("made by a newer Anki: layout %d is unknown; export again with \"Support older Anki versions\"", version)
		}
		a.layout = layout(version)
	} else {
		a.layout = legacy1
		if a.entries[collectionName[legacy2]] != nil {
			a.layout = legacy2
		}
	}
	if a.entries[collectionName[a.layout]] == nil {
		return fmt.Errorf("no Anki package: %s is missing", collectionName[a.layout])
	}
	return nil
}

// collection is the bytes of the package's database.
func (a *archive) collection() ([]byte, error) {
	return a.read(collectionName[a.layout], maxCollection)
}

// read unpacks an entry of at most limit bytes, into room that is likely to do: a
// database that outgrew its room would be in memory twice.
func (a *archive) read(name string, limit int64) ([]byte, error) {
	in, err := a.open(name, limit)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	f := a.entries[name]
	likely := min(f.UncompressedSize64, 16*f.CompressedSize64) // what the archive says may be a lie
	if in.zstd != nil {
		likely = 6 * f.CompressedSize64
	}
	data := bytes.NewBuffer(make([]byte, 0, min(likely, uint64(limit))+bytes.MinRead))
	if _, err := data.ReadFrom(in); err != nil {
		return nil, fmt.Errorf("unpack %s: %w", name, err)
	}
	return data.Bytes(), nil
}

// open unpacks an entry. What the layout compresses itself is unpacked too.
func (a *archive) open(name string, limit int64) (*unpacker, error) {
	f := a.entries[name]
	if f == nil {
		return nil, fmt.Errorf("the package lacks %s", name)
	}
	in, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w", name, err)
	}
	packed := &countingReader{r: in}
	u := &unpacker{in: packed, from: in, packed: packed, limit: limit, harmless: harmlessFile, entry: f}
	if name == collectionName[a.layout] {
		u.harmless = harmlessCollection
	}
	if a.layout == latest && name != "meta" {
		z, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(32<<20),
			zstd.WithDecoderLowmem(true))
		if err != nil {
			in.Close()
			return nil, fmt.Errorf("unpack %s: %w", name, err)
		}
		u.in, u.zstd = z, z
	}
	return u, nil
}

// An unpacker reads an entry and gives up on bombs.
type unpacker struct {
	in       io.Reader
	from     io.Closer
	packed   *countingReader
	zstd     *zstd.Decoder
	entry    *zip.File
	limit    int64
	harmless int64
	unpacked int64
}

func (u *unpacker) Read(p []byte) (int, error) {
	n, err := u.in.Read(p)
	u.unpacked += int64(n)
	packed := int64(u.entry.CompressedSize64)
	if u.zstd != nil {
		packed = min(packed, u.packed.n)
	}
	switch {
	case u.unpacked > u.limit:
		return 0, fmt.Errorf("%w: it unpacks to more than %d MiB", ErrHostile, u.limit>>20)
	case u.unpacked > u.harmless && u.unpacked > maxRatio*packed:
		return 0, fmt.Errorf("%w: it unpacks to more than %d times its size", ErrHostile, maxRatio)
	}
	return n, err
}

func (u *unpacker) Close() error {
	if u.zstd != nil {
		u.zstd.Close()
	}
	return u.from.Close()
}

type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// media are the names of the package's pictures and sounds, by the names of
// their entries. Names that could lead out of a folder, or are another's but for
// case, are left out and returned apart.
func (a *archive) media() (entries map[string]string, refused []string, err error) {
	if a.entries["media"] == nil {
		return nil, nil, nil
	}
	list, err := a.read("media", maxMediaList)
	if err != nil {
		return nil, nil, err
	}
	names := map[string]string{} // by entry
	if a.layout == latest {
		names, err = mediaEntries(list)
	} else if len(bytes.TrimSpace(list)) > 0 {
		err = json.Unmarshal(list, &names)
	}
	if err != nil {
		return nil, nil, errors.New("its list of media is not written as Anki writes it")
	}
	if len(names) > maxEntries {
		return nil, nil, fmt.Errorf("%w: it lists more than %d media", ErrHostile, maxEntries)
	}
	entries = make(map[string]string, len(names))
	folded := make(map[string]bool, len(names)) // many file systems take no notice of case
	for _, entry := range slices.Sorted(maps.Keys(names)) {
		name := clean(names[entry])
		fold := strings.ToLower(name)
		switch {
		case !flat(name) || folded[fold]:
			refused = append(refused, name)
		case a.entries[entry] != nil:
			entries[name], folded[fold] = entry, true
		}
	}
	return entries, refused, nil
}

// mediaEntries reads a protocol buffer of entries (field 1) whose field 1 is
// the name; the entries of the archive are numbered in their order.
func mediaEntries(list []byte) (map[string]string, error) {
	names := map[string]string{}
	count := 0
	err := fields(list, func(number protowire.Number, value []byte) error {
		if number != 1 {
			return nil
		}
		entry := strconv.Itoa(count)
		count++
		return fields(value, func(number protowire.Number, name []byte) error {
			if number == 1 {
				names[entry] = string(name)
			}
			return nil
		})
	})
	return names, err
}

// fields calls do with each field of a message that has a length; numbers are
// given as their bytes.
func fields(message []byte, do func(number protowire.Number, value []byte) error) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return protowire.ParseError(n)
		}
		message = message[n:]
		size := protowire.ConsumeFieldValue(number, kind, message)
		if size < 0 {
			return protowire.ParseError(size)
		}
		value := message[:size]
		if kind == protowire.BytesType {
			value, _ = protowire.ConsumeBytes(message)
		}
		if err := do(number, value); err != nil {
			return err
		}
		message = message[size:]
	}
	return nil
}

// flat says that a name is one of a file in a folder on every system: no way
// to another folder, no device, no control character.
func flat(name string) bool {
	if name == "" || len(name) > 255 || !utf8.ValidString(name) || strings.ContainsAny(name, `/\:*?"<>|`) {
		return false
	}
	for _, r := range name {
		if r < 0x20 || r == 0x7f {
			return false
		}
	}
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") {
		return false
	}
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	switch stem {
	case "CON", "PRN", "AUX", "NUL":
		return false
	}
	device := len(stem) == 4 && (strings.HasPrefix(stem, "COM") || strings.HasPrefix(stem, "LPT"))
	return !device || stem[3] < '0' || stem[3] > '9'
}
