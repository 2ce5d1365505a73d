// Package lazyregexp has regular expressions that are compiled when they are first
// used, so that a program starts without those that it does not need.
package lazyregexp

import (
	"regexp"
	"sync"
)

// A Regexp is a [regexp.Regexp] that its first use compiles.
type Regexp struct {
	expr string
	once sync.Once
	rx   *regexp.Regexp
}

// New returns a regular expression, whose first use panics if it is wrong. As a
// package's variable it costs nothing at the start: the compiler lays it out.
func New(expr string) *Regexp { return &Regexp{expr: expr} }

// Regexp returns the compiled expression.
func (r *Regexp) Regexp() *regexp.Regexp {
	r.once.Do(func() { r.rx = regexp.MustCompile(r.expr) })
	return r.rx
}

// The other methods are those of [regexp.Regexp].

func (r *Regexp) Match(b []byte) bool              { return r.Regexp().Match(b) }
func (r *Regexp) MatchString(s string) bool        { return r.Regexp().MatchString(s) }
func (r *Regexp) FindString(s string) string       { return r.Regexp().FindString(s) }
func (r *Regexp) FindStringIndex(s string) []int   { return r.Regexp().FindStringIndex(s) }
func (r *Regexp) Split(s string, n int) []string   { return r.Regexp().Split(s, n) }
func (r *Regexp) ReplaceAll(src, by []byte) []byte { return r.Regexp().ReplaceAll(src, by) }

func (r *Regexp) FindStringSubmatch(s string) []string {
	return r.Regexp().FindStringSubmatch(s)
}

func (r *Regexp) FindStringSubmatchIndex(s string) []int {
	return r.Regexp().FindStringSubmatchIndex(s)
}

func (r *Regexp) FindAllString(s string, n int) []string {
	return r.Regexp().FindAllString(s, n)
}

func (r *Regexp) FindAllStringIndex(s string, n int) [][]int {
	return r.Regexp().FindAllStringIndex(s, n)
}

func (r *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return r.Regexp().FindAllStringSubmatch(s, n)
}

func (r *Regexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return r.Regexp().FindAllStringSubmatchIndex(s, n)
}

func (r *Regexp) ReplaceAllString(s, by string) string {
	return r.Regexp().ReplaceAllString(s, by)
}

func (r *Regexp) ReplaceAllStringFunc(s string, by func(string) string) string {
	return r.Regexp().ReplaceAllStringFunc(s, by)
}
