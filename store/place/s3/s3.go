// Package s3 is a place that is a bucket of an object store which speaks S3: Amazon's,
// Backblaze's, Cloudflare's R2, MinIO, Garage and many more.
//
// Its address is s3://HOST/BUCKET/PREFIX, and s3+http:// for a server without TLS in
// one's own network. The key to it is never part of the address, which is kept: it
// comes from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from the files in ~/.aws.
// A server that cannot be reached costs one attempt; one that falls silent is given up.
package s3

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"github.com/minio/minio-go/v7"

	"kartei/store/place"
)

// A Bucket is a [place.Place].
type Bucket struct {
	client *minio.Core
	address
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
	transport, err := minio.DefaultTransport(a.tls)
	if err != nil {
		return nil, err
	}
	client, err := minio.NewCore(a.host, &minio.Options{
		Creds: keys, Secure: a.tls, Region: a.region, Transport: giveUp{transport}, MaxRetries: 3,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	return &Bucket{client, a}, nil
}

// List implements [place.Place].
func (b *Bucket) List(ctx context.Context, prefix string) ([]place.Object, error) {
	w := watched(ctx)
	defer w.end()
	var all []place.Object
	for o := range b.client.Client.ListObjects(w.ctx, b.bucket, minio.ListObjectsOptions{Prefix: b.prefix + prefix, Recursive: true}) {
		if o.Err != nil {
			return nil, b.explain(w, "", o.Err)
		}
		w.alive()
		if strings.HasSuffix(o.Key, "/") { // a folder, to those who look at a bucket with a browser
			continue
		}
		if len(all) == place.MaxObjects {
			return nil, place.ErrTooLarge
		}
		all = append(all, place.Object{Name: strings.TrimPrefix(o.Key, b.prefix), Size: o.Size})
	}
	if err := context.Cause(w.ctx); err != nil { // the list may have ended before its end
		return nil, b.explain(w, "", err)
	}
	slices.SortFunc(all, func(a, b place.Object) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// Get implements [place.Place].
func (b *Bucket) Get(ctx context.Context, name string, limit int64) ([]byte, error) {
	if !fs.ValidPath(name) {
		return nil, fmt.Errorf("%q: %w", name, fs.ErrInvalid)
	}
	w := watched(ctx)
	defer w.end()
	body, info, _, err := b.client.GetObject(w.ctx, b.bucket, b.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		return nil, b.explain(w, name, err)
	}
	defer body.Close()
	if info.Size > limit {
		return nil, fmt.Errorf("%s: %w", name, place.ErrTooLarge)
	}
	data, err := io.ReadAll(io.LimitReader(w.reading(body), limit+1))
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
	if minio.ToErrorResponse(err).StatusCode != http.StatusNotImplemented {
		return b.explain(w, name, err)
	}
	// Backblaze knows no conditions. Names are such that hardly two machines want one.
	switch _, err := b.client.StatObject(w.ctx, b.bucket, b.prefix+name, minio.StatObjectOptions{}); {
	case err == nil:
		return fmt.Errorf("%s: %w", name, place.ErrExists)
	case minio.ToErrorResponse(err).StatusCode != http.StatusNotFound:
		return b.explain(w, name, err)
	}
	return b.explain(w, name, b.put(w, name, data, false))
}

func (b *Bucket) put(w *watch, name string, data []byte, ifAbsent bool) error {
	options := minio.PutObjectOptions{ContentType: "application/octet-stream"}
	if ifAbsent {
		options.SetMatchETagExcept("*")
	}
	md5, sha := md5.Sum(data), sha256.Sum256(data)
	done, err := b.client.PutObject(w.ctx, b.bucket, b.prefix+name, w.seeking(bytes.NewReader(data)), int64(len(data)),
		base64.StdEncoding.EncodeToString(md5[:]), hex.EncodeToString(sha[:]), options)
	if err == nil && done.ETag == "" { // anybody says 200
		err = errNotS3
	}
	return err
}

// Delete implements [place.Place].
func (b *Bucket) Delete(ctx context.Context, name string) error {
	if !fs.ValidPath(name) {
		return fmt.Errorf("%q: %w", name, fs.ErrInvalid)
	}
	w := watched(ctx)
	defer w.end()
	err := b.explain(w, name, b.client.RemoveObject(w.ctx, b.bucket, b.prefix+name, minio.RemoveObjectOptions{}))
	if errors.Is(err, place.ErrNotFound) {
		return nil
	}
	return err
}
