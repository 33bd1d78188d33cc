package store

import (
	"fmt"
	"os"
	"strconv"

	bolt "go.etcd.io/bbolt"

	"shoptwin/core"
)

// migrations[v-1] turns layout v into v+1, inside one transaction. The last
// layout is the one this program writes.
var migrations = []func(*bolt.Tx) error{
	sealAll, // 1: values were plain JSON and plain chunks; 2: sealed
}

func schema() int { return len(migrations) + 1 }

var keySchema = []byte("schema")

// migrate brings the open file to the current layout, one transaction for
// all steps. Before it changes an older file it keeps a copy beside it,
// shoptwin.db.v1 for layout 1.
func (s *Store) migrate() error {
	from, err := 0, error(nil)
	err = s.read(func(tx *bolt.Tx) error {
		from, err = version(tx)
		return err
	})
	switch {
	case err != nil:
		return err
	case from > schema():
		return core.Errorf(core.Unsupported, "%s was written by a newer Shoptwin (layout %d, this one reads up to %d)", s.path(), from, schema()).
			WithHint("update this program, or choose another folder with --home")
	case from == schema():
		return nil
	case from > 0:
		if err := s.keepCopy(fmt.Sprintf("%s.v%d", s.path(), from)); err != nil {
			return err
		}
	}
	return s.write(func(tx *bolt.Tx) error {
		for _, name := range [][]byte{bucketMeta, bucketProjects, bucketRecords, bucketBytes, bucketTrash} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		for v := from; 0 < v && v < schema(); v++ {
			if err := migrations[v-1](tx); err != nil {
				return core.Wrap(err, "from layout %d to %d", v, v+1)
			}
		}
		return tx.Bucket(bucketMeta).Put(keySchema, []byte(strconv.Itoa(schema())))
	})
}

// version returns the layout of the file: 0 for an empty one. Layout 1 did
// not yet say so.
func version(tx *bolt.Tx) (int, error) {
	meta := tx.Bucket(bucketMeta)
	switch {
	case meta == nil && tx.Bucket(bucketProjects) == nil:
		return 0, nil
	case meta == nil || meta.Get(keySchema) == nil:
		return 1, nil
	}
	v, err := strconv.Atoi(string(meta.Get(keySchema)))
	if err != nil || v < 1 {
		return 0, damaged(tx.DB().Path(), fmt.Sprintf("its layout is %q", meta.Get(keySchema)))
	}
	return v, nil
}

func (s *Store) keepCopy(path string) error {
	err := s.read(func(tx *bolt.Tx) error { return tx.CopyFile(path, 0o600) })
	if err != nil {
		os.Remove(path)
		return core.Wrap(err, "copy before the change of layout")
	}
	return nil
}

func sealAll(tx *bolt.Tx) error {
	for _, name := range [][]byte{bucketProjects, bucketRecords, bucketBytes} {
		if err := sealBucket(tx.Bucket(name)); err != nil {
			return err
		}
	}
	return nil
}

func sealBucket(b *bolt.Bucket) error {
	var keys [][]byte // a bucket must not change under ForEach
	err := b.ForEach(func(k, v []byte) error {
		if v == nil {
			return sealBucket(b.Bucket(k))
		}
		keys = append(keys, append([]byte(nil), k...))
		return nil
	})
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := b.Put(k, seal(b.Get(k))); err != nil {
			return err
		}
	}
	return nil
}
