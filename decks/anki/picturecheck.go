package anki

import (
	"bytes"
	"io"
)

// A pictureCheck knows the pictures of a package, each of which it looks at once.
type pictureCheck struct {
	archive *archive
	entries map[string]string
	problem func(name string, size int64, head []byte) error // may be nil
	made    func(name string) bool                           // it is made of another
	known   map[string]string                                // what is wrong with them, "" for nothing
}

// problemOf says why a picture cannot be shown, in words of a loss.
func (g *pictureCheck) problemOf(name string) string {
	problem, ok := g.known[name]
	if !ok {
		problem = g.look(name)
		g.known[name] = problem
	}
	return problem
}

func (g *pictureCheck) look(name string) string {
	entry := g.entries[name]
	switch {
	case g.made(name):
		return ""
	case entry == "":
		return "picture that is not in the package"
	case g.problem == nil:
		return ""
	}
	in, err := g.archive.open(entry, maxMedium)
	if err != nil {
		return "picture that cannot be unpacked"
	}
	defer in.Close()
	var head bytes.Buffer
	size, err := io.Copy(io.Discard, io.TeeReader(in, &firstBytes{&head}))
	if err != nil {
		return "picture that cannot be unpacked"
	}
	if err := g.problem(name, size, head.Bytes()); err != nil {
		return "picture that " + err.Error()
	}
	return ""
}

// firstBytes keeps the first 64 bytes that are written.
type firstBytes struct{ *bytes.Buffer }

func (f *firstBytes) Write(p []byte) (int, error) {
	f.Buffer.Write(p[:min(len(p), max(64-f.Len(), 0))])
	return len(p), nil
}
