package show

import (
	"fmt"
	"slices"
	"strings"
)

// SomeOf lists the first few names.
func SomeOf(names []string) string {
	if n := len(names) - 3; n > 1 {
		names = append(slices.Clone(names[:3]), fmt.Sprintf("%d more", n))
	}
	return strings.Join(names, ", ")
}
