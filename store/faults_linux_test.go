package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/backup"
)

// smallDisk mounts a file system of limited size, which takes root.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	folder := t.TempDir()
	if err := syscall.Mount("kartei-test", folder, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("a small disk cannot be mounted (it takes root): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return folder
}

// ballast fills a disk and gives a function that frees it again.
func ballast(t *testing.T, folder string, keep int64) (free func()) {
	t.Helper()
	var disk syscall.Statfs_t
	if err := syscall.Statfs(folder, &disk); err != nil {
		t.Fatal(err)
	}
	size := int64(disk.Bavail)*disk.Bsize - keep
	path := filepath.Join(folder, "ballast")
	if err := os.WriteFile(path, make([]byte, max(size, 0)), 0o600); err != nil {
		t.Fatal(err)
	}
	return func() { os.Remove(path) }
}

// TestFullDisk fills the disk to different degrees, so that every kind of write
// is the one that fails. Nothing that was done may be lost, reading must go on,
// and so must writing once there is room again.
func TestFullDisk(t *testing.T) {
	folder := smallDisk(t, "12m")
	path := filepath.Join(folder, "collection.db")
	s := openPlain(t, path)
	defer func() { s.Close() }()
	d := learner(0)
	apply(t, s, d)
	ctx := t.Context()
	refused := 0
	answers := 0
	for round := range 12 {
		keep := int64(round) * 16 << 10
		if _, err := s.db.ExecContext(t.Context(), `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
			t.Fatal(err)
		}
		free := ballast(t, folder, keep)
		for name, act := range map[string]func() error{
			"apply": func() error {
				_, err := s.Apply(ctx, Compiled{Root: "/more", Decks: []*decks.Deck{deck("more", 800)}}, at(0, 0))
				return err
			},
			"backup": func() error { _, err := s.Backup(ctx, "asked", at(round, 0)); return err },
			"export": func() error { return exportTo(ctx, s, filepath.Join(folder, "export.json")) },
			"grade": func() error {
				for i := range 100 {
					if _, err := tryGrade(ctx, s, d.Facts[i%40].Cards[0].ID, scheduler.Good, at(round, time.Duration(i)*time.Second)); err != nil {
						return err
					}
					answers++
				}
				return nil
			},
		} {
			err := act()
			if err == nil && (name == "apply" || name == "backup") {
				t.Errorf("%s fitted into %d bytes", name, keep)
			}
			if err != nil {
				refused++
				if !errors.Is(err, ErrFull) {
					t.Errorf("%s on a full disk: %v", name, err)
				}
			}
			if _, err := s.Status(ctx, at(round, 0), 7); err != nil {
				t.Errorf("after %s on a full disk nothing can be read: %v", name, err)
			}
		}
		os.Remove(filepath.Join(folder, "export.json"))
		free()
		healthy(t, s)
		if got := countRows(t, s); got != answers {
			t.Fatalf("%d answers were recorded, %d are there", answers, got)
		}
	}
	left, err := filepath.Glob(filepath.Join(backup.Folder(path), "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("failed backups left %v %v", left, err)
	}
	s.Close()
	s = openPlain(t, path)
	healthy(t, s)
	t.Logf("tmpfs of 12 MB filled to 12 degrees: %d writes refused with ErrFull, %d answers recorded, none lost", refused, answers)
}

func exportTo(ctx context.Context, s *Store, path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(s.Export(ctx, f), f.Close())
}

func countRows(t *testing.T, s *Store) (n int) {
	t.Helper()
	if err := s.db.QueryRowContext(t.Context(), `SELECT count(*) FROM log WHERE kind <> 'edition'`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestFirstStartOnFullDisk refuses clearly, and begins once there is room.
func TestFirstStartOnFullDisk(t *testing.T) {
	folder := smallDisk(t, "1m")
	path := filepath.Join(folder, "kartei", "collection.db")
	free := ballast(t, folder, 64<<10)
	if _, err := Open(t.Context(), path, Config{}); !errors.Is(err, ErrFull) {
		t.Errorf("a first start on a full disk: %v", err)
	}
	free()
	s := openPlain(t, path)
	healthy(t, s)
	s.Close()
}

func TestReadOnlyDisk(t *testing.T) {
	folder := smallDisk(t, "12m")
	path := filepath.Join(folder, "collection.db")
	s := openPlain(t, path)
	apply(t, s, learner(0))
	grade(t, s, learner(0).Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("", folder, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("the disk cannot be made read-only: %v", err)
	}
	if _, err := Open(t.Context(), path, Config{}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("opening for writing: %v", err)
	}
	if _, err := Open(t.Context(), filepath.Join(folder, "new", "collection.db"), Config{}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("a first start: %v", err)
	}
	read, err := Open(t.Context(), path, Config{ReadOnly: true, Calendar: scheduler.DefaultCalendar})
	if err != nil {
		t.Fatalf("opening for reading: %v", err)
	}
	defer read.Close()
	healthy(t, read)
	if _, err := tryGrade(t.Context(), read, learner(0).Facts[1].Cards[0].ID, scheduler.Good, at(1, 0)); !errors.Is(err, ErrReadOnly) {
		t.Errorf("an answer: %v", err)
	}
}

func init() { helpers["short"] = helpShort }

// helpShort does everything that writes, while no file may grow beyond a limit:
// the write that would cross it is cut short, the next one fails.
func helpShort(path string, _ *rand.Rand) error {
	signal.Ignore(syscall.SIGXFSZ)
	limit, err := strconv.ParseUint(os.Getenv("KARTEI_STORE_LIMIT"), 10, 64)
	if err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		return err
	}
	ctx := context.Background()
	s, err := helpStore(path)
	if err != nil {
		fmt.Println("open:", err)
		return nil
	}
	d := learner(1)
	for i := range 200 {
		row, err := tryGrade(ctx, s, d.Facts[i%40].Cards[0].ID, scheduler.Good, at(i/40, time.Duration(i)*time.Second))
		if err != nil {
			fmt.Println("grade:", err)
			break
		}
		fmt.Println("row", row.Seq, row.Hash)
	}
	_, applied := s.Apply(ctx, Compiled{Root: "/decks", Decks: []*decks.Deck{d}}, at(6, 0))
	_, saved := s.Backup(ctx, "asked", at(6, 0))
	exported := exportTo(ctx, s, path+".json")
	fmt.Println("apply:", applied, "backup:", saved, "export:", exported, "close:", s.Close())
	return nil
}

// TestShortWrites lets every write fail somewhere: by the limit on the size of
// files, which the system enforces with short writes and EFBIG.
func TestShortWrites(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 0))
	whole := filepath.Join(t.TempDir(), "collection.db")
	s := openPlain(t, whole)
	apply(t, s, learner(0))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	n, acknowledged, failed := trials(60), 0, 0
	for range n {
		path := filepath.Join(t.TempDir(), "collection.db")
		snapshot(t, whole, path)
		cmd := helper(t, "short", path, 0)
		limit := 4096 + dice.Int64N(1<<20)
		cmd.Env = append(cmd.Env, fmt.Sprint("KARTEI_STORE_LIMIT=", limit))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("limit %d: %v: %s", limit, err, out)
		}
		if bytes.Contains(out, []byte(": ")) && !bytes.Contains(out, []byte("apply: <nil> backup: <nil> export: <nil> close: <nil>")) {
			failed++
		}
		s := openPlain(t, path)
		healthy(t, s)
		kept := map[string]bool{}
		log, err := tryLog(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range log {
			var seq, hash string
			fmt.Sscan(row, &seq, &hash)
			kept[seq+" "+hash] = true
		}
		for line := range bytes.Lines(out) {
			if row, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("row ")); ok {
				acknowledged++
				if !kept[string(row)] {
					t.Errorf("limit %d: row %s is lost", limit, row)
				}
			}
		}
		oneEdition(t, s)
		s.Close()
	}
	t.Logf("%d runs with short writes at random sizes: %d had a refused write, %d answers acknowledged, 0 lost, 0 damaged", n, failed, acknowledged)
}
