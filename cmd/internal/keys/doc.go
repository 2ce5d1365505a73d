// Package keys turns the bytes that a terminal sends into key presses.
//
// A [Reader] asks for one byte at a time and only when a key is wanted, so
// that what is typed ahead of a question stays with the terminal: for the next
// question, or for an editor that is started in between. Waiting for a key
// ends with its context; a byte that arrives later belongs to whoever asks
// next.
package keys
