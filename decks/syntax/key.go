package syntax

// A Key is the word before the colon in a fact.
type Key string

// The keys of a fact (LANGUAGE section 2), in canonical order.
const (
	Question   Key = "Q"
	Answer     Key = "A"
	Term       Key = "T"
	Definition Key = "D"
	Cloze      Key = "C"
	Accept     Key = "Accept"
	Not        Key = "Not"
	Hint       Key = "Hint"
	Note       Key = "Note"
	Source     Key = "Source"
	Evidence   Key = "Evidence"
	AsOf       Key = "As-of"
	Tags       Key = "Tags"
	ID         Key = "Id"
	Type       Key = "Type"
	Tolerance  Key = "Tolerance"
)
