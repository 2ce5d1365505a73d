package store

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kartei/decks/answer"
	"kartei/decks/quiz"
	"kartei/store/transfer"
)

const quizForm = `kartei form 1

question: 1 typed
ask: What?

question: 2 choice
ask: Which?
a) this
b) that
`

var morning = time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("", 3600))

// takeQuiz answers a quiz, changes an answer, and hands it in.
func takeQuiz(t testing.TB, s *Store) (Quiz, []QuizEvent) {
	t.Helper()
	form, err := quiz.Parse("test.form", strings.NewReader(quizForm))
	if err != nil {
		t.Fatal(err)
	}
	q, err := s.BeginQuiz(t.Context(), form, quizForm, QuizTest, morning)
	if err != nil {
		t.Fatal(err)
	}
	events := []QuizEvent{
		{At: morning.Add(time.Minute), Kind: QuizAnswer, Question: 0, Response: &quiz.Response{Typed: []string{"ε\n"}, Took: time.Second},
			Item: form.Questions[0].Item(), Mark: &quiz.Mark{Share: 1, Rule: answer.Case}},
		{At: morning.Add(90 * time.Second), Kind: QuizLook, Question: 1, Response: &quiz.Response{Took: time.Minute}},
		{At: morning.Add(2 * time.Minute), Kind: QuizFlag, Question: 1},
		{At: morning.Add(3 * time.Minute), Kind: QuizAnswer, Question: 1, Response: &quiz.Response{Chosen: []int{0}, Sure: 3}},
		{At: morning.Add(4 * time.Minute), Kind: QuizAnswer, Question: 1, Response: &quiz.Response{Chosen: []int{1}, Sure: 1}},
		{At: morning.Add(5 * time.Minute), Kind: QuizHandIn, Question: -1},
		{At: morning.Add(6 * time.Minute), Kind: QuizDispute, Question: 0},
	}
	for _, e := range events {
		if err := s.RecordQuiz(t.Context(), q.ID, e); err != nil {
			t.Fatal(err)
		}
	}
	return q, events
}

// What was done in a quiz is on disk, in order, with the learner's own clock.
func TestQuizIsKept(t *testing.T) {
	s := newStore(t)
	want, events := takeQuiz(t, s)
	again, _ := takeQuiz(t, s)
	all, err := s.Quizzes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []*Quiz{&want, &again} {
		q.Ended, q.Seen = morning.Add(5*time.Minute), morning.Add(6*time.Minute)
	}
	if diff := cmp.Diff([]Quiz{again, want}, all, cmpopts.EquateApproxTime(0)); diff != "" {
		t.Error(diff)
	}
	got, err := s.QuizEvents(t.Context(), want.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(events, got, cmpopts.EquateApproxTime(0)); diff != "" {
		t.Error(diff)
	}
	if text := all[0].Began.Format(time.RFC3339); text != "2026-11-23T09:00:00+01:00" {
		t.Errorf("it began at %s", text)
	}
	var forms int
	if err := s.db.QueryRowContext(t.Context(), `SELECT count(*) FROM quiz_forms`).Scan(&forms); err != nil || forms != 1 {
		t.Errorf("%d copies of the form, error %v", forms, err)
	}
}

// After a quiz was handed in nothing counts but a dispute, and nothing that was
// done is ever changed.
func TestQuizIsAppendOnly(t *testing.T) {
	s := newStore(t)
	q, _ := takeQuiz(t, s)
	late := QuizEvent{At: morning, Kind: QuizAnswer, Response: &quiz.Response{Chosen: []int{0}}}
	for _, id := range []int64{q.ID, 99} {
		if err := s.RecordQuiz(t.Context(), id, late); !errors.Is(err, ErrNotFound) {
			t.Errorf("quiz %d: an answer after the end: %v", id, err)
		}
	}
	for _, change := range []string{
		`UPDATE quiz_events SET detail = '{}'`, `DELETE FROM quiz_events`, `UPDATE quizzes SET began = 0`, `DELETE FROM quizzes`, `UPDATE quiz_forms SET text = ''`, `DELETE FROM quiz_forms`,
	} {
		if _, err := s.db.ExecContext(t.Context(), change); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", change, err)
		}
	}
}

// A quiz comes along when a collection is exported and imported.
func TestQuizIsExported(t *testing.T) {
	s := newStore(t)
	_, events := takeQuiz(t, s)
	var b bytes.Buffer
	if err := s.Export(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	copied := newStore(t)
	if err := copied.Import(t.Context(), bytes.NewReader(b.Bytes())); err != nil {
		t.Fatal(err)
	}
	want, _ := s.Quizzes(t.Context())
	got, err := copied.Quizzes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApproxTime(0)); diff != "" {
		t.Error(diff)
	}
	done, err := copied.QuizEvents(t.Context(), got[0].ID)
	if diff := cmp.Diff(events, done, cmpopts.EquateApproxTime(0)); diff != "" || err != nil {
		t.Error(err, diff)
	}
	if err := copied.Import(t.Context(), bytes.NewReader(b.Bytes())); !errors.Is(err, transfer.ErrNotEmpty) {
		t.Errorf("an import beside a quiz: %v", err)
	}
	forged := strings.Replace(b.String(), `"quizzes":1`, `"quizzes":2`, 1)
	if err := newStore(t).Import(t.Context(), strings.NewReader(forged)); !errors.Is(err, ErrDamaged) {
		t.Errorf("a forged count: %v", err)
	}
}
