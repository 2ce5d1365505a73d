package place

import "testing"

func TestNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"kartei-sync.json": true, "d/abc234/1-20.seg": true, "m/0af3": true,
		"": false, "/d": false, "d/": false, "d//x": false, "../x": false, "d/..": false, "d/.x": false, "D/x": false, "d/x.": false,
		"d/x (conflict copy).seg": false, `d\x`: false, "-x": false, "d/é": false,
	} {
		if err := CheckName(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}
