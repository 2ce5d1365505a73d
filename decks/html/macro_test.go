package html

import (
	"strings"
	"testing"
	"time"
)

// TestMacros holds that definitions of LaTeX go, and what they stand for comes.
func TestMacros(t *testing.T) {
	for source, want := range map[string]string{
		`\( \newcommand{\E}{\operatorname{E}} \renewcommand{\vec}[1]{\mathbf{#1}} \)\(\E[X] = \vec{x} + \vec y\)`: `$\operatorname{E}[X] = \mathbf{x} + \mathbf{y}$`,
		`\(\newcommand\R{\mathbb R}<br/>\newcommand{\fn}[2]{#1\to#2} f: \fn{\R}{\R}\)`:                            `$f: \mathbb R\to\mathbb R$`,
		`\(\DeclareMathOperator{\rank}{rank}\rank A\)`:                                                            `$\operatorname{rank} A$`,
		`\(\def\half#1{\frac{#1}{2}}\half x\)`:                                                                    `$\frac{x}{2}$`,
		`\(\newcommand{\a}{\alpha}\a b \abc \\a \alpha\)`:                                                         `$\alpha b \abc \\a \alpha$`,
		`\(\newcommand{\a}{\alpha}\a{}b\a1\)`:                                                                     `$\alpha{}b\alpha1$`,
		`\(\newcommand{\opt}[2][d]{x} \opt y\)`:                                                                   `$\newcommand{\opt}[2][d]{x} \opt y$`, // a default, which stays
		`\(\newcommand{\open}{x \open\)`:                                                                          `$\newcommand{\open}{x \open$`,
		`\(\newcommand{\a}{\a x}\a\)`:                                                                             `$\a$`, // stands for itself
		`[latex]\begin{math}x^2\end{math}[/latex]`:                                                                `$x^2$`,
		`[latex]\begin{displaymath}x^2\end{displaymath}[/latex]`:                                                  `$$x^2$$`,
		`[latex]$x^2$[/latex] [latex]$$y$$[/latex]`:                                                               "$x^2$ $$y$$",
		`[latex]\begin{align*}a&=b\end{align*}[/latex]`:                                                           `$$\begin{align*}a&=b\end{align*}$$`,
	} {
		c := Converter{}
		if got := c.Text(source); got != want {
			t.Errorf("%s became %q, want %q", source, got, want)
		}
	}
}

// TestMacrosAreKept holds that a definition holds on the pages that follow, and is told once.
func TestMacrosAreKept(t *testing.T) {
	var lost []string
	c := Converter{Lost: func(kind, example string) { lost = append(lost, kind+" "+example) }}
	for range 2 {
		c.Text(`\(\newcommand{\E}{\mathrm{E}}\)`)
	}
	if got := c.Text(`\(\E X\) [latex]\begin{tabular}{c}a\end{tabular}[/latex]`); !strings.HasPrefix(got, `$\mathrm{E} X$`) {
		t.Error(got)
	}
	if got := strings.Join(lost, "; "); got != `LaTeX definition, whose text stands in its places \E; LaTeX environment tabular` {
		t.Error(got)
	}
}

// TestHostileMacros holds that macros of macros end.
func TestHostileMacros(t *testing.T) {
	start := time.Now()
	for _, source := range []string{
		`\(\newcommand{\a}{\b\b}\newcommand{\b}{\a\a}\a\)`,
		`\(\newcommand{\a}{` + strings.Repeat(`\b`, 300) + `}\newcommand{\b}{` + strings.Repeat(`\c`, 300) + `}\newcommand{\c}{` + strings.Repeat("x", 900) + `}\a\)`,
		`\(` + strings.Repeat(`\newcommand{\x}{`, 5000) + `\)`,
		`\(` + strings.Repeat(`\newcommand{\x}{y}`, 5000) + `\)`,
		`\(\newcommand{\a}[9]{#1#1#1#1#1#1#1#1#1}` + strings.Repeat(`\a{`, 2000) + `\)`,
	} {
		c := Converter{}
		if got := c.Text(source); len(got) > 200_000 {
			t.Errorf("%.40s became %d bytes", source, len(got))
		}
	}
	t.Log(time.Since(start).Round(time.Millisecond))
}
