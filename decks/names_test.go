package decks_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
)

func TestCompareNames(t *testing.T) {
	want := []string{"a", "a/core", "a/core/appendix", "a/more", "a/zoo", "a/anhang-1", "a/appendix", "a-b", "a-b/c", "b", "appendix"}
	got := slices.Clone(want)
	slices.Sort(got)
	slices.SortFunc(got, decks.CompareNames)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the order of decks (-want +got):\n%s", diff)
	}
}
