package page_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"kartei/decks"
	"kartei/decks/quiz"
	"kartei/decks/quiz/page"
)

// A browser is a real Chromium without a window.
type browser struct {
	t       *testing.T
	program string
	folder  string
}

// newBrowser skips the test where there is no Chromium, unless KARTEI_CHROMIUM
// names one.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	program := os.Getenv("KARTEI_CHROMIUM")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if program == "" {
			program, _ = exec.LookPath(name)
		}
	}
	if program == "" {
		t.Skip("SKIPPED: there is no Chromium here (Debian: apt-get install chromium)")
	}
	return &browser{t: t, program: program, folder: t.TempDir()}
}

// A proxy takes every request of one page, and answers none.
type proxy struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string
}

func newProxy() *proxy {
	p := &proxy{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.seen = append(p.seen, r.Method+" "+r.RequestURI)
	}))
	return p
}

// requests closes the proxy and tells what was asked for.
func (p *proxy) requests() []string {
	p.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen
}

// open loads a page, does with it what the flags say, and returns what the
// browser printed and all that was asked for.
func (b *browser) open(html string, flags ...string) (printed string, requests []string) {
	b.t.Helper()
	file := filepath.Join(b.folder, "page.html")
	if err := os.WriteFile(file, []byte(html), 0o600); err != nil {
		b.t.Fatal(err)
	}
	proxy := newProxy()
	defer proxy.Close()
	args := append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--user-data-dir=" + b.t.TempDir(),
		"--proxy-server=" + proxy.URL}, flags...)
	cmd := exec.CommandContext(b.t.Context(), b.program, append(args, "file://"+file)...)
	cmd.Env = append(os.Environ(), "HOME="+b.folder)
	var messages strings.Builder
	cmd.Stderr = &messages
	out, err := cmd.Output()
	if err != nil {
		b.t.Fatalf("%s: %v\n%s", b.program, err, messages.String())
	}
	return string(out), proxy.requests()
}

// chatter is what the browser asks its maker for, whatever the page.
var chatter = regexp.MustCompile(`//(update|clients\d|accounts|safebrowsing)\.google(apis)?\.com[:/]|^CONNECT (update|clients\d|accounts|safebrowsing)\.google(apis)?\.com:`)

// asked are the requests of the page.
func asked(requests []string) (own []string) {
	for _, r := range requests {
		if !chatter.MatchString(r) {
			own = append(own, r)
		}
	}
	return own
}

const wishes = `<img src="http://page.test/a.png"><link rel="stylesheet" href="http://page.test/a.css"><style>body{background:url(http://page.test/b.png)}</style>` +
	`<script src="http://page.test/a.js"></script><script>document.title="it ran"</script><iframe src="http://page.test/f"></iframe>`

// In a real browser the pages show all their words, ask for nothing, whatever
// the deck and the students wrote, and could not if they wanted: their policy
// stops even what no template let through.
func TestBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	b := newBrowser(t)
	if _, requests := b.open("<!DOCTYPE html><body>"+wishes, "--dump-dom"); len(asked(requests)) < 4 {
		t.Fatalf("a page that loads things asked only for %q: this test sees nothing", requests)
	}
	made := pages(t, wishes)
	for name, html := range made {
		dom, requests := b.open(html, "--dump-dom")
		if own := asked(requests); len(own) > 0 {
			t.Errorf("the %s asks for %q", name, own)
		}
		if !strings.Contains(dom, `&lt;img src="http://page.test/a.png"&gt;`) {
			t.Errorf("the %s does not show the words of the deck", name)
		}
	}
	dom, requests := b.open(strings.Replace(made["report"], "</h1>", "</h1>"+wishes, 1), "--dump-dom")
	if own := asked(requests); len(own) > 0 || strings.Contains(dom, "<title>it ran") {
		t.Errorf("the policy lets through %q", own)
	}
}

var pdfPage = regexp.MustCompile(`/Type\s*/Page\b`)

// On paper the questions, the answer sheet and the key have pages of their own.
func TestPrint(t *testing.T) {
	b := newBrowser(t)
	file := filepath.Join(b.folder, "exam.pdf")
	b.open(pages(t, "x")["exam"], "--print-to-pdf="+file, "--no-pdf-header-footer")
	pdf, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(pdfPage.FindAll(pdf, -1)); got != 3 {
		t.Errorf("%d pages on paper, want 3", got)
	}
}

// illustrated is a form with a picture, a formula and code in a language.
func illustrated(t *testing.T, lang string) *quiz.Form {
	t.Helper()
	var square bytes.Buffer
	img := image.NewRGBA(image.Rect(0, 0, 64, 64))
	draw.Draw(img, img.Rect, image.NewUniform(color.RGBA{200, 0, 0, 255}), image.Point{}, draw.Src)
	if err := png.Encode(&square, img); err != nil {
		t.Fatal(err)
	}
	d := &decks.Deck{Name: "d", ID: "d", Lang: lang}
	for i, c := range []decks.Card{
		{Kind: decks.Choice, Prompt: "Shape? ![a red square](square.png)", Options: []decks.Option{{Text: "![one](square.png)", Right: true}, {Text: "circle"}, {Text: "star"}}},
		{Kind: decks.Recall, Type: decks.AnswerTyped, Prompt: "Solve $$x = \\frac{-b \\pm \\sqrt{b^2-4ac}}{2a}$$", Answer: "x"},
		{Kind: decks.Recall, Type: decks.AnswerTyped, Prompt: "Prints?\n\n```python\nfor i in range(3):\n    print(i < 2)\n```", Answer: "0"},
		{Kind: decks.Sequence, Prompt: "Order", Items: []string{"first", "second", "third"}},
	} {
		c.Name = "card"
		d.Facts = append(d.Facts, decks.Fact{File: "d.md", Line: i + 1, Cards: []decks.Card{c}})
	}
	f, err := quiz.Draw([]*decks.Deck{d}, quiz.Options{Title: "T", Seed: quiz.SeedOf(1),
		Picture: func(*decks.Deck, *decks.Fact, string) ([]byte, error) { return square.Bytes(), nil }})
	if err != nil || len(f.Questions) != 4 {
		t.Fatalf("%d questions, %v", len(f.Questions), err)
	}
	return f
}

var (
	mediaBox = regexp.MustCompile(`/MediaBox\s*\[0 0 ([0-9.]+) ([0-9.]+)\]`)
	pdfImage = regexp.MustCompile(`/Subtype\s*/Image`)
)

// In both languages and on both papers the picture is on the sheet, the formula
// is set and not spelled, and the code keeps its lines.
func TestIllustratedPrint(t *testing.T) {
	b := newBrowser(t)
	words := map[string][]string{"en": {"Answer sheet", "4 questions", "in order"}, "de": {"Antwortbogen", "4 Fragen", "in der richtigen Reihenfolge"}}
	sizes := map[page.Paper][2]float64{page.A4: {595, 842}, page.Letter: {612, 792}}
	for lang, said := range words {
		for paper, size := range sizes {
			if testing.Short() && (lang == "de") != (paper == page.A4) {
				continue
			}
			var html bytes.Buffer
			if err := page.Exam(&html, illustrated(t, lang), page.Sheets{Answers: true, Key: true, Paper: paper}); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(b.folder, lang+string(paper)+".pdf")
			_, requests := b.open(html.String(), "--print-to-pdf="+file, "--no-pdf-header-footer")
			if own := asked(requests); len(own) > 0 {
				t.Errorf("%s %s asks for %q", lang, paper, own)
			}
			pdf, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			box := mediaBox.FindSubmatch(pdf)
			if box == nil {
				t.Fatalf("%s %s: no page in %d bytes", lang, paper, len(pdf))
			}
			for i, want := range size {
				if got, err := strconv.ParseFloat(string(box[i+1]), 64); err != nil || math.Abs(got-want) > 1 {
					t.Errorf("%s %s: a sheet of %s, want %g", lang, paper, box[0], want)
				}
			}
			if !pdfImage.Match(pdf) {
				t.Errorf("%s %s: no picture is on paper", lang, paper)
			}
			if got := len(pdfPage.FindAll(pdf, -1)); got != 3 {
				t.Errorf("%s %s: %d pages, want 3", lang, paper, got)
			}
			for _, want := range append(said, `<html lang="`+lang+`"`, "<mfrac>", "<msqrt>", "for i in range(3):\n    print(i &lt; 2)") {
				if !strings.Contains(html.String(), want) {
					t.Errorf("%s: the page has no %q", lang, want)
				}
			}
			if strings.Contains(html.String(), "red square") {
				t.Errorf("%s: the page says what the picture shows", lang)
			}
		}
	}
}

// Chromium sets a formula higher than a line of text: a root over a fraction.
func TestFormulaIsSet(t *testing.T) {
	b := newBrowser(t)
	shot := func(name, prompt string) image.Image {
		f := illustrated(t, "en")
		f.Questions = f.Questions[:1]
		f.Questions[0].Prompt, f.Questions[0].Options, f.Questions[0].Kind = prompt, nil, quiz.Typed
		var html bytes.Buffer
		if err := page.Exam(&html, f, page.Sheets{}); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(b.folder, name+".png")
		b.open(html.String(), "--screenshot="+file, "--window-size=600,500", "--hide-scrollbars")
		data, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer data.Close()
		img, err := png.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		return img
	}
	lowest := func(img image.Image) (y int) { // of what is drawn
		for y = img.Bounds().Max.Y - 1; y > 0; y-- {
			for x := range img.Bounds().Max.X {
				if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
					return y
				}
			}
		}
		return 0
	}
	flat, set := lowest(shot("flat", "x = y")), lowest(shot("set", "$$x = \\frac{\\sqrt{b}}{\\frac{a}{c}}$$"))
	if set < flat+15 {
		t.Errorf("the formula ends at %d, a line of text at %d", set, flat)
	}
}
