package mochi

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"kartei/decks/foreign"
	"kartei/decks/foreigndb"
	"kartei/decks/lazyregexp"
	"kartei/decks/notebook"
	"kartei/decks/syntax"
)

// Limits on what an archive may hold.
const (
	maxEntries = 100_000
	maxData    = 128 << 20 // bytes of the decks
	maxRatio   = 200       // times that they may be packed
)

// An export is data.json of an archive, as far as it is read: Transit, in which keys and
// ids begin with "~:" and lists may stand in an object.
type export struct {
	Decks     listOf[deck]     `json:"~:decks"`
	Templates listOf[template] `json:"~:templates"`
}

type deck struct {
	ID      string       `json:"~:id"`
	Name    string       `json:"~:name"`
	Parent  string       `json:"~:parent-id"`
	Cards   listOf[card] `json:"~:cards"`
	Both    bool         `json:"~:review-reverse?"`
	Trashed any          `json:"~:trashed?"`
}

type template struct {
	ID      string           `json:"~:id"`
	Content string           `json:"~:content"`
	Fields  map[string]named `json:"~:fields"`
}

type named struct {
	ID   string `json:"~:id"`
	Name string `json:"~:name"`
}

type card struct {
	ID       string           `json:"~:id"`
	Name     string           `json:"~:name"`
	Content  string           `json:"~:content"`
	Template string           `json:"~:template-id"`
	Fields   map[string]value `json:"~:fields"`
	Tags     json.RawMessage  `json:"~:tags"`
	Reviews  listOf[review]   `json:"~:reviews"`
	Back     listOf[review]   `json:"~:reverse-reviews"`
	Gaps     json.RawMessage  `json:"~:cloze/reviews"`
	Both     bool             `json:"~:review-reverse?"`
	Archived bool             `json:"~:archived?"`
	Trashed  any              `json:"~:trashed?"`
}

type value struct {
	Value any `json:"~:value"`
}

type review struct {
	Date       instant `json:"~:date"`
	Due        instant `json:"~:due"`
	Interval   float64 `json:"~:interval"`
	Remembered bool    `json:"~:remembered?"`
}

// A listOf is a list, by itself or as {"~#list": […]}.
type listOf[T any] []T

func (l *listOf[T]) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		var in struct {
			List []T `json:"~#list"`
			Set  []T `json:"~#set"`
		}
		err := json.Unmarshal(data, &in)
		*l = append(in.List, in.Set...)
		return err
	}
	return json.Unmarshal(data, (*[]T)(l))
}

// An instant is a time, "~t1787412123000" or {"~#dt": 1787412123000}.
type instant struct{ time.Time }

func (i *instant) UnmarshalJSON(data []byte) error {
	text := strings.Trim(string(data), `"`)
	if strings.HasPrefix(text, "{") {
		var in struct {
			At json.Number `json:"~#dt"`
		}
		if err := json.Unmarshal(data, &in); err != nil {
			return err
		}
		text = in.At.String()
	}
	text = strings.TrimPrefix(text, "~t")
	if ms, err := strconv.ParseFloat(text, 64); err == nil && ms > 0 && ms < 1e14 {
		i.Time = time.UnixMilli(int64(ms))
	} else if at, err := time.Parse(time.RFC3339, text); err == nil {
		i.Time = at
	}
	return nil
}

// readArchive reads an archive.
func readArchive(s *notebook.Source, name string) (*notebook.Reading, error) {
	data, err := s.Bytes(name)
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, errors.New("it is not an archive")
	}
	text, err := dataOf(z)
	if err != nil {
		return nil, err
	}
	var all export
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("its data.json is not what Mochi writes: %w", err)
	}
	a := archive{source: s, name: name, reading: &notebook.Reading{Files: z}, templates: map[string]template{},
		decks: map[string]deck{}, files: map[string]bool{}}
	for _, f := range z.File {
		a.files[f.Name] = true
	}
	for _, t := range all.Templates {
		a.templates[t.ID] = t
	}
	for _, d := range all.Decks {
		a.decks[d.ID] = d
	}
	for _, d := range all.Decks {
		if d.Trashed == nil || d.Trashed == false {
			a.deck(d)
		}
	}
	return a.reading, nil
}

// dataOf unpacks the decks.
func dataOf(z *zip.Reader) ([]byte, error) {
	if len(z.File) > maxEntries {
		return nil, fmt.Errorf("%w: it holds more than %d files", foreigndb.ErrHostile, maxEntries)
	}
	i := slices.IndexFunc(z.File, func(f *zip.File) bool { return f.Name == "data.json" })
	if i < 0 {
		return nil, errors.New("it has no data.json; export it from Mochi as JSON")
	}
	f := z.File[i]
	if f.UncompressedSize64 > maxData || f.UncompressedSize64 > maxRatio*(f.CompressedSize64+1024) {
		return nil, fmt.Errorf("%w: its data.json unpacks to too much", foreigndb.ErrHostile)
	}
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, maxData+1))
	if err != nil {
		return nil, fmt.Errorf("its data.json cannot be unpacked: %w", err)
	}
	if len(text) > maxData {
		return nil, fmt.Errorf("%w: its data.json unpacks to too much", foreigndb.ErrHostile)
	}
	return text, nil
}

// An archive is one that is read.
type archive struct {
	source    *notebook.Source
	name      string
	reading   *notebook.Reading
	templates map[string]template
	decks     map[string]deck
	files     map[string]bool
}

// path is the name of a deck with those around it, as the name of a file.
func (a *archive) path(d deck) string {
	words := []string{}
	for depth := 0; depth < 20; depth++ {
		words = append([]string{cmp.Or(syntax.DeckWord(d.Name), "deck")}, words...)
		parent, ok := a.decks[d.Parent]
		if !ok || d.Parent == d.ID {
			break
		}
		d = parent
	}
	return strings.Join(words, "/")
}

func (a *archive) deck(d deck) {
	name := a.path(d) + ".md"
	i := slices.IndexFunc(a.reading.Pages, func(p *notebook.Page) bool { return p.Name == name })
	if i < 0 {
		p := notebook.NewPage(name)
		p.Deck.Title = d.Name
		a.reading.Pages = append(a.reading.Pages, p)
		i = len(a.reading.Pages) - 1
	}
	add := adder{page: a.reading.Pages[i]}
	for _, c := range d.Cards {
		if c.Trashed != nil && c.Trashed != false {
			continue
		}
		both := c.Both || d.Both
		places := add.card(name, a.addressed(a.text(c), name), a.tags(c), both)
		a.histories(add.page, c, places)
	}
	a.reading.Left = append(a.reading.Left, add.left...)
}

// text is the content of a card, or what its template makes of its fields.
func (a *archive) text(c card) string {
	t, ok := a.templates[c.Template]
	if !ok || t.Content == "" {
		if strings.TrimSpace(c.Content) == "" {
			return c.Name
		}
		return c.Content
	}
	return field.ReplaceAllStringFunc(t.Content, func(place string) string {
		name := field.FindStringSubmatch(place)[1]
		for id, f := range t.Fields {
			if f.Name == name {
				if v := c.Fields[cmp.Or(f.ID, id)].Value; v != nil {
					return fmt.Sprint(v)
				}
				if id == "~:name" {
					return c.Name
				}
			}
		}
		return ""
	})
}

// addressed makes addresses of attachments, "@media/x.png", addresses from the page.
func (a *archive) addressed(text, page string) string {
	up := strings.Repeat("../", strings.Count(page, "/"))
	return attachment.ReplaceAllStringFunc(text, func(whole string) string {
		m := attachment.FindStringSubmatch(whole)
		for _, name := range []string{m[2], path.Base(m[2])} {
			if a.files[name] {
				return m[1] + up + name + ")"
			}
		}
		return whole
	})
}

// tags are those that a card has beside its text.
func (a *archive) tags(c card) (tags []string) {
	var list listOf[string]
	if json.Unmarshal(c.Tags, &list) != nil {
		return nil
	}
	for _, t := range list {
		tags = append(tags, strings.TrimPrefix(strings.TrimPrefix(t, "~:"), "#"))
	}
	return tags
}

// histories adds what Mochi knows of a card: of its first side, of its other way, and of
// the numbers of its gaps.
func (a *archive) histories(p *notebook.Page, c card, places map[int]notebook.Place) {
	a.history(p, c, places, 1, c.Reviews)
	a.history(p, c, places, 2, c.Back)
	var gaps map[string]listOf[review]
	if json.Unmarshal(c.Gaps, &gaps) != nil {
		return
	}
	for number, reviews := range gaps {
		n, err := strconv.Atoi(strings.Trim(number, "~:i"))
		if err == nil && len(reviews) > 0 {
			a.history(p, c, places, n, reviews)
		}
	}
}

func (a *archive) history(p *notebook.Page, c card, places map[int]notebook.Place, n int, reviews []review) {
	at, ok := places[n]
	if !ok || len(reviews) == 0 || c.ID == "" {
		return
	}
	h := notebook.History{Place: at, Note: strings.TrimPrefix(c.ID, "~:"), Ordinal: n - 1, Suspended: c.Archived}
	slices.SortStableFunc(reviews, func(a, b review) int { return a.Date.Compare(b.Date.Time) })
	state := notebook.State{Whole: true}
	for _, r := range reviews {
		if r.Date.IsZero() {
			a.reading.Left = append(a.reading.Left, foreign.Left{File: p.Name, Part: true, Err: errors.New("a review without a date")})
			continue
		}
		grade := 1
		if r.Remembered {
			grade = 3
		} else if state.Interval > 0 {
			state.Lapses++
		}
		h.Reviews = append(h.Reviews, notebook.Review{At: r.Date.In(a.source.Zone), Grade: grade, Interval: r.Interval})
		state.Interval, state.Last, state.Due = max(r.Interval, 0), r.Date.In(a.source.Zone), r.Due.In(a.source.Zone)
		state.Reps++
	}
	if state.Reps == 0 || state.Due.IsZero() {
		return
	}
	if state.Interval < 1 {
		state.Phase = notebook.Relearning
		if state.Lapses == 0 {
			state.Phase = notebook.Learning
		}
	}
	h.State = &state
	p.Histories = append(p.Histories, h)
}

// attachment is a link to a file of the archive.
var attachment = lazyregexp.New(`(\]\()(?:@media/)?([^()\s]+)\)`)
