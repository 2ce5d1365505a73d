package picture

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// opener is the platform's program that opens a file. No shell is in between.
func opener() []string {
	switch runtime.GOOS {
	case "darwin":
		return []string{"open"}
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	return []string{"xdg-open"}
}

// openerPatience is how long an opener may take to fail.
const openerPatience = time.Second

// View has the platform's own program show the picture. It does not wait for
// that to end.
func (f *File) View() error { return view(opener(), f.Path()) }

// Play has a program play sounds and videos that a deck file calls by addresses, one
// after the other; without a player, the platform's own. It does not wait for that to
// end.
func Play(root *os.Root, deckFile string, addresses []string, player []string) error {
	var files []string
	for _, address := range addresses {
		name, err := playable(root, deckFile, address)
		if err != nil {
			return fmt.Errorf("%s %w", address, err)
		}
		files = append(files, filepath.Join(root.Name(), name))
	}
	if len(player) == 0 {
		player = opener()
	}
	if err := view(player, files...); err != nil {
		return fmt.Errorf("%s %w", addresses[0], err)
	}
	return nil
}

// playable is the name in the deck's folder of what an address calls.
func playable(root *os.Root, deckFile, address string) (string, error) {
	name, err := locate(root, deckFile, address)
	if err != nil {
		return "", err
	}
	switch info, err := root.Lstat(name); {
	case err != nil:
		return "", errors.New("is not there")
	case !info.Mode().IsRegular():
		return "", errors.New("is not an ordinary file")
	}
	return name, nil
}

// recordings are the sounds and videos that are played, by the ends of their names.
var recordings = []string{
	".aac", ".flac", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav",
	".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".ogv", ".webm",
}

// IsRecording reports whether an address is that of a sound or a video.
func IsRecording(address string) bool {
	return slices.Contains(recordings, strings.ToLower(path.Ext(address)))
}

// view starts a program that shows a file, and once it ends, for the next.
func view(words []string, files ...string) error {
	file := files[0]
	if remote(os.Getenv) {
		return fmt.Errorf("is on the other machine, where no window opens; it is %s", file)
	}
	command := func(file string) *exec.Cmd {
		return exec.Command(words[0], append(slices.Clone(words[1:]), file)...)
	}
	cmd := command(file)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("cannot be opened, as there is no program %s; it is %s", words[0], file)
	}
	ended := make(chan error, 1)
	go func() {
		ended <- cmd.Wait()
		for _, next := range files[1:] {
			_ = command(next).Run() // its learner is at the next card by now, and hears that it fails
		}
	}()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("cannot be opened, as %s found no program for it; it is %s", words[0], file)
		}
	case <-time.After(openerPatience):
	}
	return nil
}

// remote reports whether the learner is at another machine, to which no window leads.
func remote(getenv func(string) string) bool {
	return getenv("SSH_CONNECTION") != "" && getenv("DISPLAY") == "" && getenv("WAYLAND_DISPLAY") == ""
}
