package store

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"

	"shoptwin/core"
)

// Backup writes the home as a tar archive while the store is open: the bbolt
// file as one transaction sees it, then the folders of its projects. To
// restore it, unpack it into an empty folder and open that.
//
// DuckDB files are copied as they lie on disk, so the caller keeps jobs from
// writing meanwhile and checkpoints them first.
func (s *Store) Backup(w io.Writer) error {
	s.touches.settle()
	out := tar.NewWriter(w)
	var ids []string
	err := s.view(func(tx *bolt.Tx) error {
		all, err := projects(tx)
		if err != nil {
			return err
		}
		for _, p := range all {
			ids = append(ids, p.ID)
		}
		err = out.WriteHeader(&tar.Header{Name: fileName, Mode: 0o600, Size: tx.Size(), ModTime: time.Now(), Format: tar.FormatPAX})
		if err != nil {
			return core.Wrap(err, "writing the backup")
		}
		_, err = tx.WriteTo(out)
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.backupFolder(out, s.Dir(id)); err != nil {
			return core.Wrap(err, "backup of project %s", id)
		}
	}
	return out.Close()
}

func (s *Store) backupFolder(out *tar.Writer, dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // deleted since
		}
		if err != nil || !d.Type().IsRegular() && !d.IsDir() {
			return err
		}
		name, err := filepath.Rel(s.Home(), path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return out.WriteHeader(&tar.Header{Name: filepath.ToSlash(name) + "/", Mode: 0o700, Typeflag: tar.TypeDir, ModTime: time.Now()})
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		st, err := f.Stat()
		if err != nil {
			return err
		}
		err = out.WriteHeader(&tar.Header{Name: filepath.ToSlash(name), Mode: 0o600, Size: st.Size(), ModTime: st.ModTime(), Format: tar.FormatPAX})
		if err != nil {
			return err
		}
		if _, err := io.CopyN(out, f, st.Size()); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	})
}

// Compact rewrites the file without the room that deleted things left, and
// returns its size before and after in bytes. All other calls wait for it.
// Killed at any moment, either the old file is there or the new one.
func (s *Store) Compact() (before, after int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return 0, 0, s.closed()
	}
	temp := s.path() + ".compact"
	err = s.guard(func() error {
		before = fileSize(s.path())
		os.Remove(temp)
		dst, err := bolt.Open(temp, 0o600, &bolt.Options{Timeout: lockWait, FreelistType: bolt.FreelistMapType, NoSync: true})
		if err != nil {
			return err
		}
		err = bolt.Compact(dst, s.db, chunksPerTx*chunkSize)
		if err == nil {
			err = dst.Sync()
		}
		return errors.Join(err, dst.Close())
	})
	if err != nil {
		os.Remove(temp)
		return before, before, err
	}
	err = s.db.Close()
	s.db = nil
	if err == nil {
		err = os.Rename(temp, s.path())
	}
	if err != nil {
		err = place(err, s.path())
	}
	// Also after a failed rename: the old file is still good.
	return before, fileSize(s.path()), errors.Join(err, s.open())
}

// freeBytes is the room in the file that nothing uses.
func (s *Store) freeBytes() (n int64) {
	s.update(func(tx *bolt.Tx) error { return nil }) // counts them
	s.view(func(tx *bolt.Tx) error {
		n = int64(tx.DB().Stats().FreePageN) * int64(tx.DB().Info().PageSize)
		return nil
	})
	return n
}

func fileSize(path string) int64 {
	st, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return st.Size()
}
