package analysis_test

import (
	"fmt"
	"strings"

	"kartei/decks/quiz"
	"kartei/decks/quiz/analysis"
)

func Example() {
	form, err := quiz.Parse("exam.form", strings.NewReader(`kartei form 1

question: 1 choice
from: nato.md:14
ask: Which command plans for Northern Europe?
a) Norfolk
b) Naples

kartei key 1
form: g27lbq5itayj7pc3

key: 1
right: a
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	class, err := analysis.NewClass(form)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := class.Add("heron.result", "", strings.NewReader("kartei result 2\nform\tanother\n")); err != nil {
		fmt.Println(err)
	}
	for _, note := range class.Report(analysis.Options{}).Notes {
		fmt.Println(note)
	}
	// Output:
	// heron.result:2: this is a result of form another, not of g27lbq5itayj7pc3
	// No result counts.
}
