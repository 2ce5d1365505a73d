package mnemosyne

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"kartei/decks/foreigndb"
	"kartei/decks/foreigndb/testdb"
	"kartei/decks/notebook"
)

const tables = `
create table facts(_id integer primary key, id text, extra_data text default "");
create table data_for_fact(_fact_id integer, key text, value text);
create index i_data_for_fact on data_for_fact (_fact_id);
create table cards(_id integer primary key, id text, card_type_id text, _fact_id integer, fact_view_id text, question text, answer text,
 tags text, grade integer, next_rep integer, last_rep integer, easiness real, acq_reps integer, ret_reps integer, lapses integer,
 acq_reps_since_lapse integer, ret_reps_since_lapse integer, creation_time integer, modification_time integer,
 extra_data text default "", scheduler_data integer default 0, active boolean default 1);
create table tags(_id integer primary key, id text, name text, extra_data text default "");
create table tags_for_card(_card_id integer, _tag_id integer);
create table log(_id integer primary key autoincrement, event_type integer, timestamp integer, object_id text, grade integer, easiness real,
 acq_reps integer, ret_reps integer, lapses integer, acq_reps_since_lapse integer, ret_reps_since_lapse integer, scheduled_interval integer,
 actual_interval integer, thinking_time integer, next_rep integer, scheduler_data integer);
create table fact_views(id text primary key, name text, q_fact_keys text, a_fact_keys text, q_fact_key_decorators text,
 a_fact_key_decorators text, a_on_top_of_q boolean default 0, type_answer boolean default 0, extra_data text default "");
create table media(filename text primary key, _hash text);`

func take(t *testing.T, file string, files fstest.MapFS) (*notebook.Import, error) {
	t.Helper()
	s, err := notebook.Open(files, file, Format.Extensions, "")
	if err != nil {
		t.Fatal(err)
	}
	s.Zone = time.FixedZone("", 3600)
	return Format.Take(t.Context(), s, notebook.Options{})
}

// at is noon of a day of January 2026 where the learner is, midnight that of a day in UTC,
// as Mnemosyne keeps it.
func at(day int) int64       { return time.Date(2026, 1, day, 11, 0, 0, 0, time.UTC).Unix() }
func midnight(day int) int64 { return time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC).Unix() }

func made(t *testing.T) []byte {
	add := func(fact int, kind, view string, card int, grade int, next, last int64, rest string) string {
		return fmt.Sprintf("insert into cards (_id, id, card_type_id, _fact_id, fact_view_id, grade, next_rep, last_rep, easiness, acq_reps, ret_reps, lapses, extra_data, active) values (%d, 'card%[1]d', '%s', %d, '%s', %d, %d, %d, %s);",
			card, kind, fact, view, grade, next, last, rest)
	}
	logged := func(card int, at int64, grade, retained, lapses, acquired, since int, next int64) string {
		return fmt.Sprintf("insert into log (event_type, timestamp, object_id, grade, ret_reps, lapses, acq_reps_since_lapse, ret_reps_since_lapse, thinking_time, next_rep) values (9, %d, 'card%d', %d, %d, %d, %d, %d, 7, %d);",
			at, card, grade, retained, lapses, acquired, since, next)
	}
	return testdb.Make(t, tables, `insert into facts (_id, id) values (1,'a'),(2,'b'),(3,'c'),(4,'d'),(5,'e');
insert into data_for_fact values (1,'f','What is <b>this</b>?
<img src="red.svg">'),(1,'b','<$>x^2</$>'),(2,'f','fjord'),(2,'p_1','fiort'),(2,'m_1','a deep arm of the sea'),(3,'text','La [casa:house] es [grande].'),
 (4,'q','Mine?'),(4,'z','Yours.'),(5,'f','half');
insert into tags values (1,'t','__UNTAGGED__',''),(2,'u','my tag','');
insert into tags_for_card values (1,2),(2,1);
insert into fact_views (id, q_fact_keys, a_fact_keys) values ('1::own.1', '[''q'']', '[''z'']');`+
		add(1, "1", "1.1", 1, 4, midnight(29), at(9), "2.36, 2, 3, 1, '', 1")+
		add(2, "3", "3.1", 2, 1, at(5), at(5), "2.5, 2, 0, 0, '', 1")+
		add(2, "3", "3.2", 3, -1, 0, -1, "2.5, 0, 0, 0, '', 0")+
		add(3, "5", "5.1", 4, -1, -1, -1, "2.5, 0, 0, 0, '{''cloze'': ''casa:house'', ''index'': 0}', 1")+
		add(3, "5", "5.1", 5, 5, midnight(9), at(3), "2.6, 1, 0, 0, '{''index'': 1}', 1")+
		add(4, "1::own", "1::own.1", 6, -1, -1, -1, "2.5, 0, 0, 0, '', 1")+
		add(5, "9::plugin", "9.7", 7, -1, -1, -1, "2.5, 0, 0, 0, '', 1")+
		logged(1, at(1), 0, 0, 0, 1, 0, at(1))+logged(1, at(2), 4, 0, 0, 2, 0, midnight(3))+logged(1, at(3), 1, 1, 1, 0, 0, at(3))+
		logged(1, at(3)+60, 3, 1, 1, 1, 0, midnight(5))+logged(1, at(9), 5, 2, 1, 1, 1, midnight(29)))
}

func TestDatabase(t *testing.T) {
	im, err := take(t, "default.db", fstest.MapFS{"default.db": {Data: made(t)}, "default.db_media/red.svg": {Data: []byte("<svg/>")}})
	if err != nil {
		t.Fatal(err)
	}
	const want = `---
deck: default
---

Q: What is **this**?\
  ![](default.db_media/red.svg)
A: $x^2$
Tags: my-tag
Id: what-is-this-default-db

T: fjord
D: a deep arm of the sea
Note: fiort
Id: fjord

C: La {{casa::house}} es {{grande}}.
Id: la-casa-es-grande

Q: Mine?
A: Yours.
Id: mine
`
	if got := string(im.Files[0].Text); got != want {
		t.Errorf("got\n%s", got)
	}
	if len(im.Media) != 1 || len(im.Left) != 1 || !strings.Contains(im.Left[0].Error(), "made by a plugin: half") {
		t.Errorf("media %v, left %v", im.Media, im.Left)
	}
	known := map[string]notebook.Known{}
	for _, k := range im.Files[0].Known {
		known[k.Note] = k
	}
	zone := time.FixedZone("", 3600)
	one := known["card1"]
	if one.State == nil || !one.State.Due.Equal(notebook.Noon(2026, 1, 29, zone)) || one.State.Interval != 20 || one.State.Ease != 2.36 ||
		one.State.Reps != 5 || one.State.Lapses != 1 || !one.State.Whole {
		t.Errorf("card 1: %+v", one.State)
	}
	var steps []string
	for _, r := range one.Reviews {
		steps = append(steps, fmt.Sprint(r.Grade, r.Learning, r.Relapsed))
	}
	if got := strings.Join(steps, ", "); got != "1 true false, 3 true false, 1 false false, 2 false true, 4 false false" {
		t.Errorf("card 1: %s", got)
	}
	if two := known["card2"]; two.Card != "forward" || two.State.Phase != notebook.Learning {
		t.Errorf("card 2: %+v", two)
	}
	if three := known["card3"]; three.Card != "reverse" || !three.Suspended || three.State != nil {
		t.Errorf("card 3: %+v", three)
	}
	if five := known["card5"]; five.Card != "cloze-2" || five.State.Whole {
		t.Errorf("card 5: %+v", five)
	}
}

func TestText(t *testing.T) {
	im, err := take(t, "words.txt", fstest.MapFS{"words.txt": {Data: []byte("front<br>more\tback\n&#33267;\tzhì\tarrive\tnote\n\nno tab\nempty\t\n")}})
	if err != nil {
		t.Fatal(err)
	}
	const want = `---
deck: words
---

Q: front\
  more
A: back
Id: front-more

T: 至
D: arrive
Note: zhì

  note
Id: arrive
`
	if got := string(im.Files[0].Text); got != want {
		t.Errorf("got\n%s", got)
	}
	if len(im.Left) != 2 || im.Left[0].Line != 4 || im.Left[1].Line != 5 {
		t.Errorf("left %v", im.Left)
	}
}

func TestArchive(t *testing.T) {
	pack := func(text string) []byte {
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		w, _ := z.Create("cards.xml")
		w.Write([]byte(text))
		z.Close()
		return out.Bytes()
	}
	im, err := take(t, "x.cards", fstest.MapFS{"x.cards": {Data: pack(`<openSM2sync number_of_entries="5"><log type="10" o_id="t"><name>capital</name></log>
<log type="16" o_id="f"><f>Capital of France?</f><b>Paris</b></log><log type="16" o_id="g"><text>[one] and [two]</text></log>
<log type="6" o_id="c" card_t="2" fact="f" fact_v="2.1" tags="t" gr="-1"></log><log type="6" o_id="d" card_t="2" fact="f" fact_v="2.2" tags="t"></log>
<log type="6" o_id="e" card_t="5" fact="g" fact_v="5.1"><extra>{'index': 1}</extra></log></openSM2sync>`)}})
	if err != nil {
		t.Fatal(err)
	}
	if got := string(im.Files[0].Text); got != "---\ndeck: x\n---\n\nT: Capital of France?\nD: Paris\nTags: capital\nId: capital-of-france\n\nC: {{one}} and {{two}}\nId: one-and-two\n" {
		t.Errorf("got\n%s", got)
	}
	if _, err := take(t, "x.cards", fstest.MapFS{"x.cards": {Data: pack(strings.Repeat(" ", 64<<20))}}); !errors.Is(err, foreigndb.ErrHostile) {
		t.Errorf("a bomb: %v", err)
	}
	if _, err := take(t, "x.cards", fstest.MapFS{"x.cards": {Data: pack("<openSM2sync><log")}}); err == nil || !strings.Contains(err.Error(), "not what Mnemosyne writes") {
		t.Errorf("half a file: %v", err)
	}
}
