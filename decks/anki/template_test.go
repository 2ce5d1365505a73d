package anki

import "testing"

// TestFilters holds what the filters of templates make of a field. What is written
// above characters must not be asked along with them.
func TestFilters(t *testing.T) {
	values := map[string]string{
		"Word": "日本[にほん]へ 行[い]く [sound:a.mp3]", "Plain": "no <b>reading</b>", "Text": "{{c1::Lisbon}}", "Empty": "",
	}
	for template, want := range map[string]string{
		"{{Word}}":                       "日本[にほん]へ 行[い]く [sound:a.mp3]",
		"{{kanji:Word}}":                 "日本へ行く [sound:a.mp3]",
		"{{kana:Word}}":                  "にほんへいく [sound:a.mp3]",
		"{{furigana:Word}}":              "日本（にほん）へ行（い）く [sound:a.mp3]",
		"{{kanji:Plain}}":                "no <b>reading</b>",
		"{{text:Plain}}":                 "no reading",
		"{{cloze:Text}}":                 "{{c1::Lisbon}}",
		"{{#Empty}}x{{/Empty}}{{Plain}}": "no <b>reading</b>",
		"{{tts en_US:Plain}}":            "",
	} {
		got, err := render(template, values, scene{front: true})
		if err != nil || got.html != want {
			t.Errorf("%s: %q, %v, not %q", template, got.html, err, want)
		}
	}
}
