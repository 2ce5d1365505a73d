// Package page prints quizzes and their analysis as HTML pages.
//
// A page is one file that needs nothing else: its drawings are SVG in the text,
// its style stands in its head, and its Content-Security-Policy allows that
// style, by hash, pictures that stand in the page itself, and nothing more: no
// script, no request. All
// text of decks and students goes through html/template.
//
//	err := page.Report(file, report)            // for the instructor
//	err = page.Exam(file, form, page.Sheets{})  // paper: questions and an answer sheet
package page
