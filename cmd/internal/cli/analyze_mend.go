package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/decks/quiz"
)

// mendOptions correct keys after a test.
type mendOptions struct {
	excuse, right, accept []string
	save                  string
	before                string
}

func (o *mendOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringSliceVar(&o.excuse, "excuse", nil, "let a `question` count for nobody, as in 7, or B7 in version B; may be repeated")
	f.StringArrayVar(&o.right, "right", nil, "mend the key, as in 3=b, or 3=b,c for two options of which either is right; may be repeated (`QUESTION=LETTERS`)")
	f.StringArrayVar(&o.accept, "accept", nil, "take another answer to a typed question, as in 5=\"Allied Force\"; may be repeated (`QUESTION=TEXT`)")
	f.StringVar(&o.save, "save-key", "", "write the mended key to this `file`")
	f.StringVar(&o.before, "before", "", "the key as it was before you mended it by hand: says what changed for whom (`file`)")
}

// apply reads forms with their keys, and mends them; before are the keys of what
// was mended as they were, and none if nothing was.
func (o *mendOptions) apply(out *console.Console, set *testFiles) (forms, before []*quiz.Form, err error) {
	if forms, err = set.keyed(); err != nil {
		return nil, nil, err
	}
	corrections, err := o.corrections()
	if err != nil {
		return nil, nil, err
	}
	switch {
	case o.before != "":
		for _, form := range set.parsed {
			keyed, err := readKey(o.before, form)
			if err != nil {
				return nil, nil, err
			}
			before = append(before, keyed)
		}
	case len(corrections) > 0:
		before = forms
	}
	for _, c := range corrections {
		if forms, err = quiz.Correct(forms, c); err != nil {
			return nil, nil, fault.Usagef("kartei quiz print FORM -o - shows the questions with their letters",
				"%w", err)
		}
	}
	if o.save == "" {
		return forms, before, nil
	}
	if len(corrections) == 0 {
		return nil, nil, fault.Usagef("--excuse 7, --right 3=b or --accept 5=TEXT",
			"nothing is mended, so there is no key to save")
	}
	if err := out.WritePrivate(o.save, writeKeys(forms)); err != nil {
		return nil, nil, fmt.Errorf("write the key: %w", err)
	}
	return forms, before, nil
}

// corrections reads what was asked for.
func (o *mendOptions) corrections() ([]quiz.Correction, error) {
	var all []quiz.Correction
	read := func(hint, text string, value bool, fill func(c *quiz.Correction, value string) error) error {
		name, rest := text, ""
		if value {
			var ok bool
			if name, rest, ok = strings.Cut(text, "="); !ok {
				return fault.Usagef(hint, "%q does not say which question, and what is right in it", text)
			}
		}
		var c quiz.Correction
		var err error
		if c.Version, c.Number, err = quiz.ParseQuestion(name); err == nil {
			err = fill(&c, rest)
		}
		if err != nil {
			return fault.Usagef(hint, "%w", err)
		}
		all = append(all, c)
		return nil
	}
	for _, text := range o.excuse {
		err := read("--excuse 7", text, false, func(c *quiz.Correction, _ string) error { c.Excuse = true; return nil })
		if err != nil {
			return nil, err
		}
	}
	for _, text := range o.right {
		err := read("--right 3=b", text, true, func(c *quiz.Correction, value string) (err error) {
			c.Right, err = quiz.ParseRight(value)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	for _, text := range o.accept {
		err := read("--accept 5=TEXT", text, true, func(c *quiz.Correction, value string) error {
			if c.Accept = value; value == "" {
				return fmt.Errorf("%q accepts nothing", text)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
