package s3

import (
	"cmp"
	"fmt"
	"net/http"
	"os"

	"github.com/minio/minio-go/v7/pkg/credentials"

	"kartei/store/place"
)

const whereKeysAre = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write them into ~/.aws/credentials"

// findKeys finds the user's key where other programs have it.
func findKeys(a address) (*credentials.Credentials, error) {
	files := &credentials.FileAWSCredentials{}
	keys := credentials.NewChainCredentials([]credentials.Provider{&credentials.EnvAWS{}, files})
	found, err := keys.GetWithContext(&credentials.CredContext{Client: http.DefaultClient})
	if err == nil && found.AccessKeyID != "" && found.SecretAccessKey != "" {
		return keys, nil
	}
	half := ""
	if found.AccessKeyID != "" {
		half = " (AWS_SECRET_ACCESS_KEY is not set)"
	} else if found.SecretAccessKey != "" {
		half = " (AWS_ACCESS_KEY_ID is not set)"
	} else if profile := os.Getenv("AWS_PROFILE"); profile != "" {
		half = fmt.Sprintf(" (AWS_PROFILE is %q)", profile)
	}
	return nil, fmt.Errorf("%w: there is no key for %s%s; %s", place.ErrRefused, cmp.Or(a.host, "it"), half, whereKeysAre)
}
