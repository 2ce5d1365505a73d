package mnemosyne

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"kartei/decks/foreigndb"
	"kartei/decks/notebook"
)

// Limits on what an archive may hold.
const (
	maxEntries = 100_000
	maxXML     = 128 << 20
	maxRatio   = 200 // times that it may be packed
)

// An entry is one of an archive's log: what was added.
type entry struct {
	Type   int    `xml:"type,attr"`
	ID     string `xml:"o_id,attr"`
	Kind   string `xml:"card_t,attr"`
	Fact   string `xml:"fact,attr"`
	View   string `xml:"fact_v,attr"`
	Tags   string `xml:"tags,attr"`
	Values []struct {
		XMLName xml.Name
		Text    string `xml:",chardata"`
	} `xml:",any"`
}

// What is added.
const (
	addedCard = 6
	addedTag  = 10
	addedFact = 16
	addedView = 19
)

func (e *entry) value(name string) string {
	for _, v := range e.Values {
		if v.XMLName.Local == name {
			return v.Text
		}
	}
	return ""
}

// readArchive reads an archive for sharing, which has no history.
func readArchive(s *notebook.Source, r *notebook.Reading, name string) error {
	data, err := s.Bytes(name)
	if err != nil {
		return err
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return errors.New("it is not an archive")
	}
	text, err := xmlOf(z)
	if err != nil {
		return err
	}
	m := newMaker(notebook.NewPage(name), "")
	m.after = func(card, notebook.Place) {}
	r.Files = z
	if err := m.entries(text); err != nil {
		return err
	}
	m.finish(r)
	return nil
}

func xmlOf(z *zip.Reader) (io.Reader, error) {
	i := slices.IndexFunc(z.File, func(f *zip.File) bool { return f.Name == "cards.xml" })
	if i < 0 || len(z.File) > maxEntries {
		return nil, errors.New("it has no cards.xml, or very many files")
	}
	f := z.File[i]
	if f.UncompressedSize64 > maxXML || f.UncompressedSize64 > maxRatio*(f.CompressedSize64+1024) {
		return nil, fmt.Errorf("%w: its cards.xml unpacks to too much", foreigndb.ErrHostile)
	}
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, maxXML))
	return bytes.NewReader(text), err
}

// entries reads the log: tags and facts stand before the cards.
func (m *maker) entries(text io.Reader) error {
	tags, facts, cards := map[string]string{}, map[string]*fact{}, map[string][]card{}
	var order []string
	d := xml.NewDecoder(text)
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("its cards.xml is not what Mnemosyne writes: %w", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "log" {
			continue
		}
		var e entry
		if err := d.DecodeElement(&e, &start); err != nil {
			return fmt.Errorf("its cards.xml is not what Mnemosyne writes: %w", err)
		}
		switch e.Type {
		case addedTag:
			tags[e.ID] = e.value("name")
		case addedView:
			if v := (view{keysOf(e.value("q_fact_keys")), keysOf(e.value("a_fact_keys"))}); len(v.question) > 0 && len(v.answer) > 0 &&
				!strings.HasPrefix(e.ID, "5") && !strings.HasPrefix(e.ID, "6") {
				m.own[e.ID] = v
			}
		case addedFact:
			f := &fact{id: e.ID, data: map[string]string{}}
			for _, v := range e.Values {
				f.data[v.XMLName.Local] = v.Text
			}
			facts[e.ID], order = f, append(order, e.ID)
		case addedCard:
			c := card{id: e.ID, kind: e.Kind, view: e.View}
			if i := index.FindStringSubmatch(e.value("extra")); i != nil {
				fmt.Sscan(i[1], &c.index)
			}
			for id := range strings.SplitSeq(e.Tags, ",") {
				if tag := tags[id]; tag != "" && tag != "__UNTAGGED__" {
					c.tags = append(c.tags, tag)
				}
			}
			cards[e.Fact] = append(cards[e.Fact], c)
		}
	}
	for _, id := range order {
		m.add(*facts[id], cards[id])
	}
	return nil
}
