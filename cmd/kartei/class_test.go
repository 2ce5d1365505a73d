package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"kartei/cmd/internal/cli"
	"kartei/decks/quiz"
)

// The bank of the class: the author believes that Mars is the largest planet,
// and question "bad" has no right answer at all.
const classBank = `---
deck: planets
lang: en
---

# Planets

## Inner

Q: Which planet is the largest?
- [ ] Jupiter
- [x] Mars
- [ ] Venus
- [ ] Earth

Q: Which of these are rocky?
- [x] Mercury
- [x] Venus
- [ ] Saturn
- [ ] Neptune

Q: What is the third planet from the sun?
A: Earth

Q: How many moons has Mars?
A: 2

Q: Which planet is nearest to the sun?
- [x] Mercury
- [ ] Venus
- [ ] Mars

## Outer

Q: Name the gas giants.
A:
- Jupiter
- Saturn

Q: From the sun outwards.
A:
1. Jupiter
2. Saturn
3. Uranus
4. Neptune

Q: Which planet is bad?
- [x] Uranus
- [ ] Neptune
- [ ] Saturn

Q: Which planet has the great red spot?
- [x] Jupiter
- [ ] Saturn
- [ ] Uranus

Q: Which planet was found by calculation?
A: Neptune

## Appendix

Q: Who wrote the bank?
A: nobody
`

// truth is what those who know choose where the key is wrong.
const truth = "Jupiter"

// A school is a folder in which an instructor and 120 students use the program,
// each with a collection of their own.
type school struct {
	*testing.T
	folder   string
	versions []*quiz.Form // with their keys
	pupils   []*pupil
	blank    []byte // a collection in which nothing was done yet
}

// A pupil is a student, and what the test knows of them.
type pupil struct {
	name    string // in the result
	file    string
	section string
	version int
	code    string
	ability float64
	typed   [][]string // by question of the version: the lines that were answered
}

// kartei runs the program in the school's folder.
func (s *school) kartei(collection, input string, args ...string) (stdout, stderr string, code int) {
	s.Helper()
	var out, errs bytes.Buffer
	code = cli.Main(append([]string{"--collection", filepath.Join(s.folder, collection)}, args...), strings.NewReader(input), &out, &errs)
	return out.String(), errs.String(), code
}

// do runs the program as the instructor, who expects an exit code.
func (s *school) do(want int, args ...string) (stdout, stderr string) {
	s.Helper()
	stdout, stderr, code := s.kartei("instructor.db", "", args...)
	if code != want {
		s.Fatalf("kartei %s: exit %d\n%s%s", strings.Join(args, " "), code, stdout, stderr)
	}
	return stdout, stderr
}

func (s *school) path(name string) string { return filepath.Join(s.folder, name) }

func (s *school) write(name, text string) {
	s.Helper()
	if err := os.MkdirAll(filepath.Dir(s.path(name)), 0o755); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(s.path(name), []byte(text), 0o600); err != nil {
		s.Fatal(err)
	}
}

func (s *school) table(name string) []map[string]string {
	s.Helper()
	f, err := os.Open(s.path(name))
	if err != nil {
		s.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		s.Fatal(err)
	}
	var table []map[string]string
	for _, row := range rows[1:] {
		entry := map[string]string{}
		for i, cell := range row {
			entry[rows[0][i]] = cell
		}
		table = append(table, entry)
	}
	return table
}

// open makes the test, the list of the class and its codes.
func (s *school) open(students int) {
	s.write("bank/planets.md", classBank)
	s.do(0, "compile", s.path("bank"))
	s.do(0, "quiz", "make", "planets", "--title", "Planets", "--versions", "2", "--time", "60m", "-o", s.path("exam.form"), "--key", s.path("exam.key"))
	list := "pseudonym,name,id number,email address,username,section,version,time\n"
	for i := range students {
		p := &pupil{name: fmt.Sprintf("bird-%03d", i), section: string("abc"[i%3]), version: i / 3 % 2}
		p.file = fmt.Sprintf("class/%s/%d.result", p.section, i)
		s.pupils = append(s.pupils, p)
		factor := ""
		if i == 5 {
			factor = "1.5"
		}
		list += fmt.Sprintf("%s,Student %d,%d,s%d@example.org,u%d,%s,%c,%s\n", p.name, i, 1000+i, i, i, p.section, 'A'+p.version, factor)
	}
	list += "wren,Absent One,2000,wren@example.org,wren,a,A,\n"
	s.write("class.csv", list)
	s.do(0, "quiz", "codes", s.path("exam-A.form"), s.path("exam-B.form"), s.path("exam.key"), "--roster", s.path("class.csv"), "-o", s.path("codes.csv"))
	for i, row := range s.table("codes.csv")[:students] {
		s.pupils[i].code = row["code"]
	}
	for _, version := range "AB" {
		f, err := os.Open(s.path(fmt.Sprintf("exam-%c.form", version)))
		if err != nil {
			s.Fatal(err)
		}
		defer f.Close()
		form, err := quiz.Parse("form", f)
		if err != nil {
			s.Fatal(err)
		}
		key, err := os.Open(s.path("exam.key"))
		if err != nil {
			s.Fatal(err)
		}
		defer key.Close()
		if form, err = quiz.ParseKey("key", key, form); err != nil {
			s.Fatal(err)
		}
		s.versions = append(s.versions, form)
	}
}

// sit has every student take the test through the real program, and hand in.
func (s *school) sit() {
	s.kartei("blank.db", "", "quiz", "results")
	var err error
	if s.blank, err = os.ReadFile(s.path("blank.db")); err != nil {
		s.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(7, 7))
	var done sync.WaitGroup
	seats := make(chan bool, 16) // of students, who mostly wait for the disk
	for i, p := range s.pupils {
		p.ability = dice.NormFloat64()
		form := s.versions[p.version]
		var input strings.Builder
		for j := range form.Questions {
			lines := p.answer(&form.Questions[j], dice)
			p.typed = append(p.typed, lines)
			for _, line := range lines {
				input.WriteString(line + "\n")
			}
		}
		input.WriteString("h\n")
		seats <- true
		done.Go(func() {
			if err := s.take(i, p, input.String()); err != nil {
				s.Error(err)
			}
			<-seats
		})
	}
	done.Wait()
}

// take is one student at the real program: the test, and the result.
func (s *school) take(i int, p *pupil, input string) error {
	collection := fmt.Sprintf("student%d.db", i)
	if err := os.WriteFile(s.path(collection), s.blank, 0o600); err != nil {
		return err
	}
	defer os.Remove(s.path(collection))
	if _, stderr, code := s.kartei(collection, input, "quiz", "--form", s.path(fmt.Sprintf("exam-%c.form", 'A'+p.version)), "--code", p.code, "--plain"); code != 0 {
		return fmt.Errorf("%s: exit %d: %s", p.name, code, stderr)
	}
	if err := os.MkdirAll(filepath.Dir(s.path(p.file)), 0o755); err != nil {
		return err
	}
	if _, stderr, code := s.kartei(collection, "", "quiz", "results", "--export", s.path(p.file), "--name", p.name, "--texts"); code != 0 {
		return fmt.Errorf("%s: exit %d: %s", p.name, code, stderr)
	}
	return nil
}

// answer is what a student types into each line of a question; those who are
// able know it more often.
func (p *pupil) answer(q *quiz.Question, dice *rand.Rand) []string {
	knows := dice.Float64() < 1/(1+math.Exp(-p.ability*2-0.6))
	right := q.Key.Right
	if at := slices.Index(q.Options, truth); strings.Contains(q.Prompt, "largest") {
		right = []int{at}
	}
	letters := func(options []int) []string {
		var names []string
		for _, o := range options {
			names = append(names, quiz.Letter(o))
		}
		return []string{strings.Join(names, " ")}
	}
	switch {
	case q.Kind == quiz.Typed && knows:
		return []string{q.Key.Answer}
	case q.Kind == quiz.Typed:
		return []string{"nonsense"}
	case q.Kind == quiz.Set && knows:
		return slices.Clone(q.Key.Parts)
	case q.Kind == quiz.Set:
		return []string{q.Key.Parts[0], "nonsense"}
	case knows:
		return letters(right)
	case q.Kind == quiz.Sequence:
		return letters([]int{right[1], right[0], right[2], right[3]})
	case q.Several:
		return letters([]int{right[0]})
	}
	return letters([]int{(right[0] + 1 + dice.IntN(len(q.Options)-1)) % len(q.Options)})
}

// reckoned are the marks of a student, worked out again from the formulas of
// the page about quizzes. The key is that of the form unless others are right.
func (p *pupil) reckoned(f *quiz.Form, right map[string]string, excused string) map[string]float64 {
	marks := map[string]float64{}
	for j := range f.Questions {
		q := &f.Questions[j]
		key := q.Key.Right
		if text, ok := right[q.Prompt]; ok {
			key = []int{slices.Index(q.Options, text)}
		}
		var given []int
		for _, letter := range strings.Fields(p.typed[j][0]) {
			given = append(given, int(letter[0]-'a'))
		}
		mark := 0.0
		switch {
		case q.Prompt == excused:
			continue
		case q.Kind == quiz.Typed && p.typed[j][0] == q.Key.Answer:
			mark = 1
		case q.Kind == quiz.Set:
			for _, part := range q.Key.Parts {
				if slices.Contains(p.typed[j], part) {
					mark += 1 / float64(len(q.Key.Parts))
				}
			}
		case q.Kind == quiz.Sequence:
			for i := range key[1:] {
				if at := slices.Index(given, key[i]); at+1 < len(given) && given[at+1] == key[i+1] {
					mark += 1 / float64(len(key)-1)
				}
			}
		case q.Kind == quiz.Choice:
			for _, o := range given {
				if slices.Contains(key, o) {
					mark += 1 / float64(len(key))
				} else {
					mark -= 1 / float64(len(key))
				}
			}
			mark = math.Max(mark, 0)
		}
		marks[q.Prompt] = mark
	}
	return marks
}

func total(marks map[string]float64) (sum float64) {
	for _, m := range marks {
		sum += m
	}
	return sum
}

// numbered is the number of a question in version A.
func (s *school) numbered(words string) int {
	for j := range s.versions[0].Questions {
		if strings.Contains(s.versions[0].Questions[j].Prompt, words) {
			return j + 1
		}
	}
	s.Fatalf("nothing asks about %s", words)
	return 0
}

// The day of the test and the day after: 120 students in three sections take
// two versions; one has more time, one does not come, two chose one name, one
// key is wrong, one question is excused. Each mark is worked out a second time.
func TestClass(t *testing.T) {
	students := 120
	if testing.Short() {
		students = 42
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_DATA_HOME", "")
	s := &school{T: t, folder: t.TempDir()}
	s.open(students)
	s.pupils[18].name, s.pupils[31].name = "robin", "robin" // of sections a and b, of the list none
	s.sit()
	s.firstLook(students)
	s.marked(students)
	s.broken()
	s.exported(students)
	s.told()
}

// analysis is what the test looks at in the report.
type classReport struct {
	Students int
	Flags    []struct {
		Rule     string
		Question int
	}
	Groups []struct {
		Kind, Name string
		Students   int
	}
	Remarks []struct{ Rule, Student string }
	Changes []struct {
		Student       string
		Before, After float64
		Of            int
	}
}

func (s *school) files() []string {
	return []string{s.path("exam-A.form"), s.path("exam-B.form"), s.path("exam.key"), s.path("class")}
}

func (s *school) report(want int, args ...string) (r classReport, stderr string) {
	s.Helper()
	stdout, stderr := s.do(want, append(append([]string{"analyze"}, s.files()...), append(args, "--json")...)...)
	if err := json.Unmarshal([]byte(stdout), &r); err != nil {
		s.Fatalf("%v in %.200s", err, stdout)
	}
	return r, stderr
}

// firstLook finds the wrong key, and compares versions and sections.
func (s *school) firstLook(students int) {
	s.Helper()
	r, stderr := s.report(0, "--roster", s.path("class.csv"))
	wrong := s.numbered("largest")
	if !slices.ContainsFunc(r.Flags, func(f struct {
		Rule     string
		Question int
	}) bool {
		return f.Rule == "key" && f.Question == wrong
	}) {
		s.Errorf("the wrong key of question %d is not found: %v", wrong, r.Flags)
	}
	counts := map[string]int{}
	for _, g := range r.Groups {
		counts[g.Kind+" "+g.Name] = g.Students
	}
	for _, name := range []string{"version A", "version B"} {
		if counts[name] != students/2 {
			s.Errorf("%s has %d students: %v", name, counts[name], counts)
		}
	}
	for _, name := range []string{"section a", "section b", "section c"} {
		if counts[name] != students/3 {
			s.Errorf("%s has %d students: %v", name, counts[name], counts)
		}
	}
	for _, want := range []string{"3 students handed in nothing: ", "wren", "2 students share a name with another: robin"} {
		if !strings.Contains(stderr, want) {
			s.Errorf("nothing says %q: %s", want, stderr)
		}
	}
	codes := map[string]int{}
	for _, remark := range r.Remarks {
		codes[remark.Rule]++
	}
	// robin's codes were made for other names
	if codes["one-name"] != 2 || codes["wrong-code"] != 2 || codes["no-code"] != 0 || codes["own-limit"] != 0 || codes["overtime"] != 0 {
		s.Errorf("remarks %v", codes)
	}
}

// marked mends the key and excuses a question: all marks are as the formulas
// have them, and what changed is named for whom it did.
func (s *school) marked(students int) {
	s.Helper()
	largest := s.versions[0].Questions[s.numbered("largest")-1]
	right := quiz.Letter(slices.Index(largest.Options, truth))
	r, _ := s.report(0, "--right", fmt.Sprintf("%d=%s", s.numbered("largest"), right), "--excuse", strconv.Itoa(s.numbered("bad")),
		"--save-key", s.path("mended.key"), "--students", s.path("marks.csv"), "--roster", s.path("class.csv"), "--scale", "90=A, 50=B, 0=F")
	rows := map[string]map[string]string{}
	for _, row := range s.table("marks.csv") {
		rows[row["file"]] = row
	}
	if len(rows) != students+1 { // and one empty name of a file for three who are missing
		s.Errorf("%d files in the marks", len(rows))
	}
	changed := map[string][2]float64{}
	for _, p := range s.pupils {
		f := s.versions[p.version]
		mended := p.reckoned(f, map[string]string{largest.Prompt: truth}, "Which planet is bad?")
		old, now := total(p.reckoned(f, nil, "")), total(mended)
		row := rows[s.path(p.file)]
		if got, err := strconv.ParseFloat(row["total"], 64); err != nil || math.Abs(got-now) > 0.005 {
			s.Errorf("%s: total %q, want %.4f", p.name, row["total"], now)
		}
		percent := 100 * now / float64(len(mended))
		mark := map[bool]string{true: "A"}[percent >= 90-1e-9]
		if mark == "" {
			mark = map[bool]string{true: "B", false: "F"}[percent >= 50-1e-9]
		}
		if row["mark"] != mark || row["of"] != "9" || row["section"] != p.section || row["version"] != string(rune('A'+p.version)) {
			s.Errorf("%s: %v, want mark %s for %.2f %%", p.name, row, mark, percent)
		}
		for prompt, want := range mended { // the questions of version A number the columns
			cell := row[fmt.Sprintf("q%d", s.numbered(prompt))]
			if got, err := strconv.ParseFloat(cell, 64); err != nil || math.Abs(got-want) > 1e-9 {
				s.Errorf("%s: %q earned %q, want %g", p.name, prompt, cell, want)
			}
		}
		if p.name != "robin" {
			changed[p.name] = [2]float64{old, now}
		}
	}
	if limit := rows[s.path(s.pupils[5].file)]["allowed"]; limit != "90" {
		s.Errorf("more time: %q minutes, want 90", limit)
	}
	for _, c := range r.Changes {
		if want, ok := changed[c.Student]; ok && (math.Abs(c.Before-want[0]) > 1e-9 || math.Abs(c.After-want[1]) > 1e-9) || c.Of != 9 {
			s.Errorf("change %+v, want %v", c, want)
		}
	}
	if len(r.Changes) != students {
		s.Errorf("%d changes; an excused question changes what each is out of", len(r.Changes))
	}
}

// broken adds what is refused: each file is named, and the exit status says so.
func (s *school) broken() {
	s.Helper()
	whole, err := os.ReadFile(s.path(s.pupils[0].file))
	if err != nil {
		s.Fatal(err)
	}
	s.write("class/a/copy.result", string(whole))
	s.write("class/a/cut.result", string(whole[:len(whole)/2]))
	s.write("class/b/junk.result", "PK\x03\x04")
	_, stderr := s.report(1)
	for _, name := range []string{"class/a/copy.result:3: the same result as", "class/a/cut.result:", "class/b/junk.result:1: this is not a result of a quiz"} {
		if !strings.Contains(stderr, "kartei: refused: "+s.path(name)) {
			s.Errorf("%s is not named: %s", name, stderr)
		}
	}
	for _, name := range []string{"class/a/copy.result", "class/a/cut.result", "class/b/junk.result"} {
		os.Remove(s.path(name))
	}
}

// exported writes what Moodle and Canvas take: only who is surely meant.
func (s *school) exported(students int) {
	s.Helper()
	for platform, column := range map[string]string{"moodle": "ID number", "canvas": "SIS User ID"} {
		args := append(append([]string{"analyze"}, s.files()...), "--students", s.path(platform+".csv"), "--for", platform, "--roster", s.path("class.csv"), "--scale", "20")
		_, stderr := s.do(0, args...)
		if !strings.Contains(stderr, "2 results left out of") {
			s.Errorf("%s: two of one name are not named: %s", platform, stderr)
		}
		rows := s.table(platform + ".csv")
		if platform == "canvas" {
			if rows[0]["Planets"] != "20" || strings.TrimSpace(rows[0]["Student"]) != "Points Possible" {
				s.Errorf("canvas begins with %v", rows[0])
			}
			rows = rows[1:]
		}
		if len(rows) != students-2 {
			s.Errorf("%s has %d rows", platform, len(rows))
		}
		for _, row := range rows {
			n, err := strconv.Atoi(row[column])
			if err != nil {
				s.Fatalf("%s: %v", platform, row)
			}
			p := s.pupils[n-1000]
			f := s.versions[p.version]
			want := total(p.reckoned(f, nil, "")) / float64(len(f.Questions)) * 20
			if got, err := strconv.ParseFloat(row["Planets"], 64); err != nil || math.Abs(got-want) > 0.005 {
				s.Errorf("%s: %s has %s, want %.4f", platform, p.name, row["Planets"], want)
			}
		}
	}
}

// told gives each student a page, and the answers without what signs codes.
func (s *school) told() {
	s.Helper()
	mended := []string{"analyze", s.path("exam-A.form"), s.path("exam-B.form"), s.path("mended.key"), s.path("class"), "--before", s.path("exam.key"), "--pages", s.path("pages")}
	s.do(0, mended...)
	pages, err := filepath.Glob(s.path("pages/*.html"))
	if err != nil || len(pages) != len(s.pupils) {
		s.Errorf("%d pages, %v", len(pages), err)
	}
	page, err := os.ReadFile(s.path("pages/" + s.pupils[0].name + ".html"))
	if err != nil || !strings.Contains(string(page), "Which planet is the largest?") || !strings.Contains(string(page), "excused") {
		s.Errorf("a page of %d bytes, %v", len(page), err)
	}
	s.do(0, "quiz", "answers", s.path("exam-A.form"), s.path("mended.key"), "-o", s.path("answers.key"))
	text, err := os.ReadFile(s.path("answers.key"))
	if err != nil || bytes.Contains(text, []byte("seed:")) {
		s.Errorf("students are given the seed: %v", err)
	}
}
