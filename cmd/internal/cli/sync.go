package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/heap"
	"kartei/cmd/internal/show"
	"kartei/decks/plural"
	"kartei/store"
	"kartei/store/exchange"
	"kartei/store/place"
	"kartei/store/segment"
)

func newSyncCmd(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sync",
		Short: "Learn on several machines: exchange what each has",
		Long: `Sync brings this machine and the others to the same: every answer of each
counts on all, none twice. There is nothing to choose and nothing to lose: what
was done on two machines at once is both kept.

Machines meet in a place that all of them reach: a folder that Syncthing,
Nextcloud, Dropbox, a network or a stick carries, or a bucket of an object store
(s3://HOST/BUCKET/PREFIX, or s3+http://… for a server without TLS in your own
network; the key comes from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or from
~/.aws/credentials). Begin it on one machine and
join it on the others. From then on each session begins and ends with an exchange
by itself; config sync says otherwise. How the files in the place look:
kartei help place-format.` + exitStatus(fault.Done, fault.Failed, fault.Usage, fault.Newer, fault.Damaged),
		Example: "  kartei sync init ~/Sync/kartei\n  kartei sync join ~/Sync/kartei\n  kartei sync",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return e.withPlace(cmd.Context(), e.runSync) },
	}
	cmd.AddCommand(newSyncInitCmd(e), newSyncJoinCmd(e), newSyncStatusCmd(e), newSyncNameCmd(e), newSyncLeaveCmd(e))
	return cmd
}

func newSyncInitCmd(e *env) *cobra.Command {
	var name string
	var encrypt bool
	cmd := &cobra.Command{
		Use:   "init PLACE",
		Short: "Begin a place, on the first machine",
		Long: `Init makes a folder, or a bucket, the place through which your machines exchange
what they have, and puts there what this one has.

With --encrypt whoever keeps the place sees how much you do, and when, and nothing
else. You choose a passphrase, which every machine that joins asks for. The key that
it opens is kept beside the settings; any object can be opened with it by age, too.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Example: "  kartei sync init ~/Sync/kartei\n  kartei sync init --encrypt s3://s3.eu-central-003.backblazeb2.com/my-bucket/kartei",
		Args:    nArgs(1, 1, "a folder that all your machines see, or s3://HOST/BUCKET/PREFIX"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runSyncInit(cmd.Context(), e, args[0], name, encrypt)
		},
	}
	nameFlag(cmd, &name)
	cmd.Flags().BoolVar(&encrypt, "encrypt", false, "encrypt what is put there; asks for a passphrase")
	return cmd
}

func newSyncJoinCmd(e *env) *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "join PLACE",
		Short: "Join a place, on every other machine",
		Long: `Join makes this machine one of those that meet in a place. If it has learned
already, all that both have done is kept and counts on both.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Example: "  kartei sync join ~/Sync/kartei",
		Args:    nArgs(1, 1, "the folder or address that kartei sync init was told on the first machine"),
		RunE:    func(cmd *cobra.Command, args []string) error { return runSyncJoin(cmd.Context(), e, args[0], name) },
	}
	nameFlag(cmd, &name)
	return cmd
}

// nameFlag lets a machine be called otherwise than it calls itself.
func nameFlag(cmd *cobra.Command, name *string) {
	cmd.Flags().StringVar(name, "name", "", "what the other machines call this one (default its own name)")
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		if !cmd.Flags().Changed("name") {
			return nil
		}
		return checkName(*name)
	}
}

// longestName is how many characters the name of a machine has at most, so that it fits
// into a line of what comes from there.
const longestName = 40

// checkName refuses what no machine can be called.
func checkName(given string) error {
	switch n := utf8.RuneCountInString(tidyName(given)); {
	case n == 0:
		return fault.Usagef("a name such as desktop", "a machine needs a name")
	case n > longestName:
		return fault.Usagef("a name such as desktop", "the name of a machine has %d characters at most, not %d", longestName, n)
	}
	return nil
}

// tidyName is a name in one line, without what would change the terminal.
func tidyName(given string) string { return strings.Join(strings.Fields(show.Line(given)), " ") }

// machineName is what the other machines call this one: as it was told, or as before.
func machineName(ctx context.Context, st *store.Store, given string) string {
	if state, err := st.Place(ctx); given == "" && state != nil && (err == nil || errors.Is(err, store.ErrNoPlace)) {
		given = state.Name
	}
	host, _ := os.Hostname() // without one there is another word for it
	host, _, _ = strings.Cut(host, ".")
	return cmp.Or(tidyName(given), host, "a machine")
}

func runSyncInit(ctx context.Context, e *env, word, name string, encrypt bool) error {
	address, err := placeAddress(word)
	if err != nil {
		return err
	}
	return e.with(ctx, func(st *store.Store) error {
		last, err := st.Place(ctx)
		switch {
		case err != nil && !errors.Is(err, store.ErrNoPlace):
			return err
		case last.Place != "" && last.Place != address:
			return placed(fmt.Errorf("%w: %s", store.ErrPlaced, last.Place))
		}
		if err := makePlace(address); err != nil {
			return err
		}
		p, err := openPlace(address)
		if err != nil {
			return err
		}
		encrypt = encrypt || last.Sealed && last.Place == address // one that was emptied stays as it was
		if p, err = e.beginPlace(ctx, st, p, address, machineName(ctx, st, name), encrypt); errors.Is(err, place.ErrExists) {
			return fault.Failf("kartei sync join "+shellWords([]string{word}), "%s is the place of some collection already", word)
		}
		if err != nil {
			return placed(err)
		}
		if err := e.runSync(ctx, st, p); err != nil {
			return err
		}
		e.Say("on the other machines, once all of it is there: kartei sync join PLACE")
		return nil
	})
}

// beginPlace makes a place that of the collection, and returns how it is used.
func (e *env) beginPlace(ctx context.Context, st *store.Store, p place.Place, address, name string, encrypt bool) (place.Place, error) {
	if encrypt {
		return e.beginSealed(ctx, st, p, address, name)
	}
	return p, st.InitPlace(ctx, p, address, name, false)
}

func runSyncJoin(ctx context.Context, e *env, word, name string) error {
	address, err := placeAddress(word)
	if err != nil {
		return err
	}
	return e.with(ctx, func(st *store.Store) error {
		p, err := openPlace(address)
		if errors.Is(err, place.ErrUnreachable) && !strings.Contains(address, "://") {
			return fault.Failf("mend the name, or mount the disk; on the first machine kartei sync status says where its place is, which may have another path here",
				"there is no folder %s", word)
		}
		if err != nil {
			return err
		}
		set, err := exchange.ReadSet(ctx, p)
		if errors.Is(err, place.ErrNotFound) {
			return fault.Failf("on the first machine: kartei sync init PLACE; if it did, kartei sync status says there where that is: wait until all of it has come here",
				"%s is not the place of any collection", word)
		}
		if err == nil && set.Sealed {
			p, err = e.joinSealed(ctx, p, address, set.ID)
		}
		if err == nil {
			err = st.JoinPlace(ctx, p, address, machineName(ctx, st, name))
		}
		if err != nil {
			return placed(err)
		}
		return e.runSync(ctx, st, p)
	})
}

// placed says what to do about a collection that has another place.
func placed(err error) error {
	if errors.Is(err, store.ErrPlaced) {
		return fault.WithHint(fault.Failed, err, "kartei sync leave, then again")
	}
	return err
}

func noPlace() error {
	return fault.Failf("kartei sync init PLACE; or, if another machine did: kartei sync join PLACE",
		"this collection is not synced with another machine yet")
}

// withPlace opens the collection and its place for the time of use.
func (e *env) withPlace(ctx context.Context, use func(context.Context, *store.Store, place.Place) error) error {
	return e.with(ctx, func(st *store.Store) error {
		state, err := st.Place(ctx)
		if errors.Is(err, store.ErrNoPlace) {
			return noPlace()
		}
		if err != nil {
			return err
		}
		p, err := openOwnPlace(state)
		if err != nil {
			return err
		}
		return use(ctx, st, p)
	})
}

// runSync exchanges with a place and says what came.
func (e *env) runSync(ctx context.Context, st *store.Store, p place.Place) error {
	defer heap.Set(heap.Sync)()
	report, err := st.Sync(ctx, p, e.Moment())
	if errors.Is(err, exchange.ErrBegunElsewhere) {
		return fault.WithHint(fault.Failed, err, "if that is a machine of yours: kartei sync leave, then kartei sync join PLACE")
	}
	if errors.Is(err, exchange.ErrOtherSet) {
		return fault.WithHint(fault.Failed, err,
			"mount the disk, or wait for the folder; if it was emptied for good: kartei sync leave, then kartei sync init")
	}
	if report != nil {
		e.sayLeft(report)
		if err == nil {
			_, err = fmt.Fprintln(e.Out, show.Line(synced(report)))
		}
		if err == nil && report.Answers() > 0 {
			err = sayFuture(ctx, e.Console, e.Clock, st)
		}
	}
	return err
}

// synced says in one line what came and went.
func synced(r *exchange.Report) string {
	var names, parts []string
	came := map[string]exchange.Came{} // by machine, which may have been several devices
	for _, c := range r.Came {
		name := cmp.Or(c.Name, c.Device)
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		sum := came[name]
		sum.Rows, sum.Answers, sum.Decks, sum.Media = sum.Rows+c.Rows, sum.Answers+c.Answers, sum.Decks+c.Decks, sum.Media+c.Media
		came[name] = sum
	}
	for _, name := range names {
		parts = append(parts, name+": "+cameText(came[name]))
	}
	var sent []string
	switch {
	case r.Sent > 0:
		sent = append(sent, plural.Count(r.Sent, "answer"))
	case r.Rows > 0:
		sent = append(sent, plural.Count(r.Rows, "change"))
	}
	if r.Media > 0 {
		sent = append(sent, plural.Count(r.Media, "picture"))
	}
	if len(sent) > 0 {
		parts = append(parts, "sent "+strings.Join(sent, ", "))
	}
	if len(parts) == 0 {
		return "nothing new"
	}
	return strings.Join(parts, " · ")
}

func cameText(c exchange.Came) string {
	var parts []string
	if c.Answers > 0 {
		parts = append(parts, plural.Count(c.Answers, "answer"))
	}
	if c.Decks > 0 {
		parts = append(parts, plural.Count(c.Decks, "deck"))
	}
	if c.Media > 0 {
		parts = append(parts, plural.Count(c.Media, "picture"))
	}
	if len(parts) == 0 {
		return plural.Count(c.Rows, "change")
	}
	return strings.Join(parts, ", ")
}

// sayBranch says that two copies of a collection were told apart.
func sayBranch(con *console.Console) {
	con.Say("another copy of this collection writes as this machine did; this one goes on as a device of its own, and no answer is lost; if it is on another machine: kartei sync name NAME tells the two apart")
}

// sayLeft says what was not taken, and why.
func (e *env) sayLeft(r *exchange.Report) {
	if r.Branch {
		sayBranch(e.Console)
	}
	if r.Doubled > 0 {
		e.Say("%s came of imports on two machines; each counts once", plural.Count(r.Doubled, "answer"))
	}
	for _, name := range r.Back {
		e.Warn("the place went back: it has less of %s than before; what it lost is put there again", name)
	}
	for _, l := range r.Left {
		what := l.Object
		if l.Name != "" {
			what += " (" + l.Name + ")"
		}
		if errors.Is(l.Why, exchange.ErrAnotherSet) {
			e.Warn("left for later: %s: %v; there: kartei sync leave, then kartei sync join PLACE", what, l.Why)
			continue
		}
		if l.Asked {
			e.Warn("left for later: %s: %v yet; a machine that has it puts it there again with its next sync", what, brief(l.Why))
			continue
		}
		if errors.Is(l.Why, segment.ErrNotWhole) {
			e.Warn("left for later: %s: it is not whole; if that does not change, remove the file there", what)
			continue
		}
		e.Warn("left for later: %s: %v", what, l.Why)
	}
}

// brief is why something was not taken that others are asked for.
func brief(why error) error {
	if errors.Is(why, place.ErrNotFound) {
		return place.ErrNotFound
	}
	return segment.ErrNotWhole
}

func newSyncNameCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "name NAME",
		Short: "Give this machine another name",
		Long: `Name changes what the other machines call this one: from the next exchange on.
Where two have one name, as after a copy of all that is on a machine, it is shown
with the letters with which their devices begin.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Example: "  kartei sync name desktop",
		Args:    nArgs(1, 1, "what the other machines shall call this one"),
		RunE:    func(cmd *cobra.Command, args []string) error { return runSyncName(cmd.Context(), e, args[0]) },
	}
}

func runSyncName(ctx context.Context, e *env, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	return e.with(ctx, func(st *store.Store) error {
		name := machineName(ctx, st, name)
		err := st.NameMachine(ctx, name)
		if errors.Is(err, store.ErrNoPlace) {
			return noPlace()
		}
		if err == nil {
			_, err = fmt.Fprintf(e.Out, "this machine is %s from the next exchange on: kartei sync\n", name)
		}
		return err
	})
}

func newSyncLeaveCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "leave",
		Short: "Exchange with the place no more",
		Long: `Leave ends that this machine exchanges with its place. Everything stays, here
and there; kartei sync join comes back.` + exitStatus(fault.Done, fault.Failed),
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runSyncLeave(cmd.Context(), e) },
	}
}

func runSyncLeave(ctx context.Context, e *env) error {
	return e.with(ctx, func(st *store.Store) error {
		err := st.LeavePlace(ctx)
		if errors.Is(err, store.ErrNoPlace) {
			return fault.Failf("kartei sync join PLACE", "this collection has no place")
		}
		if err == nil {
			_, err = fmt.Fprintln(e.Out, "left; everything stays, here and there")
		}
		return err
	})
}
