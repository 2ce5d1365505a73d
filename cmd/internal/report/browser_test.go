package report_test

import (
	"fmt"
	"html"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"kartei/cmd/internal/report"
	"kartei/cmd/internal/show"
)

const hostile = `<img src="http://page.test/a.png"><script>document.title="it ran"</script>`

// written is the page of a report, with a card from a stranger.
func written(t *testing.T) (*report.Report, string) {
	r := learned()
	r.Costs[0].Prompt = hostile
	var page strings.Builder
	if err := r.HTML(&page); err != nil {
		t.Fatal(err)
	}
	return r, page.String()
}

// The page has every word and figure that a screen reader is told, and loads and runs
// nothing.
func TestHTML(t *testing.T) {
	r, page := written(t)
	text := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " "))
	for _, line := range r.Plain() {
		for _, part := range regexp.MustCompile(`, |: `).Split(line, -1) {
			_, cell, found := strings.Cut(part, " ")
			if !strings.Contains(text, part) && (!found || !strings.Contains(text, cell)) {
				t.Errorf("the page does not say %q of %q", part, line)
			}
		}
	}
	for _, never := range []string{"<script", "<img", "<link", "<iframe", " style="} {
		if strings.Contains(page, never) {
			t.Errorf("the page has %q", never)
		}
	}
}

// In a real browser the page is light or dark as the reader wishes, asks for nothing,
// runs nothing, and is printed on A4.
func TestBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	program := os.Getenv("KARTEI_CHROMIUM")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if program == "" {
			program, _ = exec.LookPath(name)
		}
	}
	if program == "" {
		t.Skip("SKIPPED: there is no Chromium here (Debian: apt-get install chromium)")
	}
	_, page := written(t)
	folder := t.TempDir()
	file := filepath.Join(folder, "stats.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.RequestURI)
		w.WriteHeader(http.StatusBadGateway)
	}))
	defer proxy.Close()
	browse := func(flags ...string) string {
		args := append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
			"--disable-sync", "--disable-dev-shm-usage", "--user-data-dir=" + t.TempDir(), "--proxy-server=" + proxy.URL}, flags...)
		cmd := exec.CommandContext(t.Context(), program, append(args, "file://"+file)...)
		cmd.Env = append(os.Environ(), "HOME="+folder)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", program, err)
		}
		return string(out)
	}
	if dom := browse("--dump-dom"); strings.Contains(dom, "<title>it ran") || !strings.Contains(dom, `&lt;img src="http://page.test/a.png"&gt;`) {
		t.Error("the words of a card are not shown as words")
	}
	for scheme, light := range []bool{false, true} { // Blink's numbers: dark, light
		picture := filepath.Join(folder, fmt.Sprint(scheme, ".png"))
		browse("--screenshot="+picture, "--window-size=400,800", fmt.Sprint("--blink-settings=preferredColorScheme=", scheme))
		if at := brightness(t, picture); (at > 0.5) != light {
			t.Errorf("wished light: %v, and the paper is %.2f bright", light, at)
		}
	}
	printed := filepath.Join(folder, "stats.pdf")
	browse("--print-to-pdf="+printed, "--no-pdf-header-footer")
	pdf, err := os.ReadFile(printed)
	if err != nil {
		t.Fatal(err)
	}
	if box := regexp.MustCompile(`/MediaBox \[0 0 ([0-9]+)[0-9.]* ([0-9]+)`).FindSubmatch(pdf); box == nil || string(box[1]) != "594" && string(box[1]) != "595" || string(box[2]) != "841" && string(box[2]) != "842" {
		t.Errorf("the paper is %q, not A4", box)
	}
	for _, uri := range asked {
		if strings.Contains(uri, "page.test") {
			t.Errorf("the page asks for %q", uri)
		}
	}
}

// brightness is that of the corner of a picture, 0 to 1.
func brightness(t *testing.T, picture string) float64 {
	t.Helper()
	f, err := os.Open(picture)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	image, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	r, g, b, _ := image.At(3, 3).RGBA()
	return float64(r+g+b) / (3 * 0xffff)
}

// What a browser writes is not kept of a terminal's escapes.
func TestTextIsClean(t *testing.T) {
	r := learned()
	r.Costs[0].Prompt = show.Inline("\x1b]0;owned\x07 which?")
	for _, line := range append(r.Plain(), r.Text(show.Page{Width: 80})...) {
		if strings.ContainsAny(line, "\x1b\x07") {
			t.Errorf("%q", line)
		}
	}
}
