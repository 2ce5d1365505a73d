// Package quiz makes fixed tests of a deck's facts, and marks them.
//
// A [Form] is a list of questions that everyone is asked in the same order and
// with the same options. [Draw] makes one: which cards it takes, how it asks
// them and in which order the options stand are all decided by its seed, so
// that two machines with the same decks make the same form.
//
//	form, err := quiz.Draw(decks, quiz.Options{Questions: 20, Seed: 42})
//	form.WriteTo(file)                // plain text; "kartei form 1"
//	form, err = quiz.Parse(name, file)
//	mark := form.Questions[0].Mark(quiz.Response{Chosen: []int{2}})
//
// The text of a form is followed by its key, which can be cut off: a form
// without its key is for the students, and both files put together are the
// whole again. [Form.ID] names a form by what students see of it.
//
// Package quiz knows no clock, no collection and no terminal.
package quiz
