// Package ask puts the questions of a session to a person.
//
// An [Asker] is a terminal ([Terminal], promptui's menus with one-key
// answers), a stream of lines ([Plain], for pipes and screen readers) or a
// script ([Script], for tests). Keys belong to the caller: each item of a menu
// names those that choose it, and each menu those that leave it, so that a
// learner can change them.
package ask
