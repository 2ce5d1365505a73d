package placetest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// An S3 is a real server, Versity's gateway to a folder, for one test.
type S3 struct {
	Folder  string // its buckets are the folders in it, their objects the files in those
	Address string // of the bucket "kartei"
	program string
	host    string
	server  *exec.Cmd
	log     string
}

// The key of the server.
const (
	accessKey = "kartei-test"
	secretKey = "not-much-of-a-secret"
)

// StartS3 starts a server that ends with the test, and sets the environment so that its
// key is found. The test is skipped where KARTEI_S3 does not name the program
// versitygw and there is none in the path; .ci/s3 installs it.
func StartS3(t *testing.T) *S3 {
	t.Helper()
	program := os.Getenv("KARTEI_S3")
	if program == "" {
		found, err := exec.LookPath("versitygw")
		if err != nil {
			t.Skip("SKIPPED: there is no versitygw; .ci/s3 installs it and sets KARTEI_S3")
		}
		program = found
	}
	s := &S3{program: program, Folder: t.TempDir(), log: filepath.Join(t.TempDir(), "log")}
	t.Setenv("AWS_ACCESS_KEY_ID", accessKey)
	t.Setenv("AWS_SECRET_ACCESS_KEY", secretKey)
	s.Bucket(t, "kartei")
	for range 5 { // between the search for a free port and the start another may take it
		s.host = freePort(t)
		s.Address = "s3+http://" + s.host + "/kartei"
		if s.start(t) {
			return s
		}
	}
	text, _ := os.ReadFile(s.log)
	t.Fatalf("%s does not start:\n%s", program, text)
	return nil
}

// Bucket makes a bucket.
func (s *S3) Bucket(t *testing.T, name string) {
	t.Helper()
	must(t, os.Mkdir(filepath.Join(s.Folder, name), 0o700))
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

// Again starts the server once more, after Stop.
func (s *S3) Again(t *testing.T) {
	t.Helper()
	if !s.start(t) {
		t.Fatal("the server does not start again")
	}
}

// start starts the server and reports whether it takes calls.
func (s *S3) start(t *testing.T) bool {
	t.Helper()
	log, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	must(t, err)
	defer log.Close()
	s.server = exec.Command(s.program, "--port", s.host, "posix", "--sidecar", t.TempDir(), s.Folder)
	s.server.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+accessKey, "ROOT_SECRET_KEY="+secretKey)
	s.server.Stdout, s.server.Stderr = log, log
	must(t, s.server.Start())
	ended := make(chan struct{})
	go func() {
		s.server.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		s.server.Process.Kill()
		<-ended
	})
	for range 1200 {
		if c, err := net.DialTimeout("tcp", s.host, time.Second); err == nil {
			c.Close()
			return true
		}
		select {
		case <-ended:
			return false
		case <-time.After(50 * time.Millisecond):
		}
	}
	return false
}

// Stop ends the server before the test ends.
func (s *S3) Stop(t *testing.T) {
	t.Helper()
	must(t, s.server.Process.Kill())
	for {
		c, err := net.DialTimeout("tcp", s.host, time.Second)
		if err != nil {
			return
		}
		c.Close()
		time.Sleep(10 * time.Millisecond)
	}
}

// In returns the address of what begins with a name in the bucket.
func (s *S3) In(prefix string) string { return fmt.Sprintf("%s/%s", s.Address, prefix) }
