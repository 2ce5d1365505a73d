// Package occlusion covers parts of pictures: what one has to know stands under a
// cover, and is seen with the answer.
//
// The shapes of covers come from strangers, as Anki writes them into a field ([Parse])
// or as an add-on of its draws them ([ParseSVG]). They are read as numbers within
// limits; a drawing is read for its shapes and never run. [Picture.Draw] covers a picture.
package occlusion
