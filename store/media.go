package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/decks/mediafile"
	"kartei/store/segment"
	"kartei/store/sqlite"
)

// mediaNames is the setting that remembers what the texts of decks name in their folders.
const mediaNames = "sync-media"

// namedMedia is what a text of a deck names in its folder.
type namedMedia struct {
	Text  string   `json:"text"` // its digest
	Names []string `json:"names"`
}

// A checkedOut deck is one whose files are here.
type checkedOut struct{ deck, root, text string }

// checkedOut finds the decks whose files are here.
func (x exchanging) checkedOut(ctx context.Context) ([]checkedOut, error) {
	rows, err := x.db.QueryContext(ctx, `SELECT deck, root, lower(hex(digest)) FROM decks WHERE retired = 0 ORDER BY deck`)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (d checkedOut, err error) { return d, rows.Scan(&d.deck, &d.root, &d.text) })
	return slices.DeleteFunc(all, func(d checkedOut) bool { return !filepath.IsAbs(d.root) || x.IsElsewhere(d.root) }),
		sqlite.Explain("find the decks", err)
}

// MediaMarks implements [exchange.Collection]. To look at every card takes long, so that
// it does once for each text.
func (x exchanging) MediaMarks(ctx context.Context) (map[string]string, error) {
	all, err := x.checkedOut(ctx)
	if err != nil {
		return nil, err
	}
	known, err := x.namedMedia(ctx)
	if err != nil {
		return nil, err
	}
	marks, named, changed := map[string]string{}, map[string]namedMedia{}, false
	for _, d := range all {
		n := known[d.deck]
		if n.Text != d.text {
			changed = true
			if n.Names, err = x.readNames(ctx, d.deck); err != nil {
				return nil, err
			}
			n.Text = d.text
		}
		named[d.deck] = n
		if folder, err := os.OpenRoot(d.root); err == nil { // else it may come back as it was
			marks[d.deck] = markOf(folder, n.Names)
			folder.Close()
		}
	}
	if !changed {
		return marks, nil
	}
	text, err := json.Marshal(named)
	if err == nil {
		err = x.setting(ctx, mediaNames, string(text))
	}
	return marks, sqlite.Explain("remember the pictures of decks", err)
}

// namedMedia is what is remembered, by deck.
func (x exchanging) namedMedia(ctx context.Context) (all map[string]namedMedia, err error) {
	var text string
	err = x.db.QueryRowContext(ctx, `SELECT coalesce(max(value), '') FROM settings WHERE name = ?`, mediaNames).Scan(&text)
	if json.Unmarshal([]byte(text), &all) != nil {
		all = nil // it is found anew
	}
	return all, sqlite.Explain("read the pictures of decks", err)
}

// markOf is another one when a file in a folder is another one, by its size or time.
func markOf(folder *os.Root, names []string) string {
	if len(names) == 0 {
		return ""
	}
	sum := sha256.New()
	for _, name := range names {
		info, err := folder.Stat(filepath.FromSlash(mediafile.Find(folder.FS(), name)))
		if err != nil {
			fmt.Fprintf(sum, "%q\n", name)
			continue
		}
		fmt.Fprintf(sum, "%q %d %d\n", name, info.Size(), info.ModTime().UnixNano())
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Media implements [exchange.Collection].
func (x exchanging) Media(ctx context.Context, deck string) ([]segment.Medium, error) {
	known, err := x.namedMedia(ctx)
	if err != nil || len(known[deck].Names) == 0 {
		return nil, err
	}
	folder, err := x.mediaFolder(ctx, deck)
	if err != nil {
		return nil, nil // it is said where the deck is asked
	}
	defer folder.Close()
	var all []segment.Medium
	for _, name := range known[deck].Names {
		data, err := readMedium(folder, name)
		if err != nil {
			continue // check says what is wrong with it
		}
		all = append(all, segment.Medium{Name: name, Digest: segment.DigestOf(data), Size: int64(len(data))})
	}
	return all, nil
}

// mediaFolder opens the folder of a deck.
func (x exchanging) mediaFolder(ctx context.Context, deck string) (*os.Root, error) {
	var root string
	if err := x.db.QueryRowContext(ctx, `SELECT root FROM decks WHERE deck = ?`, deck).Scan(&root); err != nil {
		return nil, sqlite.Explain("find deck "+deck, err)
	}
	return os.OpenRoot(root)
}

// readNames reads what the cards of a deck name in its folder.
func (x exchanging) readNames(ctx context.Context, deck string) (names []string, err error) {
	rows, err := x.db.QueryContext(ctx, selectDecks+` WHERE deck = ?`, deck)
	found, err := sqlite.Collect(rows, err, scanDeck)
	if err != nil || len(found) == 0 {
		return nil, sqlite.Explain("find deck "+deck, err)
	}
	for f, err := range x.Facts(ctx, found[0]) {
		if err != nil {
			return nil, err
		}
		for i := range f.Cards {
			for _, text := range texts(&f.Cards[i]) {
				for _, address := range mediafile.Named(text) {
					if at, err := mediafile.Name(f.File, address); err == nil && !strings.HasSuffix(at, ".md") {
						names = append(names, at)
					}
				}
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// texts are those of a card that may name a picture.
func texts(c *decks.Card) []string {
	all := append([]string{c.Prompt, c.Answer, c.Text, c.Hint, c.Note}, c.Items...)
	for _, o := range c.Options {
		all = append(all, o.Text, o.Why)
	}
	return slices.DeleteFunc(all, func(s string) bool { return !strings.Contains(s, "](") })
}

func readMedium(folder *os.Root, name string) ([]byte, error) {
	at := filepath.FromSlash(mediafile.Find(folder.FS(), name))
	info, err := folder.Stat(at)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > segment.MaxMedium) {
		err = errors.New("it is not a file that is carried")
	}
	if err != nil {
		return nil, err
	}
	f, err := folder.Open(at)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, segment.MaxMedium))
}

// ReadMedium implements [exchange.Collection].
func (x exchanging) ReadMedium(ctx context.Context, deck, name string) ([]byte, error) {
	folder, err := x.mediaFolder(ctx, deck)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	return readMedium(folder, name)
}

// LacksMedia implements [exchange.Collection]: which of them are not here, of a deck whose
// files are on another machine.
func (x exchanging) LacksMedia(ctx context.Context, deck string, all []segment.Medium) (lacks []segment.Medium, err error) {
	var root string
	err = x.db.QueryRowContext(ctx, `SELECT coalesce(max(root), '') FROM decks WHERE deck = ?`, deck).Scan(&root)
	if err != nil || !x.IsElsewhere(root) {
		return nil, sqlite.Explain("find deck "+deck, err)
	}
	for _, m := range all {
		if safeName(m.Name) && !hasMedium(root, m) {
			lacks = append(lacks, m)
		}
	}
	return lacks, nil
}

// hasMedium reports whether a folder has what a list says.
func hasMedium(root string, m segment.Medium) bool {
	folder, err := os.OpenRoot(root)
	if err != nil {
		return false
	}
	defer folder.Close()
	if info, err := folder.Lstat(filepath.FromSlash(m.Name)); err != nil || info.Size() != m.Size {
		return false
	}
	data, err := readMedium(folder, m.Name)
	return err == nil && segment.DigestOf(data) == m.Digest
}

// safeName refuses names of files that a stranger may give and that are none of a deck's
// pictures and sounds.
func safeName(name string) bool {
	return fs.ValidPath(name) && filepath.IsLocal(filepath.FromSlash(name)) && !strings.Contains("/"+name, "/.")
}

// TakeMedium implements [exchange.Collection]: it puts a picture where the deck's cards
// look for it.
func (x exchanging) TakeMedium(_ context.Context, deck string, m segment.Medium, data []byte) error {
	root := x.syncedRoot(deck)
	if err := os.MkdirAll(root, sqlite.FolderMode); err != nil {
		return err
	}
	folder, err := os.OpenRoot(root)
	if err != nil {
		return err
	}
	defer folder.Close()
	at := filepath.FromSlash(m.Name)
	if dir := path.Dir(m.Name); dir != "." {
		if err := folder.MkdirAll(filepath.FromSlash(dir), sqlite.FolderMode); err != nil {
			return err
		}
	}
	part := at + ".part"
	if err := folder.WriteFile(part, data, 0o600); err != nil {
		return err
	}
	return folder.Rename(part, at)
}
