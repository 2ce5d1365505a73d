package ask

import "errors"

// QuitIsFine returns err, or nil if the person just left the question.
func QuitIsFine(err error) error {
	if errors.Is(err, ErrQuit) {
		return nil
	}
	return err
}
