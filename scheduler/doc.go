// Package scheduler decides when a card comes back.
//
// A [Policy] lays a learner's [Options] over a memory model of package fsrs.
// [Policy.Preview] shows what each grade would lead to, [Policy.Apply] is what
// the chosen grade does, and [Policy.Replay] computes the same from a log. All
// is pure: the caller passes the [Moment], keeps the [Memory], and no clock or
// dice are hidden anywhere.
package scheduler
