package decks

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// SectionSeparator stands between headings where a section is named by several.
const SectionSeparator = "›"

// Within reports whether a section, given by its headings from the outermost on, is
// another, or below it.
func Within(section, outer []string) bool {
	return len(section) >= len(outer) && slices.Equal(section[:len(outer)], outer)
}

// SectionIs reports whether a section is, or lies below, one that a person names: by a
// heading in any case of letters, or by several with "›" between them, outermost
// first. What stands between words does not count: "before-you-start" is "Before you start".
func SectionIs(section []string, name string) bool {
	return isBelow(section, name, func(title, part string) bool { return title == part })
}

// SectionHas is SectionIs for a name of which the last heading needs only to have the
// words.
func SectionHas(section []string, name string) bool {
	return isBelow(section, name, strings.Contains)
}

// SectionMatches is SectionIs for a heading that matches a pattern, made of lower-case
// text.
func SectionMatches(section []string, pattern *regexp.Regexp) bool {
	return slices.ContainsFunc(section, func(title string) bool { return pattern.MatchString(foldHeading(title)) })
}

// isBelow finds the parts of a name among the headings, in their order. The last one
// has to be alike.
func isBelow(section []string, name string, alike func(title, part string) bool) bool {
	parts := strings.Split(name, SectionSeparator)
	for i, part := range parts {
		part = foldHeading(part)
		if part == "" {
			return false
		}
		last := i == len(parts)-1
		at := slices.IndexFunc(section, func(title string) bool {
			title = foldHeading(title)
			return title == part || last && alike(title, part)
		})
		if at < 0 {
			return false
		}
		section = section[at+1:]
	}
	return true
}

// foldHeading is a heading as it is compared: in lower case, with one space for all
// that stands between its words. What makes "C#" and "C++" other than "C" stays.
func foldHeading(title string) string {
	apart := func(r rune) bool {
		return unicode.IsSpace(r) || r == '`' || unicode.IsPunct(r) && !strings.ContainsRune("#%&@", r)
	}
	return strings.ToLower(norm.NFC.String(strings.Join(strings.FieldsFunc(title, apart), " ")))
}

// SectionWord is the name of a heading as one word: "before-you-start".
func SectionWord(title string) string { return strings.ReplaceAll(foldHeading(title), " ", "-") }

// FoldInSection is how a character of a pattern for [SectionMatches] is written.
func FoldInSection(s string) string {
	if folded := foldHeading(s); folded != "" {
		return folded
	}
	return " "
}
