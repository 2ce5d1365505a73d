package s3

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kartei/store/place"
	"kartei/store/place/placetest"
)

func open(t *testing.T, address string) *Bucket {
	t.Helper()
	b, err := Open(address)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestS3Conformance(t *testing.T) {
	server := placetest.StartS3(t)
	n := 0
	prefix := func() string { return fmt.Sprintf("notes/%d", n) }
	placetest.Run(t, placetest.Kind{
		New: func(t *testing.T) func() place.Place {
			n++
			address := server.In(prefix())
			return func() place.Place { return open(t, address) }
		},
		Plant: func(t *testing.T, name string, data []byte) {
			at := filepath.Join(server.Folder, "kartei", prefix(), name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o700), os.WriteFile(at, data, 0o600)); err != nil {
				t.Fatal(err)
			}
		},
	})
}

// What a real server says about keys and buckets is said in our words.
func TestS3Refusals(t *testing.T) {
	server := placetest.StartS3(t)
	for name, c := range map[string]struct {
		key, secret, address string
		says                 string
	}{
		"no such bucket": {"", "", strings.Replace(server.Address, "/kartei", "/other-bucket", 1), `no bucket "other-bucket"`},
		"another key":    {"somebody", "", server.Address, "does not know the key"},
		"another secret": {"", "wrong", server.Address, "is not that of its key"},
		"another region": {"", "", server.Address + "?region=eu-west-3", "write ?region=NAME"},
		"with TLS":       {"", "", strings.Replace(server.Address, "s3+http", "s3", 1), "has no TLS; in your own network, write s3+http://"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.key != "" {
				t.Setenv("AWS_ACCESS_KEY_ID", c.key)
			}
			if c.secret != "" {
				t.Setenv("AWS_SECRET_ACCESS_KEY", c.secret)
			}
			b := open(t, c.address)
			_, list := b.List(t.Context(), "d/")
			put := b.Put(t.Context(), "d/a/1.seg", []byte("rows"))
			for what, err := range map[string]error{"List": list, "Put": put} {
				if !errors.Is(err, place.ErrRefused) || !strings.Contains(err.Error(), c.says) {
					t.Errorf("%s: %v; want it to say: %s", what, err, c.says)
				}
			}
		})
	}
}

// Without a network a call ends at once.
func TestOffline(t *testing.T) {
	withKey(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	attempts := 0
	b := open(t, "s3+http://"+l.Addr().String()+"/kartei")
	_, err = b.List(t.Context(), "")
	if !errors.Is(err, place.ErrUnreachable) || !strings.Contains(err.Error(), "connection refused") && !strings.Contains(err.Error(), "refused it") {
		t.Errorf("nobody listens: %v", err)
	}
	w := watched(t.Context())
	defer w.end()
	req, err := http.NewRequestWithContext(w.ctx, http.MethodGet, "http://"+l.Addr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = giveUp{roundTripper(func(*http.Request) (*http.Response, error) {
		attempts++
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}
	})}.RoundTrip(req)
	if err == nil || w.ctx.Err() == nil {
		t.Errorf("after a call that reached nobody, more would follow: %v", err)
	}
	if err := b.explain(w, "", err); !errors.Is(err, place.ErrUnreachable) || !strings.Contains(err.Error(), "or you are offline") {
		t.Errorf("no such name: %v", err)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return r(req) }

func withKey(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
}

// A server that takes calls and says nothing is left when the time is over.
func TestSilence(t *testing.T) {
	withKey(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	b := open(t, "s3+http://"+l.Addr().String()+"/kartei")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := b.List(ctx, ""); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	w := watched(t.Context())
	defer w.end()
	w.timer.Reset(0)
	<-w.ctx.Done()
	if err := b.explain(w, "", w.ctx.Err()); !errors.Is(err, place.ErrUnreachable) || !strings.Contains(err.Error(), ": it does not answer") {
		t.Errorf("it is silent: %v", err)
	}
}

// Servers that answer in their own way: one without conditions, as Backblaze is, one
// that is busy, one that is not S3 at all, one that lies about sizes.
func TestOddServers(t *testing.T) {
	withKey(t)
	var there sync.Map
	var busy atomic.Int32
	mux := http.NewServeMux()
	mux.HandleFunc("/plain/{name...}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("name")
		switch {
		case r.Method == http.MethodPut && r.Header.Get("If-None-Match") != "":
			w.WriteHeader(http.StatusNotImplemented)
			fmt.Fprint(w, `<Error><Code>NotImplemented</Code><Message>A header you provided implies functionality that is not implemented.</Message></Error>`)
		case r.Method == http.MethodPut:
			there.Store(name, true)
			w.Header().Set("ETag", "0")
		case r.Method == http.MethodHead:
			if _, ok := there.Load(name); !ok {
				w.WriteHeader(http.StatusNotFound)
			}
			w.Header().Set("Last-Modified", time.Unix(0, 0).UTC().Format(http.TimeFormat))
		}
	})
	mux.HandleFunc("/busy/{name...}", func(w http.ResponseWriter, r *http.Request) {
		if w.Header().Set("ETag", "0"); busy.Add(1) <= 2 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("/page/{name...}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<html>\x1b[31m%s</html>", strings.Repeat("a router's page ", 100))
	})
	mux.HandleFunc("/full/{name...}", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusInsufficientStorage)
	})
	mux.HandleFunc("/large/{name...}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Last-Modified", time.Unix(0, 0).UTC().Format(http.TimeFormat))
		for w.(http.Flusher).Flush(); r.Context().Err() == nil; {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	at := func(bucket string) *Bucket {
		return open(t, strings.Replace(server.URL, "http", "s3+http", 1)+"/"+bucket+"?region=here")
	}
	plain := at("plain")
	if err := plain.Put(t.Context(), "d/a/1.seg", []byte("rows")); err != nil {
		t.Errorf("without conditions: %v", err)
	}
	if err := plain.Put(t.Context(), "d/a/1.seg", []byte("rows")); !errors.Is(err, place.ErrExists) {
		t.Errorf("twice, without conditions: %v", err)
	}
	if err := at("busy").Put(t.Context(), "d/a/1.seg", []byte("rows")); err != nil || busy.Load() != 3 {
		t.Errorf("busy at first: %v", err)
	}
	page := at("page")
	_, list := page.List(t.Context(), "")
	for what, err := range map[string]error{"List": list, "Put": page.Put(t.Context(), "d/a/1.seg", []byte("rows"))} {
		if !errors.Is(err, place.ErrUnreachable) || !strings.Contains(err.Error(), "not as an object store does") {
			t.Errorf("%s to a page of HTML: %v", what, err)
		}
	}
	if err := at("full").Put(t.Context(), "d/a/1.seg", nil); !errors.Is(err, place.ErrFull) {
		t.Errorf("a full server: %v", err)
	}
	if data, err := at("large").Get(t.Context(), "d/a/1.seg", 1<<20); !errors.Is(err, place.ErrTooLarge) {
		t.Errorf("an object without an end: %d, %v", len(data), err)
	}
}

func TestAddresses(t *testing.T) {
	for text, want := range map[string]address{
		"s3://s3.eu-central-003.backblazeb2.com/my-notes":      {"s3.eu-central-003.backblazeb2.com", "my-notes", "", "eu-central-003", true},
		"s3://s3.amazonaws.com/my-notes/kartei/":               {"s3.amazonaws.com", "my-notes", "kartei/", "eu-west-1", true},
		"s3://0af3.r2.cloudflarestorage.com/notes/a/b":         {"0af3.r2.cloudflarestorage.com", "notes", "a/b/", "auto", true},
		"s3+http://nas.local:9000/notes":                       {"nas.local:9000", "notes", "", "", false},
		"s3+http://localhost/notes":                            {"localhost", "notes", "", "", false},
		"s3+http://[::1]:9000/notes?region=here":               {"[::1]:9000", "notes", "", "here", false},
		"s3://minio.example.org/notes/kartei?region=us-east-1": {"minio.example.org", "notes", "kartei/", "us-east-1", true},
	} {
		t.Setenv("AWS_REGION", "eu-west-1")
		if got, err := parseAddress(text); err != nil || got != want {
			t.Errorf("%s is %+v, %v", text, got, err)
		}
	}
	for text, says := range map[string]string{
		"s3://my-bucket/kartei":                  "s3://s3.amazonaws.com/my-bucket/kartei",
		"s3://my-bucket":                         "does not name its server",
		"s3://s3.amazonaws.com":                  "does not name a bucket",
		"s3://s3.amazonaws.com/":                 "does not name a bucket",
		"s3://s3.amazonaws.com/My_Bucket":        "cannot be the name of a bucket",
		"s3://key:secret@s3.amazonaws.com/a-b-c": "not part of its address",
		"s3://s3.amazonaws.com/a-b-c/../d":       "where names begin",
		"s3://s3.amazonaws.com/a-b-c?reigon=x":   "only ?region=NAME",
		"s3://s3.amazonaws.com/a-b-c/%zz":        "is not an address",
	} {
		if a, err := parseAddress(text); !errors.As(err, new(AddressError)) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s is %+v, %v; want it to say: %s", text, a, err, says)
		}
	}
}

func TestKeys(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY", "AWS_SECRET_KEY", "AWS_PROFILE"} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	const at = "s3://s3.example.org/notes"
	refused := func(says string) {
		t.Helper()
		if _, err := Open(at); !errors.Is(err, place.ErrRefused) || !strings.Contains(err.Error(), says) {
			t.Errorf("%v; want it to say: %s", err, says)
		}
	}
	refused("there is no key for s3.example.org; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write them into ~/.aws/credentials")
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	refused("AWS_SECRET_ACCESS_KEY is not set")
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	file := filepath.Join(home, ".aws", "credentials")
	text := "[default]\naws_access_key_id = a\naws_secret_access_key = b\n[work]\naws_access_key_id = c\naws_secret_access_key = d\n"
	if err := errors.Join(os.Mkdir(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
	for profile, want := range map[string]string{"": "a", "work": "c"} {
		t.Setenv("AWS_PROFILE", profile)
		a, err := parseAddress(at)
		if err != nil {
			t.Fatal(err)
		}
		keys, err := findKeys(a)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := keys.GetWithContext(nil); err != nil || got.AccessKeyID != want {
			t.Errorf("profile %q has key %q: %v", profile, got.AccessKeyID, err)
		}
	}
	t.Setenv("AWS_PROFILE", "play")
	refused(`AWS_PROFILE is "play"`)
}
