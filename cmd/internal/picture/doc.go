// Package picture draws the pictures of cards on terminals that can, and opens
// them on those that cannot.
//
// Which protocol a terminal speaks is known by its environment: it is never
// asked, since an answer would arrive between the keys of the learner. Pictures
// are files of a deck's own folder, read within limits, and drawn from their
// pixels: no byte of a file reaches the terminal as it is.
package picture
