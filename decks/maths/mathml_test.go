package maths_test

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"kartei/decks/maths"
)

func TestMathML(t *testing.T) {
	for formula, want := range map[string]string{
		`x`:                                    `<mi>x</mi>`,
		`3.14x`:                                `<mn>3.14</mn><mi>x</mi>`,
		`n x^{n-1}`:                            `<mi>n</mi><msup><mi>x</mi><mrow><mi>n</mi><mo>−</mo><mn>1</mn></mrow></msup>`,
		`x_1^2`:                                `<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>`,
		`\frac{1}{2}`:                          `<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>`,
		`\sqrt[3]{x}`:                          `<mroot><mrow><mi>x</mi></mrow><mrow><mn>3</mn></mrow></mroot>`,
		`\pm\sqrt{b^2-4ac}`:                    `<mo>±</mo><msqrt><mrow><msup><mi>b</mi><mn>2</mn></msup><mo>−</mo><mn>4</mn><mi>a</mi><mi>c</mi></mrow></msqrt>`,
		`\sum_{i=1}^n i`:                       `<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi>`,
		`\int_0^1`:                             `<msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup>`,
		`f''(x)`:                               `<msup><mi>f</mi><mo>′′</mo></msup><mo>(</mo><mi>x</mi><mo>)</mo>`,
		`\vec v`:                               `<mover accent="true"><mi>v</mi><mo>→</mo></mover>`,
		`\sin\alpha`:                           `<mi>sin</mi><mi>α</mi>`,
		`\text{if } a<b`:                       `<mtext>if </mtext><mi>a</mi><mo>&lt;</mo><mi>b</mi>`,
		`\left(\frac{a}{b}\right)`:             `<mrow><mo>(</mo><mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac><mo>)</mo></mrow>`,
		`\begin{pmatrix}1&0\\0&1\end{pmatrix}`: `<mrow><mo>(</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd><mtd><mn>1</mn></mtd></mtr></mtable><mo>)</mo></mrow>`,
		`\mathbb{R}`:                           `<mi>ℝ</mi>`,
		`\leftarrow`:                           `<mo>←</mo>`,
		`x^2^3`:                                "", `\unknown`: "", `{x`: "", `x}`: "", `^`: "", `\frac{1}`: "", `\left(x`: "", `\begin{pmatrix}1`: "", `\begin{evil}\end{evil}`: "", ``: "",
	} {
		got, ok := maths.MathML(formula)
		if ok != (want != "") {
			t.Errorf("%s: ok %t, %s", formula, ok, got)
			continue
		}
		if ok && !strings.Contains(got, ">"+want+"</math>") {
			t.Errorf("%s:\n got %s\nwant %s", formula, got, want)
		}
	}
	if got, _ := maths.MathML("$$x$$"); !strings.HasPrefix(got, `<math display="block" alttext="x">`) {
		t.Errorf("a block is %s", got)
	}
}

// A command takes one digit, as in TeX: \frac12 is a half.
func TestMathMLDigits(t *testing.T) {
	for formula, want := range map[string]string{`\frac12`: "<mfrac><mn>1</mn><mn>2</mn></mfrac>", `x^10`: "<msup><mi>x</mi><mn>1</mn></msup><mn>0</mn>"} {
		if got, _ := maths.MathML(formula); !strings.Contains(got, want) {
			t.Errorf("%s is %s", formula, got)
		}
	}
}

var elements = regexp.MustCompile(`^(math|mi|mn|mo|mtext|mspace|mrow|mfrac|msqrt|mroot|msub|msup|msubsup|munder|mover|munderover|mtable|mtr|mtd)$`)

// Whatever stands in a formula, it comes out as well-formed MathML or not at all.
func FuzzMathML(f *testing.F) {
	for _, s := range []string{`\frac{1}{2}`, `x_1^2`, `\left(<b>\right)`, `\begin{cases}a&b\\c\end{cases}`, `"&'<script>`, strings.Repeat("{", 100), strings.Repeat(`\sqrt`, 100) + "x", `\text{<b>}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, formula string) {
		out, ok := maths.MathML(formula)
		if !ok {
			return
		}
		d := xml.NewDecoder(strings.NewReader(out))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatalf("%q: %v in %s", formula, err, out)
			}
			if e, ok := token.(xml.StartElement); ok && !elements.MatchString(e.Name.Local) {
				t.Fatalf("%q has %s", formula, e.Name.Local)
			}
		}
	})
}
