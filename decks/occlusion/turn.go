package occlusion

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation is how a camera says that its picture is turned, from 1, which is upright,
// to 8; browsers, and so Anki, turn it back. See Exif 2.3, tag 0x0112.
func orientation(data []byte) int {
	const upright = 1
	begin := bytes.Index(data[:min(len(data), 64<<10)], []byte("Exif\x00\x00"))
	if !bytes.HasPrefix(data, []byte("\xff\xd8")) || begin < 0 {
		return upright
	}
	tiff := data[begin+6:]
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(tiff, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(tiff, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return upright
	}
	if len(tiff) < 8 {
		return upright
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return upright
	}
	entries := int(order.Uint16(tiff[at:]))
	for rest := tiff[at+2:]; entries > 0 && len(rest) >= 12; entries, rest = entries-1, rest[12:] {
		if order.Uint16(rest) == 0x0112 {
			if turned := int(order.Uint16(rest[8:])); turned >= 1 && turned <= 8 {
				return turned
			}
			return upright
		}
	}
	return upright
}

// upright turns a picture back.
func upright(img *image.RGBA, turned int) *image.RGBA {
	if turned == 1 {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	size := image.Pt(w, h)
	if turned > 4 {
		size = image.Pt(h, w)
	}
	out := image.NewRGBA(image.Rectangle{Max: size})
	for y := range h {
		for x := range w {
			to := [9]image.Point{2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y}, 5: {y, x},
				6: {h - 1 - y, x}, 7: {h - 1 - y, w - 1 - x}, 8: {y, w - 1 - x}}[turned]
			out.SetRGBA(to.X, to.Y, img.RGBAAt(x, y))
		}
	}
	return out
}
