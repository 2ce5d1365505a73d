// Package review plays a review session: it asks the cards that package session
// chooses, each kind in its own way, and puts every answer into the log before
// it goes on. The same run goes on at a terminal, through a pipe and under a
// test's script; only its Asker differs.
package review
