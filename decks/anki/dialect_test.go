package anki

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"
)

// readAltered reads a package whose collection some statements of SQL altered.
func readAltered(t *testing.T, zone *time.Location, statements ...string) *Import {
	t.Helper()
	data := pack(t, entry{name: "collection.anki2", data: altered(t, statements...)})
	im, err := ReadPackage(t.Context(), bytes.NewReader(data), int64(len(data)), ImportOptions{Zone: zone})
	if err != nil {
		t.Fatal(err)
	}
	return im
}

// TestDayOfTheBeginning holds that Anki counts its days from the calendar day of the
// beginning, whenever the learner's days turn.
func TestDayOfTheBeginning(t *testing.T) {
	begun := time.Date(2024, 2, 29, 4, 0, 0, 0, time.FixedZone("", -7*3600))
	for hour := range 24 {
		for _, offset := range []string{`"creationOffset": 420,`, ``} {
			im := readAltered(t, begun.Location(), fmt.Sprintf(`UPDATE col SET crt = %d, conf = '{%s "rollover": %d, "schedVer": 2}'`, begun.Unix(), offset, hour))
			if want := (Beginning{Day: int(begun.Unix() / 86_400), Zone: -7 * 3600, Rollover: hour}); im.Begun != want {
				t.Errorf("begun %+v, want %+v", im.Begun, want)
			}
		}
	}
}

// TestFirstScheduler reads one collection as that of Anki's first scheduler and as that
// of the next.
func TestFirstScheduler(t *testing.T) {
	again := "UPDATE cards SET queue = 1, due = 1763377200 WHERE id = (SELECT min(id) FROM cards WHERE type = 2)"
	next := readAltered(t, time.UTC, again)
	first := readAltered(t, time.UTC, again, `UPDATE col SET conf = '{"creationOffset": -120}'`)
	asNew := readAltered(t, time.UTC, "UPDATE cards SET queue = 0", `UPDATE col SET conf = '{}'`)
	upgraded := 0
	for i, c := range first.Cards {
		for j, r := range c.Schedule.Reviews {
			was := next.Cards[i].Schedule.Reviews[j]
			if learned := was.Kind == LearnReview || was.Kind == RelearnReview; learned && (was.Grade == 2 || was.Grade == 3) {
				was.Grade++
				upgraded++
			}
			if r != was {
				t.Errorf("review %+v, want %+v", r, was)
			}
		}
		if kept := asNew.Cards[i].Schedule.Reviews; !slices.Equal(kept, next.Cards[i].Schedule.Reviews) {
			t.Errorf("where no card is scheduled Anki reads grades as they are: %+v", kept)
		}
	}
	if upgraded == 0 || next.Cards[0].Schedule.State != Reviewing || first.Cards[0].Schedule.State != Relearning {
		t.Errorf("%d reviews, states %d and %d", upgraded, next.Cards[0].Schedule.State, first.Cards[0].Schedule.State)
	}
}

// TestWhoPlansByFSRS reads packages that do not say by what Anki plans, as those of
// decks do not: their cards tell it.
func TestWhoPlansByFSRS(t *testing.T) {
	for _, test := range []struct {
		sql  string
		want bool
	}{
		{`UPDATE col SET conf = json_remove(conf, '$.fsrs'); UPDATE cards SET data = '{"pos":1}'`, false},
		{`UPDATE col SET conf = json_remove(conf, '$.fsrs'); UPDATE cards SET data = '{"pos":1,"s":1.29,"d":5.1}'`, true},
		{`UPDATE col SET conf = json_set(conf, '$.fsrs', json('false')); UPDATE cards SET data = '{"s":1.29,"d":5.1}'`, false},
	} {
		im := readAltered(t, time.UTC, test.sql)
		if len(im.Presets) == 0 {
			t.Error("no preset was read")
		}
		for deck, p := range im.Presets {
			if p.FSRS != test.want {
				t.Errorf("%s: %s plans by FSRS: %t", test.sql, deck, p.FSRS)
			}
		}
	}
}
