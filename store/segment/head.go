package segment

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"kartei/store/place"
)

// ErrNewer is the error of what a later version of the program wrote.
var ErrNewer = errors.New("a newer version of Kartei wrote it")

// maxHead is how many bytes a head or what a place is for may have.
const maxHead = 1 << 20

// MaxHead is how many they have, packed.
const MaxHead = maxHead

// A Head says how far the log of a device goes, and who it is.
type Head struct {
	Set    string         `json:"set"` // id of the place's set
	Device string         `json:"device"`
	Name   string         `json:"name"` // of the machine, for people
	Count  int64          `json:"count"`
	At     int64          `json:"at"`   // Unix milliseconds
	Tips   map[string]End `json:"tips"` // of every device: how far it goes in the collection of this one
	Own    []string       `json:"own"`  // other devices as which this collection wrote

	Files   map[string]string `json:"files,omitempty"`   // by deck whose files it has: the list of its pictures
	Quizzes []string          `json:"quizzes,omitempty"` // that were taken, by digest
	Lacks   []string          `json:"lacks,omitempty"`   // objects that it looked for and could not read
}

// An End is the newest row of a device's log.
type End struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// HeadName is that of a head: each has the next number, and the ones before it go.
func HeadName(device string, count int64) string {
	return fmt.Sprintf("%s%d.head", Folder(device), count)
}

// ParseHeadName tells which head an object is, by its name.
func ParseHeadName(name string) (count int64, ok bool) {
	_, file, _ := strings.Cut(strings.TrimPrefix(name, "d/"), "/")
	number, ok := strings.CutSuffix(file, ".head")
	count, err := strconv.ParseInt(number, 10, 64)
	return count, ok && err == nil && count > 0 && number == strconv.FormatInt(count, 10)
}

// A document is one JSON object that says what it is.
type document[T any] struct {
	Kartei  string `json:"kartei"`
	Version int    `json:"version"`
	Says    *T     `json:"says"`
}

func encode[T any](kind string, says *T) ([]byte, error) {
	return json.Marshal(document[T]{kind, version, says})
}

func decode[T any](kind string, text []byte) (*T, error) {
	var d document[T]
	switch err := json.Unmarshal(text, &d); {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNotWhole, err)
	case d.Kartei != kind || d.Says == nil:
		return nil, fmt.Errorf("%w: it is not a %s", ErrNotWhole, kind)
	case d.Version != version:
		return nil, ErrNewer
	}
	return d.Says, nil
}

// Encode writes a head.
func (h *Head) Encode() ([]byte, error) {
	text, err := encode("head", h)
	if err != nil {
		return nil, err
	}
	return seal(text)
}

// DecodeHead reads a head of a device.
func DecodeHead(data []byte, device string) (*Head, error) {
	text, err := open(data, maxHead)
	if err != nil {
		return nil, err
	}
	h, err := decode[Head]("head", text)
	if err != nil {
		return nil, err
	}
	if h.Device != device {
		return nil, fmt.Errorf("%w: it is another device's", ErrNotWhole)
	}
	return h, nil
}

// A Set says what a place is for. It is the first object of a place, and is not packed.
type Set struct {
	ID     string `json:"set"`
	Sealed bool   `json:"sealed,omitempty"` // all else is encrypted
}

// SetName is the name of a place's set.
const SetName = place.SetName

// Encode writes what a place is for.
func (s *Set) Encode() ([]byte, error) {
	text, err := encode("sync", s)
	return append(text, '\n'), err
}

// DecodeSet reads what a place is for.
func DecodeSet(text []byte) (*Set, error) {
	s, err := decode[Set]("sync", text)
	if err == nil && CheckDevice(s.ID) != nil {
		err = fmt.Errorf("%w: its set has no name", ErrNotWhole)
	}
	return s, err
}
