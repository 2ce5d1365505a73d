package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxMarks is how many combining marks may stand on one character: no living
// script stacks more than a handful.
const maxMarks = 8

// checkText reports the characters that no study note needs and some attacks
// do: bytes that are not text, controls, and marks that hide or reorder what an
// author reads (CVE-2021-42574). It reports whether the text is in NFC.
func (p *parser) checkText() (nfc bool) {
	text := p.file.Text
	ascii, marks := true, 0
	for i := 0; i < len(text); {
		b := text[i]
		if b < utf8.RuneSelf {
			marks = 0
			if b < ' ' && b != '\n' && b != '\t' || b == 0x7f {
				p.checkControl(i, b)
			}
			i++
			continue
		}
		ascii = false
		r, size := utf8.DecodeRuneInString(text[i:])
		if n := len(subdivision(text[i:])); n > 0 {
			i, marks = i+n, 0
			continue
		}
		if r == utf8.RuneError && size == 1 {
			p.checkRune(i, r, size)
			i, marks = i+1, 0
			continue
		}
		if !isMark(r) {
			marks = 0
		}
		before := marks
		if marks += marksIn(r, text[i:i+size]); before <= maxMarks && marks > maxMarks && !p.heard("stacked-marks", i) {
			p.error(Span{i, i + size}, "stacked-marks", "more than 8 accents stand on one character",
				"delete all but the ones that belong there")
		}
		p.checkRune(i, r, size)
		i += size
	}
	if ascii || norm.NFC.IsNormalString(text) {
		return true
	}
	p.checkNormal()
	return false
}

// checkNormal warns of the first letter that is written in an unusual way.
func (p *parser) checkNormal() {
	for i := range p.file.lines {
		at := p.file.Line(i)
		line := p.file.Slice(at)
		if n := norm.NFC.QuickSpanString(line); n < len(line) && !norm.NFC.IsNormalString(line) {
			p.warn(Span{at.Start + n, at.Start + n}, "not-nfc",
				"letters and their accents are written apart (not in NFC)", `"kartei fmt -w" joins them`)
			return
		}
	}
}

func (p *parser) checkControl(i int, b byte) {
	at := Span{i, i + 1}
	crlf := b == '\r' && strings.HasPrefix(p.file.Text[i:], "\r\n")
	switch {
	case crlf && !p.crlf:
		p.crlf = true
		p.warn(at, "crlf", "lines end as on Windows (CR LF)", `"kartei fmt -w" makes them plain line feeds`)
	case crlf || p.heard("control-character", i):
	case b == '\r':
		p.error(at, "control-character", "a carriage return stands inside a line", "save the file with Unix line ends")
	case b == 0:
		p.error(at, "control-character", "a NUL byte stands in the text", "delete it, or save the file as UTF-8 text")
	default:
		p.error(at, "control-character", fmt.Sprintf("a control character (U+%04X) stands in the text", b), "delete it")
	}
}

func (p *parser) checkRune(i int, r rune, size int) {
	rule := suspicion(r, size, i)
	if rule == "" || p.heard(rule, i) {
		return
	}
	at := Span{i, i + size}
	name := fmt.Sprintf("U+%04X", r)
	switch rule {
	case "bad-utf8":
		p.error(at, "bad-utf8", fmt.Sprintf("the byte 0x%02X is not UTF-8 text", p.file.Text[i]),
			"save the file as UTF-8")
	case "control-character":
		p.error(at, "control-character", "a control character ("+name+") stands in the text", "delete it")
	case "bidi-override":
		p.error(at, "bidi-override", "an invisible mark ("+name+") changes the order in which the text is shown",
			"delete it: right-to-left text needs none")
	case "tag-character":
		p.error(at, "tag-character", "an invisible tag character ("+name+") stands in the text", "delete it")
	case "byte-order-mark":
		p.warn(at, "byte-order-mark", "the file begins with a byte order mark", `"kartei fmt -w" takes it out`)
	case "invisible-character":
		p.warn(at, "invisible-character", "a character that shows nothing ("+name+") stands in the text",
			"delete it: nobody can type it in an answer")
	}
}

// suspicion returns the rule that a character beyond ASCII breaks, or nothing.
func suspicion(r rune, size, offset int) string {
	switch {
	case r == utf8.RuneError && size == 1:
		return "bad-utf8"
	case r >= 0x80 && r < 0xa0, r == 0x2028, r == 0x2029:
		return "control-character"
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return "bidi-override"
	case r >= 0xe0000 && r <= 0xe007f:
		return "tag-character"
	case r == 0xfeff && offset == 0:
		return "byte-order-mark"
	case r == 0x200b, r == 0x2060, r == 0xfeff, r == 0x180e, r == 0x3164, r == 0x00ad:
		return "invisible-character"
	}
	return ""
}

func isMark(r rune) bool { return unicode.In(r, unicode.Mn, unicode.Me) && !emojiPart(r) }

// marksIn counts the marks of a character when it is taken apart, so that the
// count does not depend on how the text is normalized.
func marksIn(r rune, s string) (n int) {
	parts := norm.NFD.PropertiesString(s).Decomposition()
	if parts == nil && isMark(r) {
		return 1
	}
	for _, part := range string(parts) {
		if isMark(part) {
			n++
		}
	}
	return n
}

func emojiPart(r rune) bool { return r >= 0xfe00 && r <= 0xfe0f || r == 0x20e3 }

// subdivision returns the flag of a region at the head of s (a black flag spelt
// out in tag characters, as England's is), or nothing.
func subdivision(s string) string {
	const flag, cancel = "\U0001F3F4", '\U000E007F'
	if !strings.HasPrefix(s, flag) {
		return ""
	}
	for i, r := range s[len(flag):] {
		switch {
		case r == cancel && i >= 3*utf8.RuneLen(r):
			return s[:len(flag)+i+utf8.RuneLen(r)]
		case r < 0xe0030 || r > 0xe007a || i > 6*utf8.RuneLen(r):
			return ""
		}
	}
	return ""
}
