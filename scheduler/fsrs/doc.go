// Package fsrs holds the memory models of the scheduler.
//
// A model keeps a little state for each card, steps it with every answer, and
// says how likely recall is after some days, or after how many days recall
// falls to a wanted level. FSRS-6 is what Anki ships; FSRS-7 is its unreleased
// successor, an experiment here.
//
// All models give the same bits on every processor.
package fsrs
