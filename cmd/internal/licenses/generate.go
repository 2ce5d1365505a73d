//go:build ignore

// Generate writes NOTICES.txt and notices.txt.gz from the modules that are linked
// into the program; their texts come from the module cache. With -check it fails
// where what is there is not what it would write.
package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// systems are those that we build for; see .ci/run.
var systems = []string{"linux", "darwin", "windows", "freebsd"}

// asked is what the names of files begin with whose text has to come along.
var asked = regexp.MustCompile(`(?i)^(licen[cs]e|copying|copyright|notice|patents)`)

func main() {
	check := flag.Bool("check", false, "only compare")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "licenses:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	text, err := notices()
	if err != nil {
		return err
	}
	folder := filepath.FromSlash("cmd/internal/licenses")
	if _, err := os.Stat(folder); err != nil { // go generate runs in it
		folder = "."
	}
	plain, packed := filepath.Join(folder, "NOTICES.txt"), filepath.Join(folder, "notices.txt.gz")
	if check {
		return errors.Join(compare(plain, text), compare(packed, text))
	}
	var z bytes.Buffer
	w, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(text)
		err = errors.Join(err, w.Close())
	}
	return errors.Join(err, os.WriteFile(plain, text, 0o644), os.WriteFile(packed, z.Bytes(), 0o644))
}

// compare compares a file, unpacked, with what it should hold.
func compare(path string, want []byte) error {
	text, err := os.ReadFile(path)
	if err == nil && strings.HasSuffix(path, ".gz") {
		var z *gzip.Reader
		if z, err = gzip.NewReader(bytes.NewReader(text)); err == nil {
			text, err = io.ReadAll(z)
		}
	}
	if err == nil && !bytes.Equal(text, want) {
		err = fmt.Errorf("%s is not of the modules in go.mod: go generate ./cmd/internal/licenses", path)
	}
	return err
}

func notices() ([]byte, error) {
	folders, err := linked()
	if err != nil {
		return nil, err
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	folders["Go's standard library"] = strings.TrimSpace(string(root))
	var all bytes.Buffer
	all.WriteString("Kartei is made with these libraries. Its own license is LICENSE.\n")
	for _, module := range slices.SortedFunc(maps.Keys(folders),
		func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }) {
		entries, err := os.ReadDir(folders[module])
		if err != nil {
			return nil, fmt.Errorf("%s: %w (go mod download)", module, err)
		}
		found := false
		for _, e := range entries {
			if e.IsDir() || !asked.MatchString(e.Name()) || strings.HasSuffix(e.Name(), ".go") {
				continue
			}
			text, err := os.ReadFile(filepath.Join(folders[module], e.Name()))
			if err != nil {
				return nil, err
			}
			found = true
			text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
			fmt.Fprintf(&all, "\n\n==== %s: %s\n\n%s\n", module, e.Name(), bytes.TrimSpace(text))
		}
		if !found {
			return nil, fmt.Errorf("%s has no license in %s", module, folders[module])
		}
	}
	return all.Bytes(), nil
}

// linked returns the folders of the modules that are linked on any system, by path
// and version.
func linked() (map[string]string, error) {
	folders := map[string]string{}
	for _, system := range systems {
		cmd := exec.Command("go", "list", "-deps", "-f",
			"{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", "kartei/cmd/kartei")
		cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("list what is linked on %s: %w", system, err)
		}
		for line := range strings.Lines(string(out)) {
			if module, folder, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
				folders[module] = folder
			}
		}
	}
	return folders, nil
}
