package store

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kartei/store/transfer"
)

// A secondReader computes the hashes of rows and the digest of an export by what
// EXPORT.md says, and by nothing else of this package.
type secondReader struct {
	decks   []*readDeck
	fact    string
	rows    [][]any // values, after what they are sorted by
	quizzes []string
	chain   map[string][]byte
	sealing bool // the hashes that stand there are not expected to be right
}

// A readDeck is what the edition of a deck covers: its own texts, and by position those of
// its facts and cards.
type readDeck struct {
	id           string
	gone         bool
	texts        []string
	facts, cards map[int64][]string
}

func (d *readDeck) edition() string {
	h := sha256.New()
	add := func(texts []string) {
		for _, text := range texts {
			fmt.Fprintf(h, "%d %s", len(text), text)
		}
	}
	add(d.texts)
	for _, of := range []map[int64][]string{d.facts, d.cards} {
		for _, position := range slices.Sorted(maps.Keys(of)) {
			add(of[position])
		}
	}
	return string(h.Sum(nil))
}

var (
	filesOf = regexp.MustCompile(`,"files":\[[^\]]*\]`)
	fileOf  = regexp.MustCompile(`,"file":"[^"\\]*"`)
)

type jsonLine map[string]json.RawMessage

func (l jsonLine) text(key string) (text string) {
	json.Unmarshal(l[key], &text) // a key that is missing is an empty text
	return text
}

func (l jsonLine) number(key string) (n int64) {
	if string(l[key]) == "true" {
		return 1
	}
	n, _ = strconv.ParseInt(string(l[key]), 10, 64)
	return n
}

func (l jsonLine) raw(key string) string { return string(l[key]) }

func (r *secondReader) take(t *testing.T, kind string, l jsonLine) {
	switch kind {
	case "deck":
		texts := []string{l.text("id"), l.text("name"), filesOf.ReplaceAllString(l.raw("content"), ""), fileOf.ReplaceAllString(l.raw("prose"), "")}
		if texts[3] == "" {
			texts = texts[:3]
		}
		r.decks = append(r.decks, &readDeck{l.text("id"), l.number("retired") == 1, texts, map[int64][]string{}, map[int64][]string{}})
	case "fact":
		if r.fact = l.text("key"); l.number("retired") == 0 {
			boolean := func(key string) string { return strconv.FormatBool(l.number(key) == 1) }
			r.decks[len(r.decks)-1].facts[l.number("position")] = []string{r.fact, boolean("written"), boolean("cell"), l.raw("section")}
		}
	case "card":
		var tags []string
		json.Unmarshal(l["tags"], &tags)
		joined := ""
		if len(tags) > 0 {
			joined = " " + strings.Join(tags, " ") + " "
		}
		if l.number("retired") == 0 {
			r.decks[len(r.decks)-1].cards[l.number("position")] = []string{l.text("id"), r.fact, l.text("name"), l.text("kind"), l.text("hash"), joined, l.raw("content")}
		}
	case "row":
		r.row(t, l)
	case "quiz":
		r.quiz(l)
	}
}

func (r *secondReader) row(t *testing.T, l jsonLine) {
	var b []byte
	text := func(s string) { b = append(binary.BigEndian.AppendUint64(b, uint64(len(s))), s...) }
	numbers := func(keys ...string) {
		for _, key := range keys {
			b = binary.BigEndian.AppendUint64(b, uint64(l.number(key)))
		}
	}
	device := l.text("device")
	before := r.chain[device]
	if before == nil {
		before = make([]byte, 32)
	}
	text("kartei log row 1")
	text(string(before))
	text(device)
	numbers("seq", "at", "zone", "day", "clock")
	text(l.text("kind"))
	text(l.text("card"))
	text(l.text("mode"))
	numbers("grade", "duration_ms", "state", "days")
	text(l.raw("detail"))
	text(l.text("item"))
	hash := sha256.Sum256(b)
	if got := hex.EncodeToString(hash[:]); got != l.text("hash") && !r.sealing {
		t.Errorf("row %d of %s has the hash %s, by EXPORT.md it is %s", l.number("seq"), device, l.text("hash"), got)
	}
	r.chain[device] = hash[:]
	r.rows = append(r.rows, []any{device, fmt.Sprintf("%020d", l.number("seq")), "log", device, l.number("seq"), string(hash[:])})
}

func (r *secondReader) quiz(l jsonLine) {
	sum := sha256.Sum256([]byte(l.text("text")))
	h := sha256.New()
	hashValues(h, "quiz", l.text("form"), string(sum[:]), l.number("began"), l.number("zone"), l.text("mode"))
	var events []jsonLine
	json.Unmarshal(l["events"], &events)
	for i, e := range events {
		hashValues(h, "event", i+1, e.number("at"), e.number("zone"), e.text("kind"), e.number("question"), e.raw("detail"))
	}
	r.quizzes = append(r.quizzes, string(h.Sum(nil)))
}

func hashValues(h hash.Hash, values ...any) {
	for _, v := range values {
		text := fmt.Sprint(v)
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(text))))
		h.Write([]byte(text))
	}
}

func (r *secondReader) digest() string {
	h := sha256.New()
	slices.SortFunc(r.decks, func(a, b *readDeck) int { return strings.Compare(a.id, b.id) })
	for _, d := range r.decks {
		if !d.gone {
			hashValues(h, "edition", d.id, d.edition())
		}
	}
	slices.SortStableFunc(r.rows, func(a, b []any) int {
		return cmp.Or(strings.Compare(a[0].(string), b[0].(string)), strings.Compare(a[1].(string), b[1].(string)))
	})
	for _, values := range r.rows {
		hashValues(h, values[2:]...)
	}
	slices.Sort(r.quizzes)
	for _, sum := range r.quizzes {
		hashValues(h, sum)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// TestExportFormIsExact reads an export by its description alone: whoever writes a
// program after EXPORT.md gets every hash and the digest.
func TestExportFormIsExact(t *testing.T) {
	path, _ := used(t)
	s := openTest(t, path)
	takeQuiz(t, s)
	takeQuiz(t, s)
	apply(t, s, deck("geo/capitals", 3))
	for _, of := range []string{"", "maths"} {
		if err := s.Set(t.Context(), of, map[string]string{"new": "7", "retention": "0.85"}, at(0, 0)); err != nil {
			t.Fatal(err)
		}
	}
	var all bytes.Buffer
	if err := s.Export(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(transfer.Form, "```json\n")
	for name, text := range map[string]string{"a collection": all.String(), "the example": strings.TrimSuffix(example, "```\n")} {
		r := secondReader{chain: map[string][]byte{}}
		rows, sum := 0, sha256.New()
		for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
			var line map[string]jsonLine
			first := json.Unmarshal(lines.Bytes(), &line) != nil
			if line["end"] == nil {
				fmt.Fprintln(sum, lines.Text())
			}
			if first {
				continue
			}
			for kind, values := range line {
				r.take(t, kind, values)
				if got := hex.EncodeToString(sum.Sum(nil)); kind == "end" && values.text("sum") != got {
					t.Errorf("%s has the sum %s, by EXPORT.md it is %s", name, values.text("sum"), got)
				}
				if kind == "end" && values.text("digest") != r.digest() {
					t.Errorf("%s has the digest %s, by EXPORT.md it is %s", name, values.text("digest"), r.digest())
				}
				rows += len(r.rows)
			}
		}
		if rows == 0 {
			t.Errorf("%s has no rows", name)
		}
	}
}
