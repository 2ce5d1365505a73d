package scheduler

import (
	"math"
	"strconv"
	"time"
)

// FormatInterval writes a time to wait as the buttons show it, in at most five
// characters or so: "45s", "10m", "4h", "3d", "1.2mo", "2.1y".
func FormatInterval(d time.Duration) string {
	const day = 24 * time.Hour
	const month, year = 30.4375, 365.25 // days
	days := float64(d) / float64(day)
	switch {
	case d < time.Minute-time.Second/2:
		return whole(max(0, d.Seconds()), "s")
	case d < time.Hour-30*time.Second:
		return whole(d.Minutes(), "m")
	case d < day-30*time.Minute:
		return whole(d.Hours(), "h")
	case days < month:
		return whole(days, "d")
	case days < year:
		return tenth(days/month, "mo")
	}
	return tenth(days/year, "y")
}

func whole(x float64, unit string) string { return strconv.Itoa(int(math.Round(x))) + unit }

func tenth(x float64, unit string) string {
	return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64) + unit
}
