// Package hostile makes database files that do harm. Only tests import it.
package hostile

import (
	"encoding/binary"
	"slices"
)

// fan is how many times a page of [Endless] names the next.
const fan = 200

// Endless returns a copy of a SQLite file in which the table with the root page
// root, a leaf, hangs below so many pages, each of which names the next 200
// times: whoever reads the table comes by its rows 200 to the power of depth times.
func Endless(file []byte, root, depth int) []byte {
	size := int(binary.BigEndian.Uint16(file[16:]))
	if size == 1 {
		size = 1 << 16
	}
	page := func(n int) []byte { return file[(n-1)*size : n*size] }
	start := 0
	if root == 1 {
		start = 100 // after the header of the file
	}
	if page(root)[start] != 0x0d {
		panic("the root of the table is not a leaf")
	}
	file = slices.Clone(file)
	next := len(file)/size + 1
	leaf := page(root)
	if start > 0 {
		leaf = moved(leaf, start)
	}
	file = append(file, leaf...)
	for range depth - 1 {
		file = append(file, interior(size, 0, next)...)
		next++
	}
	copy(page(root)[start:], interior(size, start, next)[start:])
	binary.BigEndian.PutUint32(file[28:], uint32(len(file)/size))
	copy(file[92:96], file[24:28]) // the length is of this version of the file
	return file
}

// interior is a page of a table that names another again and again. Its header
// begins at start.
func interior(size, start, child int) []byte {
	p := make([]byte, size)
	end := size
	for i := range fan {
		cell := binary.BigEndian.AppendUint32(nil, uint32(child))
		if key := i + 1; key < 0x80 {
			cell = append(cell, byte(key))
		} else {
			cell = append(cell, 0x80|byte(key>>7), byte(key&0x7f))
		}
		end -= len(cell)
		copy(p[end:], cell)
		binary.BigEndian.PutUint16(p[start+12+2*i:], uint16(end))
	}
	p[start] = 5
	binary.BigEndian.PutUint16(p[start+3:], fan)
	binary.BigEndian.PutUint16(p[start+5:], uint16(end))
	binary.BigEndian.PutUint32(p[start+8:], uint32(child))
	return p
}

// moved is the first page of a file as one that is not: its header comes first.
func moved(page []byte, start int) []byte {
	cells := int(binary.BigEndian.Uint16(page[start+3:]))
	p := slices.Clone(page)
	clear(p[:start+8+2*cells])
	copy(p, page[start:start+8+2*cells])
	return p
}
