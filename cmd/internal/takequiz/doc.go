// Package takequiz lets a learner take a quiz: back and forth through its
// questions, against a clock where there is one, until it is handed in; and
// shows afterwards what was missed. Every answer is recorded before the next
// question, so a quiz that was left goes on where it stopped.
//
// The same run goes on at a terminal, through a pipe and under a test's
// script; only its Asker differs.
package takequiz
