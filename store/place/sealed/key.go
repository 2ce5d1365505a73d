package sealed

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// A Key opens and seals the objects of a place.
type Key struct {
	identity *age.X25519Identity
	// Made of the identity: what names are checked and encrypted with.
	check, cipher []byte
}

// NewKey makes a key, of random bytes.
func NewKey() (*Key, error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	return keyOf(identity), nil
}

func keyOf(identity *age.X25519Identity) *Key {
	derive := func(what string) []byte {
		h := hmac.New(sha256.New, []byte(identity.String()))
		h.Write([]byte("kartei sync 1: " + what))
		return h.Sum(nil)
	}
	return &Key{identity, derive("check names"), derive("encrypt names")}
}

// ParseKey reads a key as String writes it: a file that age takes with -i. Lines that
// begin with # say something to people.
func ParseKey(text string) (*Key, error) {
	var found *Key
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		identity, err := age.ParseX25519Identity(line)
		if err != nil || found != nil {
			return nil, errNotKey
		}
		found = keyOf(identity)
	}
	if found == nil {
		return nil, errNotKey
	}
	return found, nil
}

var errNotKey = errors.New("it does not hold a key of age (AGE-SECRET-KEY-1…), and no other")

// String returns the key, which is secret, as a line.
func (k *Key) String() string { return k.identity.String() + "\n" }

// ErrPassphrase is the error of a passphrase that is not that of a key.
var ErrPassphrase = errors.New("the passphrase is wrong")

// The work that it takes to try a passphrase, as a power of two: about a second, and
// 256 MB. A stranger's key may not ask for more than twice that.
const (
	work    = 18
	maxWork = work + 1
)

// maxWrapped bounds a key that is sealed with a passphrase.
const maxWrapped = 4 << 10

// Wrap seals the key with a passphrase. `age -d` opens it, too.
func (k *Key) Wrap(passphrase string) ([]byte, error) { return k.wrap(passphrase, work) }

func (k *Key) wrap(passphrase string, work int) ([]byte, error) {
	r, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, err
	}
	r.SetWorkFactor(work)
	var wrapped bytes.Buffer
	w, err := age.Encrypt(&wrapped, r)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(w, k.String()); err != nil {
		return nil, err
	}
	err = w.Close()
	return wrapped.Bytes(), err
}

// Unwrap opens a key that was sealed with a passphrase. The error wraps
// [ErrPassphrase] if it was sealed with another.
func Unwrap(wrapped []byte, passphrase string) (*Key, error) {
	if len(wrapped) > maxWrapped {
		return nil, errNotKey
	}
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPassphrase, err)
	}
	identity.SetMaxWorkFactor(maxWork)
	r, err := age.Decrypt(bytes.NewReader(wrapped), identity)
	if wrong := new(age.NoIdentityMatchError); errors.As(err, &wrong) {
		return nil, ErrPassphrase
	}
	if err != nil {
		return nil, fmt.Errorf("the key cannot be opened: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(r, maxWrapped))
	if err != nil {
		return nil, fmt.Errorf("the key cannot be opened: %w", err)
	}
	return ParseKey(string(text))
}
