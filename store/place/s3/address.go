package s3

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/minio/minio-go/v7/pkg/s3utils"
)

// The schemes of addresses.
const (
	schemeTLS   = "s3://"
	schemePlain = "s3+http://"
)

// An AddressError says what is wrong with an address.
type AddressError struct{ error }

// An address is where a bucket is.
type address struct {
	host   string // with its port, if it has one
	bucket string
	prefix string // of all names; empty, or with a slash at its end
	region string // empty: the server is asked
	tls    bool
}

func parseAddress(text string) (address, error) {
	a, err := readAddress(text)
	if err != nil {
		err = AddressError{err}
	}
	return a, err
}

// readAddress reads s3://HOST/BUCKET/PREFIX, after which ?region=NAME may follow.
func readAddress(text string) (address, error) {
	u, err := url.Parse(text)
	if err != nil {
		return address{}, fmt.Errorf("%q is not an address: %w", text, err)
	}
	path := strings.Trim(u.Path, "/")
	bucket, prefix, _ := strings.Cut(path, "/")
	a := address{host: u.Host, bucket: bucket, prefix: prefix, tls: u.Scheme == "s3"}
	if a.prefix != "" {
		a.prefix += "/"
	}
	switch err := s3utils.CheckValidBucketNameStrict(bucket); {
	case u.User != nil:
		return a, fmt.Errorf("the key to a bucket is not part of its address, which is kept: %s", whereKeysAre)
	case !isHost(u):
		return a, fmt.Errorf("%s does not name its server: write s3://HOST/BUCKET/PREFIX, as s3://s3.amazonaws.com/%s", text, strings.Trim(u.Host+"/"+path, "/"))
	case bucket == "":
		return a, fmt.Errorf("%s does not name a bucket: write s3://%s/BUCKET/PREFIX", text, u.Host)
	case err != nil:
		return a, fmt.Errorf("%q cannot be the name of a bucket: %w", bucket, err)
	case strings.Contains("/"+a.prefix, "/../") || strings.Contains("/"+a.prefix, "/./") || strings.Contains(a.prefix, "//"):
		return a, fmt.Errorf("%q cannot be where names begin", prefix)
	}
	for key := range u.Query() {
		if key != "region" {
			return a, fmt.Errorf("%s: an address has no %q, only ?region=NAME", text, key)
		}
	}
	if a.region = u.Query().Get("region"); a.region == "" {
		a.region = regionOf(u.Hostname())
	}
	return a, nil
}

// isHost tells a server from the bucket that other programs write in its place.
func isHost(u *url.URL) bool {
	host := u.Hostname()
	return strings.Contains(host, ".") || u.Port() != "" || host == "localhost" || net.ParseIP(host) != nil
}

// regionOf returns the region that the name of a server tells, or that the user has
// set for Amazon's; empty where the server has to be asked.
func regionOf(host string) string {
	labels := strings.Split(host, ".")
	switch {
	case strings.HasSuffix(host, ".r2.cloudflarestorage.com"):
		return "auto"
	case strings.HasSuffix(host, ".backblazeb2.com"), strings.HasSuffix(host, ".wasabisys.com"), strings.HasSuffix(host, ".scw.cloud"):
		return labels[max(0, len(labels)-3)]
	case host == "s3.amazonaws.com":
		if region := os.Getenv("AWS_REGION"); region != "" {
			return region
		}
		return os.Getenv("AWS_DEFAULT_REGION")
	}
	return ""
}
