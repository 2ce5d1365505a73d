package obsidian

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
	"kartei/decks/notebook"
	"kartei/decks/plural"
)

// SpacedRepetition is the format of the plugin Spaced Repetition. What is a card
// follows its parser (src/parser.ts of version 1.14).
var SpacedRepetition = notebook.Format{
	Format: foreign.Format{
		Name:       "obsidian-sr",
		Extensions: []string{".md"},
		ReadHelp: `an Obsidian vault, or a note of it, with cards of the plugin Spaced
Repetition and their schedules`,
	},
	Signs: []string{pluginFolder},
	Marks: spacedMarks,
	Read:  readSpaced,
}

const pluginFolder = ".obsidian/plugins/obsidian-spaced-repetition"

// spacedMarks counts schedules, and the cards of notes that say that they have some.
func spacedMarks(_, text string) int {
	n := strings.Count(text, "<!--SR:")
	if o := standard(); n == 0 && o.tagged(text) {
		_, rest, _ := split(text)
		n = len(o.parse(rest))
	}
	return n
}

// Options are the plugin's settings by which cards are written.
type options struct {
	Tags      []string `json:"flashcardTags"`
	Folders   bool     `json:"convertFoldersToDecks"`
	Highlight *bool    `json:"convertHighlightsToClozes"`
	Bold      bool     `json:"convertBoldTextToClozes"`
	Curly     bool     `json:"convertCurlyBracketsToClozes"`
	Patterns  []string `json:"clozePatterns"`
	Basic     string   `json:"singleLineCardSeparator"`
	Reversed  string   `json:"singleLineReversedCardSeparator"`
	Many      string   `json:"multilineCardSeparator"`
	ManyBack  string   `json:"multilineReversedCardSeparator"`
	End       string   `json:"multilineCardEndMarker"`
}

func standard() *options {
	return &options{Tags: []string{"#flashcards"}, Basic: "::", Reversed: ":::", Many: "?", ManyBack: "??"}
}

// optionsOf reads the settings of a vault.
func optionsOf(s *notebook.Source) (*options, error) {
	o := standard()
	text, err := s.Text(pluginFolder + "/data.json")
	if err != nil {
		return o, nil // the plugin's own
	}
	if err := json.Unmarshal([]byte(text), &struct {
		Settings *options `json:"settings"`
	}{o}); err != nil {
		return nil, fmt.Errorf("%s/data.json: the settings of the plugin cannot be read: %w", pluginFolder, err)
	}
	return o, nil
}

// signs are the pairs between which gaps stand.
func (o *options) signs() (pairs [][2]string) {
	if o.Highlight == nil || *o.Highlight || slices.Contains(o.Patterns, "==[123;;]answer[;;hint]==") {
		pairs = append(pairs, [2]string{"==", "=="})
	}
	if o.Bold || slices.Contains(o.Patterns, "**[123;;]answer[;;hint]**") {
		pairs = append(pairs, [2]string{"**", "**"})
	}
	if o.Curly || slices.Contains(o.Patterns, "{{[123;;]answer[;;hint]}}") {
		pairs = append(pairs, [2]string{"{{", "}}"})
	}
	return pairs
}

var inlineTag = lazyregexp.New(`(?:^|[\s(])#([^\s#.,;:!?'"()\[\]{}<>|\\` + "`" + `]+)`)

// tagged reports whether a note says that it has cards.
func (o *options) tagged(text string) bool {
	front, rest, _ := split(text)
	if slices.ContainsFunc(frontTags(front), o.isTag) {
		return true
	}
	if !slices.ContainsFunc(o.Tags, func(tag string) bool { return strings.Contains(rest, tag) }) {
		return false
	}
	for _, m := range inlineTag.FindAllStringSubmatch(rest, -1) {
		if o.isTag(m[1]) {
			return true
		}
	}
	return false
}

// isTag reports whether a tag is that of cards, or one below it.
func (o *options) isTag(tag string) bool {
	return slices.ContainsFunc(o.Tags, func(of string) bool {
		of = strings.ToLower(strings.TrimPrefix(of, "#"))
		tag := strings.ToLower(tag)
		return tag == of || strings.HasPrefix(tag, of+"/")
	})
}

// topic is what a tag of cards says beyond that: "flashcards/law/tort" is "law/tort".
func (o *options) topic(tag string) string {
	for _, of := range o.Tags {
		of = strings.TrimPrefix(of, "#") + "/"
		if len(tag) > len(of) && strings.EqualFold(tag[:len(of)], of) {
			return tag[len(of):]
		}
	}
	return ""
}

// readSpaced reads the notes that have cards. A note without the tag has some where
// schedules say so, and every note where no note has the tag.
func readSpaced(ctx context.Context, s *notebook.Source) (*notebook.Reading, error) {
	o, err := optionsOf(s)
	if err != nil {
		return nil, err
	}
	var said, others []*note
	v := &vault{source: s}
	for name, text := range s.Texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n := &note{page: notebook.NewPage(name), text: text, options: o, vault: v}
		if o.tagged(text) || strings.Contains(text, "<!--SR:") || o.Folders && strings.Contains(name, "/") {
			said = append(said, n)
		} else {
			others = append(others, n)
		}
	}
	r := &notebook.Reading{}
	if len(said) == 0 {
		said, others = others, nil
		r.Remarks = append(r.Remarks, fmt.Sprintf("no note has the tag %s, so all were read", strings.Join(o.Tags, " ")))
	}
	hashes := map[string]int{}
	for _, n := range said {
		n.read(hashes)
		r.Pages, r.Left = append(r.Pages, n.page), append(r.Left, n.left...)
	}
	without := 0
	for _, n := range others {
		if _, rest, _ := split(n.text); len(o.parse(rest)) > 0 {
			without++
		}
	}
	if without > 0 {
		r.Remarks = append(r.Remarks, fmt.Sprintf("%s without the tag %s may have cards, too; the plugin does not read them, either",
			plural.Count(without, "note"), strings.Join(o.Tags, " ")))
	}
	return r, nil
}
