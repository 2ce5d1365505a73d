// Package placetest is what every kind of place must pass.
package placetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"kartei/store/place"
)

// A Kind of place.
type Kind struct {
	// New makes an empty place, and returns what opens it, as each machine does.
	New func(t *testing.T) (open func() place.Place)
	// Plant puts an object with any name into the place that was made last, past it,
	// as a syncer or a stranger does; nil where nobody can.
	Plant func(t *testing.T, name string, data []byte)
}

// Run runs the suite.
func Run(t *testing.T, kind Kind) {
	for name, test := range map[string]func(*testing.T, func() place.Place){
		"Empty": empty, "OneObject": oneObject, "Sizes": sizes, "Limits": limits, "Prefixes": prefixes,
		"Names": names, "TwoMachines": twoMachines, "Race": race, "Many": many, "BrokenOff": brokenOff,
	} {
		t.Run(name, func(t *testing.T) { test(t, kind.New(t)) })
	}
	if kind.Plant != nil {
		t.Run("Strangers", func(t *testing.T) { strangers(t, kind.New(t)(), kind.Plant) })
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// listed are the names of all objects with a prefix.
func listed(t *testing.T, p place.Place, prefix string) (all []string) {
	t.Helper()
	objects, err := p.List(t.Context(), prefix)
	must(t, err)
	for _, o := range objects {
		all = append(all, o.Name)
	}
	return all
}

func expectNames(t *testing.T, p place.Place, prefix string, want ...string) {
	t.Helper()
	if got := listed(t, p, prefix); !slices.Equal(got, want) {
		t.Errorf("with %q there are %q, want %q", prefix, got, want)
	}
}

func expectObject(t *testing.T, p place.Place, name string, want []byte) {
	t.Helper()
	if got, err := p.Get(t.Context(), name, int64(len(want))); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s has %d bytes, %v; want the %d that were put", name, len(got), err, len(want))
	}
}

func expectError(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want: %v", what, err, want)
	}
}

func empty(t *testing.T, open func() place.Place) {
	p := open()
	expectNames(t, p, "")
	expectNames(t, p, "d/")
	_, err := p.Get(t.Context(), "d/a/1-2.seg", 10)
	expectError(t, "Get", err, place.ErrNotFound)
	_, err = p.Get(t.Context(), place.SetName, 10)
	expectError(t, "Get", err, place.ErrNotFound)
	must(t, p.Delete(t.Context(), "d/a/1-2.seg"))
}

func oneObject(t *testing.T, open func() place.Place) {
	p := open()
	for _, name := range []string{place.SetName, "d/a/1-2.seg"} {
		must(t, p.Put(t.Context(), name, []byte("rows")))
		expectError(t, "Put again", p.Put(t.Context(), name, []byte("rows")), place.ErrExists)
		expectError(t, "Put another", p.Put(t.Context(), name, []byte("other rows")), place.ErrExists)
		expectObject(t, p, name, []byte("rows"))
	}
	expectNames(t, p, "", "d/a/1-2.seg", place.SetName)
	must(t, p.Delete(t.Context(), "d/a/1-2.seg"))
	must(t, p.Delete(t.Context(), "d/a/1-2.seg"))
	_, err := p.Get(t.Context(), "d/a/1-2.seg", 10)
	expectError(t, "Get of what was deleted", err, place.ErrNotFound)
	expectNames(t, p, "", place.SetName)
	must(t, p.Put(t.Context(), "d/a/1-2.seg", []byte("new rows")))
	expectObject(t, p, "d/a/1-2.seg", []byte("new rows"))
}

func sizes(t *testing.T, open func() place.Place) {
	p := open()
	for i, size := range []int{0, 1, 200, 64<<10 - 1, 64 << 10, 64<<10 + 1, 6 << 20} {
		name, data := fmt.Sprintf("m/%d", i), make([]byte, size)
		rand.Read(data)
		must(t, p.Put(t.Context(), name, data))
		expectObject(t, p, name, data)
		all, err := p.List(t.Context(), name)
		must(t, err)
		if len(all) != 1 || all[0].Size != int64(size) {
			t.Errorf("an object of %d bytes is listed as %v", size, all)
		}
	}
}

func limits(t *testing.T, open func() place.Place) {
	p := open()
	data := make([]byte, 1000)
	rand.Read(data)
	must(t, p.Put(t.Context(), "e/large", data))
	for limit, want := range map[int64]error{0: place.ErrTooLarge, 999: place.ErrTooLarge, 1000: nil, 1 << 40: nil} {
		got, err := p.Get(t.Context(), "e/large", limit)
		if !errors.Is(err, want) || err == nil && !bytes.Equal(got, data) {
			t.Errorf("up to %d bytes: %d, %v", limit, len(got), err)
		}
	}
}

func prefixes(t *testing.T, open func() place.Place) {
	p := open()
	for _, name := range []string{"d/ab/1.seg", "d/a/2.seg", "d/a/1.seg", "m/d", "e/d1", "dd"} {
		must(t, p.Put(t.Context(), name, []byte(name)))
	}
	for prefix, want := range map[string][]string{
		"d/":         {"d/a/1.seg", "d/a/2.seg", "d/ab/1.seg"},
		"d/a":        {"d/a/1.seg", "d/a/2.seg", "d/ab/1.seg"},
		"d/a/":       {"d/a/1.seg", "d/a/2.seg"},
		"d/a/1":      {"d/a/1.seg"},
		"d/a/1.seg":  {"d/a/1.seg"},
		"d/a/1.seg/": nil,
		"d":          {"d/a/1.seg", "d/a/2.seg", "d/ab/1.seg", "dd"},
		"dd":         {"dd"},
		"x/y/":       nil,
		"":           {"d/a/1.seg", "d/a/2.seg", "d/ab/1.seg", "dd", "e/d1", "m/d"},
	} {
		expectNames(t, p, prefix, want...)
	}
}

func names(t *testing.T, open func() place.Place) {
	p := open()
	for _, name := range []string{
		"", "/", "/d/a", "d/", "d//a", ".", "..", "../a", "d/../../a", "d/.a", "D/a", "d/a ", "d/é", "d/a\x00", "d/a\n",
		`..\a`, `d\a`, "c:/a", "-a", strings.Repeat("a", 300),
	} {
		if err := p.Put(t.Context(), name, []byte("x")); err == nil {
			t.Errorf("%q was put", name)
		}
		if data, err := p.Get(t.Context(), name, 100); err == nil {
			t.Errorf("%q has %d bytes", name, len(data))
		}
	}
	expectNames(t, p, "")
	// A device's segment and an edition have the longest names that we make.
	long := []string{"d/abcdefghijklmnop/1234567890-1234567890.seg", "e/" + strings.Repeat("0123456789abcdef", 4)}
	for _, name := range long {
		must(t, p.Put(t.Context(), name, []byte(name)))
		expectObject(t, p, name, []byte(name))
	}
	expectNames(t, p, "", long...)
}

func twoMachines(t *testing.T, open func() place.Place) {
	a, b := open(), open()
	must(t, a.Put(t.Context(), "d/a/1.seg", []byte("of a")))
	must(t, b.Put(t.Context(), "d/b/1.seg", []byte("of b")))
	expectError(t, "Put of what the other put", b.Put(t.Context(), "d/a/1.seg", []byte("of b")), place.ErrExists)
	for _, p := range []place.Place{a, b, open()} {
		expectNames(t, p, "d/", "d/a/1.seg", "d/b/1.seg")
		expectObject(t, p, "d/a/1.seg", []byte("of a"))
		expectObject(t, p, "d/b/1.seg", []byte("of b"))
	}
	must(t, a.Delete(t.Context(), "d/a/1.seg"))
	_, err := b.Get(t.Context(), "d/a/1.seg", 10)
	expectError(t, "Get of what the other deleted", err, place.ErrNotFound)
}

// Of several machines that put an object of one name at once, one does.
func race(t *testing.T, open func() place.Place) {
	const machines = 8
	for round := range 5 {
		name := fmt.Sprintf("d/a/%d.seg", round)
		errs := make([]error, machines)
		var all sync.WaitGroup
		for i := range machines {
			p := open()
			all.Go(func() { errs[i] = p.Put(t.Context(), name, fmt.Appendf(nil, "of %d", i)) })
		}
		all.Wait()
		winner := -1
		for i, err := range errs {
			switch {
			case err == nil && winner < 0:
				winner = i
			case err == nil:
				t.Errorf("%d and %d both put %s", winner, i, name)
			default:
				expectError(t, "Put", err, place.ErrExists)
			}
		}
		expectObject(t, open(), name, fmt.Appendf(nil, "of %d", winner))
	}
}

// More objects than an object store lists at once.
func many(t *testing.T, open func() place.Place) {
	count := 1100
	if testing.Short() {
		count = 30
	}
	p := open()
	var want []string
	for i := range count {
		want = append(want, fmt.Sprintf("m/%04d", i))
	}
	var all sync.WaitGroup
	for part := range slices.Chunk(want, (count+15)/16) {
		all.Go(func() {
			for _, name := range part {
				if err := p.Put(t.Context(), name, []byte(name)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	expectNames(t, p, "m/", want...)
}

func brokenOff(t *testing.T, open func() place.Place) {
	p := open()
	must(t, p.Put(t.Context(), "d/a/1.seg", []byte("rows")))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.List(ctx, "")
	expectError(t, "List", err, context.Canceled)
	_, err = p.Get(ctx, "d/a/1.seg", 10)
	expectError(t, "Get", err, context.Canceled)
	expectError(t, "Put", p.Put(ctx, "d/a/2.seg", []byte("rows")), context.Canceled)
	expectError(t, "Delete", p.Delete(ctx, "d/a/1.seg"), context.Canceled)
	expectNames(t, p, "", "d/a/1.seg")
}

// What others put there is listed under the names that it has, and can be read.
func strangers(t *testing.T, p place.Place, plant func(*testing.T, string, []byte)) {
	must(t, p.Put(t.Context(), "d/a/1.seg", []byte("rows")))
	foreign := []string{"d/a/1.sync-conflict-20261130-120000-ABCDEFG.seg", "d/a/1 (conflicted copy 2026-11-30 1200).seg", "d/a/É.seg"}
	for _, name := range foreign {
		plant(t, name, []byte("copy of "+name))
	}
	want := append(slices.Clone(foreign), "d/a/1.seg")
	slices.Sort(want)
	expectNames(t, p, "d/", want...)
	for _, name := range foreign {
		expectObject(t, p, name, []byte("copy of "+name))
	}
}
