// Package moodlexml carries decks to Moodle and back, in Moodle's XML format, with
// the pictures and sounds of the questions.
//
//	left, err := moodlexml.Write(out, contents)
//	reading, err := moodlexml.Read(in, options)
//
// Which question a card becomes, and which card a question, is for package moodle
// to say. The format is that of Moodle's exporter (question/format/xml/format.php).
package moodlexml
