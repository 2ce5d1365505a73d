package journal

import (
	"encoding/json"
	"errors"

	"kartei/decks/shorthash"
)

// A Branch says that a device goes on where another was. Copies of one collection wrote
// as one device: where other rows follow on the same row, those that cannot keep the
// name become those of a branch, each as it was written but for its device, its number
// and its hashes. What a branch is called follows from its first row as that was
// written, and a branch is always one of the device as which its rows were written: so
// every machine that moves such a row moves it to the same place, whatever it had, or
// moved, before.
type Branch struct {
	Device string `json:"device"`
	After  int64  `json:"after"` // the last row that both have
	Hash   string `json:"hash"`  // of the next one as it was written, which is the second of the branch
}

// BranchOf is the branch that begins with a row as it was written.
func BranchOf(r *Row) *Branch { return &Branch{r.Device, r.Seq - 1, r.Hash.String()} }

// Name is that of the device that the branch is.
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

// Begun is the branch of which the row is the first one, which says so; nil if it is not
// one of these.
func (r *Row) Begun() *Branch {
	if b := r.Detail.Branch; r.Seq == 1 && b != nil && b.Name() == r.Device {
		return b
	}
	return nil
}

// Head is the row that begins the branch, before its first one as that was written.
func (b *Branch) Head(first *Row) (Row, error) {
	head, err := Seal(Entry{Moment: first.Moment, Kind: KindBranch, Detail: Detail{Branch: b}}, b.Name(), Tip{Clock: first.Clock - 2})
	head.Clock = first.Clock - 1
	head.Hash = head.Sum()
	return head, err
}

// Moved is a row, as it was written, as the one after the tip of the branch.
func (b *Branch) Moved(r Row, tip Tip) Row {
	r.Device, r.Seq, r.Prev = b.Name(), tip.Seq+1, tip.Hash
	r.Hash = r.Sum()
	return r
}

// Written is a row of the branch as it was written, given the hash that the one before it
// had then.
func (b *Branch) Written(r Row, prev Hash) Row {
	r.Device, r.Seq, r.Prev = b.Device, b.After+r.Seq-1, prev
	r.Hash = r.Sum()
	return r
}

// Branched tells where the rows of branches are, by what they were when they were written.
type Branched struct {
	branches map[string]*Branch
	hashes   map[string][]Hash // by branch: with which its rows were written, from the second on
	at       map[Hash]Ref
}

// NewBranched are none.
func NewBranched() *Branched {
	return &Branched{map[string]*Branch{}, map[string][]Hash{}, map[Hash]Ref{}}
}

// Take takes the next row of a branch.
func (m *Branched) Take(r *Row) {
	if b := r.Begun(); b != nil {
		m.branches[r.Device] = b
	}
	b := m.branches[r.Device]
	if b == nil || int64(len(m.hashes[r.Device])) != r.Seq-2 { // or rows are missing
		return
	}
	hash, err := ParseHash(b.Hash)
	if r.Seq > 2 || err != nil {
		hash = b.Written(*r, m.hashes[r.Device][r.Seq-3]).Hash
	}
	m.hashes[r.Device] = append(m.hashes[r.Device], hash)
	m.at[hash] = r.Ref()
}

// Cut forgets the rows of a branch from one on.
func (m *Branched) Cut(from Ref) {
	if m.branches[from.Device] == nil {
		return
	}
	all := m.hashes[from.Device]
	for _, hash := range all[from.Seq-2:] {
		delete(m.at, hash)
	}
	m.hashes[from.Device] = all[:from.Seq-2]
}

// At is where a row of a branch is that was written with a hash.
func (m *Branched) At(written Hash) (at Ref, ok bool) {
	at, ok = m.at[written]
	return at, ok
}

// Branches are those of a device, by their names.
func (m *Branched) Branches(device string) map[string]*Branch {
	of := map[string]*Branch{}
	for name, b := range m.branches {
		if b.Device == device {
			of[name] = b
		}
	}
	return of
}

// Hash is that with which a row of a branch was written.
func (m *Branched) Hash(at Ref) (hash Hash, ok bool) {
	all := m.hashes[at.Device]
	if at.Seq < 2 || at.Seq-2 >= int64(len(all)) {
		return hash, false
	}
	return all[at.Seq-2], true
}

// Written names a row as it was written.
func (m *Branched) Written(r *Row) *Undone {
	if hash, ok := m.Hash(r.Ref()); ok {
		return &Undone{m.number(r.Device, r.Seq), hash.String()}
	}
	return &Undone{r.Ref(), r.Hash.String()}
}

// number is the number with which a row was written, given the one that it has.
func (m *Branched) number(device string, seq int64) Ref {
	if b := m.branches[device]; b != nil {
		return Ref{b.Device, b.After + seq - 1}
	}
	return Ref{device, seq}
}

// Cause is the row with which another came.
func (m *Branched) Cause(r *Row) Ref {
	if b := m.branches[r.Device]; b != nil && r.Detail.Cause > b.After {
		return Ref{r.Device, r.Detail.Cause - b.After + 1}
	}
	return Ref{r.Device, r.Detail.Cause}
}

// Find finds the row that an undo takes back.
func (m *Branched) Find(undo *Row) Ref {
	u := undo.Detail.Undone
	if hash, err := ParseHash(u.Hash); err == nil {
		if at, ok := m.at[hash]; ok {
			return at
		}
	} else if b := m.branches[undo.Device]; b != nil && b.Device == u.Device && u.Seq > b.After {
		return Ref{undo.Device, u.Seq - b.After + 1} // an undo of an earlier version tells no hash
	}
	return u.Ref
}
