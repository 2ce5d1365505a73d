package folder

import (
	"errors"
	"testing"

	"kartei/store/place"
)

func TestAnObjectIsPutOnce(t *testing.T) {
	f, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if _, err := f.Get(ctx, "d/a/1.seg", 10); !errors.Is(err, place.ErrNotFound) {
		t.Errorf("of what is not there: %v", err)
	}
	if err := f.Put(ctx, "d/a/1.seg", []byte("rows")); err != nil {
		t.Fatal(err)
	}
	if err := f.Put(ctx, "d/a/1.seg", []byte("others")); !errors.Is(err, place.ErrExists) {
		t.Errorf("of one that is there: %v", err)
	}
	if data, err := f.Get(ctx, "d/a/1.seg", 4); err != nil || string(data) != "rows" {
		t.Errorf("it is %q, %v", data, err)
	}
	if _, err := f.Get(ctx, "d/a/1.seg", 3); !errors.Is(err, place.ErrTooLarge) {
		t.Errorf("of one that is too large: %v", err)
	}
	for prefix, want := range map[string]int{"": 1, "d/": 1, "d/a": 1, "d/b": 0, "m/": 0} {
		if all, err := f.List(ctx, prefix); err != nil || len(all) != want {
			t.Errorf("%q: %v, %v", prefix, all, err)
		}
	}
	if err := errors.Join(f.Delete(ctx, "d/a/1.seg"), f.Delete(ctx, "d/a/1.seg")); err != nil {
		t.Error(err)
	}
	if all, err := f.List(ctx, ""); err != nil || len(all) != 0 {
		t.Errorf("after all is deleted: %v, %v", all, err)
	}
}
