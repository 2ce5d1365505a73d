package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/picture"
	"kartei/cmd/internal/review"
	"kartei/cmd/internal/show"
	"kartei/decks/quiz"
	"kartei/store"
)

// drawing returns what a session does to draw pictures: nil where the terminal
// draws none, or is not to.
func drawing(con *console.Console, set *settings, plain bool) func(store.Card, string, int) error {
	pixels := pixelsOf(con, set, plain)
	if pixels == nil {
		return nil
	}
	return func(card store.Card, address string, columns int) error {
		return withPicture(card, address, func(f *picture.File) error { return pixels(f, columns) })
	}
}

// pixelsOf returns what draws a picture on the terminal; nil where it draws none,
// or is not to.
func pixelsOf(con *console.Console, set *settings, plain bool) func(f *picture.File, columns int) error {
	out, ok := con.Out.(*os.File)
	if plain || !ok {
		return nil
	}
	protocol := picture.Protocol(set.get(setPictures))
	switch protocol {
	case "auto":
		protocol = picture.Detect(os.Getenv)
	case "blocks":
		protocol = picture.Blocks(os.Getenv)
	}
	if protocol == picture.Never || protocol.Coloured() && con.Palette() != show.Colour {
		return nil
	}
	return func(f *picture.File, columns int) error {
		img, err := f.Decode()
		if err != nil {
			return err
		}
		width, height := protocol.Cell(out)
		return picture.Draw(out, protocol, picture.Fit(img, columns*width, review.PictureRows*height))
	}
}

// viewing is what a session does to open a picture of a card.
func viewing(card store.Card, address string) error {
	return withPicture(card, address, (*picture.File).View)
}

// playing gives what a session does to play sounds and videos of a card.
func playing(set *settings) func(store.Card, []string) error {
	player := strings.Fields(set.get(setPlayer))
	return func(card store.Card, addresses []string) error {
		return inDeckFolder(card.Root, func(root *os.Root) error {
			return picture.Play(root, card.File, addresses, player)
		})
	}
}

// withPicture finds a picture in the folder of the card's deck.
func withPicture(card store.Card, address string, use func(*picture.File) error) error {
	return openPicture(card.Root, card.File, address, use)
}

// readPicture returns the bytes of a picture in the folder of a deck.
func readPicture(root, file, address string) (data []byte, err error) {
	err = openPicture(root, file, address, func(f *picture.File) error {
		data = f.Data()
		return nil
	})
	return data, err
}

func openPicture(folder, file, address string, use func(*picture.File) error) error {
	return inDeckFolder(folder, func(root *os.Root) error {
		f, err := picture.Open(root, file, address)
		if err != nil {
			return err
		}
		return use(f)
	})
}

// inDeckFolder does something in a deck's folder.
func inDeckFolder(folder string, use func(*os.Root) error) error {
	if folder == deckfolder.BuiltIn || folder == "" {
		return fmt.Errorf("is not there")
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("is not there: %w", err)
	}
	defer root.Close()
	return use(root)
}

// drawingForm returns what a quiz does to draw the pictures of its form, and what
// it does to open them; either is nil where that cannot be.
func drawingForm(
	con *console.Console, set *settings, plain bool,
) (draw func(*quiz.Picture, int) error, view func(*quiz.Picture) error) {
	view = viewFormPicture
	pixels := pixelsOf(con, set, plain)
	if pixels == nil {
		return nil, view
	}
	return func(p *quiz.Picture, columns int) error {
		f, err := picture.Parse(p.Data)
		if err != nil {
			return err
		}
		return pixels(f, columns)
	}, view
}

// viewFormPicture writes a picture of a form into a folder of its own, where the
// platform's program finds it.
func viewFormPicture(p *quiz.Picture) error {
	folder, err := os.MkdirTemp("", "kartei-picture-")
	if err != nil {
		return fmt.Errorf("cannot be opened: %w", err)
	}
	name := filepath.Join(folder, filepath.Base(p.Name))
	if err := os.WriteFile(name, p.Data, 0o600); err != nil {
		return fmt.Errorf("cannot be opened: %w", err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("cannot be opened: %w", err)
	}
	defer root.Close()
	f, err := picture.Open(root, filepath.Base(name), filepath.Base(name))
	if err != nil {
		return err
	}
	return f.View()
}
