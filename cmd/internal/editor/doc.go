// Package editor starts a person's text editor at a line of a file.
//
// The command comes from VISUAL or EDITOR and is split into words here: no
// shell reads it, and a file name is always one argument.
package editor
