package qti_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/quiz"
	"kartei/decks/quiz/qti"
)

var update = flag.Bool("update", false, "write golden files anew")

const dot = "\x89PNG\r\n\x1a\n one pixel"

// form asks in every way, with a picture, a formula and code.
func form(t interface{ Fatal(...any) }, text string) *quiz.Form {
	d := &decks.Deck{Name: "d", ID: "d", Lang: "en"}
	for i, c := range []decks.Card{
		{Kind: decks.Choice, Prompt: "Pick " + text + " ![alt](p.png) $x^2$", Options: []decks.Option{{Text: "right " + text, Right: true}, {Text: "wrong"}, {Text: "other"}}, Note: "because " + text},
		{Kind: decks.Choice, Prompt: "Several", Options: []decks.Option{{Text: "x", Right: true}, {Text: "y", Right: true}, {Text: "z"}}},
		{Kind: decks.Recall, Type: decks.AnswerTyped, Prompt: "Word", Answer: "Neptune", Accept: []string{"neptune"}},
		{Kind: decks.Recall, Type: decks.AnswerTyped, Prompt: "Number", Answer: "3.14", Tolerance: &decks.Tolerance{Amount: 0.01}},
		{Kind: decks.Set, Prompt: "Set", Items: []string{"red", "green"}},
		{Kind: decks.Sequence, Prompt: "Order", Items: []string{"first", "second", "third"}},
		{Kind: decks.Recall, Type: decks.AnswerTyped, Prompt: "Code\n\n```\na < b\n```", Answer: "x"},
	} {
		c.Name = "card"
		d.Facts = append(d.Facts, decks.Fact{File: "d.md", Line: i + 1, Cards: []decks.Card{c}})
	}
	f, err := quiz.Draw([]*decks.Deck{d}, quiz.Options{Title: "Title " + text, Seed: quiz.SeedOf(2),
		Picture: func(*decks.Deck, *decks.Fact, string) ([]byte, error) { return []byte(dot), nil }})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// files are those of a package.
func files(t interface{ Fatal(...any) }, f *quiz.Form) (map[string]string, []qti.Left) {
	var b bytes.Buffer
	left, err := qti.Write(&b, f)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, entry := range z.File {
		r, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[entry.Name] = string(data)
	}
	return all, left
}

func TestGolden(t *testing.T) {
	f := form(t, "*plain*")
	all, left := files(t, f)
	var got strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&got, "-- %s --\n%s\n", name, strings.ReplaceAll(all[name], "><", ">\n<"))
	}
	for _, l := range left {
		fmt.Fprintf(&got, "left: %d: %s\n", l.Number, l.Why)
	}
	const golden = "testdata/package.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("-golden +written:\n%s", diff)
	}
	if len(left) != 4 { // two words to type, parts, an order
		t.Errorf("%d questions are told of: %v", len(left), left)
	}
}

// Each file of the package is XML, whatever stands in the form, and names all
// that it needs.
func TestWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("<>&\"'`*_[]()!\\$ -1.ab{}]]>\u00e9\ufffe"))).Draw(t, "text")
		all, _ := files(t, form(t, text))
		for name, text := range all {
			if strings.HasSuffix(name, ".xml") {
				if _, err := paths(text); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
		}
	})
}

// paths are the elements of a file with those around them, and the kinds of its
// questions.
func paths(text string) (map[string]bool, error) {
	all := map[string]bool{}
	var stack []string
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		switch e := token.(type) {
		case xml.StartElement:
			stack = append(stack, e.Name.Local)
			path := strings.Join(stack, "/")
			all[path] = true
			for _, a := range e.Attr {
				if a.Name.Local != "schemaLocation" && a.Name.Space != "xmlns" {
					all[path+"@"+a.Name.Local] = true
				}
			}
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if kind := string(e); strings.HasSuffix(kind, "_question") {
				all["question_type="+kind] = true
			}
		}
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// The same test written by text2qti, whose packages Canvas takes, has no element
// that is not in ours, and ours none but for kinds of questions that text2qti
// does not have.
func TestLikeText2qti(t *testing.T) {
	program, err := exec.LookPath("text2qti")
	if named := os.Getenv("KARTEI_TEXT2QTI"); named != "" {
		program, err = named, nil
	}
	if err != nil {
		t.Skip("SKIPPED: there is no text2qti here (pip install text2qti, or name it in KARTEI_TEXT2QTI)")
	}
	folder := t.TempDir()
	const quizText = "Quiz title: T\n\n1. Pick ![alt](p.png) $x^2$\n... because\n*a) right\nb) wrong\n\n2. Several\n[*] x\n[*] y\n[ ] z\n\n3. Word\n* Neptune\n* neptune\n\n4. Number\n= 3.14 +- 0.01\n\n5. Essay\n____\n"
	if err := os.WriteFile(filepath.Join(folder, "q.txt"), []byte(quizText), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "p.png"), []byte(dot), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "q.txt")
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	z, err := zip.OpenReader(filepath.Join(folder, "q.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	ours, _ := files(t, form(t, "x"))
	for _, entry := range z.File {
		if !strings.HasSuffix(entry.Name, ".xml") || strings.HasSuffix(entry.Name, "assessment_meta.xml") {
			continue
		}
		r, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := paths(string(text))
		if err != nil {
			t.Fatal(err)
		}
		own := map[string]bool{}
		for name, text := range ours {
			if strings.HasSuffix(name, ".xml") && strings.HasSuffix(name, "imsmanifest.xml") == strings.HasSuffix(entry.Name, "imsmanifest.xml") {
				found, err := paths(text)
				if err != nil {
					t.Fatal(err)
				}
				maps.Copy(own, found)
			}
		}
		for path := range theirs {
			if !own[path] && !strings.Contains(path, "imsmd") && !strings.Contains(path, "lom/") {
				t.Errorf("%s: theirs has %s", entry.Name, path)
			}
		}
	}
}
