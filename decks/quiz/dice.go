package quiz

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"slices"
)

// Dice are SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
// number generators", 2014). They are written out here because a form must
// come out the same from every build of the program, for ever.
type dice uint64

// diceFor returns the dice of one purpose: they do not depend on what else was
// drawn before, so a card that is added to a deck moves no other.
func diceFor(seed Seed, purpose, id string) *dice {
	text := append([]byte(nil), seed.bytes()...)
	text = append(text, purpose...)
	text = append(text, 0)
	sum := sha256.Sum256(append(text, id...))
	d := dice(binary.BigEndian.Uint64(sum[:]))
	return &d
}

func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number from 0 to n-1.
func (d *dice) below(n int) int {
	high, _ := bits.Mul64(d.next(), uint64(n))
	return int(high)
}

// shuffled returns a copy of list in another order.
func shuffled[T any](d *dice, list []T) []T {
	list = slices.Clone(list)
	for i := len(list) - 1; i > 0; i-- {
		j := d.below(i + 1)
		list[i], list[j] = list[j], list[i]
	}
	return list
}
