// Package moodle is what Moodle's formats of questions have in common: what a
// question is, which cards it becomes, and which question a card becomes.
//
//	bank := moodle.NewBank(options)
//	bank.Add(&moodle.Question{Kind: moodle.ShortAnswer, …})
//	reading, err := bank.Reading()
//
//	question, lost, err := moodle.Of(card, picture)
//
// Packages gift and moodlexml read and write the files.
package moodle
