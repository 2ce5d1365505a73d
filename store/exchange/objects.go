package exchange

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"kartei/store/place"
	"kartei/store/segment"
)

// Texts of decks, lists of pictures, pictures and quizzes are objects that are named by
// what they hold, and are needed as long as something names them. One that nothing names
// is removed by the machine that put it, but not soon: a program that carries files may
// bring the names of what replaced it late. Should one be needed that is gone, or is not
// whole, whoever looks for it says so in the head, and whoever has it puts it again.

// putObject puts an object that is named by what it holds, and reports whether it was not
// there. One that somebody could not read makes way.
func (x *exchanger) putObject(ctx context.Context, name string, data []byte) (put bool, err error) {
	err = x.place.Put(ctx, name, data)
	if errors.Is(err, place.ErrExists) {
		if !x.asked[name] {
			return false, nil
		}
		there, err := x.place.Get(ctx, name, int64(len(data)))
		if err == nil && bytes.Equal(there, data) {
			return false, nil
		}
		if err != nil && !isBroken(err) && !errors.Is(err, place.ErrNotFound) {
			return false, err
		}
		return true, x.replace(ctx, name, data)
	}
	if err == nil && !strings.HasPrefix(name, segment.MediumName("")) { // they go with the list that names them
		x.state.made(name, 0)
	}
	return err == nil, err
}

// made remembers since when nothing names an object that this machine put; 0: something
// does.
func (s *State) made(name string, unnamed int64) {
	if s.Made == nil {
		s.Made = map[string]int64{}
	}
	s.Made[name] = unnamed
}

// How long an object stays that nothing names, and how long a machine is away before
// nobody waits for it, in milliseconds.
const (
	day     = 24 * 60 * 60 * 1000
	keptFor = 90 * day
	longAgo = 365 * day
)

// sweep removes objects that this machine put and that nothing names any more.
func (x *exchanger) sweep(ctx context.Context) error {
	named := x.named()
	for _, name := range slices.Sorted(maps.Keys(x.state.Made)) {
		unnamed := x.state.Made[name]
		switch {
		case named[name]:
			x.state.Made[name] = 0
		case unnamed == 0:
			x.state.Made[name] = x.now
		case x.now-unnamed > keptFor && x.seenSince(unnamed):
			gone, err := x.removeObject(ctx, name)
			if err != nil {
				return err
			}
			if gone {
				delete(x.state.Made, name)
				maps.DeleteFunc(x.state.Texts, func(_, text string) bool { return segment.TextName(text) == name }) // it may come back
			}
		}
	}
	return nil
}

// named are the objects that the log or a head names, but for those that lists name.
func (x *exchanger) named() map[string]bool {
	all := map[string]bool{}
	for _, t := range x.texts {
		all[segment.TextName(t.Text)], all[segment.TextName(t.Here)] = true, true
	}
	heads := append(slices.Collect(maps.Values(x.state.Peers)), Peer{Files: x.state.Files, Quizzes: x.state.OwnQuizzes})
	for _, p := range heads {
		for _, digest := range p.Files {
			all[segment.FilesName(digest)] = true
		}
		for _, digest := range p.Quizzes {
			all[segment.QuizName(digest)] = true
		}
	}
	return all
}

// seenSince reports whether all machines that are not away for long were there since a
// time.
func (x *exchanger) seenSince(at int64) bool {
	for device, p := range x.state.Peers {
		if p.At <= at && x.now-p.At < longAgo && !x.ends[device].Own {
			return false
		}
	}
	return true
}

// removeObject removes an object; a list of pictures with those that are on no other. It
// reports whether all is gone.
func (x *exchanger) removeObject(ctx context.Context, name string) (gone bool, err error) {
	if digest, ok := strings.CutPrefix(name, segment.FilesName("")); ok {
		if gone, err := x.removeListed(ctx, digest); err != nil || !gone {
			return false, err
		}
	}
	return true, x.place.Delete(ctx, name)
}

// removeListed removes the pictures of a list that are on no other that a head names, or
// that was put here and is there still.
func (x *exchanger) removeListed(ctx context.Context, digest string) (gone bool, err error) {
	list, err := x.list(ctx, digest)
	if err != nil || len(list) == 0 {
		return true, err
	}
	keep := map[string]bool{}
	for name := range x.lists() {
		if name == digest {
			continue
		}
		other, err := x.getList(ctx, name)
		if isBroken(err) || errors.Is(err, place.ErrNotFound) {
			return false, nil // what it names is not known
		}
		if err != nil {
			return false, err
		}
		for _, m := range other.Files {
			keep[segment.MediumName(m.Digest)] = true
		}
	}
	there, err := x.place.List(ctx, segment.MediumName(""))
	if err != nil {
		return false, err
	}
	removed := 0
	for _, o := range there {
		if keep[o.Name] || !slices.ContainsFunc(list, func(m segment.Medium) bool { return segment.MediumName(m.Digest) == o.Name }) {
			continue
		}
		if removed++; removed > maxRemoved {
			return false, nil // the next exchange goes on
		}
		if err := x.place.Delete(ctx, o.Name); err != nil {
			return false, err
		}
	}
	return true, nil
}

// lists are the digests of all lists of pictures that count.
func (x *exchanger) lists() map[string]bool {
	names, all := x.named(), map[string]bool{}
	for name := range x.state.Made {
		names[name] = true
	}
	for name := range names {
		if digest, ok := strings.CutPrefix(name, segment.FilesName("")); ok {
			all[digest] = true
		}
	}
	return all
}
