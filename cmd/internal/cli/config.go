package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/config"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/scheduler"
	"kartei/store"
)

type configOptions struct {
	name, value   string
	set           bool
	unset, asJSON bool
}

func newConfigCmd(e *env) *cobra.Command {
	var opts configOptions
	cmd := &cobra.Command{
		Use:   "config [NAME [VALUE…]]",
		Short: "Show or change your settings",
		Long: `Config shows all settings, explains one, or changes it. --unset goes back to
the default.

Most lie in one small file, $XDG_CONFIG_HOME/kartei/config or what stands for it
on your system: "name = value" lines that you may edit yourself. What decides
when cards are due lies in the collection and goes where it goes: day-start, and
new and reviews, which hold for every deck that has none of its own
(kartei decks options). Keys are named as u, space, enter, esc, ctrl-z or f1.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Example: "  kartei config\n  kartei config day-start 03:00\n  kartei config key.good 3 j\n  kartei config --unset key.good",
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			if len(args) == 0 {
				for _, p := range preferences() {
					names = append(names, p.Name+"\t"+p.Doc)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return prepare(e, cmd, false) },
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				opts.name, opts.value, opts.set = args[0], strings.Join(args[1:], " "), len(args) > 1
			}
			return runConfig(cmd.Context(), e, opts)
		},
	}
	cmd.Flags().BoolVar(&opts.unset, "unset", false, "go back to the default")
	cmd.Flags().BoolVar(&opts.asJSON, "json", false, "print one JSON object a line")
	return cmd
}

// A preference is a setting, wherever it lies.
type preference struct {
	config.Setting
	collected bool // it lies in the collection
}

func preferences() []preference {
	standard := scheduler.Defaults()
	limit := func(name string) preference {
		value, _ := standard.Get(name)
		return preference{config.Setting{Name: name, Default: value, Doc: scheduler.Describe(name),
			Check: func(v string) error {
				o := scheduler.Defaults()
				return cmp.Or(o.Set(name, v), o.Validate())
			}}, true}
	}
	all := []preference{
		{config.Setting{Name: "day-start", Default: formatClock(scheduler.DefaultCalendar.Rollover),
			Doc:   "when a new study day begins: what you do before it belongs to the evening before",
			Check: func(v string) error { _, err := parseClock(v); return err }}, true},
		limit("new"), limit("reviews"),
	}
	for _, s := range fileSettings() {
		all = append(all, preference{s, false})
	}
	return all
}

func formatClock(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
}

func parseClock(value string) (time.Duration, error) {
	t, err := time.Parse("15:04", value)
	if err != nil {
		return 0, fmt.Errorf("%q is not a time of day: write it as 04:00", value)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

func runConfig(ctx context.Context, e *env, opts configOptions) error {
	if opts.unset && (opts.name == "" || opts.set) {
		return fault.Usagef("kartei config --unset NAME", "--unset takes one name and no value")
	}
	all := preferences()
	if opts.name != "" {
		i := slices.IndexFunc(all, func(p preference) bool { return p.Name == opts.name })
		if i < 0 {
			return unknownSetting(opts.name, all)
		}
		all = all[i : i+1]
	}
	if !opts.set && !opts.unset {
		return e.with(ctx, func(st *store.Store) error { return showSettings(ctx, e.Console, e.settings, st, all, opts) })
	}
	if opts.set {
		if err := all[0].Check(opts.value); err != nil {
			return fault.Usagef("kartei config "+opts.name+" explains it", "%s: %w", opts.name, err)
		}
	}
	if all[0].collected {
		return e.with(ctx, func(st *store.Store) error { return setCollected(ctx, st, all[0], opts.value, e.Moment()) })
	}
	return setInFile(e.settings, opts)
}

func unknownSetting(name string, all []preference) error {
	var names []string
	for _, p := range all {
		names = append(names, p.Name)
	}
	return fault.Usagef(fault.DidYouMean("kartei config ", name, names, "kartei config lists them"),
		"there is not a setting %q", name)
}

// setInFile changes the settings file, unless two keys would then be one.
func setInFile(set *settings, opts configOptions) error {
	if _, err := settingsPath(); err != nil {
		return err
	}
	before, was := set.Get(opts.name)
	if err := set.Set(opts.name, opts.value); err != nil {
		return err
	}
	err := set.keys().Check()
	if err == nil {
		return nil
	}
	if !was {
		before = ""
	}
	if back := set.Set(opts.name, before); back != nil {
		return back
	}
	return fault.Usagef("give the other action another key first, or both at once in the file",
		"%s: %w", opts.name, err)
}

// setCollected changes a setting of the collection; "" goes back to the default.
func setCollected(
	ctx context.Context, st *store.Store, p preference, value string, now scheduler.Moment,
) error {
	if p.Name != "day-start" {
		return st.Set(ctx, "", map[string]string{p.Name: value}, now)
	}
	rollover, err := parseClock(cmp.Or(value, p.Default))
	if err != nil {
		return err
	}
	return st.SetCalendar(ctx, scheduler.Calendar{Rollover: rollover}, now)
}

// settingJSON is a line of `config --json`.
type settingJSON struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Default string `json:"default"`
	Place   string `json:"place"` // file or collection
	Doc     string `json:"doc"`
}

func showSettings(
	ctx context.Context, con *console.Console, set *settings, st *store.Store, all []preference, opts configOptions,
) error {
	t := show.Table{Columns: []show.Column{{Title: "setting", Whole: true}, {Title: "value"}, {Title: "set"},
		{Title: "what it is for"}}}
	for _, p := range all {
		value, err := valueOf(ctx, set, st, p)
		if err != nil {
			return err
		}
		place, where := "file", "default"
		if p.collected {
			place = "collection"
		}
		if value != p.Default {
			where = place
		}
		if opts.asJSON {
			if err := show.JSON(con.Out, settingJSON{p.Name, value, p.Default, place, p.Doc}); err != nil {
				return err
			}
		}
		t.Rows = append(t.Rows, []show.Cell{{Text: p.Name, Style: show.Bold}, {Text: value},
			{Text: where, Style: show.Dim}, {Text: p.Doc, Style: show.Dim}})
	}
	switch {
	case opts.asJSON:
		return nil
	case opts.name == "":
		return con.PrintTable(t)
	}
	return explainSetting(con, all[0], t.Rows[0][1].Text)
}

// explainSetting prints the value, for scripts, and says the rest to people.
func explainSetting(con *console.Console, p preference, value string) error {
	if _, err := fmt.Fprintln(con.Out, show.Line(value)); err != nil {
		return err
	}
	con.Say("%s: %s", p.Name, p.Doc)
	con.Say("the default is %s", p.Default)
	if path, err := settingsPath(); err == nil && !p.collected {
		con.Say("it lies in %s", show.Line(path))
	}
	return nil
}

func valueOf(ctx context.Context, set *settings, st *store.Store, p preference) (string, error) {
	switch {
	case p.Name == "day-start":
		return formatClock(st.Calendar().Rollover), nil
	case p.collected:
		own, err := st.Settings(ctx, "")
		return cmp.Or(own[p.Name], p.Default), err
	}
	return set.get(p.Name), nil
}

// limit is how many cards a session asks where no flag says.
func (s *settings) limit() int {
	n, _ := strconv.Atoi(s.get(setLimit)) // checked when it was read
	return n
}
