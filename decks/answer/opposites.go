package answer

import (
	_ "embed"
	"strings"
	"sync"
)

// opposed reports whether two words differ by what makes them opposites, or
// other words, though only by a letter or two.
func opposed(a, b, lang string) bool {
	return confused()[a+" "+b] || byPrefix(a, b) || bySuffix(a, b, suffixes) ||
		!inLanguage(lang, "en") && lang != "" && bySuffix(a, b, endings)
}

// shortest is the least that two words must have in common beside a prefix or a
// suffix, in bytes.
const shortest = 3

func byPrefix(a, b string) bool {
	for _, p := range prefixes {
		rest, ok := strings.CutPrefix(a, p)
		if !ok || len(rest) < shortest {
			continue
		}
		for _, q := range prefixes {
			if other, ok := strings.CutPrefix(b, q); ok && other == rest && p != q {
				return true
			}
		}
	}
	return false
}

func bySuffix(a, b string, classes [][]string) bool {
	for _, class := range classes {
		for _, p := range class {
			stem, ok := strings.CutSuffix(a, p)
			if !ok || len(stem) < shortest {
				continue
			}
			for _, q := range class {
				if other, ok := strings.CutSuffix(b, q); ok && other == stem && p != q {
					return true
				}
			}
		}
	}
	return false
}

// prefixes turn a word into another, in all languages: in those of Europe they
// are mostly the same.
var prefixes = strings.Fields(`
	hypo hyper hipo hiper ipo iper ab ad an auf aus ein zu um un im in em en ex es e il ir dis des de re pre pro per par para peri pri prä
	inter intra intro infra ante anti endo exo ecto ento eso macro micro makro mikro makro sub sup super supra sur ultra trans cis
	mono di bi tri tetra poly oligo homo hetero iso allo auto pseudo over under out up down mis non a ver zer be ge ent er miss vor nach unter über
	af aan op uit in toe om ont her voor przy prze przez pod nad wy za na do od u w z po roz pre pri pro pře při v vy s roz
	при пре пере про по под над за на до от об о у вы в во вс воз вз из ис с со раз рас не гипер гипо интер интра микро макро анти анте эндо экзо
	υπερ υπο μικρο μακρο ενδο εξω αντι προ προσ παρα περι`)

// suffixes name other substances, persons and qualities.
var suffixes = [][]string{
	strings.Fields("ane ene yne ine one ol al ase ose ite ate ide ium yl ic ous"),
	strings.Fields("an en in on yn ol al at it id ose ase"),
	strings.Fields("ano eno ino one olo ale ato ito uro ido oso ico asi osi"),
	strings.Fields("ат ит ид ан ен ин ол аль"),
	strings.Fields("er ee"), strings.Fields("ful less"), strings.Fields("th teen ty"), strings.Fields("teenth tieth"), strings.Fields("blast clast"), strings.Fields("blasts clasts"), strings.Fields("phagia phasia plasia"), strings.Fields("arity ality"), strings.Fields("man men"), strings.Fields("east west"),
	strings.Fields("eastern western"), strings.Fields("ate ative"), strings.Fields("ation ization isation"),
}

// endings are of number, gender, case, person, tense and mood.
var endings = [][]string{
	strings.Fields("as es is os us"), strings.Fields("am em im om um"), strings.Fields("an en in on un"), strings.Fields("ant ent int ont unt"),
	strings.Fields("at et it ut"), strings.Fields("ar er ir or ur"), strings.Fields("amos emos imos"), strings.Fields("ais eis ois"),
	strings.Fields("ado ido"), strings.Fields("ando endo indo"), strings.Fields("ons ions"), strings.Fields("ez iez"), strings.Fields("st t"), strings.Fields("test tet"),
	strings.Fields("ить еть ать ять уть"), strings.Fields("ый ий ой ей ая яя ое ее"), strings.Fields("ом ем ам ям им ым"), strings.Fields("ах ях их ых"), strings.Fields("ат ят ит ет ут ют"),
}

// families are words that a slip makes of each other.
//
//go:embed families.txt
var families string

// confused are the pairs in families, with a space between.
var confused = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(families) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		family := strings.Fields(line)
		for i, a := range family {
			for _, b := range family[i+1:] {
				all[a+" "+b], all[b+" "+a] = true, true
			}
		}
	}
	return all
})
