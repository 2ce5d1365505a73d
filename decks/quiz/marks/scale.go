package marks

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Scale makes marks of shares. The zero Scale is the points themselves.
type Scale struct {
	Points float64 // of the best; 0: those of the test, or steps
	steps  []step  // the best first
}

type step struct {
	from float64 // per cent
	mark string
}

// ParseScale reads "15", the points of the best, or "90=A, 80=B, 0=F", from how
// many per cent on there is which mark.
func ParseScale(text string) (Scale, error) {
	text = strings.TrimSpace(text)
	if points, err := strconv.ParseFloat(text, 64); err == nil && points > 0 && points <= 1e6 {
		return Scale{Points: points}, nil
	}
	var s Scale
	for part := range strings.SplitSeq(text, ",") {
		from, mark, ok := strings.Cut(part, "=")
		percent, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(from), "%"), 64)
		if mark = strings.TrimSpace(mark); !ok || err != nil || !(percent >= 0 && percent <= 100) || mark == "" {
			return Scale{}, fmt.Errorf("%q is not a scale", strings.TrimSpace(part))
		}
		if slices.ContainsFunc(s.steps, func(st step) bool { return st.from == percent }) {
			return Scale{}, fmt.Errorf("two marks from %g %% on", percent)
		}
		s.steps = append(s.steps, step{percent, mark})
	}
	slices.SortFunc(s.steps, func(a, b step) int {
		if a.from > b.from {
			return -1
		}
		return 1
	})
	return s, nil
}

// Mark is what so many points of a test are worth on the scale. Points that
// equal a step to nine digits reach it.
func (s Scale) Mark(points, of float64) string {
	if of == 0 {
		return ""
	}
	if len(s.steps) == 0 {
		return decimal(s.points(points, of))
	}
	percent := 100 * points / of
	for _, st := range s.steps {
		if percent >= st.from-1e-9 {
			return st.mark
		}
	}
	return ""
}

// points are those for a platform, which takes numbers alone.
func (s Scale) points(points, of float64) float64 {
	if s.Points > 0 && of > 0 {
		return points / of * s.Points
	}
	return points
}

// best is the most that points can be.
func (s Scale) best(of float64) float64 {
	if s.Points > 0 {
		return s.Points
	}
	return of
}

// decimal writes a number with at most two decimals.
func decimal(x float64) string { return strconv.FormatFloat(math.Round(x*100)/100, 'f', -1, 64) }

// A Late rule says what late work loses. The zero rule loses nothing.
type Late struct {
	share  float64       // of the points, for each begun period
	period time.Duration // 0: once
}

var periods = map[string]time.Duration{"min": time.Minute, "minute": time.Minute, "h": time.Hour, "hour": time.Hour,
	"d": 24 * time.Hour, "day": 24 * time.Hour}

// ParseLate reads "keep", "refuse", "20%" (once) or "10%/day", "5%/hour".
func ParseLate(text string) (Late, error) {
	switch text {
	case "", "keep":
		return Late{}, nil
	case "refuse":
		return Late{share: 1}, nil
	}
	share, period, each := strings.Cut(strings.ReplaceAll(text, " ", ""), "/")
	percent, err := strconv.ParseFloat(strings.TrimSuffix(share, "%"), 64)
	if err != nil || !strings.HasSuffix(share, "%") || !(percent > 0 && percent <= 100) ||
		each && periods[period] == 0 {
		return Late{}, fmt.Errorf("%q is not a rule for late work", text)
	}
	return Late{percent / 100, periods[period]}, nil
}

// Lost is the share of the points that work loses that is so late.
func (l Late) Lost(late time.Duration) float64 {
	if late <= 0 {
		return 0
	}
	times := 1.0
	if l.period > 0 {
		times = math.Ceil(float64(late) / float64(l.period))
	}
	return math.Min(1, l.share*times)
}
