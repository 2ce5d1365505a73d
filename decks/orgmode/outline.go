package orgmode

import (
	"strings"

	"kartei/decks/lazyregexp"
)

// An entry is a heading with what stands below it.
type entry struct {
	parent     *entry
	level      int // of its stars; 0: the file
	line       int // from 1
	title      string
	tags       []string // its own
	properties map[string]string
	drawers    map[string][]string // by their names, in capitals
	scheduled  string              // the time stamp
	body       []string
	children   []*entry
}

var (
	star      = lazyregexp.New(`^(\*+)[ \t]+(.*)$`)
	todo      = lazyregexp.New(`^(?:TODO|DONE|NEXT|WAITING|HOLD|CANCELED|CANCELLED|STARTED)[ \t]+`)
	priority  = lazyregexp.New(`^\[#[A-Za-z0-9]+\][ \t]*`)
	endTags   = lazyregexp.New(`(?:^|[ \t]+):([^\s:]+(?::[^\s:]+)*):[ \t]*$`)
	planning  = lazyregexp.New(`^[ \t]*(?:SCHEDULED|DEADLINE|CLOSED):`)
	scheduled = lazyregexp.New(`SCHEDULED:[ \t]*([<\[][^>\]]*[>\]])`)
	drawer    = lazyregexp.New(`^[ \t]*:([A-Za-z0-9_-]+):[ \t]*$`)
	property  = lazyregexp.New(`^[ \t]*:([^\s:]+):[ \t]*(.*)$`)
	keyword   = lazyregexp.New(`(?i)^[ \t]*#\+([A-Z_]+):[ \t]*(.*)$`)
)

// outline reads a file as an entry without a heading.
func outline(text string) *entry {
	root := &entry{}
	at := root
	lines := strings.Split(text, "\n")
	open := 0 // before it no drawer ends
	for i := 0; i < len(lines); i++ {
		if m := star.FindStringSubmatch(lines[i]); m != nil {
			at = at.under(len(m[1]))
			at.line = i + 1
			at.head(m[2])
			i = at.data(lines, i+1) - 1
			continue
		}
		if name := drawerName(lines[i]); name != "" && i >= open {
			end, ok := drawerEnd(lines, i)
			if ok {
				at.keep(name, lines[i+1:end])
				i = end
				continue
			}
			open = end
		}
		at.body = append(at.body, lines[i])
	}
	return root
}

// under adds an entry of a level behind the one that was read last.
func (e *entry) under(level int) *entry {
	parent := e
	for parent.parent != nil && parent.level >= level {
		parent = parent.parent
	}
	child := &entry{parent: parent, level: level}
	parent.children = append(parent.children, child)
	return child
}

// head reads what stands behind the stars.
func (e *entry) head(title string) {
	if m := endTags.FindStringSubmatchIndex(title); m != nil {
		e.tags, title = strings.Split(title[m[2]:m[3]], ":"), title[:m[0]]
	}
	title = strings.TrimPrefix(title, todo.FindString(title))
	title = strings.TrimPrefix(title, priority.FindString(title))
	e.title = strings.TrimSpace(title)
}

// data reads dates and properties below a heading, and returns where the body begins.
func (e *entry) data(lines []string, i int) int {
	for ; i < len(lines) && planning.MatchString(lines[i]); i++ {
		if m := scheduled.FindStringSubmatch(lines[i]); m != nil {
			e.scheduled = m[1]
		}
	}
	return i
}

func drawerName(line string) string {
	if m := drawer.FindStringSubmatch(line); m != nil && !strings.EqualFold(m[1], "END") {
		return strings.ToUpper(m[1])
	}
	return ""
}

// drawerEnd is the line that closes the drawer which begins at i, or, and then it says
// so, the next heading.
func drawerEnd(lines []string, i int) (end int, ok bool) {
	for end = i + 1; end < len(lines) && !star.MatchString(lines[end]); end++ {
		if strings.EqualFold(strings.TrimSpace(lines[end]), ":END:") {
			return end, true
		}
	}
	return end, false
}

// keep takes a drawer.
func (e *entry) keep(name string, lines []string) {
	if name != "PROPERTIES" {
		if e.drawers == nil {
			e.drawers = map[string][]string{}
		}
		e.drawers[name] = lines
		return
	}
	e.properties = map[string]string{}
	for _, line := range lines {
		if m := property.FindStringSubmatch(line); m != nil {
			e.properties[strings.ToUpper(m[1])] = strings.TrimSpace(m[2])
		}
	}
}

// has reports whether an entry has a tag itself.
func (e *entry) has(tag string) bool {
	for _, t := range e.tags {
		if strings.EqualFold(t, tag) {
			return true
		}
	}
	return false
}

// inherits reports whether an entry or one above it has a tag.
func (e *entry) inherits(tag string) bool {
	for ; e != nil; e = e.parent {
		if e.has(tag) {
			return true
		}
	}
	return false
}

// allTags are the tags of an entry and of those above it, without some.
func (e *entry) allTags(without ...string) (tags []string) {
	seen := map[string]bool{}
	for _, t := range without {
		seen[t] = true
	}
	for ; e != nil && e.level > 0; e = e.parent {
		for _, t := range e.tags {
			if !seen[t] && !strings.ContainsAny(t, "[](){}\"'`|;\\") {
				seen[t] = true
				tags = append(tags, t)
			}
		}
	}
	return tags
}

// section is the titles above an entry, outermost first.
func (e *entry) section() (titles []string) {
	for up := e.parent; up != nil && up.level > 0; up = up.parent {
		if title := inline(up.title); title != "" {
			titles = append([]string{title}, titles...)
		}
	}
	return titles
}

// every does something with all entries below one, in their order.
func (e *entry) every(do func(*entry)) {
	for _, c := range e.children {
		do(c)
		c.every(do)
	}
}

// file takes what a file says of itself.
func (e *entry) file() (title, language string, tags []string) {
	for _, line := range e.body {
		m := keyword.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		switch strings.ToUpper(m[1]) {
		case "TITLE":
			title = strings.TrimSpace(m[2])
		case "LANGUAGE":
			language = strings.TrimSpace(m[2])
		case "FILETAGS":
			for _, t := range strings.FieldsFunc(m[2], func(r rune) bool { return r == ':' || r == ' ' }) {
				e.tags = append(e.tags, t)
				tags = append(tags, t)
			}
		}
	}
	return title, language, tags
}
