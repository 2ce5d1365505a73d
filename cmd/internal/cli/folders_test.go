package cli

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/deckfolder"
	"kartei/scheduler"
	"kartei/store"
	"kartei/store/journal"
)

// An origin is what a deck of the collection was compiled from.
type origin struct {
	folder string
	text   string
}

// folders are two decks in up to four folders, and a model of the collection.
type folders struct {
	env   *env
	store *store.Store
	top   string
	files map[string]map[string]string // text by folder and deck
	from  map[string]origin            // by living deck
	flags map[string]int               // by deck: what the learner put on its card
	acts  int
}

// TestFoldersAgainstModel writes, deletes, copies and moves folders of decks at
// random and compiles them: a deck moves only if its file has gone from where it
// was, or if the learner says so, and what is on its card goes with it.
func TestFoldersAgainstModel(t *testing.T) {
	tops, run := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		w := &folders{top: filepath.Join(tops, fmt.Sprint(run)), files: map[string]map[string]string{}, from: map[string]origin{}, flags: map[string]int{}}
		if err := os.Mkdir(w.top, 0o777); err != nil {
			t.Fatal(err)
		}
		var err error
		if w.env, err = newEnv(strings.NewReader(""), io.Discard, io.Discard); err != nil {
			t.Fatal(err)
		}
		if w.store, err = store.Open(t.Context(), filepath.Join(w.top, "collection.db"), store.Config{Calendar: scheduler.DefaultCalendar}); err != nil {
			t.Fatal(err)
		}
		defer w.store.Close()
		t.Repeat(map[string]func(*rapid.T){
			"write":     w.write,
			"delete":    w.delete,
			"copy":      w.copy,
			"move":      w.move,
			"compile":   func(t *rapid.T) { w.compile(t, false) },
			"take over": func(t *rapid.T) { w.compile(t, true) },
			"flag":      w.flag,
			"":          w.compare,
		})
	})
}

func (w *folders) folder(t *rapid.T) string {
	return filepath.Join(w.top, rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "folder"))
}

func (w *folders) deck(t *rapid.T) string {
	return rapid.SampledFrom([]string{"geo", "seas"}).Draw(t, "deck")
}

func (w *folders) write(t *rapid.T) {
	folder, deck := w.folder(t), w.deck(t)
	w.acts++
	w.put(t, folder, deck, fmt.Sprint("Question ", w.acts))
}

func (w *folders) put(t *rapid.T, folder, deck, text string) {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, deck+".md"), []byte("Q: "+text+"\nA: yes\nId: one\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if w.files[folder] == nil {
		w.files[folder] = map[string]string{}
	}
	w.files[folder][deck] = text
}

func (w *folders) delete(t *rapid.T) {
	folder, deck := w.folder(t), w.deck(t)
	if _, there := w.files[folder][deck]; !there {
		t.Skip("there is no such file")
	}
	if err := os.Remove(filepath.Join(folder, deck+".md")); err != nil {
		t.Fatal(err)
	}
	delete(w.files[folder], deck)
}

func (w *folders) copy(t *rapid.T) {
	from, to := w.folder(t), w.folder(t)
	for deck, text := range w.files[from] {
		w.put(t, to, deck, text)
	}
}

func (w *folders) move(t *rapid.T) {
	from, to := w.folder(t), w.folder(t)
	if w.files[from] == nil || w.files[to] != nil {
		t.Skip("nothing to move, or no room for it")
	}
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
	w.files[to] = w.files[from]
	delete(w.files, from)
}

func (w *folders) compile(t *rapid.T, takeOver bool) {
	folder := w.folder(t)
	if w.files[folder] == nil {
		t.Skip("there is no such folder")
	}
	all, err := deckfolder.Open([]string{folder})
	if err != nil {
		t.Fatal(err)
	}
	defer deckfolder.CloseAll(all)
	done, err := compiler.Compile(t.Context(), w.env.Console, w.env.Clock, w.store, all[0], compiler.Options{TakeOver: takeOver})
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]string{}
	for _, h := range done.Plan.Conflicts {
		held[h.Deck] = h.Root
	}
	want := map[string]string{}
	for deck, text := range w.files[folder] {
		at, lives := w.from[deck]
		if _, there := w.files[at.folder][deck]; lives && there && at.folder != folder && !takeOver {
			want[deck] = at.folder
			continue
		}
		w.from[deck] = origin{folder, text}
	}
	for deck, at := range maps.Clone(w.from) {
		if _, there := w.files[folder][deck]; at.folder == folder && !there {
			delete(w.from, deck)
		}
	}
	if diff := cmp.Diff(want, held); diff != "" {
		t.Fatalf("decks that other folders hold (-want +got):\n%s", diff)
	}
}

// flag puts something on the card of a deck, as an answer would.
func (w *folders) flag(t *rapid.T) {
	deck := w.deck(t)
	for c, err := range w.store.Cards(t.Context(), store.Query{}, w.env.Moment()) {
		if err != nil {
			t.Fatal(err)
		}
		if c.Deck == deck && !c.Retired {
			w.acts++
			w.flags[deck] = w.acts % 8
			e := journal.Entry{Moment: w.env.Moment(), Kind: journal.KindFlag, Card: c.ID, Detail: journal.Detail{Flag: w.flags[deck]}}
			if _, err := w.store.Append(t.Context(), e, scheduler.Memory{}); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
}

func (w *folders) compare(t *rapid.T) {
	got, want := map[string]string{}, map[string]string{}
	for c, err := range w.store.Cards(t.Context(), store.Query{}, w.env.Moment()) {
		if err != nil {
			t.Fatal(err)
		}
		if !c.Retired {
			got[c.Deck] = fmt.Sprint(c.Root, c.Prompt, c.Flag)
		}
	}
	for deck, at := range w.from {
		want[deck] = fmt.Sprint(at.folder, at.text, w.flags[deck])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("folder, question and flag by deck (-want +got):\n%s", diff)
	}
}
