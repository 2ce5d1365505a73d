package lsp

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"github.com/sourcegraph/jsonrpc2"
)

// framed reads and writes messages in the frames of LSP. The library's own codec
// gives up at the first message that is not one; this one goes on with the next,
// and leaves a notification of it to the server.
type framed struct {
	jsonrpc2.VSCodeObjectCodec
	err error // why the stream came to its end; read it after that
}

// unreadable stands in for a message that is not one.
const unreadable = `{"jsonrpc":"2.0","method":"$/unreadable"}`

// longestMessage limits what is kept of one message, in bytes.
const longestMessage = 1 << 28

// ReadObject implements [jsonrpc2.ObjectCodec].
func (f *framed) ReadObject(stream *bufio.Reader, v any) error {
	n, err := readHeader(stream)
	if err != nil {
		f.err = err
		return err
	}
	body, err := io.ReadAll(io.LimitReader(stream, n))
	if err == nil && int64(len(body)) < n {
		err = io.EOF // the editor has left
	}
	if err != nil {
		f.err = err
		return err
	}
	if json.Unmarshal(body, v) == nil {
		return nil
	}
	reflect.ValueOf(v).Elem().SetZero() // of what was read before the fault
	return json.Unmarshal([]byte(unreadable), v)
}

// readHeader reads up to the body of a message, and returns its length in bytes.
func readHeader(stream *bufio.Reader) (length int64, err error) {
	length = -1
	for {
		line, err := stream.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		text := strings.TrimRight(string(line), "\r\n")
		if text == "" {
			break
		}
		key, value, _ := strings.Cut(text, ":")
		if !strings.EqualFold(key, "Content-Length") {
			continue
		}
		length, err = strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		if err != nil || length < 0 || length > longestMessage {
			return 0, fmt.Errorf("the editor sent a message with the length %q", strings.TrimSpace(value))
		}
	}
	if length < 0 {
		return 0, fmt.Errorf("the editor sent a message without its length")
	}
	return length, nil
}
