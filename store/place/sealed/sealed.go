// Package sealed encrypts what is put into another place, with age. Whoever keeps that
// place sees how large its objects are and when they come and go, and nothing else: not
// what is in them, and not of which kind or machine they are, or how many rows they
// hold, as their names are encrypted, too. Nobody without the key can make an object
// that is taken for one, or pass off one for another: each has its name inside.
//
// The key is one of age. It is kept by each machine, and lies in the place, sealed with
// a passphrase, for the next machine. Any object can be opened by hand, too:
//
//	age -d -i KEYFILE OBJECT
//
// Its name is the first line of what comes out.
package sealed

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"filippo.io/age"

	"kartei/store/place"
)

// A Place is a [place.Place] of which the objects are in another, sealed.
type Place struct {
	inner place.Place
	key   *Key

	mu     sync.Mutex
	copies map[string]string // what others made of our objects: where it is, by the name that List gives it
}

// Open seals a place with a key.
func Open(inner place.Place, key *Key) *Place {
	return &Place{inner: inner, key: key, copies: map[string]string{}}
}

// open reports whether an object is not sealed.
func open(name string) bool { return name == place.SetName || name == place.KeyName }

// List implements [place.Place]. A copy that a syncer has made of an object has the
// name of that, and after it what the syncer has added. Where nothing at all can be
// opened with the key, the error wraps [place.ErrRefused].
func (p *Place) List(ctx context.Context, prefix string) ([]place.Object, error) {
	around := ""
	if strings.Contains(prefix, "/") {
		around = p.key.folder(prefix) + "/"
	}
	found, err := p.list(ctx, around, prefix)
	if err == nil && len(found) == 0 && around != "" { // the folder has another name for another key
		found, err = p.list(ctx, "", prefix)
	}
	slices.SortFunc(found, func(a, b place.Object) int { return strings.Compare(a.Name, b.Name) })
	return found, err
}

// list lists what has a prefix, of that which has one in the other place.
func (p *Place) list(ctx context.Context, around, prefix string) (found []place.Object, err error) {
	all, err := p.inner.List(ctx, around)
	if err != nil {
		return nil, err
	}
	known, foreign := false, false
	for _, o := range all {
		switch name, ok := p.name(o.Name); {
		case !ok:
			foreign = foreign || strings.HasSuffix(o.Name, suffix)
		default:
			known = known || !open(name)
			if strings.HasPrefix(name, prefix) {
				found = append(found, place.Object{Name: name, Size: p.size(name, o)})
			}
		}
	}
	if foreign && !known {
		return nil, fmt.Errorf("%w: all that is there was sealed with another key", place.ErrRefused)
	}
	return found, nil
}

// name returns the name of an object that the other place has under another.
func (p *Place) name(sealed string) (name string, ok bool) {
	if open(sealed) {
		return sealed, true
	}
	name, rest, ok := p.key.openName(sealed)
	if !ok || rest == suffix {
		return name, ok
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.copies[name+rest] = sealed
	return name + rest, true
}

// size returns the size of what is sealed.
func (p *Place) size(name string, o place.Object) int64 {
	if open(name) {
		return o.Size
	}
	own, _, _ := p.key.openName(o.Name)
	return max(0, opened(o.Size)-int64(len(own)+1))
}

// Get implements [place.Place].
func (p *Place) Get(ctx context.Context, name string, limit int64) ([]byte, error) {
	if open(name) {
		return p.inner.Get(ctx, name, limit)
	}
	if !fs.ValidPath(name) {
		return nil, fmt.Errorf("%q: %w", name, fs.ErrInvalid)
	}
	at, own := p.at(name)
	data, err := p.inner.Get(ctx, at, sealedSize(limit+int64(len(own)+1)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if data, err = p.key.open(data); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", name, place.ErrBroken, err)
	}
	data, ok := bytes.CutPrefix(data, []byte(own+"\n"))
	if !ok {
		return nil, fmt.Errorf("%s: %w: it has the name of another", name, place.ErrBroken)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: %w", name, place.ErrTooLarge)
	}
	return data, nil
}

// at returns where an object is in the other place, and the name that it has inside.
func (p *Place) at(name string) (at, own string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at, ok := p.copies[name]; ok {
		own, _, _ := p.key.openName(at)
		return at, own
	}
	return p.key.sealName(name), name
}

// Put implements [place.Place].
func (p *Place) Put(ctx context.Context, name string, data []byte) error {
	if open(name) {
		return p.inner.Put(ctx, name, data)
	}
	if err := place.CheckName(name); err != nil {
		return err
	}
	sealed, err := p.key.seal(slices.Concat([]byte(name+"\n"), data))
	if err != nil {
		return err
	}
	if err := p.inner.Put(ctx, p.key.sealName(name), sealed); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// Delete implements [place.Place].
func (p *Place) Delete(ctx context.Context, name string) error {
	if open(name) {
		return p.inner.Delete(ctx, name)
	}
	at, _ := p.at(name)
	return p.inner.Delete(ctx, at)
}

func (k *Key) seal(data []byte) ([]byte, error) {
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, k.identity.Recipient())
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err = w.Close()
	return sealed.Bytes(), err
}

func (k *Key) open(sealed []byte) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), k.identity)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// What age adds: a header, which is as long for each object of ours, and a tag for each
// chunk, of which there is one at least. See https://age-encryption.org/v1.
const (
	header = 168 + 16
	chunk  = 64 << 10
	tag    = 16
)

func sealedSize(n int64) int64 { return header + n + tag*max(1, (n+chunk-1)/chunk) }

// opened returns the size of what is in something sealed.
func opened(n int64) int64 {
	n -= header
	return n - tag*max(1, (n+chunk+tag-1)/(chunk+tag))
}
