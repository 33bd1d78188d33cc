// Package store keeps what Shoptwin must not lose: projects, and their
// datasets, recipes, models, runs and scenarios, as metadata and bytes in one
// bbolt file, HOME/shoptwin.db. It knows no model type. Real rows are not
// here: they lie in each project's own DuckDB file, whose path it gives.
//
// Every change is one transaction that is on disk when the call returns. A
// process killed at any moment loses at most the call under way.
package store

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"shoptwin/core"
)

// Store is an open home. Its methods may be called from any goroutine.
type Store struct {
	home string

	mu sync.RWMutex // held for writing while db is exchanged
	db *bolt.DB     // nil once closed

	ids ids
}

const fileName = "shoptwin.db"

var (
	bucketMeta     = []byte("meta")     // schema: version
	bucketProjects = []byte("projects") // id: Project
	bucketRecords  = []byte("records")  // project id / kind / id: Record
	bucketBytes    = []byte("bytes")    // blob id / number of the chunk, 8 bytes big endian: chunk
	bucketTrash    = []byte("trash")    // ids of deleted projects whose folder may still exist
)

// Open opens the home folder, creating it if it is not there.
//
// A home that another program holds gives Conflict within a second. A file
// that is cut short or is no store gives Invalid; it is not changed.
func Open(home string) (*Store, error) {
	home, err := filepath.Abs(home)
	if err != nil {
		return nil, core.Wrap(err, "home folder %s", home)
	}
	if err := os.MkdirAll(filepath.Join(home, "projects"), 0o700); err != nil {
		return nil, place(err, home)
	}
	s := &Store{home: home}
	if err := s.open(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Store) open() error {
	db, err := bolt.Open(s.path(), 0o600, &bolt.Options{Timeout: 800 * time.Millisecond, FreelistType: bolt.FreelistMapType})
	if errors.Is(err, berrors.ErrTimeout) {
		return core.Errorf(core.Conflict, "%s is in use by another Shoptwin", s.home).
			WithHint("close the other one, or choose another folder with --home")
	}
	if err != nil {
		return place(err, s.path())
	}
	s.db = db
	return s.update(func(tx *bolt.Tx) error {
		for _, name := range [][]byte{bucketMeta, bucketProjects, bucketRecords, bucketBytes, bucketTrash} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
}

// Close releases the home. Later calls on s fail with Conflict.
func (s *Store) Close() error {
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
func (s *Store) Home() string { return s.home }

func (s *Store) path() string { return filepath.Join(s.home, fileName) }

// Dir returns the folder of a project, by its id: its DuckDB file lies there,
// and what it exports.
func (s *Store) Dir(project string) string {
	return filepath.Join(s.home, "projects", filepath.Base(project))
}

// DataPath returns the path of a project's DuckDB file, by its id.
func (s *Store) DataPath(project string) string {
	return filepath.Join(s.Dir(project), "data.duckdb")
}

func (s *Store) view(f func(*bolt.Tx) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		return s.closed()
	}
	return s.db.View(f)
}

func (s *Store) update(f func(*bolt.Tx) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		return s.closed()
	}
	return s.db.Update(f)
}

func (s *Store) closed() error {
	return core.Errorf(core.Conflict, "the store in %s is closed", s.home)
}

// place gives an error of the file system its kind and its place.
func place(err error, path string) error {
	e := core.Wrap(err, "%s", path)
	switch {
	case errors.Is(err, syscall.ENOSPC):
		e.Kind = core.Full
		return e.WithHint("free some space on that disk, or choose another folder with --home")
	case errors.Is(err, fs.ErrPermission):
		e.Kind = core.Invalid
		return e.WithHint("choose a folder you may write to with --home")
	}
	return e
}

func pack(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
