// Package reading draws a deck as study notes: its prose and its tables as they stand
// in its files, and its facts in their place, with a mark at what the learner knows.
package reading
