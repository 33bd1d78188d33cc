package duck

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"shoptwin/core"
)

var quoted = regexp.MustCompile(`"[^"]*"|'[^']*'`)

// explain makes an Error for people of what DuckDB says.
func (db *DB) explain(message string, kind mapping.ErrorType) error {
	first, _, _ := strings.Cut(message, "\n")
	low := strings.ToLower(quoted.ReplaceAllString(first, "")) // a path, or the SQL in later lines, may hold any word
	err := errors.New(first)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(low, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("no space left", "disk full", "failed to offload", "could not write all bytes", "max_temp_directory_size", "not enough space", "file too large", "disk quota"):
		return core.Errorf(core.Full, "no room left on the disk of %s: %w", db.shortPath(), err).
			WithHint("free some space there and try again; nothing was changed")
	case kind == mapping.ErrorTypeOutOfMemory, has("out of memory", "could not allocate", "failed to allocate", "failed to pin block"):
		return core.Errorf(core.Full, "not enough memory: %w", err).
			WithHint("close other programs, or work on fewer rows or columns; nothing was changed")
	case kind == mapping.ErrorTypeInterrupt, has("interrupted!"):
		return core.Errorf(core.Cancelled, "stopped on request: %w", err)
	case has("could not set lock", "conflicting lock", "already open", "being used by another process"):
		return core.Errorf(core.Conflict, "%s is in use by another program", db.shortPath()).
			WithHint("close the other Shoptwin")
	case has("not a valid duckdb database file", "corrupt", "checksum", "been invalidated", "newer version"):
		return core.Errorf(core.Invalid, "%s cannot be read: %w", db.shortPath(), err).
			WithHint("close the project and open it again; if that fails, restore it from a backup")
	case has("permission denied", "read-only"):
		return core.Errorf(core.Invalid, "%s cannot be written: %w", db.shortPath(), err).WithHint("check the folder's permissions")
	}
	return core.Errorf(core.Internal, "%w", err)
}

// fileError makes an Error of what the system says of a path.
func fileError(err error, path string) error {
	name := filepath.Base(path)
	var kind core.Kind = core.Invalid
	hint := "check the path"
	switch {
	case errors.Is(err, os.ErrNotExist):
		return core.Errorf(core.NotFound, "%s is not there", path).WithHint("check the path")
	case errors.Is(err, os.ErrPermission):
		hint = "you may not read it: change its permissions or copy it"
	case strings.Contains(strings.ToLower(err.Error()), "no space left"):
		kind, hint = core.Full, "free some space on the disk and try again"
	}
	e := core.Errorf(kind, "%s: %w", name, err)
	return e.WithHint("%s", hint)
}
