// Package analysis tells an instructor how the questions of a quiz did.
//
// A [Class] takes the results of students one by one and keeps a few bytes of
// each answer. Its [Report] has the figures that Moodle's quiz statistics have,
// by the same formulas, with intervals, and says in words what deserves a look:
// a key that may be wrong, an option that nobody chose, an answer that several
// students say is right.
//
//	class, err := analysis.NewClass(form)
//	err = class.Add("heron.result", file) // refused files have an error
//	report := class.Report(analysis.Options{})
//
// Small classes prove little. Figures that so few results cannot carry are
// left out, with a note that says so.
//
// The statistics are those of tests: everyone saw the same questions, once.
// They mean nothing for the log of a spaced-repetition scheduler, which asks
// each learner what that learner is about to forget.
package analysis
