// Package answer judges what a learner typed by its meaning. Reviews, quizzes and
// analyses ask the same function:
//
//	want := answer.Wanted{Text: "Yamoussoukro", Lang: "en"}
//	v := want.Compare("yamousoukro")
//	// v.Right is true, v.Rule is answer.Typo
//
// # The ladder
//
// A text is compared with the answer, and with what is accepted beside it, by
// rules from the strictest to the most lenient; each forgives what those before it do:
//
//	exact     the same text, as it reads
//	number    the same number: "100 000" and "100,000", within the tolerance
//	case      capitals
//	spacing   spaces, hyphens, quotation marks, the punctuation of sentences
//	forms     other forms of a character: H₂O and H2O, wide and narrow, ½ and 1/2
//	letters   letters that a keyboard lacks: ø and o, ü and ue in German, apostrophes
//	points    the points of Arabic and Hebrew
//	accents   accents
//	typo      a slip or two of the finger
//
// What equals the answer of another card by a stricter rule is wrong: schon for
// schön beside a card that has schon, World War I for World War II. In a strict deck
// the first four rules are all.
//
// Signs that carry meaning are never folded away: # + * & % @ / ′ ♭, "!" but at the
// end of a sentence, minus signs, what parts digits, and all signs in code. Raised
// and lowered digits fold behind a letter only: m² is m2, 10² is not 102.
//
// A slip is measured in the word in which it stands, never in digits, numerals,
// abbreviations and words of up to three letters, nor at a word's first letter or its
// last. It is none if it makes an opposite (hypo- and hyper-, -ite and -ate), another
// form of the word, or one of its family in families.txt. Only alphabets know slips:
// in Chinese, Arabic or Hindi another sign is another word.
//
// Time is in proportion to the length of the texts and the number of alternatives.
// Testdata holds the pairs that say what is right; new kinds of them come first.
package answer
