package store_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"testing/fstest"
	"time"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store"
	"kartei/store/journal"
	"kartei/store/queue"
)

// A deck is compiled, applied and asked; the answer is on disk, and taken back.
func Example() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "kartei")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	st, err := store.Open(ctx, filepath.Join(folder, "collection.db"), store.Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		log.Fatal(err)
	}
	defer st.Close()
	now := scheduler.DefaultCalendar.Moment(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))

	files := fstest.MapFS{"capitals.md": {Data: []byte("Q: What is the capital of Norway?\nA: Oslo\nId: norway\n")}}
	c, err := decks.Compile(files)
	if err != nil {
		log.Fatal(err)
	}
	plan, err := st.Apply(ctx, store.Compiled{Root: "/notes", Decks: c.Decks, Whole: true}, now)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(plan.Decks[0])

	tree, _, err := st.Tree(ctx)
	if err != nil {
		log.Fatal(err)
	}
	review, err := session.Open(ctx, st.Source(queue.Only{}), tree, session.Settings{}, now)
	if err != nil {
		log.Fatal(err)
	}
	card, err := st.Card(ctx, review.Next(now).Card.Card)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(card.Prompt, card.Answer)

	answer, err := review.Grade(scheduler.Easy, now, 3*time.Second)
	if err != nil {
		log.Fatal(err)
	}
	row, err := st.Append(ctx, journal.Entry{
		Moment: now, Kind: journal.KindGrade, Card: card.ID, Mode: journal.ModeReview, Grade: answer.Grade, Duration: answer.Took,
		State: answer.Card.Memory.State, Days: answer.Outcome.Days, Item: card.Hash,
	}, answer.Outcome.Memory)
	if err != nil {
		log.Fatal(err)
	}
	if err := review.Commit(answer); err != nil {
		log.Fatal(err)
	}
	fmt.Println("row", row.Seq, "is on disk")

	if _, err := st.Undo(ctx, now); err != nil {
		log.Fatal(err)
	}
	card, err = st.Card(ctx, card.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("after undo:", card.Reps, "answers")
	// Output:
	// capitals: 1 fact, 1 card: 1 new
	// What is the capital of Norway? Oslo
	// row 2 is on disk
	// after undo: 0 answers
}
