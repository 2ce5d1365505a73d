package notebook

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"kartei/decks"
	"kartei/decks/factfile"
	"kartei/decks/foreign"
	"kartei/decks/plural"
	"kartei/decks/syntax"
)

// Options say how a source is taken.
type Options struct {
	// Deck is the name of the deck for a single file, and of the one around all decks
	// of a folder; empty: decks have the names of their files.
	Deck string
}

// An Import is what becomes of a source.
type Import struct {
	Files   []File
	Media   []Medium
	Left    []foreign.Left
	Remarks []string
	Facts   int
	Made    time.Time
}

// A File is a deck file in the place of a source's file.
type File struct {
	Name  string // slash-separated, within the folder of the import
	From  string // the source's file
	Deck  string
	Text  []byte
	Known []Known
}

// A Known is what the program knows of a card of a deck file.
type Known struct {
	Fact, Card string // as in the text
	History
}

// A Medium is a picture or a sound that deck files show: in the same place within the
// import as within the source.
type Medium struct {
	Name string // slash-separated
	fs   fs.FS
}

// Copy writes it, up to what it may have: an archive may say less than it unpacks.
func (m Medium) Copy(to io.Writer) error {
	f, err := m.fs.Open(m.Name)
	if err != nil {
		return err
	}
	defer f.Close()
	n, err := io.Copy(to, io.LimitReader(f, maxMedium+1))
	if err == nil && n > maxMedium {
		err = fmt.Errorf("it has more than %d MiB", maxMedium>>20)
	}
	return err
}

// Take reads a source and makes deck files of it.
func (f *Format) Take(ctx context.Context, s *Source, o Options) (*Import, error) {
	s.ctx = ctx
	r, err := f.Read(ctx, s)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, err
	}
	if err := checkSize(r.Pages, s.read); err != nil {
		return nil, err
	}
	files := r.Files
	if files == nil {
		files = s.FS
	}
	t := taker{source: s, options: o, media: newMedia(files), names: map[string]bool{},
		im: &Import{Left: append(slices.Clone(s.left), r.Left...), Remarks: r.Remarks, Made: r.Made}}
	r.Pages = slices.DeleteFunc(r.Pages, func(p *Page) bool { return len(p.Deck.Facts) == 0 })
	slices.SortStableFunc(r.Pages, func(a, b *Page) int { return strings.Compare(a.Name, b.Name) })
	for _, p := range r.Pages {
		p.Deck.Name = t.deckName(p, len(r.Pages) == 1 && !s.Whole)
	}
	t.apart(r.Pages)
	t.sayAsked(r.Pages)
	giveKeys(r.Pages)
	for _, p := range r.Pages {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err := t.page(p); err != nil {
			return nil, err
		}
	}
	t.im.Media = t.media.used()
	t.im.Left = append(t.im.Left, t.media.left...)
	foreign.SortLeft(t.im.Left)
	if t.im.Made.IsZero() {
		t.im.Made = newest(r.Pages)
	}
	return t.im, nil
}

// A sentence is written out for each of its gaps: all of them may have leastText bytes
// and textRatio times what was read, and no more.
const (
	leastText = 64 << 20
	textRatio = 32
)

// checkSize refuses sentences that become much more than they are.
func checkSize(pages []*Page, read int64) error {
	spent := int64(0)
	for _, p := range pages {
		spent += p.spent
	}
	if limit := leastText + textRatio*read; spent > limit {
		return fmt.Errorf("its gaps become cards with more than %d MiB of text", limit>>20)
	}
	return nil
}

// sayAsked says how many sentences could not keep their gaps.
func (t *taker) sayAsked(pages []*Page) {
	n := 0
	for _, p := range pages {
		n += p.asked
	}
	if n > 0 {
		t.im.Remarks = append(t.im.Remarks, fmt.Sprintf("%s with a gap that cannot be marked, as in a formula, became questions, one for each gap",
			plural.Count(n, "sentence")))
	}
}

// A taker makes deck files of pages.
type taker struct {
	source  *Source
	options Options
	media   *media
	names   map[string]bool // of files
	im      *Import
}

// deckName is the name of a page's deck: alone is the page of a single file.
func (t *taker) deckName(p *Page, alone bool) string {
	if alone && t.options.Deck != "" {
		return t.options.Deck
	}
	name := p.Deck.Name
	if !syntax.IsDeckName(name) {
		name = DeckName(strings.TrimSuffix(p.Name, path.Ext(p.Name)))
	}
	if t.options.Deck != "" {
		name = t.options.Deck + "/" + name
	}
	return name
}

// apart names decks anew of which more than one folder has a part: a deck of Kartei's
// lies in one. The part at the top keeps the name.
func (t *taker) apart(pages []*Page) {
	folders := map[string]map[string]bool{} // by deck
	for _, p := range pages {
		if folders[p.Deck.Name] == nil {
			folders[p.Deck.Name] = map[string]bool{}
		}
		folders[p.Deck.Name][path.Dir(p.Name)] = true
	}
	owner := map[string]string{} // folders, by the names that they take
	for name, in := range folders {
		if len(in) < 2 || in["."] {
			owner[name] = "." // or of one folder alone, which keeps it
		}
	}
	said := map[string]bool{}
	for _, p := range pages {
		name, folder := p.Deck.Name, path.Dir(p.Name)
		if len(folders[name]) < 2 || folder == "." {
			continue
		}
		if !said[name] {
			said[name] = true
			t.im.Remarks = append(t.im.Remarks, fmt.Sprintf("the deck %s is in %d folders; here each of them has a deck of its own", name, len(folders[name])))
		}
		base := name + "/" + DeckName(folder)
		if strings.Contains(name+"/", DeckName(folder)+"/") || !syntax.IsDeckName(base) {
			base = name // made of folders whose names are alike
		}
		p.Deck.Name = base
		for n := 2; owner[p.Deck.Name] != "" && owner[p.Deck.Name] != folder; n++ {
			p.Deck.Name = fmt.Sprintf("%s-%d", base, n)
		}
		owner[p.Deck.Name] = folder
	}
}

// longestDeck is some less than the bytes that a deck's name may have.
const longestDeck = 180

// DeckName makes a deck's name of a path or of a name with "/" in it.
func DeckName(of string) string {
	var words []string
	length := 0
	for part := range strings.SplitSeq(of, "/") {
		word := cmp.Or(syntax.DeckWord(part), "deck")
		if length += len(word) + 1; length > longestDeck {
			break
		}
		words = append(words, word)
	}
	return cmp.Or(strings.Join(words, "/"), "deck")
}

// giveKeys gives ids to the facts that have none, made of their texts.
func giveKeys(pages []*Page) {
	byDeck := map[string][]*decks.Fact{}
	var order []string
	for _, p := range pages {
		if byDeck[p.Deck.Name] == nil {
			order = append(order, p.Deck.Name)
		}
		for i := range p.Deck.Facts {
			byDeck[p.Deck.Name] = append(byDeck[p.Deck.Name], &p.Deck.Facts[i])
		}
	}
	for _, name := range order {
		taken := syntax.NewNames()
		var wordings []syntax.Wording
		var without []*decks.Fact
		for _, f := range byDeck[name] {
			if syntax.IsID(f.Key) && !taken.Has(f.Key) {
				taken.Take(f.Key)
				continue
			}
			without, wordings = append(without, f), append(wordings, wording(f))
		}
		for i, id := range syntax.TextIDs(wordings, taken) {
			without[i].Key = id
		}
	}
}

// wording is what a fact says.
func wording(f *decks.Fact) syntax.Wording {
	c := &f.Cards[0]
	question := cmp.Or(c.Text, c.Prompt)
	answer := strings.Join(append([]string{c.Answer}, c.Items...), "\n")
	for _, o := range c.Options {
		answer += "\n" + o.Text
	}
	words := question
	if c.Kind == decks.Cloze {
		words = bareSentence(question)
	}
	return syntax.Wording{Words: []string{words, answer}, Question: question, Whole: question + "\x00" + answer}
}

// bareSentence is a sentence without the marks of its gaps.
func bareSentence(text string) string {
	var out strings.Builder
	from := 0
	for _, d := range syntax.Deletions(text) {
		out.WriteString(text[from:d.Start] + text[d.Answer.Start:d.Answer.End])
		from = d.End
	}
	return out.String() + text[from:]
}

// page makes the deck file of a page.
func (t *taker) page(p *Page) error {
	keys := make([]string, len(p.Deck.Facts))
	heads := map[string][]byte{}
	for i := range p.Deck.Facts {
		f := &p.Deck.Facts[i]
		keys[i] = f.Key
		eachText(f, hardBreaks)
		plainTags(f)
		t.media.fact(f, heads)
	}
	t.leaveLong(p)
	name := t.fileName(p.Name)
	refused, err := factfile.AcceptIn(name, &p.Deck, heads)
	if err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	for _, bad := range refused {
		t.im.Left = append(t.im.Left, foreign.LeftCard(&bad.Fact, bad.Err))
	}
	if len(p.Deck.Facts) == 0 {
		return nil
	}
	var text bytes.Buffer
	if err := factfile.Write(&text, &p.Deck); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	t.im.Files = append(t.im.Files, File{Name: name, From: p.Name, Deck: p.Deck.Name, Text: text.Bytes(),
		Known: known(p, keys)})
	t.im.Facts += len(p.Deck.Facts)
	return nil
}

// leaveLong leaves out the facts that are too long.
func (t *taker) leaveLong(p *Page) {
	var kept []decks.Fact
	for i := range p.Deck.Facts {
		if f := &p.Deck.Facts[i]; p.long[i] {
			t.im.Left = append(t.im.Left, foreign.LeftCard(f, fmt.Errorf("this card has more than %d KiB, or more than %d gaps", maxText>>10, maxGaps)))
		} else {
			kept = append(kept, *f)
		}
	}
	p.Deck.Facts = kept
}

// known are the histories of a page's facts, in their order, for the same rows to be
// made everywhere; keys are those of what were their indices.
func known(p *Page, keys []string) (all []Known) {
	stays := map[string]bool{}
	for i := range p.Deck.Facts {
		stays[p.Deck.Facts[i].Key] = true
	}
	slices.SortStableFunc(p.Histories, func(a, b History) int {
		return cmp.Or(cmp.Compare(a.Fact, b.Fact), cmp.Compare(a.Ordinal, b.Ordinal), strings.Compare(a.Card, b.Card))
	})
	for _, h := range p.Histories {
		if key := keys[h.Fact]; stays[key] && h.Card != "" {
			all = append(all, Known{key, h.Card, h})
		}
	}
	return all
}

// fileName is a name for the deck file of a source's file.
func (t *taker) fileName(from string) string {
	stem := strings.TrimSuffix(from, path.Ext(from))
	name := stem + ".md"
	for n := 2; t.names[name]; n++ {
		name = fmt.Sprintf("%s-%d.md", stem, n)
	}
	t.names[name] = true
	return name
}

// newest is when the last of the histories was made.
func newest(pages []*Page) (last time.Time) {
	for _, p := range pages {
		for _, h := range p.Histories {
			if n := len(h.Reviews); n > 0 && h.Reviews[n-1].At.After(last) {
				last = h.Reviews[n-1].At
			}
			if h.State != nil && h.State.Last.After(last) {
				last = h.State.Last
			}
		}
	}
	return last
}

// plainTags writes the tags of a fact as the fact language has them: words without
// brackets, quotes and commas.
func plainTags(f *decks.Fact) {
	for i := range f.Cards {
		var plain []string
		for _, tag := range f.Cards[i].Tags {
			tag = strings.TrimLeft(strings.Map(func(r rune) rune {
				if strings.ContainsRune("[](){}\"'`|;\\,", r) {
					return '-'
				}
				return r
			}, factfile.Tidy(strings.Join(strings.Fields(tag), "-"))), "#")
			if tag != "" && !slices.Contains(plain, tag) {
				plain = append(plain, tag)
			}
		}
		f.Cards[i].Tags = plain
	}
}
