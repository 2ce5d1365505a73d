// Package answer compares what a learner typed with what a card wants.
//
// The comparison is as strict as a patient teacher: capitals, accents, spaces
// and punctuation are forgiven, and so is a slip of the finger, but never a
// digit, and never a slip that leads to the answer of another card.
//
//	want := answer.Wanted{Text: "Yamoussoukro", Lang: "en"}
//	v := want.Compare("yamousoukro")
//	// v.Right is true, v.Rule is answer.Typo
//
// Numbers compare as numbers (LANGUAGE section 2): "100 000", "100,000",
// "100.000" and "100000" are one answer, within the card's tolerance.
package answer
