package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"kartei/store/atomicfile"
	"kartei/store/plainfile"
)

// A Setting is something that may be set.
type Setting struct {
	Name    string
	Doc     string // a sentence
	Default string
	// Check tells what is wrong with a value.
	Check func(value string) error
}

// maxSize bounds the file.
const maxSize = 64 << 10

// A Config is a settings file. A setting that it does not hold has its default.
type Config struct {
	path     string
	settings []Setting
	lines    []string
	values   map[string]string
	at       map[string]int // line of each value, from 0
}

// Read reads the file at path; one that is not there sets nothing. The error
// joins all that is wrong with it, each as "path:line: …"; the settings that
// are right hold all the same.
func Read(path string, settings []Setting) (*Config, error) {
	c := &Config{path: path, settings: settings}
	text, err := read(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return c, c.parse("")
	}
	if err != nil {
		return c, errors.Join(fmt.Errorf("read the settings: %w", err), c.parse(""))
	}
	return c, c.parse(text)
}

func read(path string) (string, error) {
	f, err := plainfile.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err == nil && len(text) > maxSize {
		err = fmt.Errorf("%s is longer than %d KiB", path, maxSize>>10)
	}
	return string(text), err
}

func (c *Config) parse(text string) error {
	c.lines, c.values, c.at = nil, map[string]string{}, map[string]int{}
	var wrong []error
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		n := len(c.lines)
		c.lines = append(c.lines, line)
		if err := c.take(line, n); err != nil {
			wrong = append(wrong, fmt.Errorf("%s:%d: %w", c.path, n+1, err))
		}
	}
	return errors.Join(wrong...)
}

func (c *Config) take(line string, n int) error {
	line = strings.TrimSpace(line)
	if line == "" || line[0] == '#' {
		return nil
	}
	name, value, ok := strings.Cut(line, "=")
	if !ok {
		return fmt.Errorf("%q is not a setting: write name = value", line)
	}
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	s, err := c.find(name)
	if err != nil {
		return err
	}
	if before, twice := c.at[name]; twice {
		return fmt.Errorf("%s is set in line %d already", name, before+1)
	}
	c.at[name] = n
	if err := s.Check(value); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	c.values[name] = value
	return nil
}

// ErrUnknown is the error of a name that is not a setting.
var ErrUnknown = errors.New("no such setting")

func (c *Config) find(name string) (Setting, error) {
	i := slices.IndexFunc(c.settings, func(s Setting) bool { return s.Name == name })
	if i < 0 {
		return Setting{}, fmt.Errorf("%w: %q", ErrUnknown, name)
	}
	return c.settings[i], nil
}

// Get returns a setting's value, and whether the file sets it. The name must be
// that of a setting.
func (c *Config) Get(name string) (value string, set bool) {
	if value, set = c.values[name]; set {
		return value, true
	}
	s, err := c.find(name)
	if err != nil {
		panic(err)
	}
	return s.Default, false
}

// Set changes a setting and writes the file; an empty value takes the setting
// away. The file is replaced whole, or not at all.
func (c *Config) Set(name, value string) error {
	s, err := c.find(name)
	if err != nil {
		return err
	}
	value = strings.TrimSpace(value)
	if strings.ContainsAny(value, "\r\n") {
		return fmt.Errorf("%s: a value is one line", name)
	}
	if value != "" {
		if err := s.Check(value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	lines := slices.Clone(c.lines)
	at, there := c.at[name]
	switch line := name + " = " + value; {
	case value == "" && there:
		lines = slices.Delete(lines, at, at+1)
	case value == "":
		return nil
	case there:
		lines[at] = line
	default:
		lines = append(lines, line)
	}
	text := strings.Join(lines, "\n") + "\n"
	if err := write(c.path, text); err != nil {
		return fmt.Errorf("write the settings: %w", err)
	}
	_ = c.parse(text) // what is wrong with other lines was said when they were read
	return nil
}

// write replaces the file, or what a link in its place leads to.
func write(path, text string) error {
	path, err := atomicfile.Resolve(path)
	if err != nil {
		return err
	}
	if err := atomicfile.MakeFolder(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return atomicfile.Write(path, atomicfile.Private, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}
