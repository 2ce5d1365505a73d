package answer

import "strings"

// opposed reports whether two words differ by what makes them opposites, or
// other words, though only by a letter or two.
func opposed(a, b, lang string) bool {
	return confused[a+" "+b] || confused[b+" "+a] || byPrefix(a, b) || bySuffix(a, b, suffixes) ||
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
	af aan op uit in toe om ont her voor przy prze przez pod nad wy za na do od u w z po roz pre pri pro pře při vy roz
	при пре пере про по под над за на до от об о у вы в во вс воз вз из ис с со раз рас не гипер гипо интер интра микро макро анти анте эндо экзо
	υπερ υπο μικρο μακρο ενδο εξω αντι προ προσ παρα περι`)

// suffixes name other substances, persons and qualities.
var suffixes = [][]string{
	strings.Fields("ane ene yne ine one ol al ase ose ite ate ide ium yl ic ous"),
	strings.Fields("an en in on yn ol al at it id ose ase"),
	strings.Fields("ano eno ino one olo ale ato ito uro ido oso ico asi osi"),
	strings.Fields("ат ит ид ан ен ин ол аль"),
	strings.Fields("er ee"), strings.Fields("ful less"), strings.Fields("th teen ty"), strings.Fields("man men"),
}

// endings are of number, gender, case, person, tense and mood.
var endings = [][]string{
	strings.Fields("as es is os us"), strings.Fields("am em im om um"), strings.Fields("an en in on un"), strings.Fields("ant ent int ont unt"),
	strings.Fields("at et it ut"), strings.Fields("ar er ir or ur"), strings.Fields("amos emos imos"), strings.Fields("ais eis ois"),
	strings.Fields("ado ido"), strings.Fields("ando endo indo"), strings.Fields("ons ions"), strings.Fields("ez iez"), strings.Fields("st t"), strings.Fields("test tet"),
	strings.Fields("ый ий ой ей ая яя ое ее"), strings.Fields("ом ем ам ям им ым"), strings.Fields("ах ях их ых"), strings.Fields("ат ят ит ет ут ют"),
}

// confused are words that a slip makes of each other.
var confused = func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(`
		trial trail; form from; casual causal; desert dessert; stationary stationery; complement compliment; conservation conversation
		united untied; marital martial; diary dairy; angel angle; quiet quite; later latter; diner dinner; coma comma; hoping hopping; planed planned
		principal principle; personal personnel; moral mortal; emigrate immigrate; ureter urethra; palate palette; mucus mucous; thymine thiamine
		cytosine cytisine; cysteine cystine; tyrosine thyroxine; glycogen glucagon; calvary cavalry; country county; course coarse
		council counsel; through though; thorough through; thought though; bread beard; board broad; baron barren; carrier career; collage college
		eminent imminent; elicit illicit; formally formerly; genus genius; lightning lightening; message massage; martyr mortar; morning mourning
		ordinance ordnance; peace piece; plaintiff plaintive; parish perish; polar poplar; prophecy prophesy; reality realty; statue statute; suite suits
		statute stature; steal steel; stalk stork; strait straight; thrash thresh; venal venial; vocation vacation; weather whether
		lose loose; super supper; filing filling; staring starring; bared barred; planing planning; griping gripping; tiling tilling; pined pinned; stared starred
		chose choose; rote route; crave carve; scared sacred; tires tries; bale bail; sliver silver; calm clam; lion loin; cloud could; field filed; dens dense
		mitosis meiosis; caster castor; abject object; ration ratio; nation notion; carton cartoon; costume custom; decent descent; device devise; advice advise; envelop envelope
		hombre hambre; martes mares; sesenta setenta; cuatro cuarto; cabello caballo; ciento cierto; puerto puesto; cuento ciento
		poisson poison; cousin coussin; plage plaque; dessert desert; couche souche; mouche bouche
		wieder weder; leiter letter; reisen riesen; weisen wiesen; lieben leiben; stiel steil; kirche kirsche; kuchen kochen; stadt staat; stillen stellen
		fallen fellen; leisten listen; zeigen zeugen; leicht licht; wissen wiesen; beten betten; ofen offen; schiff schilf; muster mutter
	`) {
		for words := range strings.SplitSeq(strings.TrimSpace(line), ";") {
			all[strings.TrimSpace(words)] = true
		}
	}
	return all
}()
