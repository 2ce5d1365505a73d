package exchange

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"kartei/store/place"
	"kartei/store/segment"
)

// putMedia puts the pictures and sounds of a deck, and a list of them, which the head
// names. Those on the list before are there already.
func (x *exchanger) putMedia(ctx context.Context, deck string) error {
	all, err := x.Media(ctx, deck)
	if err != nil {
		return err
	}
	before, err := x.list(ctx, x.state.Files[deck])
	if err != nil {
		return err
	}
	var there []segment.Medium
	for i, m := range all {
		known := slices.ContainsFunc(before, func(b segment.Medium) bool { return b.Digest == m.Digest })
		if !known || x.asked[segment.MediumName(m.Digest)] {
			x.Progress().Tell("sending pictures", int64(i), int64(len(all)))
			data, err := x.ReadMedium(ctx, deck, m.Name)
			if err != nil || segment.DigestOf(data) != m.Digest {
				continue // it changes just now
			}
			put, err := x.putObject(ctx, segment.MediumName(m.Digest), data)
			if err != nil {
				return err
			}
			if put {
				x.report.Media++
			}
		}
		there = append(there, m)
	}
	return x.putList(ctx, deck, there)
}

// putList puts a list of pictures and sounds of a deck, unless there are none.
func (x *exchanger) putList(ctx context.Context, deck string, all []segment.Medium) error {
	if len(all) == 0 {
		delete(x.state.Files, deck)
		return nil
	}
	data, digest, err := (&segment.Files{Files: all}).Encode()
	if err != nil {
		return err
	}
	if _, err := x.putObject(ctx, segment.FilesName(digest), data); err != nil {
		return err
	}
	if x.state.Files == nil {
		x.state.Files = map[string]string{}
	}
	x.state.Files[deck] = digest
	return nil
}

// list reads a list of pictures and sounds; none if it cannot be read.
func (x *exchanger) list(ctx context.Context, digest string) ([]segment.Medium, error) {
	if digest == "" {
		return nil, nil
	}
	list, err := x.getList(ctx, digest)
	if isBroken(err) || errors.Is(err, place.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return list.Files, nil
}

func (x *exchanger) getList(ctx context.Context, digest string) (*segment.Files, error) {
	data, err := x.place.Get(ctx, segment.FilesName(digest), segment.MaxSize)
	if err != nil {
		return nil, err
	}
	return segment.DecodeFiles(data, digest)
}

// takeMedia takes the pictures and sounds of decks whose files are on other machines: of
// each deck those that the machine named which was there last.
func (x *exchanger) takeMedia(ctx context.Context) error {
	lists, from := map[string]string{}, map[string]string{}
	devices := slices.SortedFunc(maps.Keys(x.state.Peers), func(a, b string) int {
		return cmp.Or(cmp.Compare(x.state.Peers[a].At, x.state.Peers[b].At), cmp.Compare(a, b))
	})
	for _, device := range devices {
		for deck, list := range x.state.Peers[device].Files {
			lists[deck], from[deck] = list, device
		}
	}
	for _, deck := range slices.Sorted(maps.Keys(lists)) {
		if x.state.Taken[deck] == lists[deck] {
			continue
		}
		whole, err := x.takeList(ctx, deck, lists[deck], from[deck])
		if err != nil {
			return err
		}
		if whole {
			if x.state.Taken == nil {
				x.state.Taken = map[string]string{}
			}
			x.state.Taken[deck] = lists[deck]
		}
	}
	return nil
}

// takeList takes what is on a list of a device and not here. It reports whether nothing is
// missing.
func (x *exchanger) takeList(ctx context.Context, deck, digest, device string) (whole bool, err error) {
	list, err := x.getList(ctx, digest)
	if isBroken(err) || errors.Is(err, place.ErrNotFound) {
		x.left(segment.FilesName(digest), "", err)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	lacks, err := x.LacksMedia(ctx, deck, list.Files)
	whole = err == nil
	for i, m := range lacks {
		x.Progress().Tell("taking pictures", int64(i), int64(len(lacks)))
		data, err := x.place.Get(ctx, segment.MediumName(m.Digest), segment.MaxMedium)
		if err == nil && segment.DigestOf(data) != m.Digest {
			err = fmt.Errorf("%w: it is not what its name says", segment.ErrNotWhole)
		}
		if isBroken(err) || errors.Is(err, place.ErrNotFound) {
			x.left(segment.MediumName(m.Digest), "", err)
			whole = false
			continue
		}
		if err == nil {
			err = x.TakeMedium(ctx, deck, m, data)
		}
		if err != nil {
			return false, err
		}
		x.report.from(device, x.state.Machine(device)).Media++
	}
	return whole, err
}
