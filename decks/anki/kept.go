package anki

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
)

// A KeptNote is a note of Anki's as it was when the facts that came from it were last
// brought up to date. What nobody edited goes home as it says.
type KeptNote struct {
	GUID   string
	Tags   []string
	Fields []string // as Anki has them, byte for byte
}

// Same reports whether two notes say the same.
func (n KeptNote) Same(other KeptNote) bool {
	return slices.Equal(n.Fields, other.Fields) && slices.Equal(n.Tags, other.Tags)
}

// field is a field by its number; empty where there is none.
func (n KeptNote) field(number int) string {
	if number >= len(n.Fields) {
		return ""
	}
	return n.Fields[number]
}

// KeptNotes are notes by their guids.
type KeptNotes map[string]string // lines as WriteTo writes them, without the guid

// keptHeader is the first line of a file of kept notes.
const keptHeader = "#kartei: Anki's notes as they came, for export --back\n"

// Cells of a line are parted by tabs, and a line is a note.
var (
	keptCell  = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)
	givenCell = strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n", `\r`, "\r")
)

// line is a note as a file keeps it, without its guid.
func (n KeptNote) line() string {
	var out strings.Builder
	out.WriteString(keptCell.Replace(strings.Join(n.Tags, " ")))
	for _, field := range n.Fields {
		out.WriteByte('\t')
		out.WriteString(keptCell.Replace(field))
	}
	return out.String()
}

// keptKey is a guid as a file of origins has it.
func keptKey(guid string) string { return clean(oneCell.Replace(guid)) }

// Note finds a note.
func (k KeptNotes) Note(guid string) (KeptNote, bool) {
	line, ok := k[keptKey(guid)]
	if !ok {
		return KeptNote{}, false
	}
	cells := strings.Split(line, "\t")
	n := KeptNote{GUID: guid, Tags: strings.Fields(givenCell.Replace(cells[0]))}
	for _, cell := range cells[1:] {
		n.Fields = append(n.Fields, givenCell.Replace(cell))
	}
	return n, true
}

// Take takes a note of others.
func (k KeptNotes) Take(others KeptNotes, guid string) {
	if line, kept := others[keptKey(guid)]; kept {
		k[keptKey(guid)] = line
	}
}

// WriteKept writes those notes that the origins of a deck's facts name, each once.
func WriteKept(w io.Writer, notes KeptNotes, origins iter.Seq[Origin]) error {
	out := bufio.NewWriter(w)
	out.WriteString(keptHeader)
	written := map[string]bool{}
	for o := range origins {
		line, ok := notes[keptKey(o.GUID)]
		if !ok || written[o.GUID] {
			continue
		}
		written[o.GUID] = true
		out.Write(appendKept(nil, o.GUID, line))
	}
	return out.Flush()
}

// appendKept appends a note as a file keeps it.
func appendKept(to []byte, guid, line string) []byte {
	to = append(append(to, oneCell.Replace(guid)...), '\t')
	return append(append(to, line...), '\n')
}

// KeptNotes are the notes of all decks of an import.
func (im *Import) KeptNotes() (KeptNotes, error) {
	all := KeptNotes{}
	for _, text := range im.Kept {
		notes, err := ReadKept(bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		maps.Copy(all, notes)
	}
	return all, nil
}

// maxKept is how many bytes a file of kept notes may have.
const maxKept = 512 << 20

// ReadKept reads what [WriteKept] wrote.
func ReadKept(r io.Reader) (KeptNotes, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxKept+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxKept {
		return nil, fmt.Errorf("it has more than %d MiB", maxKept>>20)
	}
	notes := KeptNotes{}
	for line := range bytes.Lines(data) {
		if string(line) == keptHeader {
			continue
		}
		guid, rest, ok := strings.Cut(string(bytes.TrimSuffix(line, []byte("\n"))), "\t")
		if !ok || guid == "" {
			return nil, errors.New("a line names no note of Anki's")
		}
		notes[keptKey(guid)] = rest
	}
	return notes, nil
}
