package duck

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Databases in memory have a folder of their own in the system's temporary
// one, where DuckDB puts what does not fit into memory: real rows. Close
// removes it. After a kill the next Open does, which tells a dead owner by
// the lock that only a living one holds.
const (
	tempPrefix = "shoptwin-"
	lockName   = "lock"
)

// ownTemp makes a folder for a database in memory, which it locks, and
// removes those of programs that were killed.
func ownTemp() (dir string, lock *os.File, err error) {
	sweepTemp(os.TempDir())
	if dir, err = os.MkdirTemp("", tempPrefix); err != nil {
		return "", nil, err
	}
	lock, err = os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = lockFile(lock)
	}
	if err != nil {
		if lock != nil {
			_ = lock.Close()
		}
		_ = os.RemoveAll(dir)
		return "", nil, err
	}
	return dir, lock, nil
}

// sweepTemp removes the folders whose owners are gone. One without a lock file
// may be a moment old, or somebody else's; it is left.
func sweepTemp(in string) {
	all, err := os.ReadDir(in)
	if err != nil {
		return
	}
	for _, e := range all {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), tempPrefix) {
			continue
		}
		dir := filepath.Join(in, e.Name())
		lock, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR, 0)
		if err != nil {
			continue
		}
		st, err := lock.Stat()
		dead := err == nil && time.Since(st.ModTime()) > time.Minute && lockFile(lock) == nil
		_ = lock.Close()
		if dead && os.Remove(lock.Name()) == nil {
			_ = os.RemoveAll(dir)
		}
	}
}

// removeTemp removes the folder for temporary files.
func (db *DB) removeTemp() error {
	if db.lock != nil {
		_ = db.lock.Close()
	}
	return os.RemoveAll(db.dir)
}
