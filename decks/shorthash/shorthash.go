// Package shorthash names things by a hash of what they are, in letters and digits
// that no file system, shell or reader takes for others.
package shorthash

import (
	"crypto/sha256"
	"encoding/base32"
)

// Digits are the characters of a hash.
const Digits = "abcdefghijklmnopqrstuvwxyz234567"

var encoding = base32.NewEncoding(Digits).WithPadding(base32.NoPadding)

// Encode writes bytes in [Digits], five bits each.
func Encode(b []byte) string { return encoding.EncodeToString(b) }

// Decode reads what Encode wrote.
func Decode(text string) ([]byte, error) { return encoding.DecodeString(text) }

// Of returns the first n characters, of at most 24, of a text's SHA-256.
func Of[T string | []byte](text T, n int) string {
	sum := sha256.Sum256([]byte(text))
	var digits [24]byte
	encoding.Encode(digits[:], sum[:15])
	return string(digits[:n])
}
