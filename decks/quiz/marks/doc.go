// Package marks makes an instructor's list of marks of the results of a test.
//
// A [Roster] is the list of a class as an instructor or a learning platform has
// it. A [List] joins it with the students of an [kartei/decks/quiz/analysis]:
// who is missing, who is unknown, whose name is there twice; and gives each a
// mark on a [Scale], less what a [Late] rule takes off.
//
//	roster, err := marks.ReadRoster("class.csv", file)
//	list := marks.NewList(class.Students(), roster, marks.Options{})
//	err = list.Write(out, marks.Own)
package marks
