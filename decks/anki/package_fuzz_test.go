package anki

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"kartei/decks/hostile"
)

// FuzzPackage changes a whole package: some bytes of its database, the list of its
// media, the names and contents of its files. What is not refused becomes deck files
// that compile, and media whose names stay in their folder.
func FuzzPackage(f *testing.F) {
	good := altered(f, `UPDATE notes SET flds = '<img src="a.png">' || flds WHERE id = (SELECT min(id) FROM notes)`)
	reached := hostile.Reached(f)
	f.Add([]byte{}, []byte(`{"0":"a.png"}`), "0", []byte("picture"), []byte{8, 2})
	f.Add([]byte{0, 0, 0, 200, 7}, []byte(`{"0":"../a.png","1":"a.png"}`), "../../x", []byte{}, []byte{8, 1})
	f.Add(binary.BigEndian.AppendUint32(nil, uint32(len(good)/2)), []byte("{"), "media", []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, changes, media []byte, name string, content, meta []byte) {
		if strings.HasSuffix(name, "/") { // a folder holds nothing
			return
		}
		data := append([]byte(nil), good...)
		for ; len(changes) >= 5; changes = changes[5:] { // where, and the byte that comes there
			data[int(binary.BigEndian.Uint32(changes))%len(data)] = changes[4]
		}
		im, err := read(t, pack(t, entry{name: "meta", data: meta}, entry{name: "collection.anki21", data: data},
			entry{name: "media", data: media}, entry{name: name, data: content}))
		switch {
		case errors.Is(err, ErrHostile):
			reached("refused as hostile")
			return
		case err != nil:
			reached("refused")
			return
		}
		reached("imported")
		compileAny(t, im)
		for _, m := range im.Media {
			if !flat(m.Name) {
				t.Errorf("a medium is called %q", m.Name)
			}
			if in, err := im.OpenMedium(m); err == nil {
				reached("with a medium")
				io.Copy(io.Discard, in)
				in.Close()
			}
		}
	})
}
