package scheduler

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kartei/scheduler/fsrs"
)

// A setting is one option by its name.
type setting struct {
	name  string
	doc   string
	parse func(o *Options, value string) error
	write func(o *Options) string
	check func(o *Options) error // may be nil
}

var settings = []setting{
	integer("new", "new cards a day", 0, 9999, func(o *Options) *int { return &o.New }),
	integer("reviews", "reviews a day", 0, 9999, func(o *Options) *int { return &o.Reviews }),
	fraction("retention", "recall asked for when a card is due: 0.9 or 90%", 0.7, 0.99,
		func(o *Options) *float64 { return &o.Retention }),
	integer("max-interval", "longest interval, in days", 1, fsrs.MaxInterval,
		func(o *Options) *int { return &o.MaxInterval }),
	steps("steps", "learning steps: 1m 10m, or none to let the model decide",
		func(o *Options) *Steps { return &o.Steps }),
	steps("relearning", "steps after a lapse: 10m, or none to let the model decide",
		func(o *Options) *Steps { return &o.Relearning }),
	delay("learn-ahead", "how early a step may be asked when nothing else is left: 20m", 0, 24*Hour,
		func(o *Options) *Delay { return &o.LearnAhead }),
	delay("answer-cap", "how long an answer counts at most: 60s", Second, Hour,
		func(o *Options) *Delay { return &o.AnswerCap }),
	choice("order", "order of reviews", func(o *Options) *Order { return &o.Order },
		OrderUrgent, OrderOldest, OrderShortest, OrderLongest, OrderHardest, OrderEasiest, OrderRandom),
	choice("new-order", "order of new cards", func(o *Options) *NewOrder { return &o.NewOrder }, NewAsDeck, NewAuthored,
		NewRandom),
	choice("mix", "new cards among the reviews", func(o *Options) *Mix { return &o.Mix }, Mixed, NewFirst, NewLast),
	toggle("bury-new", "keep new cards of an answered fact for another day",
		func(o *Options) *bool { return &o.BuryNew }),
	toggle("bury-reviews", "keep reviews of an answered fact for another day",
		func(o *Options) *bool { return &o.BuryReviews }),
	toggle("bury-learning", "keep cards of an answered fact with steps of a day or more for another day",
		func(o *Options) *bool { return &o.BuryLearning }),
	integer("leech", "lapses that make a card a leech, or 0 for never", 0, 99,
		func(o *Options) *int { return &o.Leech }),
	toggle("leech-suspend", "suspend leeches", func(o *Options) *bool { return &o.LeechSuspend }),
	toggle("fuzz", "spread intervals a little", func(o *Options) *bool { return &o.Fuzz }),
	toggle("balance", "spread intervals towards days with less to do", func(o *Options) *bool { return &o.Balance }),
	{
		name:  "easy-days",
		doc:   "weekdays with less to do: sat=reduced sun=minimum, or none",
		parse: func(o *Options, v string) error { return o.EasyDays.UnmarshalText([]byte(v)) },
		write: func(o *Options) string { return o.EasyDays.String() },
	},
	{
		name:  "exam",
		doc:   "day of the exam: 2026-12-15, or none",
		parse: parseExam,
		write: func(o *Options) string { return orNone(o.Exam != 0, o.Exam.String()) },
	},
	fraction("goal", "recall asked for on the day of the exam: 0.95 or 95%", 0.7, 0.99,
		func(o *Options) *float64 { return &o.Goal }),
	choice("exam-pace", "a day's cards until the exam, as many as the plan needs or the limits let in",
		func(o *Options) *Pace { return &o.Pace }, PacePlan, PaceLimit),
	choice("model", "memory model; fsrs-7 is experimental", func(o *Options) *string { return &o.Model }, fsrs.FSRS6,
		fsrs.FSRS7),
	{
		name:  "parameters",
		doc:   "parameters of the model, as optimize or Anki gives them, or none for the defaults",
		parse: parseParameters,
		write: func(o *Options) string { return orNone(len(o.Parameters) > 0, formatParameters(o.Parameters)) },
	},
}

const (
	none     = "none"
	standard = "default"
)

// Names returns the names of all options, in the order in which to show them.
func Names() []string {
	names := make([]string, len(settings))
	for i, s := range settings {
		names[i] = s.name
	}
	return names
}

// Known reports whether an option has this name.
func Known(name string) bool {
	_, err := lookup(name)
	return err == nil
}

// Describe says in a line what an option is for; empty for an unknown name.
func Describe(name string) string {
	if s, err := lookup(name); err == nil {
		return s.doc
	}
	return ""
}

// Get returns an option's value as [Options.Set] reads it.
func (o Options) Get(name string) (string, error) {
	s, err := lookup(name)
	if err != nil {
		return "", err
	}
	return s.write(&o), nil
}

// Set gives an option a value; "default" is the one of [Defaults]. Its errors
// name the option and the value, and leave the option as it was.
func (o *Options) Set(name, value string) error {
	s, err := lookup(name)
	if err != nil {
		return err
	}
	value = strings.TrimSpace(value)
	if strings.EqualFold(value, standard) {
		d := Defaults()
		value = s.write(&d)
	}
	changed := *o
	if err := s.parse(&changed, value); err != nil {
		return wrong(name, err)
	}
	if s.check != nil {
		if err := s.check(&changed); err != nil {
			return wrong(name, err)
		}
	}
	*o = changed
	return nil
}

func lookup(name string) (setting, error) {
	i := slices.IndexFunc(settings, func(s setting) bool { return s.name == name })
	if i < 0 {
		return setting{}, &OptionError{name, fmt.Errorf("there is no option %q: the options are %s", name,
			strings.Join(Names(), ", "))}
	}
	return settings[i], nil
}

func orNone(given bool, value string) string {
	if given {
		return value
	}
	return none
}

func integer(name, doc string, low, high int, field func(*Options) *int) setting {
	return setting{
		name: name,
		doc:  doc,
		parse: func(o *Options, v string) error {
			n, err := strconv.Atoi(v)
			if err != nil {
				return fmt.Errorf("%q is not a whole number", v)
			}
			*field(o) = n
			return nil
		},
		write: func(o *Options) string { return strconv.Itoa(*field(o)) },
		check: func(o *Options) error {
			if n := *field(o); n < low || n > high {
				return fmt.Errorf("%d is not between %d and %d", n, low, high)
			}
			return nil
		},
	}
}

func fraction(name, doc string, low, high float64, field func(*Options) *float64) setting {
	return setting{
		name: name,
		doc:  doc,
		parse: func(o *Options, v string) error {
			number, percent := strings.CutSuffix(v, "%")
			f, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
			if err != nil {
				return fmt.Errorf("%q is not a number", v)
			}
			if percent {
				f /= 100
			}
			*field(o) = f
			return nil
		},
		write: func(o *Options) string { return strconv.FormatFloat(*field(o), 'g', -1, 64) },
		check: func(o *Options) error {
			f := *field(o)
			switch percent := f / 100; {
			case f >= low && f <= high:
				return nil
			case percent >= low && percent <= high:
				return fmt.Errorf("%v is not between %v and %v; %v percent is %v%% or %v", f, low, high, f, f, percent)
			}
			return fmt.Errorf("%v is not between %v and %v", f, low, high)
		},
	}
}

func toggle(name, doc string, field func(*Options) *bool) setting {
	return setting{
		name: name,
		doc:  doc,
		parse: func(o *Options, v string) error {
			switch strings.ToLower(v) {
			case "on", "yes", "true":
				*field(o) = true
			case "off", "no", "false":
				*field(o) = false
			default:
				return fmt.Errorf("%q is neither on nor off", v)
			}
			return nil
		},
		write: func(o *Options) string {
			if *field(o) {
				return "on"
			}
			return "off"
		},
	}
}

func choice[T ~string](name, doc string, field func(*Options) *T, values ...T) setting {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	return setting{
		name:  name,
		doc:   doc + ": " + strings.Join(words, ", "),
		parse: func(o *Options, v string) error { *field(o) = T(strings.ToLower(v)); return nil },
		write: func(o *Options) string { return string(*field(o)) },
		check: func(o *Options) error {
			if v := *field(o); !slices.Contains(values, v) {
				return fmt.Errorf("%q is none of %s", string(v), strings.Join(words, ", "))
			}
			return nil
		},
	}
}

func delay(name, doc string, low, high Delay, field func(*Options) *Delay) setting {
	return setting{
		name:  name,
		doc:   doc,
		parse: func(o *Options, v string) error { return field(o).UnmarshalText([]byte(v)) },
		write: func(o *Options) string { return field(o).String() },
		check: func(o *Options) error {
			if d := *field(o); d < low || d > high {
				return fmt.Errorf("%v is not between %v and %v", d, low, high)
			}
			return nil
		},
	}
}

func steps(name, doc string, field func(*Options) *Steps) setting {
	return setting{
		name:  name,
		doc:   doc,
		parse: func(o *Options, v string) error { return field(o).UnmarshalText([]byte(v)) },
		write: func(o *Options) string { return field(o).String() },
		check: func(o *Options) error { return field(o).validate() },
	}
}

func parseExam(o *Options, v string) (err error) {
	if v == none {
		o.Exam = 0
		return nil
	}
	day, err := ParseDay(v)
	if err != nil {
		return err
	}
	if day <= 0 {
		return errors.New("the exam lies before 1970")
	}
	o.Exam = day
	return nil
}

func parseParameters(o *Options, v string) error {
	if v == none {
		o.Parameters = nil
		return nil
	}
	fields := strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' || r == '[' || r == ']' })
	parameters := make([]float64, len(fields))
	for i, f := range fields {
		p, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return fmt.Errorf("parameter w%d is %q, which is not a number", i, f)
		}
		parameters[i] = p
	}
	o.Parameters = parameters
	return nil
}

func formatParameters(parameters []float64) string {
	words := make([]string, len(parameters))
	for i, p := range parameters {
		words[i] = strconv.FormatFloat(p, 'g', -1, 64)
	}
	return strings.Join(words, " ")
}
