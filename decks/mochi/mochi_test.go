package mochi

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"kartei/decks/foreigndb"
	"kartei/decks/notebook"
)

const data = `{"~:version":2,"~:templates":{"~#list":[{"~:id":"~:tpl","~:content":"# << Word >>\n---\n<< Meaning >>",
 "~:fields":{"~:name":{"~:id":"~:name","~:name":"Word"},"~:m":{"~:id":"~:m","~:name":"Meaning"}}}]},
"~:decks":[{"~:id":"~:geo","~:name":"Geo & co","~:cards":{"~#list":[]}},
 {"~:id":"~:eu","~:name":"Europe","~:parent-id":"~:geo","~:cards":{"~#list":[
  {"~:id":"~:one","~:content":"Capital of France? ![a flag](@media/flag.svg)\n---\nParis","~:tags":{"~#set":["capital"]},
   "~:reviews":[{"~:date":"~t1767261600000","~:due":"~t1767348000000","~:interval":1,"~:remembered?":true},
    {"~:date":{"~#dt":1767348000000},"~:due":{"~#dt":1767434400000},"~:interval":1,"~:remembered?":false},
    {"~:date":"~t1767434400000","~:due":"~t1769853600000","~:interval":28.5,"~:remembered?":true}]},
  {"~:id":"~:two","~:content":"{{1::Vienna}} lies on the {{2::Danube}}.\n---\nSince ever.","~:cloze/reviews":{"2":[{"~:date":"~t1767261600000","~:due":"~t1767348000000","~:interval":1,"~:remembered?":true}]}},
  {"~:id":"~:three","~:name":"fjord","~:content":"","~:template-id":"~:tpl","~:fields":{"~:name":{"~:id":"~:name","~:value":"fjord"},"~:m":{"~:id":"~:m","~:value":"a deep arm of the sea"}},"~:review-reverse?":true},
  {"~:id":"~:four","~:content":"A note, which asks nothing."},
  {"~:id":"~:five","~:content":"gone\n---\nx","~:trashed?":{"~#dt":1}},
  {"~:id":"~:six","~:content":"The {{sun}} and the {{moon}}.","~:archived?":true,"~:reviews":[]}]}}]}`

func pack(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func take(t *testing.T, file string, files fstest.MapFS) (*notebook.Import, error) {
	t.Helper()
	s, err := notebook.Open(files, file, Format.Extensions, "")
	if err != nil {
		t.Fatal(err)
	}
	s.Zone = time.FixedZone("", 3600)
	return Format.Take(t.Context(), s, notebook.Options{})
}

func TestArchive(t *testing.T) {
	im, err := take(t, "x.mochi", fstest.MapFS{"x.mochi": {Data: pack(t, map[string]string{"data.json": data, "flag.svg": "<svg/>"})}})
	if err != nil {
		t.Fatal(err)
	}
	const want = `---
deck: geo-co/europe
title: Europe
---

Q: Capital of France? ![a flag](../flag.svg)
A: Paris
Tags: capital
Id: capital-of-france-a-flag

C: {{Vienna}} lies on the {{Danube}}.
Note: Since ever.
Id: vienna-lies-on-the-danube

T: # fjord
D: a deep arm of the sea
Id: fjord

C: The {{1::sun}} and the {{1::moon}}.
Id: the-sun-and-the-moon
`
	if len(im.Files) != 1 || im.Files[0].Name != "geo-co/europe.md" || string(im.Files[0].Text) != want {
		t.Fatalf("%d files, the first %s\n%s", len(im.Files), im.Files[0].Name, im.Files[0].Text)
	}
	if len(im.Media) != 1 || im.Media[0].Name != "flag.svg" {
		t.Errorf("media %v", im.Media)
	}
	var svg bytes.Buffer
	if err := im.Media[0].Copy(&svg); err != nil || svg.String() != "<svg/>" {
		t.Errorf("copied %q, %v", svg.String(), err)
	}
	if len(im.Left) != 1 || !strings.Contains(im.Left[0].Error(), "this card has one side and no gap") {
		t.Errorf("left %v", im.Left)
	}
	known := map[string]notebook.Known{}
	for _, k := range im.Files[0].Known {
		known[k.Note+" "+k.Card] = k
	}
	one := known["one card"]
	zone := time.FixedZone("", 3600)
	var grades []int
	for _, r := range one.Reviews {
		grades = append(grades, r.Grade)
	}
	if len(known) != 2 || fmt.Sprint(grades) != "[3 1 3]" || one.State.Interval != 28.5 || one.State.Lapses != 1 || !one.State.Whole ||
		!one.State.Due.Equal(time.Date(2026, 1, 31, 11, 0, 0, 0, zone)) {
		t.Errorf("%d known, one: %v %+v", len(known), grades, one.State)
	}
	if two := known["two cloze-2"]; two.Ordinal != 1 || len(two.Reviews) != 1 {
		t.Errorf("two: %+v", two)
	}
}

// A folder of Markdown is a deck for each folder, and a card for each file.
func TestFolder(t *testing.T) {
	im, err := take(t, "", fstest.MapFS{
		"Bio/cell.md": {Data: []byte("---\ntags: [a, b]\n---\nWhat is a cell?\n\n---\n\nThe unit of life.")},
		"Bio/dna.md":  {Data: []byte("DNA has {{four}} bases.")},
		"README.md":   {Data: []byte("# Mine\n\nNotes.")},
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = `---
deck: bio/bio
---

Q: What is a cell?
A: The unit of life.
Tags: a b
Id: what-is-a-cell

C: DNA has {{four}} bases.
Id: dna-has-four-bases
`
	if len(im.Files) != 1 || im.Files[0].Name != "Bio/Bio.md" || strings.Replace(string(im.Files[0].Text), "deck: bio\n", "deck: bio/bio\n", 1) != want {
		t.Errorf("%s\n%s", im.Files[0].Name, im.Files[0].Text)
	}
	if len(im.Left) != 1 || im.Left[0].File != "README.md" || !im.Left[0].Part {
		t.Errorf("left %v", im.Left)
	}
}

// A file may hold several cards, as Mochi's import takes them.
func TestDelimiter(t *testing.T) {
	im, err := take(t, "", fstest.MapFS{"es/nouns.md": {Data: []byte("day\n---\nel día\n@@@\nonly this\n@@@\nyear\n---\nel año\n@@@\n")}})
	if err != nil {
		t.Fatal(err)
	}
	const want = "---\ndeck: es/nouns\n---\n\nQ: day\nA: el día\nId: day\n\nQ: year\nA: el año\nId: year\n"
	if len(im.Files) != 1 || im.Files[0].Name != "es/nouns.md" || string(im.Files[0].Text) != want {
		t.Errorf("%s", im.Files[0].Text)
	}
	if len(im.Left) != 1 || im.Left[0].Line != 5 {
		t.Errorf("left %v", im.Left)
	}
}

// Archives come from strangers.
func TestHostileArchives(t *testing.T) {
	bomb := pack(t, map[string]string{"data.json": strings.Repeat(" ", 64<<20)})
	if _, err := take(t, "x.mochi", fstest.MapFS{"x.mochi": {Data: bomb}}); !errors.Is(err, foreigndb.ErrHostile) {
		t.Errorf("a bomb: %v", err)
	}
	for text, want := range map[string]string{"hello": "not an archive", string(pack(t, map[string]string{"x": ""})): "no data.json",
		string(pack(t, map[string]string{"data.json": `{"~:decks": 3}`})): "not what Mochi writes"} {
		if _, err := take(t, "x.mochi", fstest.MapFS{"x.mochi": {Data: []byte(text)}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	loop := `{"~:decks":[{"~:id":"~:a","~:parent-id":"~:b","~:name":"../../etc","~:cards":[{"~:id":"~:x","~:content":"a ![x](../../../secret.png)\n---\nb"}]},
		{"~:id":"~:b","~:parent-id":"~:a","~:name":"B","~:cards":[]}]}`
	im, err := take(t, "x.mochi", fstest.MapFS{"x.mochi": {Data: pack(t, map[string]string{"data.json": loop})}})
	if err != nil || strings.Contains(im.Files[0].Name, "..") || len(im.Media) != 0 {
		t.Errorf("decks around each other: %v, %+v", err, im)
	}
}
