package html_test

import (
	"cmp"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"kartei/decks/html"
)

var update = flag.Bool("update", false, "write golden files anew")

// Each snippet becomes the text that stands under it. That these show what a
// browser shows is for TestBrowserShows to say.
func TestSnippets(t *testing.T) {
	const file = "testdata/snippets.txt"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	count := 0
	for snippet := range strings.SplitSeq(strings.TrimPrefix(string(data), "%% "), "\n%% ") {
		group, rest, _ := strings.Cut(snippet, "\n")
		source, want, ok := strings.Cut(rest, "\n=>\n")
		if !ok {
			source, want, ok = strings.Cut(rest+"\n", "\n=>\n")
		}
		if !ok {
			t.Fatalf("no result: %q", snippet)
		}
		c := html.Converter{}
		got := c.Text(source)
		if want = strings.TrimSuffix(want, "\n"); got != want && !*update {
			t.Errorf("%s: %q\n got %q\nwant %q", group, source, got, want)
		}
		if count++; count > 1 {
			all.WriteByte('\n')
		}
		all.WriteString("%% " + group + "\n" + source + "\n=>\n" + got)
	}
	if count < 300 {
		t.Errorf("%d snippets are too few", count)
	}
	if *update {
		if err := os.WriteFile(file, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// What is lost is named.
func TestLosses(t *testing.T) {
	for source, want := range map[string]string{
		`<span style="display:none">x</span>y`:                  "hidden text x",
		`<img src="x.png">`:                                     "picture x.png",
		`<img src="data:image/png;base64,AAAA">`:                "picture data:image/png;base64",
		`<img src="https://x.org/a.png">`:                       "picture on the web https://x.org/a.png",
		`<a href="other.html">x</a>`:                            "link other.html",
		`<script>x</script>`:                                    "script ",
		`<svg><text>x</text></svg>`:                             "svg ",
		`<video><source src="a.mp4"></video>`:                   "video a.mp4",
		`x<sup>½</sup>`:                                         "index or exponent ½",
		`a<b>+</b>b`:                                            "bold or italic +",
		`<s>x</s>`:                                              "strike-through x",
		`[latex]x[/latex]`:                                      "LaTeX [latex]x[/latex]",
		`<math><mi>x</mi></math>`:                               "MathML x",
		`<table><tr><td>a<td>b</table>`:                         "table ",
		`<select><option>a<option>b</select>`:                   "menu ab",
		`<iframe src="https://x.org/v"></iframe>`:               "sound or film on the web https://x.org/v",
		`<audio src="a.mp3">fallback</audio>`:                   "audio a.mp3",
		`<font color=red>x</font> <i style="color:green">y</i>`: "colour ",
		`<span style="color:black;font-size:12px">x</span> y`:   "",
		`plain <b>words</b> <i>and</i> <u>looks</u>`:            "",
	} {
		var got []string
		c := html.Converter{Lost: func(kind, example string) { got = append(got, kind+" "+example) }}
		c.Text(source)
		if strings.Join(got, "; ") != want {
			t.Errorf("%q: lost %q, want %q", source, got, want)
		}
	}
}

// Files are what the importer says that they are here.
func TestFiles(t *testing.T) {
	c := html.Converter{Sounds: true, File: func(kind html.FileKind, source string) html.File {
		return html.File{Path: "m/" + source, Label: source, Link: source == "big.png"}
	}}
	for source, want := range map[string]string{
		`<img src="a.png">`:                       "![](m/a.png)",
		`x<img src="a.png" alt="A [b]">y`:         `x![A \[b\]](m/a.png)y`,
		`<img src="big.png">`:                     "[big.png](m/big.png)",
		`[sound:a.mp3] x`:                         "[a.mp3](m/a.mp3) x",
		`<audio controls src="a.mp3"></audio>`:    "[a.mp3](m/a.mp3)",
		`<video><source src="v.mp4">no</video>`:   "[v.mp4](m/v.mp4)",
		`<a href="a.mp3">Listen</a>`:              "[Listen](m/a.mp3)",
		`<a href="a.mp3"></a>`:                    "[a.mp3](m/a.mp3)",
		`<img class="texrender" alt="\frac12">`:   `$\frac12$`,
		`<img class="tex" alt="cat" src="c.png">`: "![cat](m/c.png)",
	} {
		if got := c.Text(source); got != want {
			t.Errorf("%q is %q, want %q", source, got, want)
		}
	}
}

func TestHidden(t *testing.T) {
	c := html.Converter{Hide: html.HiddenBy(".a, #b { color: red; display: none } .c{display:block} .d .e {display:none}")}
	if got := c.Text(`<p class="x a">1</p><p id=b>2</p><p class=c>3</p><p class=e>4</p>`); got != "3\n\n4" {
		t.Errorf("shown: %q", got)
	}
}

func TestList(t *testing.T) {
	for source, want := range map[string][]string{
		"<ul><li>a</li><li><b>b</b></li></ul>":     {"a", "<b>b</b>"},
		" <div><ol class=x><li>a<li>b</ol></div> ": {"a", "b"},
		"<ul><li>a</li></ul>x":                     nil,
		"<ul><li>a<ul><li>b</ul></ul>":             nil,
		"<ol type=A><li>a</ol>":                    nil,
		"<ul><li></li><li>b</li></ul>":             {"b"},
		"a":                                        nil,
	} {
		if got, _ := html.List(source); !slices.Equal(got, want) {
			t.Errorf("%q has the items %q, want %q", source, got, want)
		}
	}
}

// hostile is what takes a careless reader time in the square of its length.
var hostile = []string{
	"<", "<b>", "<b", "</b>", "<p>", "<li>", "<ul><li>", "<ol type=A><li>", "<table>", "<tr><td>", "<td>", "<blockquote>", "<pre>", "<code>", "<a href=https://x.org>", "<font color=red>x", "<sup>", "<sub>a", "x<sup>2", "<sup>x</sup>",
	"<ruby>", "<ruby>a<rt>b", "<i><b><p>", "<b></p>", "<div></b>", "<b><div></b>", "<!--", "<!-- -->", "&", "&amp", "&#x41;", "$$", "$$a$$ ", "\\(", "\\[x\\] \\(", "[$]", "[latex]", "[sound:", "[sound:a]", "<img src=a>", "<img alt=\"", "<a b c d e ",
	"<br>", "<hr>", "*", "_a", "**a*", "`", "~~", "<s>x", "<span style='color:silver'>A. x<br>", "<span style='display:none'>", "<math>", "<math><annotation encoding=tex>", "<select><option>", "<details>", "<x y='", "<script>", "<style>", "<textarea>", "<svg>", "<u>a</u>", "<dl><dt>a<dd>b", "\u0301", "\uFDD51\uFDD6", "<b>(</b>a",
}

// TestHostile would run into the limit of all tests if any of these took time in
// the square of its length.
func TestHostile(t *testing.T) {
	size := 200_000
	if testing.Short() {
		size = 40_000
	}
	for _, unit := range hostile {
		begun := time.Now()
		c := html.Converter{Sounds: true, Deletions: true}
		c.Text(strings.Repeat(unit, cmp.Or(size/len(unit), 1)))
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("%q takes %v", unit, took)
		}
	}
}

func BenchmarkHostile(b *testing.B) {
	for _, unit := range hostile {
		source := strings.Repeat(unit, 1<<20/len(unit))
		b.Run(unit, func(b *testing.B) {
			b.SetBytes(int64(len(source)))
			for b.Loop() {
				c := html.Converter{Sounds: true, Deletions: true}
				c.Text(source)
			}
		})
	}
}
