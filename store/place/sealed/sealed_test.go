package sealed

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kartei/store/place"
	"kartei/store/place/folder"
	"kartei/store/place/placetest"
	"kartei/store/place/s3"
)

func newKey(t *testing.T) *Key {
	t.Helper()
	key, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func inFolder(t *testing.T, at string, key *Key) *Place {
	t.Helper()
	f, err := folder.Open(at)
	if err != nil {
		t.Fatal(err)
	}
	return Open(f, key)
}

func TestConformance(t *testing.T) {
	placetest.Run(t, placetest.Kind{New: func(t *testing.T) func() place.Place {
		at, key := t.TempDir(), newKey(t)
		return func() place.Place { return inFolder(t, at, key) }
	}})
}

func TestS3Sealed(t *testing.T) {
	server := placetest.StartS3(t)
	n := 0
	placetest.Run(t, placetest.Kind{New: func(t *testing.T) func() place.Place {
		n++
		address, key := server.In(strings.Repeat("x", n)), newKey(t)
		return func() place.Place {
			b, err := s3.Open(address)
			if err != nil {
				t.Fatal(err)
			}
			return Open(b, key)
		}
	}})
}

// put puts an object and returns the file that it is in.
func put(t *testing.T, p *Place, at, name, text string) (file string) {
	t.Helper()
	if err := p.Put(t.Context(), name, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(at, p.key.sealName(name))
}

// The place sees neither what is put there nor what it is called, and nothing that two
// places have in common.
func TestNothingIsSeen(t *testing.T) {
	at := t.TempDir()
	p := inFolder(t, at, newKey(t))
	secrets := []string{"d/abcdefgh/1-200.seg", "e/0123456789abcdef", "m/fedcba9876543210", "ornithology of Iceland"}
	for _, name := range secrets[:3] {
		put(t, p, at, name, strings.Repeat(secrets[3], 10))
	}
	seen := 0
	err := filepath.WalkDir(at, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		seen++
		text, err := os.ReadFile(path)
		for _, secret := range append(secrets, "abcdefgh", "seg", "0123", "200", "/d/", "/e/", "/m/") {
			if bytes.Contains(text, []byte(secret)) || strings.Contains(strings.TrimPrefix(path, at), secret) {
				t.Errorf("%s tells %q", path, secret)
			}
		}
		return err
	})
	if err != nil || seen != 3 {
		t.Errorf("%d files: %v", seen, err)
	}
	if other := newKey(t); other.sealName(secrets[0]) == p.key.sealName(secrets[0]) || other.folder("d/") == p.key.folder("d/") {
		t.Error("another key gives the same names")
	}
}

// What was not sealed with the key, was changed, cut or moved is not taken.
func TestWhatIsNotOurs(t *testing.T) {
	at := t.TempDir()
	key := newKey(t)
	p := inFolder(t, at, key)
	first := put(t, p, at, "d/a/1.seg", "rows of a")
	second := put(t, p, at, "d/b/1.seg", "rows of b")
	whole, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	of, err := os.ReadFile(second)
	if err != nil {
		t.Fatal(err)
	}
	forged, err := newKey(t).seal([]byte("d/a/1.seg\nforged rows"))
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Clone(whole)
	changed[len(changed)-20] ^= 1
	for name, data := range map[string][]byte{
		"cut": whole[:len(whole)-1], "empty": nil, "in its header": whole[:50], "changed": changed, "another's": of, "forged": forged, "in the clear": []byte("d/a/1.seg\nrows"),
	} {
		if err := os.WriteFile(first, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := p.Get(t.Context(), "d/a/1.seg", 100); !errors.Is(err, place.ErrBroken) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if all, err := p.List(t.Context(), "d/"); err != nil || len(all) != 2 || all[0].Size < 0 {
			t.Errorf("%s: %v, %v", name, all, err)
		}
	}
	stranger := inFolder(t, at, newKey(t))
	for _, prefix := range []string{"", "d/"} {
		if all, err := stranger.List(t.Context(), prefix); !errors.Is(err, place.ErrRefused) || !strings.Contains(err.Error(), "another key") {
			t.Errorf("with another key, %q: %v, %v", prefix, all, err)
		}
	}
	if _, err := stranger.Get(t.Context(), "d/b/1.seg", 100); !errors.Is(err, place.ErrNotFound) {
		t.Errorf("with another key: %v", err)
	}
}

// A conflict copy that a syncer has made of a sealed object is found, and read.
func TestCopies(t *testing.T) {
	at := t.TempDir()
	p := inFolder(t, at, newKey(t))
	file := put(t, p, at, "d/a/1.seg", "rows")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	stem := strings.TrimSuffix(file, suffix)
	for _, name := range []string{stem + ".sync-conflict-20261130-120000-ABCDEFG.age", stem + " (conflicted copy 2026-11-30).age", filepath.Join(filepath.Dir(file), "notes.txt")} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, err := p.List(t.Context(), "d/")
	if err != nil || len(all) != 3 {
		t.Fatalf("there are %v: %v", all, err)
	}
	for _, o := range all {
		if got, err := p.Get(t.Context(), o.Name, 100); err != nil || string(got) != "rows" || !strings.HasPrefix(o.Name, "d/a/1.seg") || o.Size != 4 {
			t.Errorf("%v is %q: %v", o, got, err)
		}
	}
}

func TestKeys(t *testing.T) {
	key := newKey(t)
	again, err := ParseKey("# a comment\n\n" + key.String())
	if err != nil || again.String() != key.String() || again.sealName("d/a") != key.sealName("d/a") {
		t.Errorf("read back: %v", err)
	}
	for _, text := range []string{"", "# only a comment", "hello", key.String() + newKey(t).String(), "age1qyqszqgpqyqszqgpqyqszqgpqyqszqgp"} {
		if _, err := ParseKey(text); !errors.Is(err, errNotKey) {
			t.Errorf("%q is a key: %v", text, err)
		}
	}
	wrapped, err := key.wrap("correct horse", 10)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Unwrap(wrapped, "correct horse"); err != nil || got.String() != key.String() {
		t.Errorf("unwrapped: %v", err)
	}
	for _, passphrase := range []string{"", "Correct horse", "correct horse "} {
		if _, err := Unwrap(wrapped, passphrase); !errors.Is(err, ErrPassphrase) {
			t.Errorf("%q: %v", passphrase, err)
		}
	}
	for name, data := range map[string][]byte{"cut": wrapped[:len(wrapped)-1], "empty": nil, "large": make([]byte, 1<<20), "another thing": []byte("{}")} {
		if _, err := Unwrap(data, "correct horse"); err == nil || errors.Is(err, ErrPassphrase) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A stranger's key that asks for hours of work.
	costly := bytes.Replace(wrapped, []byte(" 10\n"), []byte(" 30\n"), 1)
	if _, err := Unwrap(costly, "correct horse"); err == nil || bytes.Equal(costly, wrapped) {
		t.Errorf("a key of 2^30 steps: %v", err)
	}
}

func TestSizes(t *testing.T) {
	key := newKey(t)
	for _, n := range []int{0, 1, chunk - 1, chunk, chunk + 1, 3*chunk + 7} {
		sealed, err := key.seal(make([]byte, n))
		if err != nil || int64(len(sealed)) != sealedSize(int64(n)) || opened(int64(len(sealed))) != int64(n) {
			t.Errorf("%d bytes are %d sealed, want %d; opened %d: %v", n, len(sealed), sealedSize(int64(n)), opened(int64(len(sealed))), err)
		}
	}
}

// Names are as PLACE.md of package segment says: this one was made by openssl.
func TestNameByHand(t *testing.T) {
	key, err := ParseKey("AGE-SECRET-KEY-1R000V7YVESA4M63VUST0GRWFHCNHDMF7UUXSYA8PL98XPV2WFPEQKF70WU")
	if err != nil {
		t.Fatal(err)
	}
	const want = "432e8bef76ddb0b7/ffzqlypdgwd3bzptoa2ksecn6hwlsv4yscayop3uxvszaspxbkkuqgf2hauwfy7lddae2.age"
	if got := key.sealName("d/abcdefghijklmnop/1-20.seg"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzOpenName(f *testing.F) {
	key, err := NewKey()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(key.sealName("d/a/1.seg"))
	f.Add("x/y.age")
	f.Fuzz(func(t *testing.T, sealed string) {
		name, rest, ok := key.openName(sealed)
		if ok && !strings.HasPrefix(sealed, strings.TrimSuffix(key.sealName(name), suffix)) {
			t.Errorf("%q is opened as %q, %q", sealed, name, rest)
		}
	})
}
