package answer

import (
	"testing"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// Capitals are those that the library with the tables of all languages writes.
func TestCapitals(t *testing.T) {
	for _, lang := range []string{"", "en", "de", "de-CH", "fr", "tr", "tr-TR", "az", "el", "el-GR", "ru"} {
		upper := cases.Upper(language.Make(lang))
		for _, s := range []string{
			"Straße", "Αθήνα", "άνθρωπος", "Ispartalı", "istanbul", "œuvre", "élève", "ёлка", "naïve Café 2nd", "",
		} {
			if got, want := capitals(s, lang), upper.String(s); got != want {
				t.Errorf("%q in %q: %q, want %q", s, lang, got, want)
			}
		}
	}
}
