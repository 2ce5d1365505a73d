package show_test

import (
	"encoding/json"
	"fmt"
	stdhtml "html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kartei/cmd/internal/show"
	"kartei/decks/html"
	"kartei/decks/maths"
)

// In a real browser each piece of HTML shows the words, in the lines, that the
// text made of it shows at a terminal.
func TestBrowserShows(t *testing.T) {
	program := os.Getenv("KARTEI_CHROMIUM")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if program == "" {
			program, _ = exec.LookPath(name)
		}
	}
	if program == "" {
		t.Skip("SKIPPED: there is no Chromium here (Debian: apt-get install chromium)")
	}
	data, err := os.ReadFile("../../../decks/html/testdata/snippets.txt")
	if err != nil {
		t.Fatal(err)
	}
	var sources []string
	for snippet := range strings.SplitSeq(string(data), "%% ") {
		if _, rest, ok := strings.Cut(snippet, "\n"); ok {
			source, _, _ := strings.Cut(rest, "\n=>\n")
			sources = append(sources, source)
		}
	}
	page := show.Page{Width: 10_000}
	for i, shown := range inBrowser(t, program, sources) {
		if onPurpose[sources[i]] {
			continue
		}
		c := html.Converter{}
		got := page.Markdown(c.Text(sources[i]))
		want := comparable(strings.Split(browserFormulas(shown), "\n"))
		if got := comparable(got); !slices.Equal(got, want) {
			t.Errorf("%q\n    kartei %q\n   browser %q", sources[i], got, want)
		}
	}
}

// onPurpose are pieces of which a terminal shows more than a browser does, or cells
// with less space between them.
var onPurpose = map[string]bool{
	`<a href="https://x.org">a<br>b</a>`: true, // the address behind it
	"a<b":                                true, // its author wrote it
	"<textarea>typed text</textarea>":    true,
	"<table><tr><td><p>a</p></td><td><p>b</p></td></tr></table>": true,
}

// inBrowser is the text that a browser shows of each piece of HTML, with the marks
// of list items.
func inBrowser(t *testing.T, program string, sources []string) (shown []string) {
	list, err := json.Marshal(sources)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "page.html")
	if err := os.WriteFile(file, fmt.Appendf(nil, shownPage, strings.ReplaceAll(string(list), "</", `<\/`)), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--user-data-dir="+folder, "--dump-dom", "file://"+file)
	cmd.Env = append(os.Environ(), "HOME="+folder)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(out), `<pre id="shown">`)
	text, _, _ := strings.Cut(rest, "</pre>")
	if err := json.Unmarshal([]byte(stdhtml.UnescapeString(text)), &shown); err != nil || len(shown) != len(sources) {
		t.Fatalf("the browser shows %d of %d: %v\n%.500s", len(shown), len(sources), err, out)
	}
	return shown
}

// The counters of list items are no text to a script: those that the browser's
// style names are written before the items.
const shownPage = `<!DOCTYPE html><meta charset="utf-8"><body><script>
const all = %s, shown = [];
function roman(n) { let s = ''; for (const [v, t] of [[10,'x'],[9,'ix'],[5,'v'],[4,'iv'],[1,'i']]) while (n >= v) { s += t; n -= v } return s }
for (const source of all) {
	const box = document.createElement('div');
	box.style.width = '100000px';
	box.innerHTML = source;
	document.body.append(box);
	for (const list of box.querySelectorAll('ol')) {
		const items = [...list.children].filter(e => e.tagName == 'LI');
		let n = list.hasAttribute('start') ? list.start : list.reversed ? items.length : 1;
		for (const item of items) {
			if (item.hasAttribute('value')) n = item.value;
			const kind = getComputedStyle(item).listStyleType;
			const mark = {decimal: n, 'upper-alpha': String.fromCharCode(64+n), 'lower-alpha': String.fromCharCode(96+n), 'upper-roman': roman(n).toUpperCase(), 'lower-roman': roman(n)}[kind];
			let first = item;
			while (first.firstElementChild && ['P', 'DIV'].includes(first.firstElementChild.tagName) && first.firstChild == first.firstElementChild) first = first.firstElementChild;
			if (mark !== undefined) first.prepend(mark + '. ');
			n += list.reversed ? -1 : 1;
		}
	}
	for (const code of box.querySelectorAll('code, pre')) // where nobody sets formulas
		if (!code.children.length) code.textContent = code.textContent.replace(/([\\$])/g, '$1\u2060');
	shown.push(box.innerText);
	box.remove();
}
const pre = document.createElement('pre');
pre.id = 'shown';
pre.textContent = JSON.stringify(shown);
document.body.append(pre);
</script>`

var texFormula = regexp.MustCompile(`(?s)\\\((.*?)\\\)|\\\[(.*?)\\\]|\$\$(.+?)\$\$`)

// browserFormulas writes formulas as a terminal shows them: no script of the page
// sets them.
func browserFormulas(text string) string {
	return texFormula.ReplaceAllStringFunc(text, func(formula string) string {
		at := texFormula.FindStringSubmatch(formula)
		tex := strings.Join(strings.Fields(at[1]+at[2]+at[3]), " ")
		if tex == "" {
			return formula
		}
		return maths.Unicode("$" + tex + "$")
	})
}

var (
	address    = regexp.MustCompile(` \((?:https?://|mailto:)[^)]*\)`)
	secondList = regexp.MustCompile(`^(\d+)\) `)
)

// comparable are the letters, digits and signs of lines, without those that differ
// by design: the marks of lists, cells and code, and how an index is written.
func comparable(lines []string) (out []string) {
	for _, line := range lines {
		line = secondList.ReplaceAllString(address.ReplaceAllString(line, ""), "$1. ")
		line = strings.Map(func(r rune) rune {
			switch {
			case unicode.IsSpace(r), strings.ContainsRune("|•│─*`~“”()（）^_$-−–\u00ad\u200b\u2060", r):
				return -1
			}
			return r
		}, norm.NFKC.String(line))
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}
