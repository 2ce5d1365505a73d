package analysis

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"kartei/decks/spreadsheet"
)

var sheetColumns = []string{
	"number", "kind", "card", "place", "section", "question", "facility", "facility_low", "facility_high",
	"discrimination", "discrimination_low",
	"discrimination_high", "efficiency", "upper_lower", "difficulty_logits", "median_seconds", "blank",
	"sure_but_wrong", "flags", "card_then",
	"deviation", "intended_weight", "effective_weight", "random_guess",
}

// WriteSheet writes the questions as a table for a spreadsheet (RFC 4180), one
// row each. Figures are shares from -1 to 1, empty where they are left out; no
// text of a deck or a student is taken for a formula.
func (r *Report) WriteSheet(w io.Writer) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	out.Write(sheetColumns) // Error tells of errors
	for i := range r.Items {
		out.Write(r.sheetRow(&r.Items[i]))
	}
	out.Flush()
	return out.Error()
}

func (r *Report) sheetRow(item *Item) []string {
	row := []string{strconv.Itoa(item.Number), string(item.Kind), spreadsheet.Guard(item.Card),
		spreadsheet.Guard(item.Place), spreadsheet.Guard(item.Section), spreadsheet.Guard(item.Prompt)}
	for _, f := range []*Figure{item.Facility, item.Discrimination} {
		if f == nil {
			row = append(row, "", "", "")
			continue
		}
		row = append(row, decimal(&f.Value), decimal(&f.Low), decimal(&f.High))
	}
	blank := ""
	if item.Blank != nil {
		blank = strconv.Itoa(*item.Blank)
	}
	var flags []string
	for _, f := range r.Flags {
		if f.Question == item.Number {
			flags = append(flags, f.Message)
		}
	}
	return append(row, decimal(item.Efficiency), decimal(item.UpperLower), decimal(item.Difficulty),
		fmt.Sprintf("%.1f", item.Seconds), blank,
		strconv.Itoa(item.SureButWrong), spreadsheet.Guard(strings.Join(flags, "; ")), spreadsheet.Guard(item.CardThen),
		decimal(item.Deviation), decimal(&item.Intended), decimal(item.Effective), decimal(&item.Guess))
}

func decimal(x *float64) string {
	if x == nil {
		return ""
	}
	return strconv.FormatFloat(*x, 'f', 6, 64)
}
