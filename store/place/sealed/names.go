package sealed

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"
)

// Names are encrypted so that equal ones stay equal, which puts an object once, and so
// that they can be read back: with AES, counting from a sum of the name and the key,
// which goes before (a synthetic initialisation vector, as in RFC 5297). The objects
// whose names have the same first part are in one folder, so that they can be listed
// without the others.

// suffix ends the names of what is sealed.
const suffix = ".age"

var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// sealName returns the name that an object has in the other place.
func (k *Key) sealName(name string) string {
	vector := k.sum("name " + name)[:aes.BlockSize]
	return k.folder(name) + "/" + letters.EncodeToString(append(vector, k.crypt(vector, []byte(name))...)) + suffix
}

// openName returns the name of an object that is called sealed in the other place, and
// what follows on it there: suffix, or what a syncer has added.
func (k *Key) openName(sealed string) (name, rest string, ok bool) {
	folder, last, _ := strings.Cut(sealed, "/")
	code := last
	if i := strings.IndexFunc(last, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '2' && r <= '7') }); i >= 0 {
		code, rest = last[:i], last[i:]
	}
	data, err := letters.DecodeString(code)
	if err != nil || len(data) <= aes.BlockSize {
		return "", "", false
	}
	name = string(k.crypt(data[:aes.BlockSize], data[aes.BlockSize:]))
	genuine := hmac.Equal(k.sum("name " + name)[:aes.BlockSize], data[:aes.BlockSize])
	return name, rest, genuine && folder == k.folder(name)
}

// folder returns where the objects are whose names have the same first part.
func (k *Key) folder(name string) string {
	first, _, many := strings.Cut(name, "/")
	if !many {
		first = ""
	}
	return hex.EncodeToString(k.sum("folder " + first)[:8])
}

func (k *Key) sum(text string) []byte {
	h := hmac.New(sha256.New, k.check)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func (k *Key) crypt(vector, data []byte) []byte {
	block, err := aes.NewCipher(k.cipher)
	if err != nil {
		panic(err) // the key has its length from keyOf
	}
	out := make([]byte, len(data))
	cipher.NewCTR(block, vector).XORKeyStream(out, data)
	return out
}
