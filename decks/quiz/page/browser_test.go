package page_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
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
