package show

import (
	"fmt"
	"strconv"
	"time"
)

// Thousands writes a number with a comma between each three digits.
func Thousands(n int) string {
	digits := strconv.Itoa(n)
	first := 1
	if n < 0 {
		first = 2
	}
	for i := len(digits) - 3; i >= first; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Number writes a large number with its noun.
func Number(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Thousands(n) + " " + noun + "s"
}

// Percent writes a share of 1 in per cent.
func Percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

// Minutes writes a time as people say it.
func Minutes(d time.Duration) string {
	if d < time.Hour {
		return fmt.Sprintf("%d min", max(1, int(d.Round(time.Minute).Minutes())))
	}
	return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
}
