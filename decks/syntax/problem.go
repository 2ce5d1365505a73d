package syntax

// A Problem is something wrong in a file, or worth a second look.
type Problem struct {
	Span     // what it is about; at least its Start is right
	Severity Severity
	Rule     string // its readable name: "no-answer"
	Message  string // what is wrong, as a clause: "this question has no answer"
	Hint     string // what to do, as a command; may be empty
	Other    *Place // what else the message speaks of, or nil
}

// A Place is a line of a file of the same tree.
type Place struct {
	File string // slash-separated, relative to the compiled folder
	Line int    // from 1
}

// Severity says whether a problem stops its deck from being compiled.
type Severity uint8

// An error stops the deck, a warning never does.
const (
	Warning Severity = iota
	Error
)

// String returns "warning" or "error".
func (s Severity) String() string {
	if s == Error {
		return "error"
	}
	return "warning"
}

// MarshalText returns what String gives, for JSON.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
