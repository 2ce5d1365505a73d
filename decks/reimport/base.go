package reimport

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

const baseHeader = "#kartei: what the facts of a deck were imported as, for import --update"

// Write writes the base, a fact a line.
func (b Base) Write(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, baseHeader)
	for _, id := range slices.Sorted(maps.Keys(b)) {
		fmt.Fprintf(out, "%s\t%s\n", id, b[id])
	}
	return out.Flush()
}

// maxBase is how many bytes a base may have.
const maxBase = 64 << 20

// ReadBase reads what [Base.Write] wrote.
func ReadBase(r io.Reader) (Base, error) {
	base := Base{}
	lines := bufio.NewScanner(io.LimitReader(r, maxBase))
	for number := 1; lines.Scan(); number++ {
		line := lines.Text()
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		id, sums, ok := strings.Cut(line, "\t")
		if !ok {
			return nil, fmt.Errorf("line %d: there is no tab", number)
		}
		base[id] = Sums(sums)
	}
	return base, lines.Err()
}
