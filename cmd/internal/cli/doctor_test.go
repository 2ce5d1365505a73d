package cli

import (
	"strings"
	"testing"

	"kartei/store/doctor"
)

// TestEveryRemedyHasWords words what the doctor only names.
func TestEveryRemedyHasWords(t *testing.T) {
	for act := doctor.Repair; act <= doctor.UnsetOption; act++ {
		r := doctor.Remedy{Act: act, Backup: "/tmp/a backup.db", Deck: "maths", Option: "new"}
		if words := remedyFor("/tmp/collection.db", r); !strings.Contains(words, "kartei ") {
			t.Errorf("remedy %d is worded %q", act, words)
		}
	}
}
