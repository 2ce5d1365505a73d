package compiler

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/decks/plural"
	"kartei/store"
)

// fewLines is how many lines of a kind are said before a first question.
const fewLines = 5

// Tell says what was compiled, in the words of the plan, and what stayed as it was.
func (u *update) tell(ctx context.Context, s deckfolder.Folder, one Result) error {
	sayPlan(u.Console, one.Plan)
	held, err := u.st.Holds(ctx, u.root)
	if err != nil {
		return err
	}
	u.sayBroken(one, held)
	for _, name := range u.left {
		u.sayLeft(store.Left{Deck: name})
	}
	for _, l := range one.Plan.Left {
		u.sayLeft(l)
	}
	for _, o := range one.Plan.Outdated {
		u.Warn("%s. If what is in %s counts: kartei compile --take-over %s", outdatedWords(o), u.root,
			fault.ShellWord(pathBelow(u.root, ".")))
	}
	return u.sayElsewhere(ctx, s, one.Plan.Conflicts)
}

// sayPlan names the decks in which something has changed.
func sayPlan(con *console.Console, p store.Plan) {
	changed := slices.DeleteFunc(slices.Clone(p.Decks), func(d store.DeckPlan) bool {
		return d.New+d.Edited+d.Followed+d.Retired+d.Returned == 0
	})
	for i, d := range changed {
		if i == fewLines {
			con.Say("%s more changed, too", plural.Count(len(changed)-i, "deck"))
			return
		}
		con.Say("%s", d)
	}
}

// sayBroken names the first error of each deck that has any.
func (u *update) sayBroken(one Result, held map[string]bool) {
	said := map[string]bool{}
	for _, d := range one.Diagnostics {
		if d.Severity != decks.Error {
			continue
		}
		deck := one.files[d.File]
		if deck == "" {
			deck = u.deck[d.File]
		}
		key := deck + "\x00"
		if deck == "" {
			key = d.File
		}
		if said[key] {
			continue
		}
		if said[key] = true; len(said) > fewLines {
			u.Warn("more files have errors: kartei check %s", fault.ShellWord(pathBelow(u.root, ".")))
			return
		}
		left := "it is not asked yet"
		if held[deck] {
			left = deck + " is asked as it was"
		}
		u.Warn("%s:%d:%d: %s; %s: kartei check %s", pathBelow(u.root, d.File), d.Line, d.Column, d.Message, left,
			fault.ShellWord(pathBelow(u.root, d.File)))
	}
}

// sayLeft names a deck that is not compiled unasked, and the command that does it.
func (u *update) sayLeft(l store.Left) {
	var files []string
	for f, deck := range u.deck {
		if deck == l.Deck {
			files = append(files, f)
		}
	}
	slices.Sort(files)
	has := func(of []string) bool {
		return slices.ContainsFunc(files, func(f string) bool { return slices.Contains(of, f) })
	}
	file, meant := pathBelow(u.root, "."), "If that is meant"
	if len(files) > 0 {
		file = pathBelow(u.root, files[0])
	}
	why := file + " has no facts any more"
	renamed := u.renamed[l.Deck]
	switch {
	case renamed != "":
		why = file + " calls it " + renamed + " now"
	case has(u.changes.Emptied):
		why = file + " is empty now"
	case has(u.changes.Gone):
		why = file + " is not there any more"
	case l.Why == store.Shrinking:
		why = fmt.Sprintf("%s has lost %d of %s", file, l.Retired, plural.Count(l.Of, "card"))
	case l.Why == store.Ambiguous:
		why, meant = "in "+file+" ids stand over other texts than they did", "To see them and decide"
	}
	todo := "kartei decks archive " + l.Deck
	switch {
	case u.last.seen.Whole():
		todo = "kartei compile " + fault.ShellWord(pathBelow(u.root, "."))
	case l.Why != "" || renamed != "":
		todo = "kartei compile " + fault.ShellWord(file)
	}
	u.Warn("%s; %s is asked as it was. %s: %s", why, l.Deck, meant, todo)
}

// sayGone names single files that are gone with all of their decks.
func (u *update) sayGone(files []string) {
	there := map[string]bool{}
	for _, f := range files {
		there[u.deck[f]] = true
	}
	said := map[string]bool{"": true}
	for _, f := range u.changes.Gone {
		if d := u.deck[f]; !there[d] && !said[d] {
			said[d] = true
			u.sayLeft(store.Left{Deck: d})
		}
	}
}

// sayVanished says that nothing of the root is there, as of a stick that is not
// plugged in: nothing is retired for that.
func (u *update) sayVanished(ctx context.Context) error {
	all, err := u.st.Decks(ctx)
	var names []string
	for _, d := range all {
		if d.Root == u.root && d.Live() {
			names = append(names, d.Name)
		}
	}
	if len(names) == 0 {
		return err
	}
	asked, them := "are asked as they were", "them"
	if len(names) == 1 {
		asked, them = "is asked as it was", "it"
	}
	what := "the folder " + u.root + " is not there"
	if info, err := os.Stat(u.root); err == nil && info.IsDir() {
		what = "there are no decks in " + u.root + " any more"
	}
	u.Warn("%s; %s %s. Has it moved: kartei compile ITS-NEW-PLACE. To put %s away: kartei decks archive %s", what,
		show.SomeOf(names), asked, them, strings.Join(names, " "))
	return err
}

// sayElsewhere names the decks that changed here but come from another place.
func (u *update) sayElsewhere(ctx context.Context, s deckfolder.Folder, held []store.Conflict) error {
	for _, h := range held {
		other, err := u.st.Deck(ctx, h.Deck)
		if err != nil {
			return err
		}
		if sameFiles(u.root, other) {
			continue
		}
		from := h.Root
		if from == deckfolder.BuiltIn {
			from = "Kartei itself"
		}
		path := u.root
		if !u.last.seen.Whole() && len(s.Files) > 0 {
			path = filepath.Join(u.root, filepath.FromSlash(s.Files[0]))
		}
		u.Warn("%s goes on coming from %s. To have it from here: kartei compile --take-over %s", h.Deck, from,
			fault.ShellWord(path))
	}
	return nil
}

// sameFiles reports whether a deck of another root comes from files of this one.
func sameFiles(root string, other store.Deck) bool {
	return slices.ContainsFunc(other.Files, func(f string) bool {
		path := filepath.Join(other.Root, filepath.FromSlash(f))
		rel, err := filepath.Rel(root, path)
		return err == nil && filepath.IsLocal(rel)
	})
}

// MayAsk shows what a compile would do and lets the learner decide; where nobody can
// be asked it says what to type.
func (u *update) ask(ctx context.Context, s deckfolder.Folder, changed []string) error {
	what := pathsBelow(u.root, changed)
	if !u.AtTerminal() {
		u.Warn("%s has changed since it was compiled: kartei compile %s", what, fault.ShellWord(what))
		return nil
	}
	if u.declined[u.root] {
		return nil
	}
	one, err := compileFrom(ctx, u.Console, u.Clock, u.st, s, u.last, Options{DryRun: true})
	if err != nil {
		return err
	}
	if err := u.tell(ctx, s, one); err != nil {
		return err
	}
	yes, err := confirm(ctx, u.Console, u.asker, "Compile "+what+" now?")
	if err != nil {
		return err
	}
	if !yes {
		u.declined[u.root] = true
		return nil
	}
	_, err = compileFrom(ctx, u.Console, u.Clock, u.st, s, u.last, Options{})
	return err
}

// confirm asks whoever asks already, else at the terminal.
func confirm(ctx context.Context, con *console.Console, asker ask.Asker, question string) (yes bool, err error) {
	if asker == nil {
		var closeAsker func() error
		if asker, closeAsker, err = con.Asker(false); err != nil {
			return false, err
		}
		defer func() { err = errors.Join(err, closeAsker()) }()
	}
	yes, err = asker.Confirm(ctx, question, true)
	return yes, ask.QuitIsFine(err)
}
