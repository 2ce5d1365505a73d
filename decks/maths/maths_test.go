package maths_test

import (
	"strings"
	"testing"

	"kartei/decks/maths"
)

func TestUnicode(t *testing.T) {
	tests := []struct{ formula, want string }{
		{`$E = mc^2$`, `E = mc²`},
		{`$$a^2 + b^2 = c^2$$`, `a² + b² = c²`},
		{`\alpha\beta \gamma x`, `αβ γ x`},
		{`x\to 0`, `x→0`},
		{`a \leq b`, `a ≤ b`},
		{`H_2O`, `H₂O`},
		{`x_{ij}^{n+1}`, `xᵢⱼⁿ⁺¹`},
		{`x^{qQ}`, `x^(qQ)`},
		{`x^Q`, `x^Q`},
		{`e^{i\pi} + 1 = 0`, `e^(iπ) + 1 = 0`},
		{`\frac{1}{2}`, `½`},
		{`\frac{a}{b}`, `a/b`},
		{`\frac{a+b}{2c}`, `(a+b)/2c`},
		{`\frac{x_1}{\sqrt{2}}`, `x₁/√2`},
		{`\sqrt[3]{x+1}`, `∛(x+1)`},
		{`\frac\pi 2`, `π/2`},
		{`\sqrt[n]{x}`, `ⁿ√x`},
		{`\sum_{i=1}^{n} x_i`, `∑ᵢ₌₁ⁿ xᵢ`},
		{`\int_0^\infty e^{-x}\,dx`, `∫₀^∞ e⁻ˣ dx`},
		{`\lim_{x\to 0} \sin x`, `lim_(x→0) sin x`},
		{`\sin\theta \cos(x)`, `sin θ cos(x)`},
		{`\mathbb{R}^n \mathcal{L}`, `ℝⁿ ℒ`},
		{`\vec{v} \hat x`, "v\u20d7 x\u0302"},
		{`\text{if } x \in \mathrm{Im}`, `if x ∈ Im`},
		{`\left( \frac{a}{b} \right)`, `( a/b )`},
		{`\left. x \right|`, `x |`},
		{`\{1, 2\} \% \$`, `{1, 2} % $`},
		{`f'(x) - 1`, `f′(x) − 1`},
		{`a \not= b`, "a =\u0338 b"},
		{`\binom{n}{k}`, `C(n, k)`},
		{`90^\circ`, `90°`},
		// What is not known is shown as written.
		{`$\begin{matrix} 1 & 2 \end{matrix}$`, `$\begin{matrix} 1 & 2 \end{matrix}$`},
		{`$\unknown{x}$`, `$\unknown{x}$`},
		{`$\frac{1}$`, `$\frac{1}$`},
		{`$x^$`, `$x^$`},
		{`$x^^2$`, `$x^^2$`},
		{`${x$`, `${x$`},
		{`$x}$`, `$x}$`},
		{`$\$`, `$\$`},
		{`$$`, ``},
	}
	for _, test := range tests {
		if got := maths.Unicode(test.formula); got != test.want {
			t.Errorf("Unicode(%s) = %s, want %s", test.formula, got, test.want)
		}
	}
}

func TestBounds(t *testing.T) {
	for _, formula := range []string{
		strings.Repeat("{", 100) + strings.Repeat("}", 100),
		strings.Repeat(`\frac`, 100) + "x",
		strings.Repeat("x", 5000),
	} {
		if got := maths.Unicode(formula); got != formula {
			t.Errorf("%.20s… is not shown as written", formula)
		}
	}
}
