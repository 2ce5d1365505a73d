package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"strings"
)

// A file can be made whose pages name one another in circles: five of them give
// a billion rows, and no query over them ends. SQLite does not notice as it reads,
// only when it is asked to check, and that takes as long as reading the file.

// ErrCircle is the error of such a file.
var ErrCircle = fmt.Errorf("%w: a page of it is reached twice", ErrDamaged)

// CheckTrees looks at the upper pages of the trees with these roots, some hundredth
// of the file, and refuses one that is named twice. Below a page the first and the
// last are looked at: in a sound tree all are as deep.
func CheckTrees(ctx context.Context, q Reader, roots []int) error {
	seen := map[int]bool{}
	for level := append([]int{1}, roots...); len(level) > 0; {
		pages, err := readPages(ctx, q, level)
		if err != nil {
			return err
		}
		level = nil
		for number, data := range pages {
			children := childrenOf(data, number)
			for _, child := range children {
				if seen[child] {
					return ErrCircle
				}
				seen[child] = true
			}
			if n := len(children); n > 1 {
				level = append(level, children[0], children[n-1])
			}
		}
	}
	return nil
}

// readPages reads pages of the file, all that are there.
func readPages(ctx context.Context, q Reader, numbers []int) (map[int][]byte, error) {
	list := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(numbers)), ","), "[]")
	pages := map[int][]byte{}
	rows, err := q.QueryContext(ctx, `SELECT pgno, data FROM sqlite_dbpage WHERE pgno IN (`+list+`)`)
	err = Each(rows, err, func(rows *sql.Rows) error {
		var number int
		var data []byte
		err := rows.Scan(&number, &data)
		pages[number] = data
		return err
	})
	return pages, err
}

// Kinds of pages: the first byte of each says which it is.
const (
	innerIndexPage = 2
	innerTablePage = 5
)

// childrenOf returns the pages that an inner page of a tree names; a leaf names
// none. See "B-tree Pages" of SQLite's file format.
func childrenOf(data []byte, number int) (children []int) {
	start := 0
	if number == 1 {
		start = 100 // after the header of the file
	}
	if len(data) < start+12 || data[start] != innerIndexPage && data[start] != innerTablePage {
		return nil
	}
	for i := range int(binary.BigEndian.Uint16(data[start+3:])) {
		at := start + 12 + 2*i
		if at+2 > len(data) {
			return children
		}
		if cell := int(binary.BigEndian.Uint16(data[at:])); cell+4 <= len(data) {
			children = append(children, int(binary.BigEndian.Uint32(data[cell:])))
		}
	}
	return append(children, int(binary.BigEndian.Uint32(data[start+8:])))
}
