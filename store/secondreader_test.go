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
	"slices"
	"strconv"
	"strings"
	"testing"

	"kartei/store/transfer"
)

// A secondReader computes the hashes of rows and the digest of an export by what
// EXPORT.md says, and by nothing else of this package.
type secondReader struct {
	deck, fact                                        string
	decks, facts, cards, options, rows, quizzes, acts [][]any // values, after what they are sorted by
	chain                                             map[string][]byte
	sealing                                           bool // the hashes that stand there are not expected to be right
}

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
		r.deck = l.text("id")
		r.decks = append(r.decks, []any{r.deck, "", "deck", r.deck, l.text("name"), l.text("root"), l.raw("content"), l.number("retired"), l.number("shelved")})
	case "fact":
		r.fact = l.text("key")
		r.facts = append(r.facts, []any{r.deck, r.fact, "fact", r.deck, r.fact, l.number("written"), l.number("cell"), l.text("file"), l.number("line"),
			l.raw("section"), l.number("position"), l.number("retired")})
	case "card":
		var tags []string
		json.Unmarshal(l["tags"], &tags)
		joined := ""
		if len(tags) > 0 {
			joined = " " + strings.Join(tags, " ") + " "
		}
		r.cards = append(r.cards, []any{l.text("id"), "", "card", l.text("id"), r.deck, r.fact, l.number("position"), l.text("name"), l.text("kind"),
			l.text("hash"), joined, l.raw("content"), l.number("retired")})
	case "option":
		r.options = append(r.options, []any{l.text("deck"), l.text("name"), "option", l.text("deck"), l.text("name"), l.text("value")})
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
	r.quizzes = append(r.quizzes, []any{"", "", "quiz", l.text("form"), string(sum[:]), l.number("began"), l.number("zone"), l.text("mode")})
	var events []jsonLine
	json.Unmarshal(l["events"], &events)
	for i, e := range events {
		r.acts = append(r.acts, []any{"", "", "event", int64(len(r.quizzes)), int64(i + 1), e.number("at"), e.number("zone"), e.text("kind"), e.number("question"), e.raw("detail")})
	}
}

func (r *secondReader) digest() string {
	h := sha256.New()
	for _, kind := range [][][]any{r.decks, r.facts, r.cards, r.options, r.rows, r.quizzes, r.acts} {
		slices.SortStableFunc(kind, func(a, b []any) int {
			return cmp.Or(strings.Compare(a[0].(string), b[0].(string)), strings.Compare(a[1].(string), b[1].(string)))
		})
		for _, values := range kind {
			for _, v := range values[2:] {
				text := fmt.Sprint(v)
				h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(text))))
				h.Write([]byte(text))
			}
		}
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
		if err := s.Set(t.Context(), of, map[string]string{"new": "7", "retention": "0.85"}); err != nil {
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
		rows := 0
		for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
			var line map[string]jsonLine
			if json.Unmarshal(lines.Bytes(), &line) != nil {
				continue // the first
			}
			for kind, values := range line {
				r.take(t, kind, values)
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
