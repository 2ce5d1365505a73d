// Package decks compiles study facts, written as plain text, into decks of cards.
package decks
