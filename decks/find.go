package decks

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"kartei/decks/syntax"
)

// A finding is a file to be read, or why it can not be.
type finding struct {
	path  string
	fault *Diagnostic
}

// fault makes a diagnostic about a file as a whole.
func fault(file string, severity Severity, rule, message, hint string) *Diagnostic {
	return &Diagnostic{File: file, Severity: severity, Rule: rule, Message: message, Hint: hint}
}

// find lists the deck sources below the paths, sorted, each once, and the folders
// that it looked into.
func find(fsys fs.FS, paths []string) (found []finding, folders Sights, err error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	beside := map[string]*claims{}
	for _, p := range paths {
		info, err := fs.Stat(fsys, path.Clean(p))
		if err != nil {
			return nil, nil, fmt.Errorf("read decks: %w", err)
		}
		if p = path.Clean(p); info.IsDir() {
			found, folders, err = findBelow(fsys, p, found, folders)
		} else {
			found, err = findBeside(fsys, p, found, beside)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("read decks: %w", err)
		}
	}
	slices.SortStableFunc(found, func(a, b finding) int { return strings.Compare(a.path, b.path) })
	return slices.CompactFunc(found, func(a, b finding) bool { return a.path == b.path }), folders, nil
}

// Sources lists the deck sources that [Compile] reads in a folder and its
// subfolders, sorted, and says why it does not read the others.
func Sources(fsys fs.FS) (names []string, faults []Diagnostic, err error) {
	found, _, err := find(fsys, nil)
	for _, f := range found {
		switch {
		case f.fault != nil:
			faults = append(faults, *f.fault)
		case fs.ValidPath(f.path):
			names = append(names, f.path)
		}
	}
	return names, faults, err
}

// findBelow lists the sources in a folder and its subfolders, but for those that
// .gitignore leaves out. Symbolic links
// are looked at, but a folder behind one is not entered.
func findBelow(fsys fs.FS, root string, found []finding, folders Sights) ([]finding, Sights, error) {
	git := ignored{fsys, map[string][]string{}}
	err := fs.WalkDir(fsys, root, func(p string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && p == root:
			return err
		case err != nil:
			found = append(found, finding{p, fault(p, Error, "unreadable", "this can not be read: "+reasonOf(err),
				"let your user account read it")})
			return nil
		case p != root && strings.HasPrefix(path.Base(p), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case p != root && entry.IsDir() && git.folder(p):
			return fs.SkipDir
		case !entry.IsDir() && strings.EqualFold(path.Ext(p), ".md"):
			if f, ok := inspect(fsys, p, entry.Type()); ok {
				found = append(found, f)
			}
		case entry.IsDir():
			if info, err := entry.Info(); err == nil { // before it is listed: what comes later is a change
				folders = append(folders, sightOf(p, info))
			}
		}
		return nil
	})
	return found, folders, err
}

// inspect decides about a file by its type. Nothing but a regular file is ever
// opened: reading a pipe would wait for ever.
func inspect(fsys fs.FS, p string, mode fs.FileMode) (f finding, ok bool) {
	switch {
	case mode.IsRegular():
		return finding{path: p}, true
	case mode&fs.ModeSymlink != 0:
		return inspectLink(fsys, p)
	}
	return finding{p, fault(p, Error, "not-a-file", "this is not an ordinary file",
		"move it elsewhere, or give it a name that does not end in .md")}, true
}

// inspectLink follows a symbolic link by names only, so that it is known where
// it leads before anything is opened. A link to a source within the tree is no
// second source.
func inspectLink(fsys fs.FS, p string) (f finding, ok bool) {
	target, err := resolveLink(fsys, p)
	if errors.Is(err, errOutside) {
		return finding{p, fault(p, Error, "link-outside", "this link leads out of the folder",
			"copy the file here instead")}, true
	}
	if err != nil {
		return finding{p, fault(p, Error, "unreadable", "this link leads nowhere: "+reasonOf(err),
			"delete it, or let it name a file")}, true
	}
	info, err := fs.Stat(fsys, target)
	switch {
	case err != nil:
		return finding{p, fault(p, Error, "unreadable", "this link leads nowhere: "+reasonOf(err),
			"delete it, or let it name a file")}, true
	case info.IsDir():
		return finding{p, fault(p, Warning, "link-to-folder", "this link leads to a folder and is not followed",
			"name the folder itself on the command line")}, true
	case !info.Mode().IsRegular():
		return inspect(fsys, p, info.Mode().Type())
	}
	return finding{path: p}, !strings.EqualFold(path.Ext(target), ".md")
}

var errOutside = errors.New("outside of the folder")

// maxLinks limits how many links one name may lead through.
const maxLinks = 40

// resolveLink returns the name, within fsys, that a symbolic link ends at.
func resolveLink(fsys fs.FS, name string) (string, error) {
	done, rest := ".", strings.Split(name, "/")
	for links := 0; len(rest) > 0; {
		next := path.Join(done, rest[0])
		info, err := fs.Lstat(fsys, next)
		if err != nil {
			return "", err
		}
		rest = rest[1:]
		if info.Mode()&fs.ModeSymlink == 0 {
			done = next
			continue
		}
		if links++; links > maxLinks {
			return "", errors.New("too many links")
		}
		target, err := fs.ReadLink(fsys, next)
		if err != nil {
			return "", err
		}
		target = path.Join(done, strings.ReplaceAll(target, `\`, "/"))
		if isAbsolute(fsys, next) || !fs.ValidPath(target) {
			return "", errOutside
		}
		done, rest = ".", append(strings.Split(target, "/"), rest...)
	}
	return done, nil
}

// isAbsolute reports whether a link names its target from the root of the system.
func isAbsolute(fsys fs.FS, link string) bool {
	target, err := fs.ReadLink(fsys, link)
	return err != nil || strings.HasPrefix(target, "/") || strings.HasPrefix(target, `\`) ||
		len(target) > 1 && target[1] == ':'
}

// findBeside lists one file, and those in its folder that name the same deck or
// claim to be it. What a folder holds is read once, into folders.
func findBeside(fsys fs.FS, p string, found []finding, folders map[string]*claims) ([]finding, error) {
	info, err := fs.Lstat(fsys, p)
	if err != nil {
		return nil, err
	}
	f, ok := inspect(fsys, p, info.Mode().Type())
	if !ok {
		f = finding{path: p} // a link that the caller named
	}
	found = append(found, f)
	deck, id := claimOf(fsys, f)
	if id == "" {
		return found, nil
	}
	beside := folders[path.Dir(p)]
	if beside == nil {
		beside = claimsIn(fsys, path.Dir(p))
		folders[path.Dir(p)] = beside
	}
	for _, name := range beside.take(deck, id) {
		found = append(found, finding{path: name})
	}
	return found, nil
}

// claims are the files of a folder by the deck that they name and by the
// identity that they claim for it.
type claims struct{ byDeck, byID map[string][]string }

func claimsIn(fsys fs.FS, folder string) *claims {
	c := &claims{map[string][]string{}, map[string][]string{}}
	entries, err := fs.ReadDir(fsys, folder)
	if err != nil {
		return c
	}
	for _, e := range entries {
		name := path.Join(folder, e.Name())
		if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") || !strings.EqualFold(path.Ext(name), ".md") {
			continue
		}
		deck, id := claimOf(fsys, finding{path: name})
		if deck != "" {
			c.byDeck[deck] = append(c.byDeck[deck], name)
		}
		c.byID[id] = append(c.byID[id], name)
	}
	return c
}

// take returns the files that name a deck or claim to be it, each time only those
// that were not returned before.
func (c *claims) take(deck, id string) []string {
	names := append(c.byID[id], c.byDeck[deck]...)
	delete(c.byID, id)
	delete(c.byDeck, deck)
	return names
}

// claimOf returns the deck that a file's header names, and the identity that it
// claims for it; nothing if there is no such header.
func claimOf(fsys fs.FS, f finding) (deck, id string) {
	if f.fault != nil {
		return "", ""
	}
	text, _, bad := readSource(fsys, f.path)
	if bad != nil {
		return "", ""
	}
	h := syntax.ParseHeader(f.path, text)
	if e := h.Get("deck"); e != nil {
		deck = e.Value.Text
	}
	return deck, idOf(h, deck)
}

// readSource reads a file up to the limit. The sight is how it looked before; the
// zero one is of a file that could not be opened.
func readSource(fsys fs.FS, p string) ([]byte, Sight, *Diagnostic) {
	text, seen, err := readUpTo(fsys, p, syntax.MaxFile+1)
	if err != nil {
		return nil, seen, fault(p, Error, "unreadable", "this file can not be read: "+reasonOf(err),
			"let your user account read it")
	}
	if len(text) > syntax.MaxFile {
		return nil, seen, fault(p, Error, "file-too-long",
			fmt.Sprintf("the file has more than %d MiB", syntax.MaxFile>>20),
			"split it: several files may name one deck")
	}
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
		return nil, seen, fault(p, Error, "bad-utf8", "the file is UTF-16 text", "save the file as UTF-8")
	}
	return text, seen, nil
}

func readUpTo(fsys fs.FS, p string, limit int64) (text []byte, seen Sight, err error) {
	file, err := fsys.Open(p)
	if err != nil {
		return nil, seen, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, seen, err
	}
	seen = sightOf(p, info)
	size := min(info.Size(), limit)
	text = make([]byte, 0, size+512)
	for {
		n, err := file.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		if err == io.EOF || int64(len(text)) >= limit {
			return text, seen, nil
		}
		if err != nil {
			return nil, seen, err
		}
		if len(text) == cap(text) {
			text = slices.Grow(text, len(text)/2+512)
		}
	}
}

// reasonOf returns what the system said, without the path, which the diagnostic
// has already.
func reasonOf(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	return err.Error()
}
