package main

import (
	"fmt"
	"strings"
	"testing"

	"kartei/cmd/internal/screentest"
)

// What introduces a section is shown once, with time to read, and again only to those
// who left before they had read it.
func TestIntroductionOnTheScreen(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 80} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			t.Parallel()
			l := newLearner(t)
			l.write("seas.md", `---
deck: seas
---

The seas of the earth, and what lies *below* them: $p = \rho g h$.

## Deep ones

| sea     | metres |
|---------|--------|
| Pacific | 10 935 |

Light ends at two hundred metres.

Q: How deep is the Pacific?
A: 10 935 m

Q: Where does light end?
A: At 200 m
`)
			l.run("compile", "seas.md")
			s := l.start(columns, 24, "review", "seas")
			s.WaitFor("Go on")
			s.Send("q")
			s.WaitFor("Until next time")
			s.Exit()

			s = l.start(columns, 24, "review", "seas")
			s.WaitFor("Go on")
			s.Golden(fmt.Sprintf("introduction-%d", columns))
			s.Send("\x0c") // drawn anew
			s.WaitFor("Go on")
			s.Send(screentest.Space)
			s.WaitFor("Show the answer")
			s.Send(" 3")
			s.WaitFor("Where does light end")
			s.Send("q")
			s.WaitFor("Until next time")
			s.Exit()

			if list := l.run("review", "seas", "--plain"); strings.Contains(list, "two hundred") {
				t.Errorf("it is shown twice:\n%s", list)
			}
			l.healthy(1)
		})
	}
}
