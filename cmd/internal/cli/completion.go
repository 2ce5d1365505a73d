package cli

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"kartei/cmd/internal/show"
	"kartei/decks/check"
	"kartei/scheduler/fsrs"
	"kartei/store"
)

type completer = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// completeFrom completes what a collection has. It says nothing of what is wrong: the
// command will.
func completeFrom(o *opener, list func(cmd *cobra.Command, st *store.Store) ([]string, error)) completer {
	return func(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		var found []string
		err := o.with(cmd.Context(), func(st *store.Store) (err error) {
			found, err = list(cmd, st)
			return err
		})
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return beginning(found, begun), cobra.ShellCompDirectiveNoFileComp
	}
}

// beginning are the words that begin like what was typed.
func beginning(words []string, begun string) (found []string) {
	for _, w := range words {
		if strings.HasPrefix(w, begun) {
			found = append(found, w)
		}
	}
	return found
}

// deckNames completes the names of decks.
func deckNames(o *opener) completer {
	return completeFrom(o, func(cmd *cobra.Command, st *store.Store) ([]string, error) {
		all, err := st.Decks(cmd.Context())
		return deckNamesOf(all), err
	})
}

// tagNames completes tags.
func tagNames(o *opener) completer {
	return completeFrom(o, func(cmd *cobra.Command, st *store.Store) ([]string, error) { return st.Tags(cmd.Context()) })
}

// mostIDs is how many ids a completion lists.
const mostIDs = 50

// foundCards completes the ids of the cards that the search before finds, each with
// its question.
func foundCards(o *opener, before []string) completer {
	return completeFrom(o, func(cmd *cobra.Command, st *store.Store) (ids []string, err error) {
		q, err := store.ParseQuery(strings.Join(before, " "))
		if err != nil {
			return nil, err
		}
		for card, err := range st.Cards(cmd.Context(), q, o.Moment()) {
			if err != nil || len(ids) == mostIDs {
				return ids, err
			}
			ids = append(ids, card.ID+"\t"+show.Cut(show.Line(card.Prompt), 60))
		}
		return ids, nil
	})
}

// searchTerms completes the terms of a search: its keys, and what may stand after them.
func searchTerms(o *opener) completer {
	return func(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		key, value, keyed := strings.Cut(begun, ":")
		if !keyed {
			var keys []string
			for _, k := range store.QueryKeys {
				keys = append(keys, k+":")
			}
			return beginning(keys, begun), cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
		}
		var values []string
		switch key {
		case "is":
			values = beginning(store.QueryStates, value)
		case "kind":
			values = beginning(store.QueryKinds, value)
		case "prop":
			values = beginning(store.QueryProperties, value)
		case "section":
			return beginning(sectionTerms(o, cmd), strings.ToLower(begun)), cobra.ShellCompDirectiveNoFileComp
		case "deck":
			values, _ = deckNames(o)(cmd, nil, value)
		case "tag":
			values, _ = tagNames(o)(cmd, nil, value)
		}
		values = slices.Clone(values)
		for i, v := range values {
			values[i] = key + ":" + v
		}
		return values, cobra.ShellCompDirectiveNoFileComp
	}
}

// cardWords completes what names cards: the ids of those that a search before finds,
// or a search.
func cardWords(o *opener) completer {
	return func(cmd *cobra.Command, before []string, begun string) ([]string, cobra.ShellCompDirective) {
		words, directive := searchTerms(o)(cmd, before, begun)
		if utf8.RuneCountInString(begun) > 0 && len(words) > 0 {
			return words, directive
		}
		ids, _ := foundCards(o, slices.DeleteFunc(slices.Clone(before),
			func(w string) bool { return !store.LooksLikeQuery(w) }))(cmd, nil, begun)
		return append(words, ids...), directive
	}
}

// reviewed completes what may be reviewed: decks, the terms of a search, and files.
func reviewed(o *opener) completer {
	return func(cmd *cobra.Command, before []string, begun string) ([]string, cobra.ShellCompDirective) {
		if strings.HasPrefix(begun, ".") || strings.HasPrefix(begun, "/") || strings.HasPrefix(begun, "~") {
			return nil, cobra.ShellCompDirectiveDefault
		}
		terms, directive := searchTerms(o)(cmd, before, begun)
		if strings.Contains(begun, ":") {
			return terms, directive
		}
		names, _ := deckNames(o)(cmd, before, begun)
		switch {
		case len(names) == 0 && len(terms) == 0:
			return nil, cobra.ShellCompDirectiveDefault
		case len(names) > 0 && begun != "":
			return names, cobra.ShellCompDirectiveNoFileComp
		}
		return append(names, terms...), directive
	}
}

// ruleNames completes the names of the rules of check.
func ruleNames(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, r := range check.Rules() {
		names = append(names, r.Name+"\t"+r.Title)
	}
	return beginning(names, begun), cobra.ShellCompDirectiveNoFileComp
}

// completeFlag gives a flag its completer; the flag is there.
func completeFlag(cmd *cobra.Command, flag string, c completer) {
	if err := cmd.RegisterFlagCompletionFunc(flag, c); err != nil {
		panic(err)
	}
}

// oneOfThese completes words that are always the same.
func oneOfThese(words ...string) completer {
	return func(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		return beginning(words, begun), cobra.ShellCompDirectiveNoFileComp
	}
}

// words are the values of flags that are one of a few, by the flag's name.
func words(flag string) []string {
	switch flag {
	case "as":
		return []string{"0", "1", "2", "3", "4", "5", "6", "7"}
	case "header":
		return []string{"yes", "no"}
	case "late":
		return []string{"keep", "refuse", "20%", "10%/day"}
	case "model":
		return []string{fsrs.FSRS6, fsrs.FSRS7}
	case "separator":
		return []string{"tab", "semicolon", "comma", "bar", "colon"}
	case "tags":
		return []string{"global", "per-fact"}
	}
	return nil
}

// files are what usages call the values of flags that are files or folders; what they
// call otherwise is not.
var files = []string{"file", "folder", "form", "FILE", "NAME=FILE", "command"}

// completeValues gives every flag a completer that has none: by its name, or by what
// its usage calls its value, so that no shell offers files for a number.
func completeValues(cmd *cobra.Command, o *opener) {
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if _, ok := cmd.GetFlagCompletionFunc(f.Name); !ok && f.Value.Type() != "bool" {
			completeFlag(cmd, f.Name, valuesOf(f, o))
		}
	})
	for _, c := range cmd.Commands() {
		completeValues(c, o)
	}
}

func valuesOf(f *pflag.Flag, o *opener) completer {
	value, _ := pflag.UnquoteUsage(f)
	switch {
	case words(f.Name) != nil:
		return oneOfThese(words(f.Name)...)
	case value == "tag":
		return tagNames(o)
	case value == "rule":
		return ruleNames
	case slices.Contains(files, value):
		return cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault)
	}
	return cobra.NoFileCompletions
}
