// Package simulate plays a learner's days ahead: what a goal would cost, and
// what would be known for it.
//
// Cards are planned as package scheduler plans them, with the learner's own
// options and memory model. The learner forgets as the model says, and grades
// and takes time as in the log so far ([Habits]). The same seed plays the same
// days.
package simulate
