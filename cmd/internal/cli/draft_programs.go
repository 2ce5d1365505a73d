package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks/draft"
	"kartei/decks/plural"
	"kartei/decks/textfile"
)

// How long other programs may take, and how much they may say about it.
const (
	pdfTime     = 2 * time.Minute
	sectionTime = 5 * time.Minute
	waitTime    = 2 * time.Second // for streams that a child of theirs holds open
	mostStderr  = 2000            // bytes
)

// readDocument reads a document; a PDF through pdftotext.
func readDocument(ctx context.Context, name string) (*draft.Document, error) {
	f, err := openRegular(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, draft.MaxDocument+1))
	if err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	title := name
	if bytes.HasPrefix(data, []byte("%PDF-")) {
		if data, err = pdfText(ctx, name); err != nil {
			return nil, err
		}
		title = strings.TrimSuffix(name, filepath.Ext(name)) + ".txt"
	}
	d, err := draft.Read(title, data)
	switch {
	case errors.Is(err, draft.ErrNoText) && title != name:
		return nil, fault.Failf("its pages may be scanned: ocrmypdf IN.pdf OUT.pdf puts text into them",
			"%s: there is no text in it", name)
	case errors.Is(err, textfile.ErrBinary):
		return nil, fault.Failf("save it as text, Markdown, HTML or PDF", "%s is not a text", name)
	case errors.Is(err, draft.ErrNoText):
		return nil, fault.Failf("name a document with sentences", "%s: there is no text in it", name)
	}
	return d, err
}

// pdfText is the text of a PDF file, with form feeds between its pages.
func pdfText(ctx context.Context, name string) ([]byte, error) {
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		return nil, fault.Failf("install it (Debian and Ubuntu: apt install poppler-utils; macOS: brew install poppler), or save the document as text", "to read %s needs the program pdftotext", name)
	}
	path, err := filepath.Abs(name) // so that no name is taken for a flag
	if err != nil {
		return nil, err
	}
	out, said, err := runLimited(ctx, pdfTime, draft.MaxDocument, nil, program, "-q", "-enc", "UTF-8", path, "-")
	if err != nil {
		return nil, fault.Failf("open it in a PDF reader and save it as text",
			"pdftotext cannot read %s: %w%s", name, err, said)
	}
	return out, nil
}

// askProgram runs the author's program for each section and reads what it proposes.
func askProgram(
	ctx context.Context, con *console.Console, d *draft.Document, command string,
) ([]draft.Candidate, error) {
	words, err := splitCommand(command)
	if err != nil {
		return nil, err
	}
	program, err := exec.LookPath(words[0])
	if err != nil {
		return nil, fault.Failf("check the spelling; a program in this folder is ./"+filepath.Base(words[0]),
			"--with: there is no program %s", words[0])
	}
	p := con.Progress("%d sections asked")
	defer p.End()
	var all []draft.Candidate
	var dropped draft.Dropped
	failed, last := 0, error(nil)
	for i := range d.Sections {
		p.At(i, len(d.Sections))
		s := &d.Sections[i]
		out, said, err := runLimited(ctx, sectionTime, draft.MaxProposals, strings.NewReader(s.Prompt()), program,
			words[1:]...)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			failed, last = failed+1, fmt.Errorf("%w%s", err, said)
		}
		all = append(all, draft.ReadProposals(s, out, &dropped)...)
	}
	p.End()
	if failed == len(d.Sections) {
		return nil, fault.Failf("try it by hand: "+command+" < SECTION.txt",
			"--with: %s failed for each section: %w", words[0], last)
	}
	if failed > 0 {
		con.Say("--with: %s failed for %s of %d: %s", show.Line(words[0]), plural.Count(failed, "section"),
			len(d.Sections), show.Line(last.Error()))
	}
	con.Say("--with: %s; %d dropped without evidence in the document, %d not usable",
		plural.Count(len(all), "proposal"), dropped.Unproved, dropped.Unusable)
	return all, nil
}

var errTooMuch = errors.New("it says too much")

// runLimited runs a program for so long and reads so much of what it says; beyond
// either limit the program is stopped, and what it has said so far is returned.
func runLimited(
	ctx context.Context, limit time.Duration, most int, in io.Reader, program string, args ...string,
) (out []byte, said string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("it took more than %s", limit))
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	stdout, stderr := &limitedBuffer{most: most, full: cancel}, &limitedBuffer{most: mostStderr}
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = in, stdout, stderr, waitTime
	killWithChildren(cmd)
	err = cmd.Run()
	switch {
	case stdout.over:
		err = errTooMuch
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		err = context.Cause(ctx)
	}
	if text := strings.TrimSpace(string(stderr.data)); text != "" {
		said = ": " + show.Cut(show.Line(text), 200)
	}
	return stdout.data, said, err
}

// A limitedBuffer keeps the first bytes of what is written to it, and calls full,
// if not nil, when there are more.
type limitedBuffer struct {
	data []byte
	most int
	full func()
	over bool
}

func (b *limitedBuffer) Write(data []byte) (int, error) {
	room := b.most - len(b.data)
	b.data = append(b.data, data[:min(len(data), room)]...)
	if len(data) > room && !b.over {
		b.over = true
		if b.full != nil {
			b.full()
		}
	}
	return len(data), nil
}
