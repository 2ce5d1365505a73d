package segment

import (
	"errors"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/scheduler"
	"kartei/store/journal"
)

const device = "aaaaaaaaaaaaaaaa"

// rows are the first of a device's log.
func rows(t testing.TB, n int) []journal.Row {
	t.Helper()
	var all []journal.Row
	var tip journal.Tip
	for i := range n {
		at := time.Date(2026, 11, 23+i, 12, 0, 0, 0, time.UTC)
		r, err := journal.Seal(journal.Entry{Moment: scheduler.DefaultCalendar.Moment(at), Kind: journal.KindGrade, Card: "card",
			Mode: journal.ModeReview, Grade: scheduler.Good, Detail: journal.Detail{Typed: "<é>\u2028 & \x1b"}}, device, tip)
		if err != nil {
			t.Fatal(err)
		}
		all, tip = append(all, r), r.Tip()
	}
	return all
}

func encoded(t testing.TB, s *Segment) []byte {
	t.Helper()
	data, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestASegmentComesBack(t *testing.T) {
	all := rows(t, 20)
	for _, s := range []*Segment{{device, journal.Hash{}, all}, {device, all[4].Hash, all[5:9]}} {
		back, err := Decode(encoded(t, s))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s, back); diff != "" {
			t.Error(diff)
		}
	}
}

// Whatever is cut off or changed is noticed.
func TestSegmentsThatAreNotWhole(t *testing.T) {
	all := rows(t, 5)
	data := encoded(t, &Segment{device, journal.Hash{}, all})
	for n := range data {
		if _, err := Decode(data[:n]); !errors.Is(err, ErrNotWhole) {
			t.Fatalf("of %d bytes of %d: %v", n, len(data), err)
		}
		changed := append([]byte(nil), data...)
		changed[n] ^= 1
		if _, err := Decode(changed); err == nil {
			t.Fatalf("byte %d was changed, and nobody saw it", n)
		}
	}
	other := append([]journal.Row(nil), all...)
	other[2].Days++
	foreign := append([]journal.Row(nil), all...)
	foreign[4].Device = "bbbbbbbbbbbbbbbb"
	foreign[4].Hash = foreign[4].Sum()
	for what, s := range map[string]*Segment{
		"a changed row":      {device, journal.Hash{}, other},
		"a missing row":      {device, journal.Hash{}, append(append([]journal.Row(nil), all[:2]...), all[3:]...)},
		"a foreign row":      {device, journal.Hash{}, foreign},
		"another row before": {device, journal.Hash{1}, all},
		"no device":          {"../../etc", journal.Hash{}, all},
	} {
		if _, err := Decode(encoded(t, s)); !errors.Is(err, ErrNotWhole) {
			t.Errorf("with %s: %v", what, err)
		}
	}
}

// What would take more memory than it may is refused before it does.
func TestABomb(t *testing.T) {
	data, err := seal(make([]byte, maxText+1))
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 1<<16 {
		t.Fatalf("it has %d bytes", len(data))
	}
	if _, err := Decode(data); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

func TestNamesOfObjects(t *testing.T) {
	if first, last, ok := ParseName(Name(device, 3, 17)); !ok || first != 3 || last != 17 {
		t.Error(first, last, ok)
	}
	for _, name := range []string{"", "d/a/1-2", "d/a/2-1.seg", "d/a/0-1.seg", "d/a/01-2.seg", "d/a/1-2.sync-conflict-20261130.seg", "d/a/1-2 (conflicted copy).seg",
		"d/a/1-9999999.seg", "d/a/1--2.seg", "d/a/b/1-2.seg"} {
		if _, _, ok := ParseName(name); ok {
			t.Errorf("%q was taken for a segment", name)
		}
	}
	if n, ok := ParseHeadName(HeadName(device, 12)); !ok || n != 12 {
		t.Error(n, ok)
	}
	for _, name := range []string{"d/a/0.head", "d/a/07.head", "d/a/x.head", "d/a/1.sync-conflict.head"} {
		if _, ok := ParseHeadName(name); ok {
			t.Errorf("%q was taken for a head", name)
		}
	}
}

func TestHeadsAndSetsComeBack(t *testing.T) {
	h := &Head{Set: "cccccccccccccccc", Device: device, Name: "laptop", Count: 7, At: 1, Tips: map[string]End{device: {5, "00"}}, Own: []string{device}}
	data, err := h.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeHead(data, device)
	if diff := cmp.Diff(h, back); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if _, err := DecodeHead(data, "bbbbbbbbbbbbbbbb"); !errors.Is(err, ErrNotWhole) {
		t.Error(err)
	}
	set := &Set{ID: "cccccccccccccccc", Sealed: true}
	text, err := set.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := DecodeSet(text); err != nil || *back != *set {
		t.Errorf("%+v, %v", back, err)
	}
	if _, err := DecodeSet([]byte(`{"kartei":"sync","version":2,"says":{"set":"cccccccccccccccc"}}`)); !errors.Is(err, ErrNewer) {
		t.Error(err)
	}
}

// TestEveryKeyIsDescribed holds the description of the form to the types that make it.
func TestEveryKeyIsDescribed(t *testing.T) {
	words := map[string]bool{}
	for _, m := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(Form, -1) {
		words[m[1]] = true
	}
	for _, form := range []any{header{}, Head{}, End{}, Set{}, document[Head]{}, Files{}, Medium{}, textHeader{}, journal.Branch{}} {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(form)) {
			key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if key != "" && !words[key] {
				t.Errorf("PLACE.md does not tell of the key %s of %T", key, form)
			}
		}
	}
}
