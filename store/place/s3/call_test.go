package s3

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"kartei/store/place"
)

// serve starts a server and opens a bucket of it.
func serve(t *testing.T, query string, answer http.HandlerFunc) *Bucket {
	withKey(t)
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return open(t, strings.Replace(server.URL, "http", "s3+http", 1)+"/notes"+query)
}

// scopeOf is the region for which a request is signed.
func scopeOf(r *http.Request) string {
	return strings.Split(r.Header.Get("Authorization"), "/")[2]
}

// A server that says where the bucket is, as Garage and Amazon do, is asked again for
// that region, and only once, but not where the user said another.
func TestRegions(t *testing.T) {
	var scopes []string
	say := func(status int, header, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if scopes = append(scopes, scopeOf(r)); scopes[len(scopes)-1] == "garage" {
				fmt.Fprint(w, `<ListBucketResult><Contents><Key>d/a</Key><Size>3</Size></Contents></ListBucketResult>`)
				return
			}
			if header != "" {
				w.Header().Set("X-Amz-Bucket-Region", header)
			}
			w.WriteHeader(status)
			fmt.Fprint(w, text)
		}
	}
	const malformed = `<Error><Code>AuthorizationHeaderMalformed</Code><Message>no</Message><Region>%s</Region></Error>`
	for name, b := range map[string]*Bucket{
		"in the text": serve(t, "", say(http.StatusBadRequest, "", fmt.Sprintf(malformed, "garage"))),
		"in a header": serve(t, "", say(http.StatusMovedPermanently, "garage", `<Error><Code>PermanentRedirect</Code></Error>`)),
	} {
		scopes = nil
		all, err := b.List(t.Context(), "")
		if err != nil || len(all) != 1 {
			t.Errorf("%s: %v, %v", name, all, err)
		}
		if _, err := b.List(t.Context(), ""); err != nil || !slices.Equal(scopes, []string{"us-east-1", "garage", "garage"}) {
			t.Errorf("%s: asked for %q: %v", name, scopes, err)
		}
	}
	for name, b := range map[string]*Bucket{
		"another each time": serve(t, "", say(http.StatusBadRequest, "", fmt.Sprintf(malformed, "nowhere"))),
		"the user's":        serve(t, "?region=eu-west-3", say(http.StatusBadRequest, "", fmt.Sprintf(malformed, "garage"))),
	} {
		scopes = nil
		if _, err := b.List(t.Context(), ""); !errors.Is(err, place.ErrRefused) || !strings.Contains(err.Error(), "in another region") || len(scopes) > 2 {
			t.Errorf("%s: asked for %q: %v", name, scopes, err)
		}
	}
}

// A list comes in pages, with whatever names are in the bucket.
func TestPages(t *testing.T) {
	var prefix string
	b := serve(t, "/my%20notes?region=x", func(w http.ResponseWriter, r *http.Request) {
		prefix = r.URL.Query().Get("prefix")
		if r.URL.Query().Get("continuation-token") == "" {
			fmt.Fprint(w, `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
				<NextContinuationToken>a/b+c=</NextContinuationToken><Contents><Key>my+notes%2Fd%2Fb%2B%01</Key><Size>1</Size></Contents></ListBucketResult>`)
		} else if r.URL.Query().Get("continuation-token") == "a/b+c=" {
			fmt.Fprint(w, `<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>my notes/d/a%2b</Key><Size>2</Size></Contents></ListBucketResult>`)
		}
	})
	all, err := b.List(t.Context(), "d/")
	if want := []place.Object{{Name: "d/a%2b", Size: 2}, {Name: "d/b+\x01", Size: 1}}; err != nil || !slices.Equal(all, want) || prefix != "my notes/d/" {
		t.Errorf("below %q: %+v, %v", prefix, all, err)
	}
	for _, page := range []string{
		`<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>`,
		`<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken></ListBucketResult>`,
		`<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>%zz</Key></Contents></ListBucketResult>`,
		`<ListBucketResult><Contents>`,
		`<ListAllMyBucketsResult></ListAllMyBucketsResult>`,
	} {
		b := serve(t, "?region=x", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, page) })
		if all, err := b.List(t.Context(), ""); !errors.Is(err, place.ErrUnreachable) {
			t.Errorf("%s: %v, %v", page, all, err)
		}
	}
}

// What is asked is signed, with what is in it, and again at every attempt.
func TestRequests(t *testing.T) {
	var said []string
	b := serve(t, "/a%20b/ü?region=x", func(w http.ResponseWriter, r *http.Request) {
		said = append(said, r.Method+" "+r.RequestURI+" "+r.Header.Get("X-Amz-Security-Token")+" "+r.Header.Get("If-None-Match")+" "+r.Header.Get("X-Amz-Content-Sha256")[:8])
		if !strings.Contains(r.Header.Get("Authorization"), "/x/s3/aws4_request") || !strings.Contains(r.Header.Get("Authorization"), "x-amz-content-sha256") {
			t.Errorf("signed as %q", r.Header.Get("Authorization"))
		}
		if len(said) == 1 {
			w.WriteHeader(http.StatusInternalServerError)
		}
		w.Header().Set("ETag", `"1"`)
	})
	b.keys.SessionToken = "guest"
	if err := b.Put(t.Context(), "d/1.seg", []byte("rows")); err != nil {
		t.Error(err)
	}
	if err := b.Delete(t.Context(), "d/a+b"); err != nil {
		t.Error(err)
	}
	const put = "PUT /notes/a%20b/%C3%BC/d/1.seg guest * bc51e9e6"
	if want := []string{put, put, "DELETE /notes/a%20b/%C3%BC/d/a%2Bb guest  e3b0c442"}; !slices.Equal(said, want) {
		t.Errorf("asked %q, want %q", said, want)
	}
}

// Amazon has a server for each region, and the bucket in its name.
func TestWhereRequestsGo(t *testing.T) {
	withKey(t)
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_DEFAULT_REGION", "")
	for at, want := range map[string]string{
		"s3://s3.amazonaws.com/my-notes/x":                  "https://my-notes.s3.amazonaws.com/k",
		"s3://s3.amazonaws.com/my-notes?region=eu-west-3":   "https://my-notes.s3.eu-west-3.amazonaws.com/k",
		"s3://s3.eu-west-3.amazonaws.com/my-notes":          "https://my-notes.s3.eu-west-3.amazonaws.com/k",
		"s3://s3.cn-north-1.amazonaws.com.cn/my-notes":      "https://my-notes.s3.cn-north-1.amazonaws.com.cn/k",
		"s3://s3.amazonaws.com/my.notes?region=eu-west-3":   "https://s3.eu-west-3.amazonaws.com/my.notes/k",
		"s3://oss-cn-beijing.aliyuncs.com/my-notes":         "https://my-notes.oss-cn-beijing.aliyuncs.com/k",
		"s3://s3.eu-central-003.backblazeb2.com/my-notes":   "https://s3.eu-central-003.backblazeb2.com/my-notes/k",
		"s3://minio.example.org:9000/my-notes":              "https://minio.example.org:9000/my-notes/k",
		"s3+http://[::1]:9000/my-notes":                     "http://[::1]:9000/my-notes/k",
		"s3://0af3.r2.cloudflarestorage.com/my-notes/a/b/c": "https://0af3.r2.cloudflarestorage.com/my-notes/k",
	} {
		b := open(t, at)
		if got := b.url("k", b.regionNow()).String(); got != want {
			t.Errorf("%s is asked at %s, want %s", at, got, want)
		}
	}
}

// A connection that the server gave up meanwhile is made anew.
func TestLostConnections(t *testing.T) {
	var calls atomic.Int32
	b := serve(t, "?region=x", func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) < attempts {
			c, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
			}
			c.Close()
			return
		}
		w.Header().Set("ETag", `"1"`)
	})
	if err := b.Put(t.Context(), "d/1.seg", []byte("rows")); err != nil || calls.Load() != attempts {
		t.Errorf("after %d calls: %v", calls.Load(), err)
	}
}

// The program that a profile names gives the key of who signs in with a browser.
func TestKeysOfProgram(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: it needs cat")
	}
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY", "AWS_SECRET_KEY", "AWS_PROFILE"} {
		t.Setenv(name, "")
	}
	folder := t.TempDir()
	told, config := filepath.Join(folder, "told.json"), filepath.Join(folder, "config")
	t.Setenv("AWS_CONFIG_FILE", config)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(folder, "none"))
	if err := os.WriteFile(config, []byte("[default]\ncredential_process = cat "+told+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := findKeys(address{}); !errors.Is(err, place.ErrRefused) || !strings.Contains(err.Error(), "credential_process") {
		t.Errorf("it tells nothing: %v", err)
	}
	if err := os.WriteFile(told, []byte(`{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if keys, err := findKeys(address{}); err != nil || keys.AccessKeyID != "a" || keys.SecretAccessKey != "b" || keys.SessionToken != "c" {
		t.Errorf("it tells %+v, %v", keys, err)
	}
}
