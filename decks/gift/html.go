package gift

import (
	stdhtml "html"
	"strings"

	"kartei/decks/factfile"
	"kartei/decks/lazyregexp"
)

var (
	tag    = lazyregexp.New(`<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:\s[^<>]*)?>`)
	unread = lazyregexp.New(`(?is)<script\b.*?</script>|<style\b.*?</style>|<!--.*?-->`)
)

// Signs for the tags that Markdown has; lines for those that end one. Other
// tags leave their words.
var (
	tagSigns = map[string]string{"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`"}
	tagLines = map[string]string{"br": "\n", "p": "\n\n", "div": "\n", "li": "\n- ", "tr": "\n", "h1": "\n\n", "h2": "\n\n", "h3": "\n\n"}
)

// fromHTML makes Markdown of a text with tags. It reads what Moodle's editor
// writes, not every page of the web.
func fromHTML(text string) string {
	text = unread.ReplaceAllString(text, "")
	var out strings.Builder
	from := 0
	for _, m := range tag.FindAllStringSubmatchIndex(text, -1) {
		out.WriteString(factfile.Literal(entities(text[from:m[0]])))
		from = m[1]
		name, closing := strings.ToLower(text[m[4]:m[5]]), m[3] > m[2]
		if sign := tagSigns[name]; sign != "" {
			out.WriteString(sign)
		} else if line := tagLines[name]; line != "" && (!closing || name == "p" || name == "div") {
			out.WriteString(line)
		}
	}
	out.WriteString(factfile.Literal(entities(text[from:])))
	return strings.TrimSpace(strings.ReplaceAll(out.String(), "****", ""))
}

func entities(text string) string {
	return strings.ReplaceAll(stdhtml.UnescapeString(text), "\u00a0", " ")
}
