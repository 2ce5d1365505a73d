package journal

import (
	"encoding/json"
	"errors"

	"kartei/decks/shorthash"
)

// A Branch says that a device goes on where another was. Two collections wrote as one
// device, a copy and that which it was copied from: the rows of one of them became
// those of a new device, each as it was but for its names. Every machine that has such
// rows makes the same of them.
type Branch struct {
	Device string `json:"device"`
	After  int64  `json:"after"` // its last row that both have
	Hash   string `json:"hash"`  // of the next one, which became the second of the new device
}

// Name is that of the new device.
func (b *Branch) Name() string {
	text, _ := json.Marshal(b) // texts and a number: it does not fail
	return shorthash.Of(text, 16)
}

func (b *Branch) check() error {
	if b == nil || b.Device == "" || b.After < 0 || b.Hash == "" {
		return errors.New("a branch needs the row after which it begins")
	}
	return nil
}

// BranchOff makes rows of a device, which follow on each other, rows of the new one,
// after one that says so.
func BranchOff(rows []Row) ([]Row, error) {
	first := &rows[0]
	b := &Branch{first.Device, first.Seq - 1, first.Hash.String()}
	name := b.Name()
	head, err := Seal(Entry{Moment: first.Moment, Kind: KindBranch, Detail: Detail{Branch: b}}, name, Tip{Clock: first.Clock - 2})
	if err != nil {
		return nil, err
	}
	head.Clock = first.Clock - 1
	head.Hash = head.Sum()
	moved, tip := []Row{head}, head.Tip()
	for _, r := range rows {
		if err := r.branch(b, name, tip); err != nil {
			return nil, err
		}
		moved, tip = append(moved, r), r.Tip()
	}
	return moved, nil
}

// branch makes the row that of the new device after its tip.
func (r *Row) branch(b *Branch, name string, tip Tip) error {
	d := r.Detail
	if u := d.Undone; u != nil && u.Device == b.Device && u.Seq > b.After {
		d.Undone = &Ref{name, u.Seq - b.After + 1}
	}
	if d.Cause > b.After {
		d.Cause += 1 - b.After
	}
	if d.Undone != r.Detail.Undone || d.Cause != r.Detail.Cause {
		text, err := json.Marshal(d)
		if err != nil {
			return err
		}
		r.Detail, r.Written = d, string(text)
	}
	r.Device, r.Seq, r.Prev = name, tip.Seq+1, tip.Hash
	r.Hash = r.Sum()
	return nil
}
