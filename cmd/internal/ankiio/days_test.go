package ankiio

import (
	"bytes"
	"testing"
	"time"

	"kartei/cmd/internal/console"
	"kartei/decks/anki"
)

// TestSayDays says it where days begin at another hour in Anki than here.
func TestSayDays(t *testing.T) {
	for _, test := range []struct {
		here  time.Duration
		there int
		text  bool
		want  string
	}{
		{4 * time.Hour, 5, false, "in Anki your days begin at 5:00, here at 4:00; to have them begin as there: kartei config day-start 05:00\n"},
		{90 * time.Minute, 23, false, "in Anki your days begin at 23:00, here at 1:30; to have them begin as there: kartei config day-start 23:00\n"},
		{5 * time.Hour, 5, false, ""},
		{3 * time.Hour, 4, false, ""}, // a package says nothing of the hour
		{4 * time.Hour, 0, true, ""},
	} {
		var out bytes.Buffer
		in := Importer{Console: &console.Console{Err: &out}, Text: test.text}
		in.sayDays(test.here, anki.Beginning{Rollover: test.there})
		if out.String() != test.want {
			t.Errorf("%v here, %d there: %q", test.here, test.there, out.String())
		}
	}
}
