package cli

import (
	"fmt"
	"os"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/picture"
	"kartei/store"
)

// drawing returns what a session does to draw pictures: nil where the terminal
// draws none, or is not to.
func drawing(con *console.Console, set *settings, plain bool) func(store.Card, string, int) error {
	out, ok := con.Out.(*os.File)
	if plain || !ok {
		return nil
	}
	protocol := picture.Protocol(set.get(setPictures))
	if protocol == "auto" {
		protocol = picture.Detect(os.Getenv)
	}
	if protocol == picture.Never {
		return nil
	}
	return func(card store.Card, address string, columns int) error {
		return withPicture(card, address, func(f *picture.File) error {
			img, err := f.Decode()
			if err != nil {
				return err
			}
			width, height := picture.Cell(out)
			return picture.Draw(out, protocol, picture.Fit(img, columns*width, pictureRows*height))
		})
	}
}

// pictureRows is how high a picture may be, so that its question stays on the
// screen.
const pictureRows = 14

// viewPicture opens a picture in the platform's own program.
func viewPicture(card store.Card, address string) error {
	return withPicture(card, address, (*picture.File).View)
}

// withPicture finds a picture in the folder of the card's deck.
func withPicture(card store.Card, address string, use func(*picture.File) error) error {
	if card.Root == deckfolder.BuiltIn {
		return fmt.Errorf("is not there")
	}
	root, err := os.OpenRoot(card.Root)
	if err != nil {
		return fmt.Errorf("is not there: %w", err)
	}
	defer root.Close()
	f, err := picture.Open(root, card.File, address)
	if err != nil {
		return err
	}
	return use(f)
}
