// Package gift carries decks to Moodle and back, in Moodle's text format GIFT.
//
//	left, err := gift.Write(out, deck, facts) // left: cards that GIFT has no question for
//	deck, left, err := gift.Read("quiz.gift", in)
//
// A choice becomes a multiple choice with feedback; a number a numerical
// question with its tolerance; any other short answer a short-answer question;
// a sequence a matching of places and items; a long answer an essay whose
// general feedback is the answer. What stands between these lines is the
// manner of Moodle's importer (question/format/gift/format.php at 00e93a9),
// which has traps: "//" begins a comment in any line, the first "{" opens the
// answers, "->" in a short answer makes it a matching, "[html]" at the head of
// a text changes its format, "%50%" at the head of an answer its worth.
package gift
