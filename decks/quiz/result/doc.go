// Package result writes and reads the file that a student hands to an
// instructor after a quiz.
//
// A result file is UTF-8 text, one record a line, its fields separated by
// tabs; "\t", "\n" and "\\" stand for a tab, a line end and a backslash in a
// field. The records come in this order:
//
//	kartei result 2
//	form     ID                  (quiz.Form.ID)
//	student  PSEUDONYM
//	began    2026-11-23T09:00:00+01:00
//	ended    2026-11-23T09:20:00+01:00
//	limit    20m0s | -           (that the student's program kept to)
//	texts    kept | withheld     (whether the student let typed texts go along)
//	answer   NUMBER  ITEM  GIVEN  MARK  RULE  MS  SURE  DISPUTED  [TEXT …]
//	score    POINTS  QUESTIONS
//	code     PROOF | -           (quiz.Proof that the writer knew a code)
//	end      DIGEST              (of all lines before code)
//
// Format 1 has no limit and no code, and a line "deck NAME DIGEST" for each
// deck of the form behind its ID.
//
// There is one answer record for each question of the form, in its order. ITEM
// is quiz.Question.Item. GIVEN is the letters of the chosen options in order
// ("b", "a,c"), "typed", or "-" for none. MARK is 0 to 1, or "-" where the
// student's form had no key. RULE is the answer.Rule that a typed text met, or
// "-". MS is the time in front of the question in milliseconds; SURE is 1 to 3,
// or "-"; DISPUTED is "yes" where the student says that a rejected text is
// right, or "-". The texts follow if they are kept.
//
// Such files come from strangers. A [Reader] refuses what does not follow this
// order, is longer than it could be, counts wrongly, was cut short or is about
// another form, and says in which line. It does not believe marks that it can
// work out itself. Times, marks of withheld texts and the name are a file's own
// word: the digest guards against accidents only, since anyone can make one. A
// proof shows that the writer was told a code, and so for whom and for how long
// the code was made; it does not show who sat at the keyboard.
package result
