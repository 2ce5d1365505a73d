package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"kartei/scheduler"
	"kartei/store/backup"
	"kartei/store/highwater"
	"kartei/store/journal"
)

// TestRestoreWhileOthersAnswer answers all through a restore: each answer that
// was recorded is in the collection after it, or in the backup made before it.
func TestRestoreWhileOthersAnswer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "collection.db")
	s := openPlain(t, path)
	defer s.Close()
	d := learner(0)
	apply(t, s, d)
	grade(t, s, d.Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
	b, err := s.Backup(t.Context(), "asked", at(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	var recorded []journal.Hash
	over, ended := make(chan struct{}), make(chan error)
	go func() {
		for i := 0; ; i++ {
			row, err := tryGrade(t.Context(), s, d.Facts[i%40].Cards[0].ID, scheduler.Good, at(1+i, 0))
			if err != nil && !errors.Is(err, ErrStale) { // the restore came between the question and the answer
				ended <- err
				return
			}
			if err == nil {
				recorded = append(recorded, row.Hash)
			}
			select {
			case <-over:
				ended <- nil
				return
			default:
			}
		}
	}()
	var saved []string
	for i := range 5 {
		to, err := Restore(t.Context(), path, b.Path, Config{Calendar: scheduler.DefaultCalendar}, at(1000+i, 0))
		if err != nil {
			t.Fatal(err)
		}
		saved = append(saved, to)
	}
	close(over)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	kept := map[journal.Hash]bool{}
	for _, path := range append(saved, path) {
		for r, err := range openPlain(t, path).Log(t.Context(), LogQuery{}, at(0, 0)) {
			if err != nil {
				t.Fatal(err)
			}
			kept[r.Hash] = true
		}
	}
	lost := 0
	for _, hash := range recorded {
		if !kept[hash] {
			lost++
		}
	}
	if lost > 0 {
		t.Errorf("%d of %d answers recorded during restores are nowhere", lost, len(recorded))
	}
}

// TestRestoreThatIsStopped stops a restore while it saves the present: that is
// no reason to take the present for damaged, and to replace it all the same.
func TestRestoreThatIsStopped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "collection.db")
	s := openPlain(t, path)
	defer s.Close()
	d := learner(0)
	apply(t, s, d)
	b, err := s.Backup(t.Context(), "asked", at(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	grade(t, s, d.Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
	want := healthy(t, s).Digest
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	config := Config{Calendar: scheduler.DefaultCalendar, Progress: func(_ string, _, total int64) {
		if total > 0 {
			stop()
		}
	}}
	if _, err := Restore(ctx, path, b.Path, config, at(1, 0)); !errors.Is(err, context.Canceled) {
		t.Errorf("the restore: %v", err)
	}
	if err := s.stillThere(); err != nil {
		t.Fatal(err)
	}
	if got := healthy(t, s).Digest; got != want {
		t.Error("a restore that was stopped changed the collection")
	}
}

// TestCollectionBehindALink opens a collection by a link to its file: what lies
// beside it is the same as by its own name.
func TestCollectionBehindALink(t *testing.T) {
	folder := t.TempDir()
	path, link := filepath.Join(folder, "real", "collection.db"), filepath.Join(folder, "link.db")
	s := openPlain(t, path)
	d := learner(0)
	apply(t, s, d)
	b, err := s.Backup(t.Context(), "asked", at(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	grade(t, s, d.Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join("real", "collection.db"), link); err != nil {
		t.Skip(err)
	}
	byLink := openPlain(t, link)
	grade(t, byLink, d.Facts[0].Cards[0].ID, scheduler.Good, at(1, 0))
	if err := byLink.Close(); err != nil {
		t.Fatal(err)
	}
	if all, err := backup.List(link); err != nil || len(all) != 1 {
		t.Errorf("the backups by the link: %v %v", all, err)
	}
	if _, err := Restore(t.Context(), path, b.Path, Config{Calendar: scheduler.DefaultCalendar}, at(2, 0)); err != nil {
		t.Fatal(err)
	}
	openPlain(t, link).Close()

	// What SQLite cannot work with is replaced where it is, not the link.
	if err := os.WriteFile(path, []byte("no database at all, but long enough to be looked at"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), link, b.Path, Config{Calendar: scheduler.DefaultCalendar}, at(3, 0)); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v %v", info, err)
	}
	openPlain(t, path).Close()
}

// TestRestoreKilledBeforeTheMark puts the mark of a damaged collection back beside
// the one that was restored in its place: a kill in between leaves it there.
func TestRestoreKilledBeforeTheMark(t *testing.T) {
	path, _ := used(t)
	s := openPlain(t, path)
	b, err := s.Backup(t.Context(), "asked", at(30, 0))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		grade(t, s, learner(0).Facts[1].Cards[0].ID, scheduler.Good, at(31+i, 0))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	mark, err := os.ReadFile(highwater.Path(path))
	if err == nil {
		err = os.WriteFile(path, []byte("damaged"), 0o600)
	}
	if err == nil {
		_, err = Restore(t.Context(), path, b.Path, Config{}, at(40, 0))
	}
	if err == nil {
		err = os.WriteFile(highwater.Path(path), mark, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	s = openPlain(t, path)
	healthy(t, s)
	grade(t, s, learner(0).Facts[1].Cards[0].ID, scheduler.Good, at(41, 0))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if now, err := os.ReadFile(highwater.Path(path)); err != nil || string(now) == string(mark) {
		t.Errorf("the mark is that of the old collection still: %v", err)
	}
}
