// Package fit learns from a learner's own log how that learner remembers.
//
// [Fit] trains the parameters of a memory model of package fsrs, as fsrs-rs
// trains them (src/training.rs, dataset.rs, parameter_initialization.rs), but
// keeps the result only if it predicts answers better that it has not seen.
//
// Everything is pure and deterministic: no clock, no global dice, and the same
// bits on every processor and on any number of its cores.
package fit
