package gift_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
	"kartei/decks/factfile"
)

// story reads questions, and tells each fact in one line and what was left out.
func story(t *testing.T, text string) string {
	t.Helper()
	d, left, err := read("x.gift", text)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, f := range d.Facts {
		c := &f.Cards[0]
		parts := []string{string(c.Kind) + " " + c.Prompt}
		for _, o := range c.Options {
			mark := map[bool]string{true: "+", false: "-"}[o.Right]
			if o.Why != "" {
				o.Text += " (" + o.Why + ")"
			}
			parts = append(parts, mark+o.Text)
		}
		parts = append(parts, c.Items...)
		for _, p := range []struct{ name, text string }{{"=", c.Answer}, {"accept ", strings.Join(c.Accept, "|")}, {"hint ", c.Hint}, {"note ", c.Note},
			{"tags ", strings.Join(c.Tags, " ")}, {"id ", f.Key}, {"type ", string(c.Type)}} {
			if p.text != "" {
				parts = append(parts, p.name+p.text)
			}
		}
		if c.Tolerance != nil {
			parts = append(parts, fmt.Sprint("± ", c.Tolerance.Amount))
		}
		fmt.Fprintln(&out, strings.ReplaceAll(strings.Join(parts, "; "), "\n", "/"))
	}
	for _, l := range left {
		fmt.Fprintf(&out, "left %v\n", strings.TrimPrefix(l.Error(), "x.gift:"))
	}
	d.Name = "x"
	var b strings.Builder
	if err := factfile.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	if len(d.Facts) > 0 {
		if c, ok := d.Facts[0].Cards[0].Prompt, true; ok && !strings.Contains(c, "![") {
			compiles(t, []byte(b.String()))
		}
	}
	return strings.TrimSpace(out.String())
}

// What a question says in Moodle is what it says here; what it cannot say here is
// named with its line.
func TestMeaning(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"breaks without a space":      {"[html]one<br/>two{T}", `choice one\/two; +True; -False`},
		"a line end":                  {"one\ntwo{T}", `choice one\/two; +True; -False`},
		"powers":                      {"[html]How many are 10<sup>6</sup>?{=a million}", "recall How many are 10⁶?; =a million"},
		"powers and indices":          {"[html]x times x?{=x<sup>2</sup> ~x<sub>2</sub>}", "choice x times x?; +x²; -x₂"},
		"a picture that is not here":  {"[html]<p>Which?</p><p><img src\\=\"@@PLUGINFILE@@/switch.png\" alt\\=\"symbol\"></p>{=Switch}", "recall Which?//symbol; =Switch\nleft 1: the picture \"switch.png\" is not in the file"},
		"a link":                      {"[html]<a href\\=\"http\\://e.org/b.mp3\">Listen</a>\\: which?{=French}", "recall [Listen](http://e.org/b.mp3): which?; =French"},
		"space beside tags":           {"[html]If a &lt; b then <b>swap</b> foo_bar{T}", "choice If a < b then **swap** foo_bar; +True; -False"},
		"a table":                     {"[html]<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table> sum?{#10}", `recall 1 | 2\/3 | 4//sum?; =10`},
		"lists":                       {"[html]<ul><li>A<ul><li>B</li></ul></li></ul>What is B?{=child}", "recall - A/  - B//What is B?; =child"},
		"code":                        {"[html]<p>What does <code>a*b*c</code> do?</p>{=x}", "recall What does `a*b*c` do?; =x"},
		"a program":                   {"[html]<p>Prints?</p><pre>for i in x\\:\n    print(i)\n</pre>{=1}", "recall Prints?//```/for i in x:/    print(i)/```; =1"},
		"feedback to a right answer":  {"Who?{=Nazareth#Yes! That is right! =%75%Nazereth#Nearly}", "recall Who?; =Nazareth; accept Nazereth; note Yes! That is right!//Nazereth: Nearly\nleft 1: \"Nazereth\" earned 75 % of the mark, and counts as right now"},
		"less than half":              {"Who?{=Nazareth =%30%Bethlehem#Born there}", "recall Who?; -Bethlehem (Born there); =Nazareth\nleft 1: \"Bethlehem\" earned 30 % of the mark, and counts as wrong now"},
		"whatever else is typed":      {"Who?{=me =%0%*#Look again}", "recall Who?; =me; note Look again"},
		"a wrong number":              {"How many?{# =%0%5:0#No, five is the old count. =9:0#Right.}", "recall How many?; -5 (No, five is the old count.); =9; note Right."},
		"all other numbers":           {"How many?{#9 ~#Count again}", "recall How many?; =9; note Count again"},
		"a range":                     {"Pi?{#3.14..3.16}", "recall Pi?; =3.15; ± 0.01"},
		"tags and a number":           {"// [id:abc-12] [tag:history] [tag:old rome]\n::Name of it::When?{#476}", "recall When?; =476; tags history old-rome; id abc-12"},
		"one of several right":        {"Colours?{=red =blue ~green}", "choice Colours?; +red; -green\nleft 1: \"blue\" is right as well, but one answer may be chosen"},
		"several right":               {"Two?{~%50%a ~%50%b ~%-100%c}", "choice Two?; +a; +b; -c"},
		"a format of an answer":       {"Pick{=[markdown]a}", "recall Pick; =a"},
		"a format of an option":       {"Pick{=[markdown]a *b* ~c}", "choice Pick; +a *b*; -c"},
		"formulas":                    {"Formula \\\\(x^2\\\\) or $$y_1$$?{=\\\\(a\\\\) ~b}", "choice Formula $x^2$ or $$y_1$$?; +$a$; -b"},
		"formulas in Markdown":        {"[markdown]So \\\\\\\\(a\\\\_1\\\\\\\\) is{=x}", "recall So $a_1$ is; =x"},
		"braces that are escaped":     {"\\\\(\\\\frac\\{1\\}\\{2\\}\\\\){T}", `choice $\frac{1}{2}$; +True; -False`},
		"braces that are not":         {"What is $$\\frac{1}{2}$$?{=a half ~$$\\frac{1}{3}=x$$}", "choice What is $$\\frac{1}{2}$$?; +a half; -$$\\frac{1}{3}; +x$$\nleft"},
		"a gap":                       {"Grant is {~buried =entombed} in it.", "choice Grant is […] in it.; -buried; +entombed"},
		"matching":                    {"Match{=Canada -> Ottawa =Italy -> Rome = -> Paris}", "set Match//- Canada/- Italy//Ottawa · Paris · Rome; Canada → Ottawa; Italy → Rome; type recall"},
		"what is said of a pair":      {"Match{=a -> b#yes =c -> d}", "set Match//- a/- c//b · d; a → b; c → d; type recall\nleft 1: what is said of a pair: yes"},
		"an order":                    {"Order{=1 -> a =2 -> b}", "sequence Order; a; b"},
		"what is not a tag":           {"Why #include <stdio.h>? a<b&c{T}", `choice Why #include <stdio.h>? a<b&c; +True; -False`},
		"an essay":                    {"Discuss{}", "left 1: an essay without general feedback has no answer to learn (--essays takes it all the same)"},
		"an essay with an answer":     {"Discuss{####Because of a and b and c}", "recall Discuss; =Because of a and b and c"},
		"two blocks":                  {"a {=b} c {=d}", "left 1: two blocks of answers: a question has one"},
		"the same option twice":       {"a {=b ~c ~c ~d}", "choice a; +b; -c; -d\nleft 1: \"c\" stands twice"},
		"right and wrong":             {"a {=b ~b}", "left 1: this option is the same as number 1 [duplicate-option]"},
		"a long short answer":         {"What?{=one two three four five}", "recall What?; =one two three four five; type typed"},
		"gaps with their own answers": {"I am {1:SA:=here} now", "left 1: gaps with answers of their own (cloze) are not in GIFT"},
		"only right answers":          {"Lunch, {~=as~=like} we said", "recall Lunch, […] we said; =as; accept like\nleft 1: in 1 question: nothing wrong to choose from: it is a short answer now"},
		"one option":                  {"a {~%0%b ~=c ~#d}", "choice a; -b; +c\nleft 1: an answer without words, and its feedback: d"},
		"too few options":             {"a {=b ~}", "recall a; =b\nleft 1: in 1 question: nothing wrong to choose from: it is a short answer now"},
		"tags as answers":             {"Which links?{=<a> ~<link>}", "choice Which links?; +<a>; -<link>"},
		"braces of a program":         {"What does {{ x }} do?{=a ~b}", "choice What does {{ x }} do?; +a; -b\nleft 1: braces that are not escaped were taken for text, as in formulas; Moodle wants \\{ and \\}"},
		"a category":                  {"$CATEGORY: $course$/top/Rome\n\nWhen?{#476}", "recall When?; =476"},
	} {
		got := story(t, c.text)
		if name == "braces that are not" {
			got, c.want = strings.SplitN(got, ";", 2)[0], strings.SplitN(c.want, ";", 2)[0]
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A matching goes back as it came, and so do hints that there is no room for, tags,
// wrong answers and statements.
func TestBack(t *testing.T) {
	const bank = `$CATEGORY: $course$/top/d

::m::[markdown]Match{
	=Canada -> Ottawa
	=Italy -> Rome
	= -> Paris
	####Three capitals
}

::s::[markdown]True?{F#it is not#right}

// [tag:history] [tag:rome]
::t::[markdown]When?{#
	=476:0
	=%0%467:0#mixed up
}

::w::[markdown]Who?{
	=Nero
	=%0%Caesar#before him
}

::e::[markdown]Which formula?{####\\\\(x^2\\\\)}

`
	d, left, err := read("d.gift", bank)
	if err != nil || len(left) > 0 {
		t.Fatal(left, err)
	}
	d.Name = "d"
	got, more := write(t, d)
	if diff := cmp.Diff(bank, got); diff != "" || len(more) > 0 {
		t.Errorf("left %v (-was +back):\n%s", more, diff)
	}
	card := decks.Card{Kind: decks.Recall, Prompt: "See ![a switch](switch.png)?", Answer: "a switch", Hint: "h", Source: "s"}
	text, more := write(t, one(card))
	want := []string{"d.md:7: its hint is left out", "d.md:7: its source is left out", "d.md:7: the file switch.png (the format has no room for files) is left out"}
	var names []string
	for _, l := range more {
		if !l.Part {
			t.Errorf("%v: the question is written", l)
		}
		names = append(names, l.Error())
	}
	if diff := cmp.Diff(want, slices.Sorted(slices.Values(names))); diff != "" || !strings.Contains(text, "See a switch?") {
		t.Errorf("(-want +got)\n%s\n%s", diff, text)
	}
}
