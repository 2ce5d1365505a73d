package cli

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"kartei/cmd/internal/licenses"
)

// aboutFlags ask about the program itself.
type aboutFlags struct{ version, licenses bool }

func (a *aboutFlags) register(flags *pflag.FlagSet) {
	flags.BoolVar(&a.licenses, "licenses", false, "print the licenses of the libraries in this program")
}

// asked reports whether one of the flags was given.
func (a *aboutFlags) asked() bool { return a.version || a.licenses }

func (a *aboutFlags) print(w io.Writer) error {
	if a.licenses {
		return licenses.Write(w)
	}
	_, err := fmt.Fprintf(w, "kartei %s (%s)\n", version(),
		strings.Join(append(commit(), runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH), ", "))
	return err
}

// newVersionCmd is kartei --version for those who are used to a command.
func newVersionCmd(e *env) *cobra.Command {
	var about aboutFlags
	cmd := &cobra.Command{
		Use:    "version",
		Short:  "Print the version of this program",
		Args:   noArgs,
		Hidden: true,
		RunE:   func(*cobra.Command, []string) error { return about.print(e.Out) },
	}
	about.register(cmd.Flags())
	return cmd
}

// version is what the Go toolchain recorded: a tag, or "(devel)".
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// commit says of which commit the program is built, and of which day that is, where
// the Go toolchain knows.
func commit() (parts []string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			parts = append(parts, "commit "+s.Value[:min(12, len(s.Value))])
		case "vcs.time":
			if at, err := time.Parse(time.RFC3339, s.Value); err == nil {
				parts = append(parts, at.UTC().Format(time.DateOnly))
			}
		case "vcs.modified":
			if s.Value == "true" {
				parts = append(parts, "with changes")
			}
		}
	}
	return parts
}
