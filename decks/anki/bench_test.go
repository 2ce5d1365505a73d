package anki

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"kartei/decks"
	"kartei/decks/foreign"
)

// largeDeck has 100,000 notes, every other of them with Markdown.
func largeDeck() *decks.Deck {
	d := &decks.Deck{Name: "large", ID: "large", Tags: []string{"large"}}
	for i := range 100_000 {
		key := fmt.Sprint("fact-", i)
		card := decks.Card{ID: decks.CardID(d.ID, key, "card"), Name: "card", Kind: decks.Recall,
			Prompt: fmt.Sprintf("What is the name of the thing with the number %d in the list?", i),
			Answer: fmt.Sprintf("Thing number %d", i), Source: "list 12"}
		if i%2 == 0 {
			card.Answer, card.Note = "Thing **number** "+fmt.Sprint(i), "It is *one* of `many` things."
		}
		d.Facts = append(d.Facts, decks.Fact{Key: key, File: "large.md", Line: i, Cards: []decks.Card{card}})
	}
	return d
}

func BenchmarkWriteCSV(b *testing.B) {
	deck := largeDeck()
	for b.Loop() {
		if _, err := WriteCSV(io.Discard, CSVOptions{}, foreign.Of(deck)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWritePackage(b *testing.B) {
	deck := largeDeck()
	for b.Loop() {
		if _, err := WritePackage(b.Context(), io.Discard, PackageOptions{}, foreign.Of(deck)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadPackage(b *testing.B) {
	var out bytes.Buffer
	if _, err := WritePackage(b.Context(), &out, PackageOptions{}, foreign.Of(largeDeck())); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		im, err := ReadPackage(b.Context(), bytes.NewReader(out.Bytes()), int64(out.Len()), ImportOptions{})
		if err != nil || im.Notes != 100_000 {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadText(b *testing.B) {
	var out bytes.Buffer
	if _, err := WriteCSV(&out, CSVOptions{}, foreign.Of(largeDeck())); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		im, err := ReadText(bytes.NewReader(out.Bytes()), ImportOptions{})
		if err != nil || im.Notes != 100_000 {
			b.Fatal(err)
		}
	}
}

// BenchmarkVocabulary makes facts of notes with many fields, of which each side shows
// several.
func BenchmarkVocabulary(b *testing.B) {
	kind := foreignType{
		fields: []string{"Word", "IPA", "Audio", "Gender", "Translation", "Example", "Translated", "Notes"},
		templates: []template{
			{question: `<div class="word">{{Word}}</div>{{#IPA}}[{{IPA}}]{{/IPA}}<br>{{Audio}}`,
				answer: `{{FrontSide}}<hr id=answer><div class="tr">{{Translation}}</div><i>({{Gender}})</i><br>{{Example}}<br>{{Translated}}<br>{{Notes}}`},
			{question: `<div class="tr">{{Translation}}</div>`,
				answer: `{{FrontSide}}<hr id=answer><div class="word">{{Word}}</div> [{{IPA}}] {{Audio}}<br>{{Example}}<br>{{Translated}}`},
		},
	}
	b.ReportAllocs()
	for b.Loop() {
		im := newImporter(ImportOptions{})
		for i := range 1000 {
			word := fmt.Sprintf("maçã%d", i)
			im.note(foreignNote{guid: word, kind: &kind, cards: []foreignCard{{ordinal: 0}, {ordinal: 1}},
				fields: []string{word, "mɐˈsɐ̃", "[sound:" + word + ".mp3]", "f", fmt.Sprintf("apple, number %d", i),
					"<b>A " + word + "</b> é vermelha.&nbsp;", "<div>The apple is red.</div>", ""}})
		}
		if im.notes != 1000 {
			b.Fatal(im.losses.list())
		}
	}
}
