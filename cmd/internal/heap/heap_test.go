package heap

import (
	"runtime"
	"runtime/debug"
	"testing"
	"testing/synctest"
	"time"
)

// percent is what stands now.
func percent() int {
	p := debug.SetGCPercent(-1)
	debug.SetGCPercent(p)
	return p
}

func want(t *testing.T, when string, p int) {
	t.Helper()
	if got := percent(); got != p {
		t.Errorf("%s %d %% may be garbage, want %d", when, got, p)
	}
}

// collected runs a collection and what follows it.
func collected(t *testing.T) {
	t.Helper()
	after := make(chan bool)
	runtime.AddCleanup(new(*byte), func(int) { close(after) }, 0)
	runtime.GC()
	<-after
	mu.Lock() // the other cleanup may still be at it
	defer mu.Unlock()
}

func TestTheFirstCollectionIsPutOff(t *testing.T) {
	t.Setenv("GOGC", "")
	defer debug.SetGCPercent(percent())
	Begin()
	want(t, "at the start", first)
	for range 100 { // cleanups come in any order
		if collected(t); percent() == usual {
			break
		}
	}
	want(t, "after a collection", usual)
}

func TestWhatIsSetStands(t *testing.T) {
	t.Setenv("GOGC", "")
	defer debug.SetGCPercent(percent())
	Begin()
	restore := Set(Session)
	collected(t)
	want(t, "once set", Session)
	inner := Set(Class)
	want(t, "within", Class)
	inner()
	want(t, "after what is within", Session)
	restore()
	want(t, "at the end", usual)
}

func TestTheUsersWordStands(t *testing.T) {
	t.Setenv("GOGC", "70")
	defer debug.SetGCPercent(debug.SetGCPercent(70))
	Begin()
	want(t, "with GOGC", 70)
}

func TestSetAfter(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(usual))
	synctest.Test(t, func(t *testing.T) {
		restore := SetAfter(time.Second, Session)
		want(t, "at once", usual)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		want(t, "after a while", Session)
		restore()
		want(t, "at the end", usual)
		SetAfter(time.Second, Session)()
		time.Sleep(2 * time.Second)
		want(t, "ended before", usual)
	})
}
