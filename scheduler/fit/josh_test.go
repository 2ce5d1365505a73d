package fit

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	"kartei/scheduler"
)

// josh is a real log; its study days turn at 04:00 UTC. It is nil, and said to
// be missing, where the data do not lie beside the module.
func josh(t testing.TB) *Log {
	t.Helper()
	f, err := os.Open("../../../shared/data/josh.csv")
	if err != nil {
		f, err = os.Open("../../../../shared/data/josh.csv")
	}
	if err != nil {
		t.Logf("without the real log: %v", err)
		return nil
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var l Log
	for _, row := range rows[1:] {
		var n [5]int64
		for i, s := range row {
			if n[i], err = strconv.ParseInt(s, 10, 64); err != nil {
				t.Fatal(err)
			}
		}
		l.Add(Answer{
			Card:    n[0],
			Moment:  scheduler.Moment{At: n[1], Day: scheduler.Day((n[1] - 4*3600*1000) / (24 * 3600 * 1000))},
			Grade:   scheduler.Grade(n[2]),
			Seconds: float64(n[4]) / 1000,
		})
	}
	return &l
}
