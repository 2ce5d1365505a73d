package scheduler

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestDefaultsAreValid(t *testing.T) {
	if err := Defaults().Validate(); err != nil {
		t.Error(err)
	}
}

// Every option can be shown, set to what is shown, and described.
func TestOptionsByName(t *testing.T) {
	for _, name := range Names() {
		shown, err := Defaults().Get(name)
		if err != nil {
			t.Fatal(err)
		}
		o := Defaults()
		if err := o.Set(name, shown); err != nil {
			t.Errorf("set %s to its own default: %v", name, err)
		}
		if err := o.Set(name, "default"); err != nil {
			t.Errorf("set %s to default: %v", name, err)
		}
		if again, _ := o.Get(name); again != shown {
			t.Errorf("%s reads back as %q, want %q", name, again, shown)
		}
		if Describe(name) == "" {
			t.Errorf("%s is not described", name)
		}
	}
}

func TestSetOption(t *testing.T) {
	for _, c := range []struct{ name, value, shown string }{
		{"new", "35", "35"},
		{"retention", "92%", "0.92"},
		{"retention", "0.85", "0.85"},
		{"steps", "30s,15m, 1d", "30s 15m 1d"},
		{"steps", "none", "none"},
		{"steps", "5", "5m"},
		{"learn-ahead", "1.5h", "90m"},
		{"order", "Hardest", "hardest"},
		{"bury-new", "no", "off"},
		{"easy-days", "sunday sat=minimum", "sat=minimum sun=reduced"},
		{"exam", "2026-12-15", "2026-12-15"},
		{"exam", "none", "none"},
		{"parameters", "none", "none"},
	} {
		o := Defaults()
		if err := o.Set(c.name, c.value); err != nil {
			t.Errorf("%s = %q: %v", c.name, c.value, err)
		}
		if shown, _ := o.Get(c.name); shown != c.shown {
			t.Errorf("%s = %q is shown as %q, want %q", c.name, c.value, shown, c.shown)
		}
	}
}

func TestSetOptionRejects(t *testing.T) {
	for _, c := range []struct{ name, value, says string }{
		{"retension", "0.9", `no option "retension"`},
		{"new", "many", `option new: "many" is not a whole number`},
		{"new", "-1", "option new: -1 is not between 0 and 9999"},
		{"retention", "1.2", "option retention: 1.2 is not between 0.7 and 0.99"},
		{"retention", "90", "option retention: 90 is not between 0.7 and 0.99; 90 percent is 90% or 0.9"},
		{"retention", "NaN", "option retention: NaN is not between"},
		{"steps", "10m 1m", "option steps: step 1m is shorter than 10m before it"},
		{"steps", "0s", "option steps: step 0m is not between 1s and 365d"},
		{"steps", "366d", "option steps: step 366d is not between 1s and 365d"},
		{"steps", "1x", `option steps: "1x" is not a time to wait`},
		{"steps", "1e300d", "is not a time to wait"},
		{"steps", strings.Repeat("1m ", 21), "option steps: 21 steps are too many"},
		{"learn-ahead", "25h", "option learn-ahead: 25h is not between"},
		{"order", "best", `option order: "best" is none of urgent, oldest`},
		{"fuzz", "maybe", `option fuzz: "maybe" is neither on nor off`},
		{"easy-days", "funday", `option easy-days: "funday" is not a weekday`},
		{"easy-days", "sun=lazy", `"lazy" is none of normal, reduced, minimum`},
		{"exam", "15.12.2026", `option exam: "15.12.2026" is not a day`},
		{"model", "sm-2", `option model: "sm-2" is none of fsrs-6, fsrs-7`},
		{"parameters", "1 2 three", "option parameters: parameter w2 is \"three\""},
		{"max-interval", "40000", "option max-interval: 40000 is not between 1 and 36500"},
	} {
		o := Defaults()
		err := o.Set(c.name, c.value)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s = %q: error %v, want one that says %q", c.name, c.value, err, c.says)
		}
		if d := cmp.Diff(Defaults(), o); d != "" {
			t.Errorf("%s = %q changed the options:\n%s", c.name, c.value, d)
		}
	}
}

func TestSubDecksInherit(t *testing.T) {
	o, err := Resolve(
		map[string]string{"new": "10", "retention": "0.95", "steps": "none"},
		map[string]string{"new": "30", "steps": "default"},
	)
	if err != nil {
		t.Fatal(err)
	}
	want := Defaults()
	want.New, want.Retention = 30, 0.95
	if d := cmp.Diff(want, o); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestParametersBelongToTheirModel(t *testing.T) {
	six, _ := Options{Parameters: []float64{0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729}}.Get("parameters")
	o, err := Resolve(map[string]string{"parameters": six}, map[string]string{"model": "fsrs-7"})
	if err != nil || o.Parameters != nil {
		t.Errorf("a sub-deck with another model has parameters %v, %v", o.Parameters, err)
	}
	if _, err := Resolve(map[string]string{"parameters": six, "model": "fsrs-7"}); err == nil || !strings.Contains(err.Error(), "17 parameters: FSRS-7 takes 34") {
		t.Errorf("error %v", err)
	}
	if _, err := Resolve(map[string]string{"parameters": strings.Replace(six, "0.6014", "1.6", 1)}); err == nil || !strings.Contains(err.Error(), "parameter w15 is 1.6: it must lie between 0 and 1") {
		t.Errorf("error %v", err)
	}
}

func TestOptionsAsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawOptions(t)
		text, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		var read Options
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(o, read); d != "" {
			t.Fatalf("%s (-written +read):\n%s", text, d)
		}
	})
}

// FuzzSetOption checks that no value panics, and that what is accepted is
// valid and reads back as itself.
func FuzzSetOption(f *testing.F) {
	for _, name := range Names() {
		value, _ := Defaults().Get(name)
		f.Add(name, value)
	}
	f.Add("steps", "1m,10m")
	f.Add("easy-days", "sat,sun=minimum")
	f.Add("parameters", "[1, 2, 3]")
	f.Fuzz(func(t *testing.T, name, value string) {
		o := Defaults()
		if o.Set(name, value) != nil {
			return
		}
		if err := o.Validate(); err != nil && name != "parameters" && name != "model" {
			t.Errorf("%s = %q is accepted, but not valid: %v", name, value, err)
		}
		shown, err := o.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		again := Defaults()
		if err := again.Set(name, shown); err != nil {
			t.Fatalf("%s = %q is shown as %q: %v", name, value, shown, err)
		}
		if twice, _ := again.Get(name); twice != shown {
			t.Errorf("%s = %q is shown as %q, then as %q", name, value, shown, twice)
		}
	})
}
