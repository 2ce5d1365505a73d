package s3

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/encoding/httpbinding"
)

// A caller calls the server.
type caller struct {
	http   *http.Client
	signer *v4.Signer
	keys   aws.Credentials

	mu     sync.Mutex
	region string // as the server told it
}

func newCaller(a address, keys aws.Credentials) caller {
	transport := &http.Transport{ // which speaks HTTP/1.1, as all servers do
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: silence}).DialContext,
		TLSHandshakeTimeout:   silence,
		ResponseHeaderTimeout: silence,
		IdleConnTimeout:       time.Minute,
		MaxIdleConnsPerHost:   16,
		DisableCompression:    true, // sizes are those of what is kept
	}
	return caller{
		http: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // a signature is for one host
		}},
		signer: v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }),
		keys:   keys,
	}
}

// A request is what is asked for: of an object, or of the bucket if it has no name.
type request struct {
	method string
	name   string
	query  url.Values
	header http.Header
	body   []byte
}

// attempts is how often a server is asked that is busy.
const attempts = 3

// call makes a request, again where the server is busy or tells another region. The
// answer is one of success; its body is to be closed.
func (b *Bucket) call(w *watch, r request) (*http.Response, error) {
	var err error
	moved := false
	for n := 0; n < attempts; n++ {
		if n > 0 && !w.sleep(pause(n)) {
			return nil, context.Cause(w.ctx)
		}
		region := b.regionNow()
		var res *http.Response
		if res, err = b.send(w, r, region); err == nil {
			return res, nil
		}
		var no refusal
		switch {
		case errors.As(err, &no) && !moved && no.tellsOther(region) && b.address.region == "":
			b.move(no.Region)
			moved, n = true, -1
		case !worthAnother(err):
			return nil, err
		}
	}
	return nil, err
}

// pause is how long to wait before an attempt: 200 ms or 400, some of it by chance.
func pause(attempt int) time.Duration {
	most := 100 * time.Millisecond << attempt
	return most/2 + rand.N(most/2)
}

// The region of servers that have none, and where Amazon's buckets are if nobody says
// otherwise.
const defaultRegion = "us-east-1"

// regionNow is the region of the bucket, as far as it is known.
func (b *Bucket) regionNow() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, region := range []string{b.address.region, b.caller.region} {
		if region != "" {
			return region
		}
	}
	return defaultRegion
}

func (b *Bucket) move(region string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.caller.region = region
}

// send makes a request once.
func (b *Bucket) send(w *watch, r request, region string) (*http.Response, error) {
	req := &http.Request{Method: r.method, URL: b.url(r.name, region), Header: http.Header{}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
	req = req.WithContext(w.ctx)
	req.URL.RawQuery = r.query.Encode()
	for key, values := range r.header {
		req.Header[key] = values
	}
	req.Header.Set("User-Agent", "kartei")
	sha := sha256.Sum256(r.body)
	payload := hex.EncodeToString(sha[:])
	req.Header.Set("X-Amz-Content-Sha256", payload)
	if r.method == http.MethodPut {
		md5 := md5.Sum(r.body)
		req.Header.Set("Content-Md5", base64.StdEncoding.EncodeToString(md5[:]))
		req.ContentLength = int64(len(r.body))
		req.GetBody = func() (io.ReadCloser, error) { // again, if a connection that was kept is gone
			if len(r.body) == 0 {
				return http.NoBody, nil
			}
			return io.NopCloser(w.reading(bytes.NewReader(r.body))), nil
		}
		req.Body, _ = req.GetBody()
	}
	if err := b.signer.SignHTTP(w.ctx, b.keys, req, payload, "s3", region, time.Now()); err != nil {
		return nil, err
	}
	res, err := b.http.Do(req)
	if err != nil {
		return nil, err
	}
	w.alive()
	if res.StatusCode/100 != 2 {
		defer res.Body.Close()
		return nil, readRefusal(w, res)
	}
	return res, nil
}

// url is that of an object, or of the bucket.
func (b *Bucket) url(name, region string) *url.URL {
	u := &url.URL{Scheme: "http", Host: b.hostIn(region), Path: "/" + name}
	if b.tls {
		u.Scheme = "https"
	}
	if b.bucketInHost() {
		u.Host = b.bucket + "." + u.Host
	} else {
		u.Path = "/" + b.bucket + u.Path
	}
	u.RawPath = httpbinding.EscapePath(u.Path, false)
	return u
}

// A refusal is what a server answers that does not do what it was asked.
type refusal struct {
	XMLName xml.Name `xml:"Error"`
	Status  int      `xml:"-"`
	Code    string
	Message string
	Region  string
}

func (r refusal) Error() string { return strings.Join(strings.Fields(r.Code+" "+r.Message), " ") }

// statusOf is the status of an answer, 0 if the error is none.
func statusOf(err error) int {
	var no refusal
	errors.As(err, &no)
	return no.Status
}

// largestAnswer is how much of XML a server may answer: a page of a list has 1,000
// names, each of 1,024 bytes at most, which may take three as many.
const largestAnswer = 8 << 20

// readRefusal reads what a server says, which may be a page of HTML, or nothing.
func readRefusal(w *watch, res *http.Response) error {
	no := refusal{}
	if readXML(w, res.Body, &no) != nil {
		no = refusal{Message: res.Status}
	}
	no.Status = res.StatusCode
	if no.Region == "" {
		no.Region = res.Header.Get("X-Amz-Bucket-Region")
	}
	return no
}

func readXML(w *watch, body io.Reader, to any) error {
	data, err := io.ReadAll(io.LimitReader(w.reading(body), largestAnswer))
	if err != nil {
		return err
	}
	if xml.Unmarshal(data, to) != nil {
		return errNotS3
	}
	return nil
}

// tellsOther reports whether a server says that the bucket is in another region.
func (r refusal) tellsOther(region string) bool {
	return r.Region != "" && r.Region != region && (r.Status == http.StatusBadRequest || r.Status == http.StatusForbidden || r.Status/100 == 3)
}

// worthAnother reports whether a call may succeed if it is made again. Where nobody
// can be called it cannot.
func worthAnother(err error) bool {
	var no refusal
	if errors.As(err, &no) {
		busy := []int{http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
			http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}
		return slices.Contains(busy, no.Status) || no.Code == "RequestTimeout" // with which Amazon answers 400
	}
	var op *net.OpError
	broken := errors.As(err, &op) && slices.Contains([]string{"read", "readfrom", "write"}, op.Op)
	return broken || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
