// Package gift carries decks to Moodle and back, in Moodle's text format GIFT.
//
//	left, err := gift.Write(out, contents)
//	reading, err := gift.Read(in, options)
//
// Which question a card becomes, and which card a question, is for package moodle
// to say. What stands between GIFT's lines is the
// manner of Moodle's importer (question/format/gift/format.php at 00e93a9),
// which has traps: "//" begins a comment in any line, the first "{" opens the
// answers, "->" in a short answer makes it a matching, "[html]" at the head of
// a text changes its format, "%50%" at the head of an answer its worth.
package gift
