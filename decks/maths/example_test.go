package maths_test

import (
	"fmt"

	"kartei/decks/maths"
)

func ExampleUnicode() {
	fmt.Println(maths.Unicode(`\frac{1}{2}mv^2`))
	fmt.Println(maths.Unicode(`$\begin{matrix} a & b \end{matrix}$`)) // too much for one line
	// Output:
	// ½mv²
	// $\begin{matrix} a & b \end{matrix}$
}
