package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/store"
	"kartei/store/atomicfile"
	"kartei/store/exchange"
	"kartei/store/place"
	"kartei/store/place/sealed"
	"kartei/store/plainfile"
)

// The key of an encrypted place is kept in two places: beside the settings of each
// machine, for that user alone, and in the place itself, sealed with a passphrase, for
// the next machine.

// keyPath is where the key to the place of a set lies.
func keyPath(set string) (string, error) {
	settings, err := settingsPath()
	return filepath.Join(filepath.Dir(settings), "sync-"+set+".key"), err
}

// maxKey bounds a file with a key.
const maxKey = 4 << 10

// loadKey reads the key to the place of a set.
func loadKey(set string) (*sealed.Key, string, error) {
	path, err := keyPath(set)
	if err != nil {
		return nil, path, err
	}
	f, err := plainfile.Open(path)
	if err != nil {
		return nil, path, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxKey))
	if err != nil {
		return nil, path, err
	}
	key, err := sealed.ParseKey(string(text))
	return key, path, err
}

// saveKey keeps the key to the place of a set, for this user alone.
func saveKey(set string, key *sealed.Key) (path string, err error) {
	if path, err = keyPath(set); err != nil {
		return path, err
	}
	if err := atomicfile.MakeFolder(filepath.Dir(path), 0o700); err != nil {
		return path, err
	}
	return path, atomicfile.Write(path, atomicfile.Private, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "# opens the place through which Kartei syncs (set %s); keep it secret\n%s", set, key)
		return err
	})
}

// openSealed opens an encrypted place with the key that this machine has.
func openSealed(p place.Place, address, set string) (place.Place, error) {
	key, path, err := loadKey(set)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.Failf("kartei sync join "+shellWords([]string{address})+" asks for the passphrase and makes it anew",
			"the place is encrypted, and its key is missing: there is no %s", path)
	case err != nil:
		return nil, fault.WithHint(fault.Failed, fmt.Errorf("%s: %w", path, err),
			"move it away, then kartei sync join "+shellWords([]string{address})+" asks for the passphrase and makes it anew")
	}
	return sealed.Open(p, key), nil
}

// beginSealed begins an encrypted place. Its key is there before it begins, so that
// whoever finds a place that has begun can join it.
func (e *env) beginSealed(ctx context.Context, st *store.Store, p place.Place, address, name string) (place.Place, error) {
	if _, err := exchange.ReadSet(ctx, p); err == nil {
		return nil, place.ErrExists
	} else if !errors.Is(err, place.ErrNotFound) {
		return nil, err
	}
	key, err := e.newKey(ctx, p)
	if err != nil {
		return nil, err
	}
	p = sealed.Open(p, key)
	if err := st.InitPlace(ctx, p, address, name, true); err != nil {
		return nil, err
	}
	state, err := st.Place(ctx)
	if err != nil {
		return nil, err
	}
	return p, e.keepKey(state.Set, key)
}

// joinSealed opens an encrypted place for a machine that may have no key yet.
func (e *env) joinSealed(ctx context.Context, p place.Place, address, set string) (place.Place, error) {
	if _, _, err := loadKey(set); !errors.Is(err, fs.ErrNotExist) {
		return openSealed(p, address, set)
	}
	key, err := e.fetchKey(ctx, p, address)
	if err != nil {
		return nil, err
	}
	return sealed.Open(p, key), e.keepKey(set, key)
}

// keepKey keeps a key and says where.
func (e *env) keepKey(set string, key *sealed.Key) error {
	path, err := saveKey(set, key)
	if err == nil {
		e.Say("the place is encrypted, and its key is in %s; without that or the passphrase nobody can read it, nor can you", show.Line(path))
	}
	return err
}

// minPassphrase is how many characters a passphrase has at least: whoever keeps the
// place may try as many as they like.
const minPassphrase = 10

// newKey makes a key, and puts it into a place that is to begin, under a passphrase.
func (e *env) newKey(ctx context.Context, p place.Place) (*sealed.Key, error) {
	passphrase, err := e.newPassphrase(ctx)
	if err != nil {
		return nil, err
	}
	key, err := sealed.NewKey()
	if err != nil {
		return nil, err
	}
	wrapped, err := key.Wrap(passphrase)
	if err != nil {
		return nil, err
	}
	err = p.Put(ctx, place.KeyName, wrapped)
	if errors.Is(err, place.ErrExists) { // of an attempt that was broken off, as the place has not begun
		if err = p.Delete(ctx, place.KeyName); err == nil {
			err = p.Put(ctx, place.KeyName, wrapped)
		}
	}
	return key, err
}

// newPassphrase asks for a passphrase; at a terminal twice, as nobody sees it.
func (e *env) newPassphrase(ctx context.Context) (string, error) {
	for {
		first, err := e.passphrase(ctx, "A passphrase for the place, which is not shown:")
		if err != nil {
			return "", err
		}
		if utf8.RuneCountInString(first) < minPassphrase {
			err := fault.Failf("four words that do not belong together are easy to remember and hard to guess",
				"a passphrase has at least %d characters", minPassphrase)
			if !e.AtTerminal() {
				return "", err
			}
			e.Say("%v", err)
			continue
		}
		if !e.AtTerminal() {
			return first, nil
		}
		second, err := e.passphrase(ctx, "Once more:")
		if err != nil || first == second {
			return first, err
		}
		e.Say("these are not the same; once more from the beginning")
	}
}

// passphrase reads a passphrase, the same however a keyboard composes its letters.
func (e *env) passphrase(ctx context.Context, label string) (string, error) {
	text, err := e.Secret(ctx, label)
	if errors.Is(err, ask.ErrQuit) {
		err = fault.Failf("type it at a terminal, or send it as a line to the input of the command", "a passphrase is needed, and the input has ended")
	}
	return norm.NFC.String(text), err
}

// tries is how often a passphrase is asked for.
const tries = 3

// fetchKey gets the key of a place that another machine began, with the passphrase.
func (e *env) fetchKey(ctx context.Context, p place.Place, address string) (*sealed.Key, error) {
	wrapped, err := p.Get(ctx, place.KeyName, maxKey)
	if errors.Is(err, place.ErrNotFound) {
		return nil, fault.Failf("wait until all of it has come here, and try again",
			"%s is encrypted, and its key (%s) is not there", address, place.KeyName)
	}
	if err != nil {
		return nil, err
	}
	for n := 1; ; n++ {
		passphrase, err := e.passphrase(ctx, "The passphrase of the place, which is not shown:")
		if err != nil {
			return nil, err
		}
		key, err := sealed.Unwrap(wrapped, passphrase)
		switch {
		case err == nil:
			return key, nil
		case !errors.Is(err, sealed.ErrPassphrase):
			return nil, fmt.Errorf("%s: %w", place.KeyName, err)
		case n == tries || !e.AtTerminal():
			return nil, fault.WithHint(fault.Failed, err, "it is the one that was chosen with kartei sync init --encrypt; nobody can tell it to you")
		}
		e.Say("%v", err)
	}
}
