// Package lazy makes values when they are first used, so that a program starts
// without making those that it does not need.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp returns a function that returns a regular expression, which is compiled
// by its first call. The function panics if the expression is wrong.
func Regexp(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
