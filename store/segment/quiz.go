package segment

import "fmt"

// QuizName is that of the object that holds a quiz that was taken, by a digest of it.
func QuizName(digest string) string { return "q/" + digest }

// EncodeQuiz packs a quiz, which is a line of an export, and returns its digest.
func EncodeQuiz(line []byte) (data []byte, digest string, err error) {
	data, err = seal(line)
	return data, DigestOf(line), err
}

// DecodeQuiz returns the line of a quiz.
func DecodeQuiz(data []byte, digest string) ([]byte, error) {
	line, err := open(data, maxText)
	if err == nil && DigestOf(line) != digest {
		err = fmt.Errorf("%w: it is not the quiz of its name", ErrNotWhole)
	}
	return line, err
}
