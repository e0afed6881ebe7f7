//go:build unix

package embedded

import (
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// logTail is how many bytes of the server's log an error may quote.
const logTail = 1000

// openLog opens the server's log for appending and returns its length. It first renames a log that has grown large, and
// keeps one old file.
func (p *instanceDir) openLog() (*os.File, int64, error) {
	if info, err := os.Lstat(p.log()); err == nil && info.Size() > maxLog {
		if err := os.Rename(p.log(), p.log()+".old"); err != nil {
			return nil, 0, fmt.Errorf("server log: %w", err)
		}
	}
	log, err := os.OpenFile(p.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, 0, fmt.Errorf("server log: %w", err)
	}
	end, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		_ = log.Close()
		return nil, 0, fmt.Errorf("server log: %w", err)
	}
	return log, end, nil
}

// logSince returns what the server logged after position, or only the end of it if it is long.
func (p *instanceDir) logSince(position int64) string {
	log, err := os.Open(p.log())
	if err != nil {
		return err.Error()
	}
	defer log.Close()
	if end, err := log.Seek(0, io.SeekEnd); err == nil {
		position = max(position, end-logTail)
	}
	text, err := io.ReadAll(io.NewSectionReader(log, position, logTail))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text))
}
