package s3

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/minio/minio-go/v7"

	"kartei/store/place"
)

// explain says of what kind a failure is, and in words what a person can do about it.
func (b *Bucket) explain(w *watch, name string, err error) error {
	if err == nil {
		return nil
	}
	if cause := context.Cause(w.ctx); cause != nil {
		err = cause
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var answer minio.ErrorResponse
	if errors.As(err, &answer) {
		return b.explainAnswer(name, answer)
	}
	return b.explainNetwork(err)
}

// explainAnswer explains what a server answers.
func (b *Bucket) explainAnswer(name string, answer minio.ErrorResponse) error {
	switch answer.Code {
	case "NoSuchKey":
		return fmt.Errorf("%s: %w", name, place.ErrNotFound)
	case "PreconditionFailed", "ConditionalRequestConflict":
		return fmt.Errorf("%s: %w", name, place.ErrExists)
	case "NoSuchBucket":
		return fmt.Errorf("%w: %s has no bucket %q; make it there, or check its name", place.ErrRefused, b.host, b.bucket)
	case "InvalidAccessKeyId", "XAdminUserNotFound":
		return fmt.Errorf("%w: %s does not know the key in AWS_ACCESS_KEY_ID or ~/.aws/credentials", place.ErrRefused, b.host)
	case "SignatureDoesNotMatch":
		return fmt.Errorf("%w: the secret in AWS_SECRET_ACCESS_KEY or ~/.aws/credentials is not that of its key", place.ErrRefused)
	case "ExpiredToken", "InvalidToken", "TokenRefreshRequired":
		return fmt.Errorf("%w: the key has expired; sign in again where it came from", place.ErrRefused)
	case "RequestTimeTooSkewed":
		return fmt.Errorf("%w: the clock of this machine is wrong, says %s; set it right", place.ErrRefused, b.host)
	case "AuthorizationHeaderMalformed", "InvalidRegion", "PermanentRedirect", "IllegalLocationConstraintException":
		return fmt.Errorf("%w: the bucket is in another region (%s); write ?region=NAME after its address", place.ErrRefused, b.says(answer))
	case "AccessDenied", "AllAccessDisabled", "AccountProblem":
		return fmt.Errorf("%w: the key may not do this in bucket %q (%s); it has to list, read, write and delete", place.ErrRefused, b.bucket, b.says(answer))
	case "QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "InsufficientStorage", "StorageQuotaExceeded":
		return fmt.Errorf("%w: %s", place.ErrFull, b.says(answer))
	}
	return b.explainStatus(name, answer)
}

// explainStatus explains answers that have no code of their own: those to HEAD, and
// those of servers with words of their own.
func (b *Bucket) explainStatus(name string, answer minio.ErrorResponse) error {
	kind := map[int]error{
		http.StatusNotFound: place.ErrNotFound, http.StatusPreconditionFailed: place.ErrExists, http.StatusConflict: place.ErrExists,
		http.StatusUnauthorized: place.ErrRefused, http.StatusForbidden: place.ErrRefused, http.StatusPaymentRequired: place.ErrRefused,
		http.StatusInsufficientStorage: place.ErrFull, http.StatusTooManyRequests: place.ErrUnreachable,
	}[answer.StatusCode]
	switch {
	case kind != nil && name != "":
		return fmt.Errorf("%s: %w: %s", name, kind, b.says(answer))
	case kind == nil && answer.StatusCode < http.StatusBadRequest:
		return fmt.Errorf("%w: %s: %w (%s)", place.ErrUnreachable, b.host, errNotS3, b.says(answer))
	case kind == nil && answer.StatusCode >= http.StatusInternalServerError:
		kind = place.ErrUnreachable
	case kind == nil:
		return fmt.Errorf("%s: %s", b.host, b.says(answer))
	}
	return fmt.Errorf("%w: %s: %s", kind, b.host, b.says(answer))
}

// errNotS3 is the error of what answers in place of the server, as the page of a
// network that wants a password.
var errNotS3 = errors.New("it answers, but not as an object store does")

// says is what a server said, which may be a page of HTML.
func (b *Bucket) says(answer minio.ErrorResponse) string {
	text := strings.TrimSuffix(strings.Join(strings.Fields(answer.Code+": "+answer.Message), " "), ":")
	if len(text) > 200 {
		text = text[:200] + "…"
	}
	return strings.ToValidUTF8(text, "?")
}

// explainNetwork explains why no server answers.
func (b *Bucket) explainNetwork(err error) error {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var dns *net.DNSError
	var xml *xml.SyntaxError
	switch {
	case errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &invalid):
		return fmt.Errorf("%w: the certificate of %s is not to be trusted: %w", place.ErrRefused, b.host, err)
	case errors.As(err, &record), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return fmt.Errorf("%w: %s has no TLS; in your own network, write %s%s/…", place.ErrRefused, b.host, schemePlain, b.host)
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Errorf("%w: no server is called %s, or you are offline", place.ErrUnreachable, b.host)
	case errors.Is(err, errSilent), errors.Is(err, errNotS3):
		return fmt.Errorf("%w: %s: %w", place.ErrUnreachable, b.host, err)
	case errors.As(err, &xml):
		return fmt.Errorf("%w: %s: %w", place.ErrUnreachable, b.host, errNotS3)
	}
	return fmt.Errorf("%w: %w", place.ErrUnreachable, shorter(err))
}

// shorter leaves the request out of an error: its address is long, and says nothing.
func shorter(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op
	}
	return err
}
