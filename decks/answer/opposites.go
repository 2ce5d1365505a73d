package answer

import (
	_ "embed"
	"strings"
	"sync"
)

// opposed reports whether two words differ by what makes them opposites, or
// other words, though only by a letter or two.
func opposed(a, b, lang string) bool {
	return confused()[a+" "+b] || byPrefix(a, b) || bySuffix(a, b, suffixes()) ||
		!inLanguage(lang, "en") && lang != "" && bySuffix(a, b, endings())
}

// shortest is the least that two words must have in common beside a prefix or a
// suffix, in bytes.
const shortest = 3

func byPrefix(a, b string) bool {
	for _, p := range prefixes() {
		rest, ok := strings.CutPrefix(a, p)
		if !ok || len(rest) < shortest {
			continue
		}
		for _, q := range prefixes() {
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
var prefixes = sync.OnceValue(func() []string {
	return strings.Fields(`
	hypo hyper hipo hiper ipo iper ab ad an auf aus ein zu um un im in em en ex es e il ir dis des de re pre pro per par para peri pri prä
	inter intra intro infra ante anti endo exo ecto ento eso macro micro makro mikro makro sub sup super supra sur ultra trans cis
	mono di bi tri tetra poly oligo homo hetero iso allo auto pseudo over under out up down mis non a ver zer be ge ent er miss vor nach unter über
	af aan op uit in toe om ont her voor przy prze przez pod nad wy za na do od u w z po roz pre pri pro pře při v vy s roz
	при пре пере про по под над за на до от об о у вы в во вс воз вз из ис с со раз рас не гипер гипо интер интра микро макро анти анте эндо экзо
	υπερ υπο μικρο μακρο ενδο εξω αντι προ προσ παρα περι`)
})

// suffixes name other substances, persons and qualities.
var suffixes = sync.OnceValue(func() [][]string {
	return lists(`ane ene yne ine one ol al ase ose ite ate ide ium yl ic ous
		an en in on yn ol al at it id ose ase
		ano eno ino one olo ale ato ito uro ido oso ico asi osi
		ат ит ид ан ен ин ол аль
		er ee
		ful less
		th teen ty
		teenth tieth
		blast clast
		blasts clasts
		phagia phasia plasia
		arity ality
		man men
		east west
		eastern western
		ate ative
		ation ization isation`)
})

// endings are of number, gender, case, person, tense and mood.
var endings = sync.OnceValue(func() [][]string {
	return lists(`as es is os us
		am em im om um
		an en in on un
		ant ent int ont unt
		at et it ut
		ar er ir or ur
		amos emos imos
		ais eis ois
		ado ido
		ando endo indo
		ons ions
		ez iez
		st t
		test tet
		ить еть ать ять уть
		ый ий ой ей ая яя ое ее
		ом ем ам ям им ым
		ах ях их ых
		ат ят ит ет ут ют`)
})

// lists are the words of each line.
func lists(text string) (all [][]string) {
	for line := range strings.Lines(text) {
		all = append(all, strings.Fields(line))
	}
	return all
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
