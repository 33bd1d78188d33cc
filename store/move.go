package store

import (
	"io"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"shoptwin/core"
)

// MoveTo has the store go on in another folder, which holds a copy of all but
// the store's own file: that is written there, read again and opened. settle
// runs while nothing can be read or changed, to copy what changed last and to
// say where the home is now; after its error, or any other, the store goes on
// where it was.
func (s *Store) MoveTo(dir string, settle func() error) error {
	s.touches.settle()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return s.closed()
	}
	to := filepath.Join(dir, fileName)
	if err := s.copyFile(to); err != nil {
		return place(err, to)
	}
	db, home := s.db, s.home.Load()
	back := func(err error) error {
		if s.db != nil {
			s.db.Close()
		}
		s.db = db
		s.home.Store(home)
		return err
	}
	s.db = nil
	s.home.Store(&dir)
	if err := s.open(); err != nil {
		return back(err)
	}
	if err := settle(); err != nil {
		return back(err)
	}
	return db.Close()
}

// copyFile writes the store as it stands and reads it again. The caller holds
// mu.
func (s *Store) copyFile(to string) error {
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	sum := core.NewDigest()
	err = s.guard(func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			_, err := tx.WriteTo(io.MultiWriter(f, sum))
			return err
		})
	})
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	g, err := os.Open(to)
	if err != nil {
		return err
	}
	defer g.Close()
	again := core.NewDigest()
	if _, err := io.Copy(again, g); err != nil {
		return err
	}
	if string(again.Sum(nil)) != string(sum.Sum(nil)) {
		return core.Errorf(core.Invalid, "%s reads otherwise than it was written", to).WithHint("the disk may be damaged: choose another folder")
	}
	return nil
}
