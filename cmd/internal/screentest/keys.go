package screentest

// Keys for Send, as a terminal sends them.
const (
	Enter     = "\r"
	Space     = " "
	Tab       = "\t"
	Escape    = "\x1b"
	Backspace = "\x7f"
	Delete    = "\x1b[3~"
	Up        = "\x1b[A"
	Down      = "\x1b[B"
	Right     = "\x1b[C"
	Left      = "\x1b[D"
	Home      = "\x1b[H"
	End       = "\x1b[F"
	CtrlC     = "\x03"
	CtrlD     = "\x04"
	CtrlZ     = "\x1a"
)

// Paste returns text as a terminal sends pasted text.
func Paste(text string) string { return "\x1b[200~" + text + "\x1b[201~" }
