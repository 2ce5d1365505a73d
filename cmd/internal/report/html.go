package report

import "io"

// HTML writes a page.
func (r *Report) HTML(w io.Writer) error { return nil }
