package ask

import "kartei/cmd/internal/keys"

// Lettered makes items that are chosen by letter or number: "a" or "1" is the
// first. Beyond 26 items, or 9 for numbers, there are no keys.
func Lettered(labels ...string) []Item {
	items := make([]Item, len(labels))
	for i, label := range labels {
		items[i].Label = label
		if i < 26 {
			items[i].Keys = append(items[i].Keys, keys.Key(rune('a'+i)))
		}
		if i < 9 {
			items[i].Keys = append(items[i].Keys, keys.Key(rune('1'+i)))
		}
	}
	return items
}
