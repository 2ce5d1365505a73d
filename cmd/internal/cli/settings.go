package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/config"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/review"
)

// settings are the learner's, as their file has them.
type settings struct{ *config.Config }

// The settings of the file.
const (
	setColor    = "color"
	setTyped    = "typed"
	setStrict   = "strict"
	setLimit    = "limit"
	setPlain    = "plain"
	setFooter   = "footer"
	setScreen   = "screen"
	setGrades   = "grades"
	setPlayer   = "player"
	setPictures = "pictures"
	setCompile  = "compile"
	setOptimize = "optimize"
	setSync     = "sync"
	setKey      = "key." // and an action
)

// fileSettings are those that the settings file may hold.
func fileSettings() []config.Setting {
	all := []config.Setting{
		{Name: setColor, Default: "auto", Doc: "colour: auto (at a terminal, unless NO_COLOR is set), always or never",
			Check: oneOf(colours...)},
		{Name: setTyped, Default: "no", Doc: "type short answers in every review, as with --typed: yes or no",
			Check: oneOf(yesNo...)},
		{Name: setStrict, Default: "no", Doc: "of typed answers forgive only capitals, spaces and signs of print, as with --strict: yes or no", Check: oneOf(yesNo...)},
		{Name: setLimit, Default: "0", Doc: "how many cards a session asks at most, as with --limit; 0 is no limit",
			Check: wholeNumber},
		{Name: setPlain, Default: "no",
			Doc:   "talk in plain lines instead of menus, for screen readers, as with --plain: yes or no",
			Check: oneOf(yesNo...)},
		{Name: setFooter, Default: "auto", Doc: "the first keys below each question: auto (in your first days), on or off",
			Check: oneOf(footers...)},
		{Name: setScreen, Default: "scroll", Doc: "how cards follow each other: scroll, or clear for one card a screen",
			Check: oneOf(screens...)},
		{Name: setGrades, Default: "four", Doc: "how answers are graded: four (Again, Hard, Good, Easy) or two (Again, Good)",
			Check: oneOf(gradings...)},
		{Name: setPlayer, Default: "", Doc: "the program that plays sound and video, such as mpv; without one, that of the system",
			Check: func(string) error { return nil }},
		{Name: setPictures, Default: "auto", Doc: "how pictures are drawn: auto (as the terminal is known to), kitty, iterm2, sixel, " +
			"blocks (of colour, in any terminal) or never", Check: oneOf(pictureModes...)},
		{Name: setCompile, Default: compiler.Auto,
			Doc: "whether deck files that changed are compiled by themselves before they are asked: auto, ask (at a terminal) or off", Check: oneOf(compiler.Auto, compiler.Ask, compiler.Off)},
		{Name: setOptimize, Default: compiler.Auto,
			Doc: "whether the memory model is fitted to your answers by itself, after a session in which the log has grown by a twentieth: auto, ask (at a terminal) or off", Check: oneOf(compiler.Auto, compiler.Ask, compiler.Off)},
	}
	all = append(all, config.Setting{Name: setSync, Default: compiler.Auto,
		Doc: "whether a session begins and ends with an exchange with your other machines, once there is a place (kartei sync): auto or off", Check: oneOf(compiler.Auto, compiler.Off)})
	standard := review.DefaultKeys()
	for _, action := range review.Actions() {
		all = append(all, config.Setting{
			Name: setKey + action, Default: keyNames(standard[action]),
			Doc:   "keys: " + review.Meaning(action),
			Check: func(value string) error { _, err := parseKeys(value); return err },
		})
	}
	return all
}

var (
	colours      = []string{"auto", "always", "never"}
	pictureModes = []string{"auto", "kitty", "iterm2", "sixel", "blocks", "never"}
	yesNo        = []string{"yes", "no"}
	footers      = []string{"auto", "on", "off"}
	screens      = []string{"scroll", "clear"}
	gradings     = []string{"four", "two"}
)

func oneOf(values ...string) func(string) error {
	return func(value string) error {
		if !slices.Contains(values, value) {
			return fmt.Errorf("%q is none of %s", value, strings.Join(values, ", "))
		}
		return nil
	}
}

func wholeNumber(value string) error {
	if n, err := strconv.Atoi(value); err != nil || n < 0 {
		return fmt.Errorf("%q is not a whole number from 0 on", value)
	}
	return nil
}

// parseKeys reads the names of keys with spaces between them.
func parseKeys(value string) ([]keys.Key, error) {
	var pressed []keys.Key
	for name := range strings.FieldsSeq(value) {
		key, err := keys.Parse(name)
		if err != nil {
			return nil, err
		}
		pressed = append(pressed, key)
	}
	if len(pressed) == 0 {
		return nil, fmt.Errorf("name a key, such as u, space, enter, ctrl-z or f1")
	}
	return pressed, nil
}

func keyNames(pressed []keys.Key) string {
	names := make([]string, len(pressed))
	for i, key := range pressed {
		names[i] = key.String()
	}
	return strings.Join(names, " ")
}

// settingsPath is where the learner's settings lie.
func settingsPath() (string, error) {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) {
		var err error
		if dir, err = os.UserConfigDir(); err != nil {
			return "", fault.Failf("set HOME or XDG_CONFIG_HOME", "find a place for the settings: %w", err)
		}
	}
	return filepath.Join(dir, "kartei", "config"), nil
}

// readSettings reads the settings file; what is wrong with it is an error, and
// the rest holds all the same.
func readSettings() (*settings, error) {
	path, err := settingsPath()
	if err != nil {
		path = "" // no home, no settings
	}
	read, err := config.Read(path, fileSettings())
	s := &settings{read}
	if err == nil {
		err = s.keys().Check()
	}
	if err != nil {
		err = fault.Usagef("kartei config shows what can be set, and how", "%w", err)
	}
	return s, err
}

// get returns the value of a setting of the file.
func (s *settings) get(name string) string {
	value, _ := s.Get(name)
	return value
}

// keys are the keys of a review.
func (s *settings) keys() review.Keys {
	k := review.Keys{}
	for _, action := range review.Actions() {
		k[action], _ = parseKeys(s.get(setKey + action)) // checked when it was read
	}
	return k
}
