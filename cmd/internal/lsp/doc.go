// Package lsp is the language server for decks: what `kartei check`, `fmt` and
// `compile` know, in the author's own editor while they write. It speaks LSP
// 3.17 on two streams, writes no file, opens no connection and needs no
// collection; with one it can also tell how learners stand with a card.
//
// A [Server] takes messages one by one, in their order, so that whatever it
// answers is about the text that the client had when it asked. What an edit
// means for the file's own deck is found at once; what it means for the rest of
// the folder is found behind it, by a scan that works on a snapshot. No rule is
// written again here: problems, fixes and formatting are those of decks/check
// and decks/syntax.
package lsp
