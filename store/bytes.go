package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	bolt "go.etcd.io/bbolt"

	"shoptwin/core"
)

const (
	// chunkSize leaves a chunk with its seal and page header just under 1 MB.
	chunkSize = 1<<20 - 4096
	// chunksPerTx bounds the memory and time of one transaction.
	chunksPerTx = 4
)

// PutBytes writes a record together with its bytes, read from r to the end.
// The record appears only when all of them are on disk; until then one that
// it replaces stays as it was, with its own bytes. If r fails, nothing is
// kept. Memory is constant, about 10 MB.
func (s *Store) PutBytes(rec Record, r io.Reader) (Record, error) {
	rec, err := s.complete(rec)
	if err != nil {
		return Record{}, err
	}
	blob := s.ids.next(time.Now())
	s.stagingMu.Lock()
	s.staging[blob] = true
	s.stagingMu.Unlock()
	defer func() {
		s.stagingMu.Lock()
		delete(s.staging, blob)
		s.stagingMu.Unlock()
	}()

	size, sum, err := s.stage(blob, r)
	if err == nil {
		err = s.update(func(tx *bolt.Tx) error {
			old, err := replaced(tx, rec)
			if err != nil {
				return err
			}
			if err := deleteBlob(tx, old.Blob); err != nil {
				return err
			}
			rec.Size, rec.SHA256, rec.Blob = size, sum, blob
			return put(tx, &rec, old)
		})
	}
	if err != nil {
		// If this fails, too, the next Open removes them.
		s.update(func(tx *bolt.Tx) error { return deleteBlob(tx, blob) })
		return Record{}, err
	}
	return rec, nil
}

// stage writes the chunks of a blob and returns its size and SHA-256.
func (s *Store) stage(blob string, r io.Reader) (size int64, sum string, err error) {
	hash := sha256.New()
	buf := make([]byte, chunksPerTx*chunkSize)
	for n := uint64(0); ; n += chunksPerTx {
		got, rerr := io.ReadFull(r, buf)
		if rerr != nil && rerr != io.EOF && !errors.Is(rerr, io.ErrUnexpectedEOF) {
			return 0, "", rerr
		}
		hash.Write(buf[:got])
		size += int64(got)
		err := s.update(func(tx *bolt.Tx) error {
			b, err := tx.Bucket(bucketBytes).CreateBucketIfNotExists([]byte(blob))
			if err != nil {
				return err
			}
			b.FillPercent = 1 // chunks only follow each other
			for i, rest := n, buf[:got]; len(rest) > 0; i++ {
				k := min(len(rest), chunkSize)
				if err := b.Put(chunkKey(i), seal(rest[:k])); err != nil {
					return err
				}
				rest = rest[k:]
			}
			return nil
		})
		if err != nil {
			return 0, "", err
		}
		if rerr != nil {
			return size, hex.EncodeToString(hash.Sum(nil)), nil
		}
	}
}

// OpenBytes returns a reader of a record's bytes. Every chunk is verified
// before any of it is handed out, and the whole at the end: damage gives
// Invalid in the place of bytes. A record without bytes gives NotFound.
//
// The reader holds no lock: if the record is deleted or replaced meanwhile,
// it fails with Conflict.
func (s *Store) OpenBytes(project, id string) (io.ReadCloser, error) {
	var rec Record
	err := s.view(func(tx *bolt.Tx) (err error) {
		rec, err = find(tx, project, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if rec.Blob == "" {
		return nil, core.Errorf(core.NotFound, "%s %q has no bytes", rec.Kind, id)
	}
	return &reader{s: s, rec: rec, hash: sha256.New()}, nil
}

// GetBytes returns a record and all of its bytes, verified.
func (s *Store) GetBytes(project, id string) ([]byte, error) {
	r, err := s.OpenBytes(project, id)
	if err != nil {
		return nil, err
	}
	b := bytes.NewBuffer(make([]byte, 0, r.(*reader).rec.Size+bytes.MinRead))
	_, err = b.ReadFrom(r)
	return b.Bytes(), err
}

type reader struct {
	s    *Store
	rec  Record
	next uint64 // chunk to read next
	rest []byte
	done int64
	hash interface {
		io.Writer
		Sum([]byte) []byte
	}
	err error
}

func (r *reader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 && r.err == nil {
		r.rest, r.err = r.chunk()
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	if n == 0 && len(p) > 0 {
		return 0, r.err
	}
	return n, nil
}

// chunk returns a copy of the next chunk, io.EOF after the last.
func (r *reader) chunk() (chunk []byte, err error) {
	if r.done == r.rec.Size {
		if hex.EncodeToString(r.hash.Sum(nil)) != r.rec.SHA256 {
			return nil, r.damaged(errSeal)
		}
		return nil, io.EOF
	}
	err = r.s.view(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketBytes).Bucket([]byte(r.rec.Blob))
		if b == nil {
			return core.Errorf(core.Conflict, "%s %q was deleted or replaced while it was read", r.rec.Kind, r.rec.Name)
		}
		v, err := unseal(b.Get(chunkKey(r.next)))
		if err != nil {
			return r.damaged(err)
		}
		chunk = bytes.Clone(v)
		return nil
	})
	if err == nil && (len(chunk) == 0 || r.done+int64(len(chunk)) > r.rec.Size) {
		err = r.damaged(errors.New("its chunks do not add up to its size"))
	}
	if err != nil {
		return nil, err
	}
	r.hash.Write(chunk)
	r.done += int64(len(chunk))
	r.next++
	return chunk, nil
}

func (r *reader) damaged(err error) error {
	return damaged(r.s.path(), fmt.Sprintf("%s %q (%s), byte %d: %v", r.rec.Kind, r.rec.Name, r.rec.ID, r.done, err))
}

func (r *reader) Close() error {
	r.rest, r.err = nil, errors.New("store: read after Close")
	return nil
}

func chunkKey(i uint64) []byte { return binary.BigEndian.AppendUint64(nil, i) }

func deleteBlob(tx *bolt.Tx, blob string) error {
	b := tx.Bucket(bucketBytes)
	if blob == "" || b.Bucket([]byte(blob)) == nil {
		return nil
	}
	return b.DeleteBucket([]byte(blob))
}

// removeOrphans deletes the blobs that no record names: those of a process
// that was killed while it wrote them.
func (s *Store) removeOrphans() error {
	var orphans []string
	err := s.view(func(tx *bolt.Tx) (err error) {
		orphans, err = s.orphans(tx)
		return err
	})
	if err != nil || len(orphans) == 0 {
		return err
	}
	return s.update(func(tx *bolt.Tx) error {
		for _, blob := range orphans {
			if err := deleteBlob(tx, blob); err != nil {
				return err
			}
		}
		return nil
	})
}

// orphans lists the blobs that neither a record names nor PutBytes is
// writing. A record that cannot be read gives none: its blob is not known.
func (s *Store) orphans(tx *bolt.Tx) (blobs []string, err error) {
	named := map[string]bool{}
	whole := true
	err = eachRecord(tx, func(project, kind, id string, v []byte) error {
		var rec Record
		whole = unpack(v, &rec) == nil && whole
		named[rec.Blob] = true
		return nil
	})
	if err != nil || !whole {
		return nil, err
	}
	s.stagingMu.Lock()
	defer s.stagingMu.Unlock()
	err = tx.Bucket(bucketBytes).ForEach(func(blob, _ []byte) error {
		if !named[string(blob)] && !s.staging[string(blob)] {
			blobs = append(blobs, string(blob))
		}
		return nil
	})
	return blobs, err
}

// eachRecord calls f with every record as it lies in the file.
func eachRecord(tx *bolt.Tx, f func(project, kind, id string, v []byte) error) error {
	records := tx.Bucket(bucketRecords)
	return records.ForEachBucket(func(project []byte) error {
		kinds := records.Bucket(project)
		return kinds.ForEachBucket(func(kind []byte) error {
			return kinds.Bucket(kind).ForEach(func(id, v []byte) error {
				return f(string(project), string(kind), string(id), v)
			})
		})
	})
}
