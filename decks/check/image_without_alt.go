package check

import "kartei/decks"

var imageWithoutAlt = Rule{
	Name:     "image-without-alt",
	Title:    "an image without a description shows nothing at all in a terminal",
	Severity: decks.Warning,
	Text: `
A terminal, a screen reader and a missing file all show the words in the brackets of ![…](file) in
the image's place. Without them the card has a hole. Describe what the learner needs to see to
answer, without saying the answer.`,
	Bad: `
Q: Which country has this flag? ![](fr.svg)
A: France`,
	Good: `
Q: Which country has this flag? ![three upright stripes: blue, white, red](fr.svg)
A: France`,
	card: func(it *item) {
		for _, img := range cardImages(it.card) {
			if img.alt == "" {
				it.report(atImage(img.address), "this image has no description",
					"write what it shows into the brackets: ![three upright stripes](…)")
				return
			}
		}
	},
}
