package show_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kartei/cmd/internal/screentest"
	"kartei/cmd/internal/show"
)

func joined(lines []string) string { return strings.Join(lines, "\n") + "\n" }

func TestNewPalette(t *testing.T) {
	tests := []struct {
		when     string
		terminal bool
		env      map[string]string
		want     show.Palette
	}{
		{"auto", true, map[string]string{"TERM": "xterm"}, show.Colour},
		{"", true, map[string]string{"TERM": "xterm"}, show.Colour},
		{"auto", false, map[string]string{"TERM": "xterm"}, show.Plain},
		{"auto", true, map[string]string{"TERM": "dumb"}, show.Plain},
		{"auto", true, nil, show.Plain},
		{"auto", true, map[string]string{"TERM": "xterm", "NO_COLOR": "1"}, show.Mono},
		{"auto", true, map[string]string{"TERM": "xterm", "NO_COLOR": ""}, show.Colour},
		{"always", false, map[string]string{"NO_COLOR": "1"}, show.Colour},
		{"never", true, map[string]string{"TERM": "xterm"}, show.Plain},
	}
	for _, test := range tests {
		got, err := show.NewPalette(test.when, test.terminal, func(name string) string { return test.env[name] })
		if err != nil || got != test.want {
			t.Errorf("%+v: got %+v, %v", test, got, err)
		}
	}
	if _, err := show.NewPalette("sometimes", true, func(string) string { return "" }); err == nil {
		t.Error("no error for --color sometimes")
	}
}

func TestPaint(t *testing.T) {
	tests := []struct {
		palette show.Palette
		style   show.Style
		want    string
	}{
		{show.Colour, show.Bold | show.Red, "\x1b[1;38;5;131mx\x1b[0m"},
		{show.Colour, show.Dim | show.Italic | show.Underline, "\x1b[3;4;38;5;243mx\x1b[0m"},
		{show.Mono, show.Bold | show.Red, "\x1b[1mx\x1b[0m"},
		{show.Mono, show.Red, "x"},
		{show.Plain, show.Bold | show.Red, "x"},
		{show.Colour, 0, "x"},
	}
	for _, test := range tests {
		if got := test.palette.Paint(test.style, "x"); got != test.want {
			t.Errorf("%+v paints %q, want %q", test.palette, got, test.want)
		}
	}
}

func TestTable(t *testing.T) {
	table := show.Table{
		Columns: []show.Column{{Title: "Deck"}, {Title: "New", Right: true}, {Title: "Due", Right: true}, {Title: "Title"}},
		Rows: [][]show.Cell{
			{{Text: "nato-en"}, {Text: "20"}, {Text: "143", Style: show.Green}, {Text: "The future of NATO"}},
			{{Text: "地理/首都"}, {Text: "0"}, {Text: "7"}, {Text: "A title that is a good deal longer than the others, \x1b[31m"}},
			{{Text: "א/ב"}, {Text: "1"}, {Text: "1"}, {Text: ""}},
		},
	}
	for _, width := range []int{30, 60, 120} {
		page := show.Page{Width: width}
		lines := page.Table(table)
		screentest.Golden(t, "table-"+[]string{30: "30", 60: "60", 120: "120"}[width], joined(lines))
		for _, line := range lines {
			if show.Width(line) > width {
				t.Errorf("wider than %d: %q", width, line)
			}
		}
	}
	if got := joined(show.Page{Width: 60, Palette: show.Colour}.Table(table)); !strings.Contains(got, "\x1b[38;5;29m143\x1b[0m") {
		t.Errorf("no colour in\n%q", got)
	}
	if got := (show.Page{Width: 60}).Table(show.Table{Columns: []show.Column{{}}}); len(got) != 0 {
		t.Errorf("an empty table gives %q", got)
	}
}

func TestDifference(t *testing.T) {
	tests := []struct{ name, typed, right, want string }{
		{"same", "Norfolk", "Norfolk", "Norfolk\n"},
		{"a letter too few", "Norflk", "Norfolk", "Norf-lk\n    ^\nNorfolk\n    ^\n"},
		{"a letter too many", "Norffolk", "Norfolk", "Norffolk\n    ^\nNorfolk\n"},
		{"another letter", "Nörfolk", "Norfolk", "Nörfolk\n ^\nNorfolk\n ^\n"},
		{"all wrong", "xyz", "Bern", "xyz-\n^^^^\nBern\n^^^^\n"},
		{"nothing typed", "", "Bern", "----\n^^^^\nBern\n^^^^\n"},
		{"wide", "東都", "東京都", "東--都\n  ^^\n東京都\n  ^^\n"},
		{"an accent is part of its letter", "cafe", "cafe\u0301", "cafe\n   ^\ncafe\u0301\n   ^\n"},
		{"wide for narrow", "ｶナ", "カナ", "ｶ-ナ\n^^\nカナ\n^^\n"},
		{"from right to left", "שלו", "שלום", "שלו[-]\nשלו[ם]\n"},
		{"another letter from right to left", "كلاب", "كتاب", "ك[ل]اب\nك[ت]اب\n"},
		{"points that nobody typed", "שלם", "שָׁלוֹם", "של[-]ם\nשָׁל[וֹ]ם\n"},
		{"points are part of their letter", "שִלום", "שָׁלום", "[שִ]לום\n[שָׁ]לום\n"},
		{"controls", "a\x1b[2J", "a", "a␛[2J\n ^^^^\na\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, joined(show.Page{Width: 40}.Difference(test.typed, test.right))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	got := joined(show.Page{Width: 40, Palette: show.Colour}.Difference("Norffolk", "Norfolk"))
	if want := "\x1b[38;5;29mNorf\x1b[0m\x1b[1;38;5;131mf\x1b[0m\x1b[38;5;29molk\x1b[0m\nNorfolk\n"; got != want {
		t.Errorf("in colour %q, want %q", got, want)
	}
}

// What is kept and missing spells the right answer; what is kept and added
// spells the typed one.
func TestDifferenceSpellsBoth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.SampledFrom([]rune("abcé東")), 1, 12, -1)
		typed, right := word.Draw(t, "typed"), word.Draw(t, "right")
		lines := show.Page{Width: 120}.Difference(typed, right)
		if typed == right {
			return
		}
		if got := strings.ReplaceAll(lines[0], "-", ""); got != typed {
			t.Errorf("typed %q, drawn %q", typed, lines[0])
		}
		if got := lines[len(lines)-1]; strings.Trim(got, " ^") != "" && got != right {
			t.Errorf("right %q, drawn %q", right, got)
		}
	})
}

func TestBars(t *testing.T) {
	bars := []show.Bar{{Label: "Mon", Value: 40}, {Label: "Dienstag", Value: 20.4, Text: "20 cards"}, {Label: "東", Value: 0.01}, {Label: "none", Value: 0}, {Label: "?", Value: math.NaN()}}
	want := "" +
		"Mon             40  ████████████████████\n" +
		"Dienstag  20 cards  ██████████▎\n" +
		"東               0  ▏\n" +
		"none             0\n" +
		"?              NaN\n"
	if diff := cmp.Diff(want, joined(show.Page{Width: 40}.Bars(bars))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if bars[0].Text != "" {
		t.Error("the bars were changed")
	}
}

func TestSparkline(t *testing.T) {
	if got, want := show.Sparkline([]float64{0, 1, 2, 4, 8, -1, math.NaN()}), " ▂▃▅█  "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCurve(t *testing.T) {
	got := joined(show.Page{Width: 40}.Curve(show.Curve{
		At: func(x float64) float64 { return math.Pow(0.9, x/10) }, From: 0, To: 100, Low: 0, High: 1, Rows: 5,
		Labels: []string{"today", "50 days", "100 days"},
		Axis:   func(y float64) string { return []string{"0 %", "100 %"}[int(y)] },
	}))
	screentest.Golden(t, "curve", got)
	for line := range strings.Lines(got) {
		if show.Width(strings.TrimRight(line, "\n")) > 40 {
			t.Errorf("too wide: %q", line)
		}
	}
}

func TestCurveOfNothing(t *testing.T) {
	lines := show.Page{Width: 40}.Curve(show.Curve{At: func(float64) float64 { return math.NaN() }, High: 1})
	if strings.ContainsFunc(joined(lines), func(r rune) bool { return r > 0x2800 && r < 0x2900 }) {
		t.Errorf("drawn: %q", lines)
	}
}

func TestCutAndPad(t *testing.T) {
	for _, test := range []struct {
		s     string
		width int
		want  string
	}{{"Norfolk", 7, "Norfolk"}, {"Norfolk", 4, "Nor…"}, {"東京都", 5, "東京…"}, {"東京都", 4, "東…"}, {"東京都", 1, "…"}, {"x", 0, ""}} {
		if got := show.Cut(test.s, test.width); got != test.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", test.s, test.width, got, test.want)
		}
	}
	if l, r := show.Pad("東", 4, false), show.Pad("東", 4, true); l != "東  " || r != "  東" {
		t.Errorf("Pad gives %q and %q", l, r)
	}
}

func TestInline(t *testing.T) {
	for in, want := range map[string]string{
		"**Article** `5` of *the* treaty": "Article 5 of the treaty",
		"$x^2$ and\nmore":                 "x² and more",
		`\( x^2 \) and \\(x^2\)`:          `x² and \(x^2)`,
		"![map](m.png) [a](b)":            "[picture: map] a (b)",
		"\x1b[31m &#27;[0m":               "␛[31m ␛[0m",
		"- not a list":                    "- not a list",
	} {
		if got := show.Inline(in); got != want {
			t.Errorf("Inline(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestHeat(t *testing.T) {
	heat := show.Heat{
		Rows:   []string{"Mon", "Wednesday", "東"},
		Values: [][]float64{{0, 1, 2, 3, 4, 8, math.NaN()}, {8, 8, 8, 8, 8, 8}, {}},
		Labels: []string{"Jan", "Feb"},
	}
	want := "          Jan Feb\nMon       ·░▒▒▓█·\nWednesday ██████\n東\n"
	if diff := cmp.Diff(want, joined(show.Page{Width: 40}.Heat(heat))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	want = "          J…\nMon       █·\nWednesday ██\n東\n"
	heat.Values[0] = append(make([]float64, 6), 8, 0)
	heat.Values[1] = []float64{0, 0, 0, 0, 0, 0, 8, 8}
	if diff := cmp.Diff(want, joined(show.Page{Width: 12}.Heat(heat))); diff != "" {
		t.Errorf("where there is little room, -want +got:\n%s", diff)
	}
}

func TestPictures(t *testing.T) {
	got := show.Pictures("A ![map of\n*Europe*](maps/eu.png \"title\"), `![no](x)`\n\n- ![](b.jpg)\n- [![c\x1b](c.png)](link)")
	want := []show.Picture{{Alt: "map of Europe", Address: "maps/eu.png"}, {Alt: "", Address: "b.jpg"}, {Alt: "c␛", Address: "c.png"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
