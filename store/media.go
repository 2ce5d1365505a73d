package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
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

// Media implements [exchange.Collection]: it finds the pictures and sounds of a deck whose
// files are here.
func (x exchanging) Media(ctx context.Context, deck string) ([]segment.Medium, error) {
	root, names, err := x.mediaNames(ctx, deck)
	if err != nil || root == "" || len(names) == 0 {
		return nil, err
	}
	folder, err := os.OpenRoot(root)
	if err != nil {
		return nil, nil // it is said where the deck is asked
	}
	defer folder.Close()
	var all []segment.Medium
	for _, name := range names {
		data, err := readMedium(folder, name)
		if err != nil {
			continue // check says what is wrong with it
		}
		sum := sha256.Sum256(data)
		all = append(all, segment.Medium{Name: name, Digest: hex.EncodeToString(sum[:]), Size: int64(len(data))})
	}
	return all, nil
}

// mediaNames returns the folder of a deck, and what its cards name in it; no folder if
// the deck's files are not on this machine.
func (x exchanging) mediaNames(ctx context.Context, deck string) (root string, names []string, err error) {
	rows, err := x.db.QueryContext(ctx, selectDecks+` WHERE deck = ?`, deck)
	found, err := sqlite.Collect(rows, err, scanDeck)
	if err != nil || len(found) == 0 || !filepath.IsAbs(found[0].Root) || x.IsElsewhere(found[0].Root) {
		return "", nil, sqlite.Explain("find deck "+deck, err)
	}
	root = found[0].Root
	for f, err := range x.Facts(ctx, found[0]) {
		if err != nil {
			return "", nil, err
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
	return root, slices.Compact(names), nil
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
	root, _, err := x.mediaNames(ctx, deck)
	if err != nil {
		return nil, err
	}
	folder, err := os.OpenRoot(root)
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
		info, err := os.Lstat(filepath.Join(root, filepath.FromSlash(m.Name)))
		if !safeName(m.Name) || err == nil && info.Size() == m.Size {
			continue
		}
		lacks = append(lacks, m)
	}
	return lacks, nil
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
