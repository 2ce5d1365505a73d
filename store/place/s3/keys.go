package s3

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"gopkg.in/ini.v1"

	"kartei/store/place"
)

const whereKeysAre = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write them into ~/.aws/credentials"

// findKeys finds the user's key where other programs have it.
func findKeys(a address) (aws.Credentials, error) {
	keys := aws.Credentials{
		AccessKeyID:     cmp.Or(os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_ACCESS_KEY")),
		SecretAccessKey: cmp.Or(os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SECRET_KEY")),
		SessionToken:    os.Getenv("AWS_SESSION_TOKEN"),
	}
	if keys.AccessKeyID == "" && keys.SecretAccessKey == "" {
		var err error
		if keys, err = keysOfFiles(); err != nil {
			return keys, fmt.Errorf("%w: %w", place.ErrRefused, err)
		}
	}
	if keys.HasKeys() {
		return keys, nil
	}
	half := ""
	if keys.AccessKeyID != "" {
		half = " (AWS_SECRET_ACCESS_KEY is not set)"
	} else if keys.SecretAccessKey != "" {
		half = " (AWS_ACCESS_KEY_ID is not set)"
	} else if profile := os.Getenv("AWS_PROFILE"); profile != "" {
		half = fmt.Sprintf(" (AWS_PROFILE is %q)", profile)
	}
	return keys, fmt.Errorf("%w: there is no key for %s%s; %s", place.ErrRefused, cmp.Or(a.host, "it"), half, whereKeysAre)
}

// keysOfFiles finds the key of the user's profile in Amazon's two files. What stands in
// the second goes before what stands in the first.
func keysOfFiles() (keys aws.Credentials, err error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return keys, nil // then there are none
	}
	files, err := ini.LooseLoad(
		cmp.Or(os.Getenv("AWS_CONFIG_FILE"), filepath.Join(home, ".aws", "config")),
		cmp.Or(os.Getenv("AWS_SHARED_CREDENTIALS_FILE"), filepath.Join(home, ".aws", "credentials")))
	if err != nil {
		return keys, fmt.Errorf("the files in ~/.aws cannot be read: %w", err)
	}
	name := cmp.Or(os.Getenv("AWS_PROFILE"), "default")
	for _, section := range []string{"profile " + name, name} {
		if files.HasSection(section) {
			s := files.Section(section)
			keys.AccessKeyID = cmp.Or(s.Key("aws_access_key_id").String(), keys.AccessKeyID)
			keys.SecretAccessKey = cmp.Or(s.Key("aws_secret_access_key").String(), keys.SecretAccessKey)
			keys.SessionToken = cmp.Or(s.Key("aws_session_token").String(), keys.SessionToken)
			if command := s.Key("credential_process").String(); command != "" && !keys.HasKeys() {
				return keysOfProgram(command)
			}
		}
	}
	return keys, nil
}

// keysOfProgram asks the program that a profile names, as `aws configure
// export-credentials` is where the user signs in with a browser.
func keysOfProgram(command string) (keys aws.Credentials, err error) {
	words := strings.Fields(command)
	out, err := exec.Command(words[0], words[1:]...).Output()
	var told struct{ AccessKeyId, SecretAccessKey, SessionToken string }
	if err == nil {
		err = json.Unmarshal(out, &told)
	}
	if err != nil {
		return keys, fmt.Errorf("the credential_process in ~/.aws gives no key: %s: %w", words[0], err)
	}
	return aws.Credentials{AccessKeyID: told.AccessKeyId, SecretAccessKey: told.SecretAccessKey, SessionToken: told.SessionToken}, nil
}
