package check

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/decks/parallel"
	"kartei/decks/syntax"
)

// Options say what [Run] looks for. The zero Options run every rule that is on
// by default, and look neither images nor evidence up.
type Options struct {
	Images  fs.FS                 // the compiled folder; nil leaves broken-image out
	Against map[string]*Reference // by the names that decks cite them by; none leaves evidence out
	All     bool                  // run also the rules that are off by default
	Errors  bool                  // run only the rules whose findings are errors

	// Progress, if not nil, is called now and then with the number of decks that
	// have been looked at.
	Progress func(done, total int)
}

// Run applies the rules to every deck of a compilation, also to those with
// errors as far as they could be read, and returns what they found, sorted by
// place, without what a comment in the file allows. Time grows in proportion to
// the size of the decks.
func Run(c *decks.Compilation, options Options) []decks.Diagnostic {
	run := &run{against: options.Against}
	for _, r := range rules {
		if (!r.Off || options.All) && (r.Severity == decks.Error || !options.Errors) {
			run.rules = append(run.rules, r)
		}
	}
	if options.Images != nil {
		run.images = &imageFiles{fsys: options.Images, known: map[string]error{}}
	}
	inDecks, inFiles := make([][][]place, len(c.Traced)), make([][]place, len(c.Files))
	parallel.Each(len(c.Traced), options.Progress, func(i int) { inDecks[i] = run.deck(c.Traced[i]) })
	parallel.Each(len(c.Files), nil, func(i int) { inFiles[i] = run.file(c.Files[i]) })
	found := slices.Concat(append(slices.Concat(inDecks...), inFiles...)...)
	found = append(found, elsewhere(c.Traced)...)
	found = slices.DeleteFunc(found, func(p place) bool { return p.file.Unmerged }) // it is not finished
	return diagnostics(found)
}

// A run is one application of rules to a compilation.
type run struct {
	rules   []*Rule
	images  *imageFiles
	against map[string]*Reference
}

// chunk is how many facts one goroutine takes at a time.
const chunk = 2048

// deck applies the rules to one deck: to its cards first, many at a time, and
// then to the deck as a whole.
func (r *run) deck(d *decks.Traced) (found [][]place) {
	n := (len(d.Deck.Facts) + chunk - 1) / chunk
	items := make([]item, n)
	views := make([][]view, n)
	parallel.Each(n, nil, func(i int) {
		items[i] = item{traced: d, deck: d.Deck, lang: languageOf(d.Deck.Lang), images: r.images, against: r.against}
		views[i] = r.cards(&items[i], i*chunk, min((i+1)*chunk, len(d.Deck.Facts)))
	})
	for i := range items {
		found = append(found, items[i].found)
	}
	all := slices.Concat(views...)
	surveys := make([]survey, len(r.rules))
	parallel.Each(len(r.rules), nil, func(i int) {
		if rule := r.rules[i]; rule.deck != nil {
			surveys[i] = survey{deck: d.Deck, views: all, rule: rule}
			rule.deck(&surveys[i])
		}
	})
	for i := range surveys {
		found = append(found, surveys[i].found)
	}
	return found
}

// cards applies the rules for single cards to some facts of a deck.
func (r *run) cards(it *item, from, to int) []view {
	views := make([]view, 0, to-from)
	for f := from; f < to; f++ {
		fact := &it.deck.Facts[f]
		for c := range fact.Cards {
			it.load(fact, &fact.Cards[c], it.traced.Origins[f][c])
			for _, rule := range r.rules {
				if rule.card != nil {
					it.rule = rule
					rule.card(it)
				}
			}
			views = append(views, it.look())
		}
	}
	return views
}

// file applies the rules for files as written.
func (r *run) file(f *syntax.File) []place {
	s := examined{file: f, find: Find}
	for _, rule := range r.rules {
		if rule.file != nil {
			s.rule = rule
			rule.file(&s)
		}
	}
	return s.found
}

// A place is a problem in its file.
type place struct {
	file    *syntax.File
	problem syntax.Problem
}

// mostPerFile limits how often one rule speaks about one file, as the parser's
// own rules are limited: nobody reads on, and an editor need not.
const mostPerFile = 100

// diagnostics sorts and places what was found, once for a place and rule: what
// is wrong with a template is wrong in each of its rows.
func diagnostics(found []place) []decks.Diagnostic {
	slices.SortStableFunc(found, func(a, b place) int {
		return cmp.Or(strings.Compare(a.file.Name, b.file.Name), strings.Compare(a.problem.Rule, b.problem.Rule),
			cmp.Compare(a.problem.Start, b.problem.Start))
	})
	found = slices.CompactFunc(found, func(a, b place) bool {
		return a.file == b.file && a.problem.Rule == b.problem.Rule && a.problem.Start == b.problem.Start
	})
	found = slices.DeleteFunc(found, func(p place) bool { return p.file.Allowed(p.problem) })
	var all []decks.Diagnostic
	for len(found) > 0 {
		n := 1
		for n < len(found) && found[n].file == found[0].file && found[n].problem.Rule == found[0].problem.Rule {
			n++
		}
		said := found[:min(n, mostPerFile)]
		if more := n - len(said); more > 0 {
			last := &said[len(said)-1].problem
			last.Message += fmt.Sprintf(" (and in %d more places)", more)
		}
		for _, p := range said {
			all = append(all, decks.Diagnose(p.file, []syntax.Problem{p.problem})...)
		}
		found = found[n:]
	}
	decks.SortDiagnostics(all)
	return all
}
