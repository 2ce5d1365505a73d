// Package s3 is a place that is a bucket of an object store which speaks S3: Amazon's,
// Backblaze's, Cloudflare's R2, MinIO, Garage and many more.
//
// Its address is s3://HOST/BUCKET/PREFIX, and s3+http:// for a server without TLS in
// one's own network. The key to it is never part of the address, which is kept: it
// comes from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from the files in ~/.aws.
// A server that cannot be reached costs one attempt; one that falls silent is given up.
//
// Amazon's library signs the requests, which are few: its client, and MinIO's, take
// more time to start than everything else that the program does at its start.
package s3

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kartei/store/place"
)

// A Bucket is a [place.Place].
type Bucket struct {
	address
	caller
}

// Is reports whether an address is one of a bucket.
func Is(address string) bool {
	return strings.HasPrefix(address, schemeTLS) || strings.HasPrefix(address, schemePlain)
}

// Open returns the bucket at an address. The network is not asked yet.
func Open(at string) (*Bucket, error) {
	a, err := parseAddress(at)
	if err != nil {
		return nil, err
	}
	keys, err := findKeys(a)
	if err != nil {
		return nil, err
	}
	return &Bucket{a, newCaller(a, keys)}, nil
}

// List implements [place.Place].
func (b *Bucket) List(ctx context.Context, prefix string) ([]place.Object, error) {
	w := watched(ctx)
	defer w.end()
	var all []place.Object
	for p := (page{More: true}); p.More; {
		var err error
		if p, err = b.page(w, prefix, p.Next); err != nil {
			return nil, b.explain(w, "", err)
		}
		for _, o := range p.Objects {
			if strings.HasSuffix(o.Key, "/") { // a folder, to those who look at a bucket with a browser
				continue
			}
			if len(all) == place.MaxObjects {
				return nil, place.ErrTooLarge
			}
			all = append(all, place.Object{Name: strings.TrimPrefix(o.Key, b.prefix), Size: o.Size})
		}
	}
	slices.SortFunc(all, func(a, b place.Object) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// A page is a part of a list.
type page struct {
	XMLName  xml.Name `xml:"ListBucketResult"`
	Encoding string   `xml:"EncodingType"`
	More     bool     `xml:"IsTruncated"`
	Next     string   `xml:"NextContinuationToken"`
	Objects  []struct {
		Key  string
		Size int64
	} `xml:"Contents"`
}

// page asks for the part of a list that comes next.
func (b *Bucket) page(w *watch, prefix, next string) (p page, err error) {
	query := url.Values{"list-type": {"2"}, "encoding-type": {"url"}, "prefix": {b.prefix + prefix}}
	if next != "" {
		query.Set("continuation-token", next)
	}
	res, err := b.call(w, request{method: http.MethodGet, query: query})
	if err != nil {
		return p, err
	}
	defer res.Body.Close()
	if err := readXML(w, res.Body, &p); err != nil {
		return p, err
	}
	if p.More && (p.Next == "" || p.Next == next) { // it would go on for ever
		return p, errNotS3
	}
	for i := range p.Objects {
		if o := &p.Objects[i]; p.Encoding == "url" {
			if o.Key, err = url.QueryUnescape(o.Key); err != nil {
				return p, errNotS3
			}
		}
	}
	return p, nil
}

// Get implements [place.Place].
func (b *Bucket) Get(ctx context.Context, name string, limit int64) ([]byte, error) {
	if !fs.ValidPath(name) {
		return nil, fmt.Errorf("%q: %w", name, fs.ErrInvalid)
	}
	w := watched(ctx)
	defer w.end()
	res, err := b.call(w, request{method: http.MethodGet, name: b.prefix + name})
	if err == nil && res.Header.Get("Last-Modified") == "" { // anybody says 200
		res.Body.Close()
		err = errNotS3
	}
	if err != nil {
		return nil, b.explain(w, name, err)
	}
	defer res.Body.Close()
	if res.ContentLength > limit {
		return nil, fmt.Errorf("%s: %w", name, place.ErrTooLarge)
	}
	data, err := io.ReadAll(io.LimitReader(w.reading(res.Body), limit+1))
	if err != nil {
		return nil, b.explain(w, name, err)
	}
	if int64(len(data)) > limit { // than it said
		return nil, fmt.Errorf("%s: %w", name, place.ErrTooLarge)
	}
	return data, nil
}

// Put implements [place.Place].
func (b *Bucket) Put(ctx context.Context, name string, data []byte) error {
	if err := place.CheckName(name); err != nil {
		return err
	}
	w := watched(ctx)
	defer w.end()
	err := b.put(w, name, data, true)
	if statusOf(err) != http.StatusNotImplemented {
		return b.explain(w, name, err)
	}
	// Backblaze knows no conditions. Names are such that hardly two machines want one.
	switch err := b.ask(w, http.MethodHead, name); {
	case err == nil:
		return fmt.Errorf("%s: %w", name, place.ErrExists)
	case statusOf(err) != http.StatusNotFound:
		return b.explain(w, name, err)
	}
	return b.explain(w, name, b.put(w, name, data, false))
}

func (b *Bucket) put(w *watch, name string, data []byte, ifAbsent bool) error {
	header := http.Header{"Content-Type": {"application/octet-stream"}}
	if ifAbsent {
		header.Set("If-None-Match", "*")
	}
	res, err := b.call(w, request{method: http.MethodPut, name: b.prefix + name, header: header, body: data})
	if err != nil {
		return err
	}
	res.Body.Close()
	if res.Header.Get("ETag") == "" { // anybody says 200
		return errNotS3
	}
	return nil
}

// ask is a call whose answer has nothing in it.
func (b *Bucket) ask(w *watch, method, name string) error {
	res, err := b.call(w, request{method: method, name: b.prefix + name})
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// Delete implements [place.Place].
func (b *Bucket) Delete(ctx context.Context, name string) error {
	if !fs.ValidPath(name) {
		return fmt.Errorf("%q: %w", name, fs.ErrInvalid)
	}
	w := watched(ctx)
	defer w.end()
	err := b.explain(w, name, b.ask(w, http.MethodDelete, name))
	if errors.Is(err, place.ErrNotFound) {
		return nil
	}
	return err
}
