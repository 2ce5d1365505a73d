package ankiio

import (
	"bytes"
	"testing"
	"time"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/decks/anki"
	"kartei/scheduler"
)

// TestSayDays says it where days begin at another hour in Anki than here, and where
// that is not known though days depend on it.
func TestSayDays(t *testing.T) {
	noon, night := int64(12*3_600_000), int64(2*3_600_000)
	const unknown = "the package does not say when days begin in Anki: 4:00 is taken; if it is another hour, import it once more with --day-start HH:00\n"
	for _, test := range []struct {
		here  time.Duration
		there []int
		made  int64
		text  bool
		want  string
	}{
		{4 * time.Hour, []int{5}, noon, false, "in Anki your days begin at 5:00, here at 4:00; to have them begin as there: kartei config day-start 05:00\n"},
		{90 * time.Minute, []int{23}, noon, false, "in Anki your days begin at 23:00, here at 1:30; to have them begin as there: kartei config day-start 23:00\n"},
		{4 * time.Hour, []int{21, 22, 23}, noon, false, "in Anki your days begin between 21:00 and 23:00, here at 4:00; to have them begin as there: kartei config day-start HH:00 (the hour is in Anki's preferences)\n"},
		{23 * time.Hour, []int{21, 22, 23}, noon, false, ""}, // it may well be that hour
		{5 * time.Hour, []int{5}, noon, false, ""},
		{3 * time.Hour, []int{4}, noon, false, ""},
		{3 * time.Hour, []int{4, 5, 6}, noon, false, ""}, // days are the same
		{3 * time.Hour, []int{4, 13}, noon, false, unknown},
		{3 * time.Hour, []int{4, 1}, night, false, unknown},
		{4 * time.Hour, []int{4, 13}, noon, false, ""}, // as with nearly everybody
		{4 * time.Hour, []int{0}, noon, true, ""},
	} {
		var out bytes.Buffer
		in := Importer{Console: &console.Console{Err: &out}, Clock: &clock.Clock{}, Text: test.text}
		im := &anki.Import{Made: test.made, DayStarts: test.there, Begun: anki.Beginning{Rollover: test.there[0]}}
		in.Clock.Now = func() time.Time { return time.UnixMilli(test.made).UTC() }
		in.sayDays(scheduler.Calendar{Rollover: test.here}, im)
		if out.String() != test.want {
			t.Errorf("%v here, %v there: %q", test.here, test.there, out.String())
		}
	}
}
