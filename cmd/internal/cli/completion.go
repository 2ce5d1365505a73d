package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"kartei/decks/check"
	"kartei/store"
)

type completer = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// deckNames completes the names of decks.
func deckNames(o *opener) completer {
	return func(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		var names []string
		err := o.with(cmd.Context(), func(st *store.Store) error {
			all, err := st.Decks(cmd.Context())
			for _, d := range all {
				if !d.Missing && strings.HasPrefix(d.Name, begun) {
					names = append(names, d.Name)
				}
			}
			return err
		})
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

// ruleNames completes the names of the rules of check.
func ruleNames(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, r := range check.Rules() {
		if strings.HasPrefix(r.Name, begun) {
			names = append(names, r.Name+"\t"+r.Title)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeFlag gives a flag its completer; the flag is there.
func completeFlag(cmd *cobra.Command, flag string, c completer) {
	if err := cmd.RegisterFlagCompletionFunc(flag, c); err != nil {
		panic(err)
	}
}
