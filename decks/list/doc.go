// Package list reads and writes lists: spreadsheets saved as text, one row a fact,
// with commas, semicolons, tabs or whatever else between the cells.
//
// A list says little of itself. Which sign parts its cells is what makes all rows
// equally long; its first row may be names of columns; which column is asked for and
// which is the answer may be anybody's guess. What is not certain is put to
// [foreign.ReadOptions.Confirm] with the first rows as they would be read, and is a
// refusal where nobody answers. What was settled can be kept, as flags.
//
// The result is a fact table with its templates, as an author would write it:
//
//	| id     | word   | meaning |
//	|--------|--------|---------|
//	| taberu | taberu | to eat  |
//
//	Q: {word}
//	A: {meaning}
//
// Cells that no table can hold, of several lines or very long, make facts of their
// own below it.
package list
