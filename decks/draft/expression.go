package draft

import (
	"regexp"
	"sync"
)

// An expression gives a regular expression that is compiled at its first use: sixty
// of them take as long as all else that the program does before a first question,
// and it seldom drafts anything.
type expression func() *regexp.Regexp

func compiled(text string) expression {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
