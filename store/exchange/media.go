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

// putMedia puts the pictures and sounds of a deck whose text is put, and a list of them,
// which the head names.
func (x *exchanger) putMedia(ctx context.Context, deck string) error {
	all, err := x.Media(ctx, deck)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		delete(x.state.Files, deck)
		return nil
	}
	for i, m := range all {
		x.Progress().Tell("sending pictures", int64(i), int64(len(all)))
		data, err := x.ReadMedium(ctx, deck, m.Name)
		if err != nil || segment.DigestOf(data) != m.Digest {
			continue // it changes just now
		}
		if err := x.place.Put(ctx, segment.MediumName(m.Digest), data); err != nil && !errors.Is(err, place.ErrExists) {
			return err
		}
	}
	data, digest, err := (&segment.Files{Files: all}).Encode()
	if err != nil {
		return err
	}
	if err := x.place.Put(ctx, segment.FilesName(digest), data); err != nil && !errors.Is(err, place.ErrExists) {
		return err
	}
	if x.state.Files == nil {
		x.state.Files = map[string]string{}
	}
	x.state.Files[deck] = digest
	return nil
}

// takeMedia takes the pictures and sounds of decks whose files are on other machines: of
// each deck those that the machine named which was there last.
func (x *exchanger) takeMedia(ctx context.Context) error {
	lists := map[string]string{}
	devices := slices.SortedFunc(maps.Keys(x.state.Peers), func(a, b string) int {
		return cmp.Or(cmp.Compare(x.state.Peers[a].At, x.state.Peers[b].At), cmp.Compare(a, b))
	})
	for _, device := range devices {
		maps.Copy(lists, x.state.Peers[device].Files)
	}
	for _, deck := range slices.Sorted(maps.Keys(lists)) {
		if x.state.Taken[deck] == lists[deck] {
			continue
		}
		whole, err := x.takeList(ctx, deck, lists[deck])
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

// takeList takes what is on a list and not here. It reports whether nothing is missing.
func (x *exchanger) takeList(ctx context.Context, deck, digest string) (whole bool, err error) {
	data, err := x.place.Get(ctx, segment.FilesName(digest), segment.MaxSize)
	var list *segment.Files
	if err == nil {
		list, err = segment.DecodeFiles(data, digest)
	}
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
	}
	return whole, err
}
