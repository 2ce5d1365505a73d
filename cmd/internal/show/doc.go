// Package show turns cards, tables and figures into lines for a terminal.
//
// Text comes from decks that strangers wrote, so there is one door to the
// terminal: what a person or a file supplied passes [Clean] before it is
// printed, and every function of this package that takes such text does so
// itself. Escape sequences are written by [Palette] only.
package show
