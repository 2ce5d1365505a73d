package anki

import (
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"kartei/decks"
	"kartei/decks/foreign"
)

// TestPackageEndsOnAnyError lets each call fail that a package is made of what others
// give: a schedule, a fact, a read of a picture, a write. It ends, with that error.
func TestPackageEndsOnAnyError(t *testing.T) {
	deck := everyKind()
	picture := fstest.MapFS{"notes/img/seine.png": {Data: []byte("a picture")}}
	failed := errors.New("failed")
	for _, what := range []string{"schedule", "fact", "read", "write"} {
		calls := 0
		for nth := 1; nth == 1 || calls >= nth-1; nth++ { // up to one more than there are
			calls = 0
			fail := func(at string) error {
				if at != what {
					return nil
				}
				if calls++; calls == nth {
					return failed
				}
				return nil
			}
			options := packageOptions(deck)
			options.Schedule = func(*decks.Card) (Schedule, error) { return Schedule{}, fail("schedule") }
			given := foreign.Contents{Deck: deck, Files: failingFiles{picture, fail}, Facts: func(yield func(*decks.Fact, error) bool) {
				for i := range deck.Facts {
					if err := fail("fact"); err != nil {
						yield(nil, err)
						return
					}
					if !yield(&deck.Facts[i], nil) {
						return
					}
				}
			}}
			ended := make(chan error, 1)
			go func() {
				_, err := WritePackage(t.Context(), failingWriter(fail), options, given)
				ended <- err
			}()
			select {
			case err := <-ended:
				if errors.Is(err, failed) != (calls >= nth) {
					t.Errorf("%s %d of %d fails, and the package ends with %v", what, nth, calls, err)
				}
			case <-time.After(2 * time.Minute):
				t.Fatalf("%s %d fails, and the package does not end", what, nth)
			}
			if calls < nth {
				break
			}
		}
		if calls == 0 {
			t.Errorf("nothing is asked for a %s", what)
		}
	}
}

// failingFiles are files of which a read may fail.
type failingFiles struct {
	fstest.MapFS
	fail func(what string) error
}

func (f failingFiles) Open(name string) (fs.File, error) {
	file, err := f.MapFS.Open(name)
	return failingFile{file, f.fail}, err
}

type failingFile struct {
	fs.File
	fail func(what string) error
}

func (f failingFile) Read(p []byte) (int, error) {
	if err := f.fail("read"); err != nil {
		return 0, err
	}
	return f.File.Read(p)
}

type failingWriter func(what string) error

func (f failingWriter) Write(p []byte) (int, error) {
	if err := f("write"); err != nil {
		return 0, err
	}
	return len(p), nil
}
