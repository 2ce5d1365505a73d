package moodle

import (
	"slices"
	"strings"
)

// A matching is a set of its pairs, "left → right". Below the question stand the
// left sides, and the right sides to choose from.

type pair struct{ left, right string }

const (
	arrow   = " → "
	between = " · "
)

// pairsOf writes pairs as the items of a set, and what the question shows of them.
func pairsOf(stem string, all []pair) (prompt string, items []string) {
	var lefts strings.Builder
	var rights []string
	for _, p := range all {
		if !slices.Contains(rights, p.right) {
			rights = append(rights, p.right)
		}
		if p.left == "" {
			continue
		}
		lefts.WriteString("\n- " + strings.ReplaceAll(p.left, "\n", "\n  "))
		items = append(items, p.left+arrow+p.right)
	}
	slices.Sort(rights)
	prompt = strings.TrimPrefix(lefts.String(), "\n") + "\n\n" + strings.Join(rights, between)
	if stem != "" {
		prompt = stem + "\n\n" + prompt
	}
	return prompt, items
}

// cutPairs reads what pairsOf wrote; ok is false for all other sets.
func cutPairs(prompt string, items []string) (stem string, all []pair, ok bool) {
	for _, item := range items {
		at := strings.LastIndex(item, arrow)
		if at < 0 {
			return "", nil, false
		}
		all = append(all, pair{item[:at], item[at+len(arrow):]})
	}
	if at := strings.LastIndex(prompt, "\n\n"); at >= 0 {
		for _, right := range strings.Split(prompt[at+2:], between) {
			if !slices.ContainsFunc(all, func(p pair) bool { return p.right == right }) {
				all = append(all, pair{"", right}) // it belongs to none
			}
		}
	}
	shown, _ := pairsOf("", all)
	if prompt == shown {
		return "", all, true
	}
	if stem, ok := strings.CutSuffix(prompt, "\n\n"+shown); ok {
		return stem, all, true
	}
	return prompt, all[:len(items)], true // an author's own pairs
}
