// Package store keeps what Shoptwin must not lose: projects, and their
// datasets, recipes, models, runs and scenarios, as metadata and bytes in one
// bbolt file, HOME/shoptwin.db. It knows no model type. Real rows are not
// here: they lie in each project's own DuckDB file, whose path it gives.
//
// Every change is one transaction that is on disk when the call returns, but
// for when a project was opened last. A process killed at any moment loses at
// most that and the call under way. Every value
// carries its SHA-256, which is verified whenever it is read.
package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"shoptwin/core"
)

// Store is an open home. Its methods may be called from any goroutine.
type Store struct {
	home atomic.Pointer[string] // exchanged by MoveTo alone
	ids  ids

	mu sync.RWMutex // held for writing while db is exchanged or checked
	db *bolt.DB     // nil once closed

	stagingMu sync.Mutex
	staging   map[string]bool // blobs being written, which no record names yet

	touches touches
}

const (
	fileName = "shoptwin.db"
	// lockWait is how long Open waits for another program to let go.
	lockWait = 800 * time.Millisecond
)

// The layout, version 2. Every value but the schema is sealed, see [seal].
var (
	bucketMeta     = []byte("meta")     // "schema": the version in decimal
	bucketProjects = []byte("projects") // id: Project as JSON
	bucketRecords  = []byte("records")  // project id / kind / id: Record as JSON
	bucketBytes    = []byte("bytes")    // blob id / chunk number, 8 bytes big endian: chunk
	bucketTrash    = []byte("trash")    // id of a deleted project whose folder may remain: ""
)

// Open opens the home folder, creating it if it is not there. It finishes
// what a killed process left: bytes that no record names and folders of
// deleted projects are removed, an older layout is migrated.
//
// A home that another program holds gives Conflict within a second. A file
// that is cut short, damaged or no store gives Invalid, one of a newer
// Shoptwin Unsupported; such files are left as they are.
func Open(home string) (*Store, error) {
	abs, err := filepath.Abs(home)
	if err != nil {
		return nil, core.Wrap(err, "home folder %q", home)
	}
	if err := os.MkdirAll(filepath.Join(abs, "projects"), 0o700); err != nil {
		return nil, place(err, abs)
	}
	s := &Store{staging: map[string]bool{}, touches: touches{waiting: map[string]touch{}}}
	s.home.Store(&abs)
	if err := s.open(); err != nil {
		return nil, err
	}
	if err := s.tidy(); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// open sets s.db. The caller holds mu, or the only reference.
func (s *Store) open() error {
	var file *os.File
	err := s.guard(func() (err error) {
		if err := preflight(s.path()); err != nil {
			return err
		}
		s.db, err = bolt.Open(s.path(), 0o600, &bolt.Options{
			Timeout:      lockWait,
			FreelistType: bolt.FreelistMapType,
			OpenFile: func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
				file, err = os.OpenFile(name, flag, mode)
				return file, err
			},
		})
		return err
	})
	if errors.Is(err, berrors.ErrTimeout) {
		return core.Errorf(core.Conflict, "%s is in use by another Shoptwin", s.Home()).
			WithHint("close the other one, or choose another folder with --home")
	}
	if err != nil {
		s.db = nil
		if file != nil {
			release(file) // bbolt keeps the lock when it panics
		}
		return err
	}
	// Another process may have exchanged the file, see Compact, while this
	// one waited for the lock of the old file.
	now, err1 := os.Stat(s.path())
	mine, err2 := file.Stat()
	if err1 != nil || err2 != nil || !os.SameFile(now, mine) {
		s.db.Close()
		return s.open()
	}
	if err := s.migrate(); err != nil {
		s.db.Close()
		s.db = nil
		return err
	}
	return nil
}

// tidy finishes what a killed process left behind.
func (s *Store) tidy() error {
	os.Remove(s.path() + ".compact")
	if err := s.emptyTrash(); err != nil {
		return err
	}
	if err := s.removeOrphans(); err != nil {
		return err
	}
	if st, err := os.Stat(s.path()); err == nil && st.Size() > 64<<20 && s.freeBytes() > st.Size()/2 {
		_, _, err := s.Compact()
		return err
	}
	return nil
}

// Close releases the home. Later calls on s fail with Conflict.
func (s *Store) Close() error {
	s.touches.settle()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return nil
	}
	err := s.db.Close()
	s.db = nil
	return err
}

// Home returns the folder, as an absolute path.
func (s *Store) Home() string { return *s.home.Load() }

func (s *Store) path() string { return filepath.Join(s.Home(), fileName) }

// Dir returns the folder of a project, by its id: its DuckDB file lies there,
// and what it exports. An id never leads out of the home.
func (s *Store) Dir(project string) string {
	safe := strings.Map(func(r rune) rune {
		if strings.ContainsRune(idLetters, r) {
			return r
		}
		return '-'
	}, project)
	return filepath.Join(s.Home(), "projects", safe)
}

// DataPath returns the path of a project's DuckDB file, by its id.
func (s *Store) DataPath(project string) string {
	return filepath.Join(s.Dir(project), "data.duckdb")
}

func (s *Store) view(f func(*bolt.Tx) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.read(f)
}

func (s *Store) update(f func(*bolt.Tx) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.write(f)
}

// read and write are view and update for who holds mu.
func (s *Store) read(f func(*bolt.Tx) error) error {
	if s.db == nil {
		return s.closed()
	}
	return s.guard(func() error { return s.db.View(f) })
}

func (s *Store) write(f func(*bolt.Tx) error) error {
	if s.db == nil {
		return s.closed()
	}
	return s.guard(func() error { return s.db.Update(f) })
}

// guard runs f, which reads or writes the file. bbolt maps the file to memory
// and trusts it: a damaged one makes it panic, or fault beyond its end. That
// is an error of the file and not of the program.
func (s *Store) guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = damaged(s.path(), fmt.Sprint(r))
		}
	}()
	err = f()
	if e := (*core.Error)(nil); err == nil || errors.As(err, &e) || errors.Is(err, berrors.ErrTimeout) {
		return err
	}
	return place(err, s.path())
}

func (s *Store) closed() error {
	return core.Errorf(core.Conflict, "the store in %s is closed", s.Home())
}

func damaged(path, what string) *core.Error {
	return core.Errorf(core.Invalid, "%s is damaged: %s", path, what).
		WithHint("unpack a backup into an empty folder and name that with --home; the damaged file is left as it is")
}

// place gives an error of the file system its kind and its place.
func place(err error, path string) *core.Error {
	e := core.Wrap(err, "%s", path)
	switch {
	case errors.Is(err, syscall.ENOSPC):
		e.Kind = core.Full
		return e.WithHint("make room on that disk, or choose another folder with --home")
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EISDIR):
		e.Kind = core.Invalid
		return e.WithHint("choose a folder that you may write to with --home")
	}
	return e
}
