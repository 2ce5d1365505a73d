// Package obsidian reads cards that people keep among the notes of an Obsidian vault,
// as two plugins have them: Spaced Repetition ([SpacedRepetition]), whose schedules
// stand in comments below the cards, and Obsidian to Anki ([ToAnki]), whose history is
// in Anki.
package obsidian
