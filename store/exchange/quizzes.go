package exchange

import (
	"context"
	"errors"
	"maps"
	"slices"

	"kartei/store/place"
	"kartei/store/segment"
)

// takeQuizzes takes the quizzes that heads name and that did not come yet.
func (x *exchanger) takeQuizzes(ctx context.Context) error {
	for _, device := range slices.Sorted(maps.Keys(x.state.Peers)) {
		for _, digest := range x.state.Peers[device].Quizzes {
			if x.state.Quizzes[digest] {
				continue
			}
			line, err := x.getQuiz(ctx, digest)
			if err == nil {
				err = x.TakeQuiz(ctx, line)
			}
			if isBroken(err) || errors.Is(err, place.ErrNotFound) {
				x.left(segment.QuizName(digest), device, err)
				continue
			}
			if err != nil {
				return err
			}
			x.hasQuiz(digest)
		}
	}
	return nil
}

func (x *exchanger) hasQuiz(digest string) {
	if x.state.Quizzes == nil {
		x.state.Quizzes = map[string]bool{}
	}
	x.state.Quizzes[digest] = true
}

func (x *exchanger) getQuiz(ctx context.Context, digest string) ([]byte, error) {
	data, err := x.place.Get(ctx, segment.QuizName(digest), segment.MaxSize)
	if err != nil {
		return nil, err
	}
	return segment.DecodeQuiz(data, digest)
}

// putQuizzes puts the quizzes that were handed in here since the last exchange.
func (x *exchanger) putQuizzes(ctx context.Context) error {
	mark, err := x.QuizMark(ctx)
	if err != nil || mark == x.state.QuizMark && !x.isAsked("q/") {
		return err
	}
	lines, err := x.QuizLines(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, line := range lines {
		data, digest, err := segment.EncodeQuiz(line)
		if err != nil {
			return err
		}
		if _, err := x.putObject(ctx, segment.QuizName(digest), data); err != nil {
			return err
		}
		names = append(names, digest)
		x.hasQuiz(digest)
	}
	x.state.QuizMark, x.state.OwnQuizzes = mark, names
	return nil
}
