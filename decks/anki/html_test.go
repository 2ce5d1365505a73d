package anki

import (
	"fmt"
	"strings"
	"testing"

	"kartei/decks/hostile"
)

func testPage() page {
	return page{media: &mediaNames{deck: "geo", names: map[string]string{}}, dir: "notes"}
}

func TestHTML(t *testing.T) {
	tests := []struct{ name, markdown, want string }{
		{"plain", "Paris", "Paris"},
		{"escapes", `a < b && "c" > List<T>`, `a &lt; b &amp;&amp; "c" &gt; List&lt;T&gt;`},
		{"script", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
		{"comment", "a <!-- b --> c", "a &lt;!-- b --&gt; c"},
		{"lines", "one\ntwo\\\nthree", "one two<br>three"},
		{"lines of Japanese", "日本\n語 a\nb", "日本語 a b"},
		{"paragraphs", "one\n\ntwo", "one<br><br>two"},
		{"emphasis", "*a* **b** snake_case _c_", "<i>a</i> <b>b</b> snake_case <i>c</i>"},
		{"code", "`<a href=\"\">` and `std::vector`", "<code>&lt;a href=\"\"&gt;</code> and <code>std::vector</code>"},
		{"fence", "```go\nif a < b {\n\treturn\n}\n```", "<pre><code>if a &lt; b {<br>&#9;return<br>}</code></pre>"},
		{"list", "- a\n- b", "<ul><li>a</li><li>b</li></ul>"},
		{"numbered", "1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"},
		{"numbered from", "3. a\n4. b", `<ol start="3"><li>a</li><li>b</li></ol>`},
		{"date", "4. April 1949", "4. April 1949"},
		{"date and more", "4. April 1949\nin Washington", "4. April 1949 in Washington"},
		{"year", "1949.", "1949."},
		{"indented", "    one\n\n\ttwo", "one<br><br>two"},
		{"number", "# 5", "# 5"},
		{"heading", "# one\ntwo", "<b>one</b><br>two"},
		{"quotation", "> one\n> two", "<blockquote>one two</blockquote>"},
		{"rule", "one\n\n---\ntwo", "one<hr>two"},
		{"maths", "so $a_1 < b_2$ is $$x^2$$", `so \(a_1 &lt; b_2\) is \[x^2\]`},
		{"maths over two lines", "so $a\nb$", `so \(a b\)`},
		{"money", "$5 and $10, or $5-$6", "$5 and $10, or $5-$6"},
		{"maths in brackets", `so \(a_1 < b\)`, `so \(a_1 &lt; b\)`},
		{"escaped dollar", `\$x$`, "$x$"},
		{"maths in code", "`$x$`", "<code>$x$</code>"},
		{"maths of Anki's in prose", `\\(x\\)`, `\<span>(</span>x\)`},
		{"web link", "[NATO](https://nato.int/?a=1&b=2)", `<a href="https://nato.int/?a=1&amp;b=2">NATO</a>`},
		{"bad link", "[x](javascript:alert(1))", "x"},
		{"local link", "[x](other.md)", "x"},
		{"bare address", "<https://nato.int>", `<a href="https://nato.int">https://nato.int</a>`},
		{"picture", "![Map of *Africa*](img/map.png)", `<img src="map-00000000.png" alt="Map of Africa">`},
		{"picture of the web", "![Map](https://x.org/map.png)", "Map"},
		{"picture outside", "![Map](../../map.png)", "Map"},
		{"picture at the root", "![Map](/etc/map.png)", "Map"},
		{"picture with a quote", `![a"b](<c" onerror="x.png>)`, `<img src="c__onerror__x-00000000.png" alt="a&#34;b">`},
		{"sound", "[anthem](a.mp3)", "[sound:a-00000000.mp3]"},
		{"sound in prose", "[sound:a.mp3] [latex]x[/latex]", "&#91;sound:a.mp3] &#91;latex]x[/latex]"},
		{"cloze in prose", "{{c1::x}} {{{y}}}", "{&#123;c1::x}} {&#123;{y}}}"},
		{"control characters", "a\x00b\x1bc\r\nd\x7f", "abc d"},
		{"not UTF-8", "a\xffb", "a\uFFFDb"},
		{"NFC", "e\u0301", "é"},
		{"solidus after a tag", "**\u0338**x", "<b>&#824;</b>x"},
		{"marks", "\u2983 \u2982 \u2984 \uFDD3", "\u2983 \u2982 \u2984 \uFFFD"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := testPage()
			got := p.html(test.markdown)
			for _, m := range p.media.list("") {
				sum := m.Name[strings.LastIndex(m.Name, "-")+1 : strings.LastIndex(m.Name, ".")]
				got = strings.ReplaceAll(got, sum, "00000000")
			}
			if got != test.want {
				t.Errorf("html(%q)\n got %s\nwant %s", test.markdown, got, test.want)
			}
		})
	}
}

// TestLinksOfEveryKind writes addresses of every kind as every kind of link: only
// those into the web and to mailboxes become one, of others the words remain.
func TestLinksOfEveryKind(t *testing.T) {
	kinds := map[string]string{"link": "[x](%s)", "in angles": "[x](<%s>)", "automatic": "<%s>", "emphasised": "*<%s>*"}
	for kind, form := range kinds {
		for _, address := range []string{
			"javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,hi", "file:///etc/passwd", "vbscript:x", "smb://a/b",
			"anki:x", "about:blank", "ftp://x.org/a", "//x.org/a", "blob:https://x.org",
		} {
			p := testPage()
			if got := p.html(fmt.Sprintf(form, address)); strings.Contains(got, "href") {
				t.Errorf("%s to %s: %s", kind, address, got)
			}
		}
		for _, address := range []string{"https://x.org/a", "HTTP://x.org", "mailto:a@x.org"} {
			p := testPage()
			if got := p.html(fmt.Sprintf(form, address)); !strings.Contains(got, `<a href="`+address+`">`) {
				t.Errorf("%s to %s: %s", kind, address, got)
			}
		}
	}
	p := testPage()
	if got, want := p.html("<a@x.org>"), `<a href="mailto:a@x.org">a@x.org</a>`; got != want {
		t.Errorf("a mailbox is %s", got)
	}
}

func TestClozeHTML(t *testing.T) {
	tests := []struct{ name, markdown, want string }{
		{"deletion", "The {{1::Treaty}} of {{2::1949::year}}", "The {{c1::Treaty}} of {{c2::1949::year}}"},
		{"braces", `{{1::\frac{a}{b}}} x`, `{{c1::\frac{a}{b&#125;}} x`},
		{"colons", "{{1::12:30:::at}}", "{{c1::12:30::&#58;at}}"},
		{"colons outside", "std::vector {{1::a}}", "std::vector {{c1::a}}"},
		{"before", "{ {{1::a}} {x{{1::b}}", "{ {{c1::a}} {x{{c1::b}}"},
		{"Markdown around", "**{{1::a}}** {{1::_b_}}", "<b>{{c1::a}}</b> {{c1::<i>b</i>}}"},
		{"in code", "run `go {{1::run}} .`", "run <code>go {&#123;1::run}} .</code>"},
		{"in maths", "now $x^{{1::2}}$", `now \(x^{&#123;1::2}}\)`},
		{"code within", "{{1::`a::b`}}", "{{c1::<code>a:&#58;b</code>}}"},
		{"fence", "{{1::a\n```}} b", "{{c1::a<br>```}} b"},
		{"another number", "{{3::a}} {{1::b}}", "{&#123;3::a}} {{c1::b}}"},
		{"maths within", `{{1::$\frac{a}{b}$}}`, `{{c1::\(\frac{a}{b}\)}}`},
		{"no deletion", "{{a}} {{1:a}} {{1::a", "{&#123;a}} {&#123;1:a}} {&#123;1::a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := testPage().cloze(test.markdown, []int{1, 2}); got != test.want {
				t.Errorf("cloze(%q)\n got %s\nwant %s", test.markdown, got, test.want)
			}
		})
	}
}

// TestHostileText would run into the limit of all tests if any of these took
// time in the square of its length.
func TestHostileText(t *testing.T) {
	for _, piece := range []string{"[", "![", "*a ", "_a_", "> ", "- ", "`", "$a", "$1 ", "$$", "<a", "&#", "{{1::", "}}", "\\", "[a](", "1. "} {
		for _, end := range []string{"", "\nx"} {
			text := strings.Repeat(piece, 1<<16) + end
			if testPage().html(text) == "" || testPage().cloze(text, []int{1}) == "" {
				t.Errorf("nothing is left of many %q", piece)
			}
		}
	}
}

// FuzzHTML holds that no text can write a tag, an attribute, a deletion or a line
// of its own, and that Anki would change nothing about the field.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{"<b>", "[a](b \"c\")", "{{c1::x}}", "{{1::a}}", "a\tb\nc", "$a$", "- a\n  - b", "![x](y.png)", "**\u0338**", "`\x00`"} {
		f.Add(s)
	}
	reached := hostile.Reached(f)
	f.Fuzz(func(t *testing.T, text string) {
		got := testPage().html(text)
		for _, tag := range anyTag.FindAllString(got, -1) {
			reached(strings.Fields(strings.Trim(tag, "</>"))[0])
		}
		if slow := testPage().finish(testPage().render(hide.Replace(clean(text)))); got != slow {
			t.Errorf("%q is %q, by the long way %q", text, got, slow)
		}
		if got != clean(got) || strings.ContainsAny(got, "\n\t") {
			t.Errorf("Anki would change %q of %q", got, text)
		}
		if strings.Contains(got, "{{c") {
			t.Errorf("a deletion in %q of %q", got, text)
		}
		for _, tag := range anyTag.FindAllString(got, -1) {
			name := strings.TrimLeft(strings.Fields(strings.Trim(tag, "<>"))[0], "/")
			switch name {
			case "a", "b", "blockquote", "br", "code", "hr", "i", "img", "li", "ol", "pre", "span", "ul":
			default:
				t.Errorf("a tag %s in %q of %q", tag, got, text)
			}
		}
	})
}
