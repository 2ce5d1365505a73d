package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/cmd/internal/screentest"
)

const readme = "../../README.md"

// A block of the README: "```console" holds commands and what they print,
// "```markdown NAME" a file that the commands after it need, and a "```text"
// below "<!-- screen NAME -->" a screen of the terminal tests.
var block = regexp.MustCompile("(?ms)^(<!-- screen ([a-z-]+) -->\n)?```(console|markdown [a-z.]+|text)\n(.*?)^```$")

// Every command of the README does what the README says, in the order in which
// a reader would type them, on a machine that has never seen Kartei.
func TestReadme(t *testing.T) {
	t.Parallel()
	newReader(t).read(readme)
}

// So does every command of the pages about Anki; geo.apkg is one that Anki wrote.
func TestReadmeOfAnki(t *testing.T) {
	t.Parallel()
	reader := newReader(t)
	text, err := os.ReadFile("../../decks/anki/testdata/packages/latest.apkg")
	if err != nil {
		t.Fatal(err)
	}
	reader.write("geo.apkg", string(text))
	reader.read("../../decks/anki/README.md")
}

// read types the commands of a page, and compares what they print.
func (r *reader) read(page string) {
	t, reader := r.t, r
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	want := block.ReplaceAllStringFunc(string(text), func(whole string) string {
		part := block.FindStringSubmatch(whole)
		screen, info, body := part[2], part[3], part[4]
		file, isFile := strings.CutPrefix(info, "markdown ")
		switch {
		case isFile:
			reader.write(file, body)
		case info == "console":
			body = reader.follow(body)
		case screen != "":
			golden, err := os.ReadFile(filepath.Join("testdata", screen+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			body = string(golden)
		}
		return part[1] + "```" + info + "\n" + body + "```"
	})
	if screentest.Updating() {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("%s does not show what happens (-happens +shown):\n%s\nmend it with: go test ./cmd/kartei -run TestReadme -update", page, diff)
	}
}

// The commands that build and test are run by .ci/run itself.
func TestReadmeCommandsAreInCI(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	ci, err := os.ReadFile("../../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	sh := regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")
	found := 0
	for _, m := range sh.FindAllStringSubmatch(string(text), -1) {
		for _, command := range strings.Split(strings.TrimSpace(m[1]), "\n") {
			command, _, _ = strings.Cut(command, "#")
			command = strings.TrimSpace(command)
			if found++; !strings.Contains(string(ci), command) {
				t.Errorf(".ci/run does not run %q", command)
			}
		}
	}
	if found < 2 {
		t.Errorf("the README shows %d commands in sh blocks, want the main one and its tests", found)
	}
}

// The prompts that the README shows say what there is to do today, in the shells that
// are here.
func TestReadmePrompts(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile("(?m)^```shell\n(PS1=.*)\n(setopt .*)\n(set -g .*)\n```$").FindStringSubmatch(string(text))
	if lines == nil {
		t.Fatal("the README shows no prompts")
	}
	l := newLearner(t)
	l.run("decks")
	for _, of := range []struct {
		shell string
		args  []string
	}{
		{"bash", []string{"--norc", "-c", "PS1='$ '\n" + lines[1] + "\nprintf %s \"${PS1@P}\""}},
		{"zsh", []string{"-fc", "PROMPT='$ '\n" + lines[2] + "\nprint -nP $PROMPT"}},
		{"tmux", []string{"-L", "kartei-readme-" + filepath.Base(t.TempDir()), "-f", "/dev/null", "start-server", ";", "source-file", "-n", "-"}},
	} {
		program, err := exec.LookPath(of.shell)
		if err != nil {
			t.Logf("SKIPPED: there is no %s here", of.shell)
			continue
		}
		cmd := exec.Command(program, of.args...)
		cmd.Env, cmd.Stdin = l.env, strings.NewReader(lines[3]+"\n")
		out, err := cmd.CombinedOutput()
		if want := "[40 new] $ "; err != nil || of.shell != "tmux" && string(out) != want || of.shell == "tmux" && len(out) > 0 {
			t.Errorf("%s: %v: %q, want %q", of.shell, err, out, want)
		}
	}
}

// The tests that the README names for its promises are there.
func TestReadmeNamesTests(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	for _, folder := range []string{".", "../internal/cli", "../../store", "../../store/atomicfile"} {
		files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(source)
		}
	}
	names := regexp.MustCompile("`(Test[A-Za-z]+|KARTEI_[A-Z]+)").FindAllStringSubmatch(string(text), -1)
	for _, m := range names {
		if !strings.Contains(all.String(), "func "+m[1]+"(t *testing.T)") && !strings.Contains(all.String(), `os.Getenv("`+m[1]+`")`) {
			t.Errorf("there is no %s", m[1])
		}
	}
	if len(names) < 20 {
		t.Errorf("the README names %d tests of its promises", len(names))
	}
}

// A reader types the README's commands into a shell.
type reader struct {
	t    *testing.T
	dir  string
	env  []string
	bin  string
	home string
	desk string // home of another machine, at the prompt "desktop$ "
}

func newReader(t *testing.T) *reader {
	r := &reader{t: t, dir: t.TempDir(), bin: t.TempDir(), home: t.TempDir(), desk: t.TempDir()}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// Some program keeps ~/Sync alike on both machines.
	err = errors.Join(os.Symlink(self, filepath.Join(r.bin, "kartei")), os.Mkdir(filepath.Join(r.home, "Sync"), 0o755),
		os.Symlink(filepath.Join(r.home, "Sync"), filepath.Join(r.desk, "Sync")))
	if err != nil {
		t.Fatal(err)
	}
	r.env = []string{
		"PATH=" + r.bin + string(filepath.ListSeparator) + os.Getenv("PATH"), "HOME=" + r.home, "TERM=xterm-256color", raceExit,
		"KARTEI_NOW=" + morning, "KARTEI_SEED=1", asKartei + "=1",
	}
	return r
}

func (r *reader) write(name, body string) {
	if err := os.WriteFile(filepath.Join(r.dir, name), []byte(body), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// prompt begins what is typed, on this machine or another.
var prompt = regexp.MustCompile(`^(laptop|desktop)?\$ `)

// follow types each line after a prompt and puts what it prints below it.
func (r *reader) follow(body string) string {
	var b strings.Builder
	for _, line := range strings.Split(body, "\n") {
		at := prompt.FindString(line)
		if at == "" {
			continue
		}
		sh := exec.Command("sh", "-c", strings.TrimPrefix(line, at))
		sh.Dir, sh.Env = r.dir, r.env
		if at == "desktop$ " {
			sh.Env = append(sh.Env, "HOME="+r.desk)
		}
		out, _ := sh.CombinedOutput() // a failing command shows its message
		b.WriteString(line + "\n" + strings.NewReplacer(r.home, "/home/you", r.desk, "/home/you").Replace(string(out)))
	}
	return b.String()
}

// And every command of the page about other programs, of which each has a little of its
// own there.
func TestReadmeOfOthers(t *testing.T) {
	t.Parallel()
	reader := newReader(t)
	for name, data := range otherPrograms(t) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(reader.dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		reader.write(name, string(data))
	}
	reader.read("../../decks/notebook/README.md")
}
