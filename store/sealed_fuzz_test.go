package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"kartei/decks/hostile"
)

// FuzzSealedImport changes a text in a line of an export and computes its chain and
// its digest anew, as EXPORT.md says: whoever made it knew how. It is refused, or it
// gives a collection in which nothing is wrong and that can be written out again.
func FuzzSealedImport(f *testing.F) {
	path, _ := used(f)
	s := openPlain(f, path)
	takeQuiz(f, s)
	var b bytes.Buffer
	err := errors.Join(s.Set(f.Context(), "maths", map[string]string{"new": "7"}, at(0, 0)), s.Export(f.Context(), &b), s.Close())
	if err != nil {
		f.Fatal(err)
	}
	lines := strings.SplitAfter(b.String(), "\n")
	empty := filepath.Join(f.TempDir(), "empty.db")
	openPlain(f, empty).Close()
	for i := range lines {
		f.Add(uint8(i), `"new"`, `"hyper"`)
		f.Add(uint8(i), `"7"`, `"banana"`)
	}
	f.Add(uint8(3), `"prompt":"`, `"prompt":5,"note":"`)
	f.Add(uint8(20), `"seq":1`, `"seq":77`)
	reached := hostile.Reached(f)
	f.Fuzz(func(t *testing.T, at uint8, old, new string) {
		changed := append([]string(nil), lines...)
		i := int(at) % len(lines)
		changed[i] = strings.Replace(changed[i], old, new, 1)
		text, ok := sealAnew(t, changed)
		if !ok {
			reached("no JSON any more")
			return
		}
		path := filepath.Join(t.TempDir(), "collection.db")
		snapshot(t, empty, path)
		s := openPlain(t, path)
		defer s.Close()
		if err := s.Import(t.Context(), strings.NewReader(text)); err != nil {
			reached("refused")
			return
		}
		reached("imported")
		healthy(t, s)
		_, wrong := s.Status(t.Context(), at0, 1)
		for name := range map[string]bool{"": true, "maths": true} {
			_, err := s.Options(t.Context(), name)
			wrong = errors.Join(wrong, err)
		}
		if err := errors.Join(wrong, s.Export(t.Context(), &bytes.Buffer{})); err != nil {
			t.Errorf("what was imported fails: %v", err)
		}
	})
}

var at0 = at(0, 0)

// sealAnew computes the hashes of the rows and the digest of an export.
func sealAnew(t *testing.T, lines []string) (text string, ok bool) {
	r := secondReader{chain: map[string][]byte{}, sealing: true}
	var out strings.Builder
	for i, line := range lines {
		var parsed map[string]jsonLine
		if i == 0 || strings.TrimSpace(line) == "" {
			out.WriteString(line)
			continue
		}
		if json.Unmarshal([]byte(line), &parsed) != nil || len(parsed) != 1 {
			return "", false
		}
		for kind, values := range parsed {
			r.take(t, kind, values)
			switch kind {
			case "row":
				line = strings.Replace(line, values.text("hash"), fmt.Sprintf("%x", r.chain[values.text("device")]), 1)
			case "end":
				line = strings.Replace(line, values.text("digest"), r.digest(), 1)
			}
		}
		out.WriteString(line)
	}
	return out.String(), true
}
