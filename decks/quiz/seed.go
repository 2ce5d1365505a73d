package quiz

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// A Seed decides what [Draw] draws, and signs codes. That of an exam is 128
// random bits that only its key holds: who could guess it and has the decks
// could make the key.
type Seed [16]byte

// SeedOf is the seed of a number, for quizzes that are to be made again.
func SeedOf(n uint64) Seed {
	var s Seed
	for i := range 8 {
		s[15-i] = byte(n >> (8 * i))
	}
	return s
}

// ParseSeed reads what [Seed.String] writes: a number, or 32 hexadecimal digits.
func ParseSeed(text string) (Seed, error) {
	if n, err := strconv.ParseUint(text, 10, 64); err == nil && strconv.FormatUint(n, 10) == text {
		return SeedOf(n), nil
	}
	var s Seed
	digits, err := hex.DecodeString(text)
	if err != nil || len(digits) != len(s) || strings.ToLower(text) != text {
		return s, fmt.Errorf("%q is not a seed: write a whole number, or the 32 digits of a key", text)
	}
	copy(s[:], digits)
	return s, nil
}

// Guessable reports whether the seed is a number that one could try.
func (s Seed) Guessable() bool { return len(s.bytes()) == 8 }

func (s Seed) String() string {
	if !s.Guessable() {
		return hex.EncodeToString(s[:])
	}
	n := uint64(0)
	for _, b := range s[8:] {
		n = n<<8 | uint64(b)
	}
	return strconv.FormatUint(n, 10)
}

// bytes are what the dice are thrown with: those of a number are eight.
func (s Seed) bytes() []byte {
	if bytes.Equal(s[:8], make([]byte, 8)) {
		return s[8:]
	}
	return s[:]
}

// Of returns the seed of a version of a test.
func (s Seed) Of(version string) Seed {
	if version == "" {
		return s
	}
	var of Seed
	copy(of[:], s.sign("kartei version", version))
	return of
}

// sign is HMAC-SHA256 over texts, none of which can hold a NUL.
func (s Seed) sign(texts ...string) []byte {
	h := hmac.New(sha256.New, s[:])
	h.Write([]byte(strings.Join(texts, "\x00")))
	return h.Sum(nil)
}
