// Package syntax reads and prints the fact language: Markdown files in which
// some kinds of lines mean something and all others are prose.
//
// [Parse] turns a file into a tree in which every node knows its place, and
// [Format] prints a file in its one canonical form. What the language means is
// told in package decks; this package knows one file at a time and no cards.
package syntax
