package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"
)

// Problem is something that Check found, in words.
type Problem struct {
	Place string `json:"place"` // such as "model 1x0c8… of project Shop"
	Say   string `json:"say"`
}

func (p Problem) String() string { return p.Place + ": " + p.Say }

// Check reads everything and returns what is wrong with it, nothing for a
// sound store: values that do not match their SHA-256, records of no project,
// bytes that are missing or that no record names, folders that are gone, and
// breaks in the structure of the file. All other calls wait for it; it reads
// about 1 GB a second. The error is for a check that could not be made.
func (s *Store) Check() ([]Problem, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return nil, s.closed()
	}
	c := checker{s: s, projects: map[string]string{}}
	// The walk comes first: it finds a file that faults when it is read, on
	// this goroutine, where guard can catch that. bbolt's own check could not.
	if err := s.read(c.walk); err != nil {
		c.add(fileName, "%v", err)
		return c.found, nil
	}
	err := s.read(c.structure)
	return c.found, err
}

type checker struct {
	s        *Store
	found    []Problem
	projects map[string]string // id: name
}

func (c *checker) add(place, say string, args ...any) {
	c.found = append(c.found, Problem{place, fmt.Sprintf(say, args...)})
}

func (c *checker) walk(tx *bolt.Tx) error {
	err := tx.Bucket(bucketProjects).ForEach(func(k, v []byte) error {
		var p Project
		id := string(k)
		c.projects[id] = id
		if err := unpack(v, &p); err != nil {
			c.add("project "+id, "%v", err)
			return nil
		}
		c.projects[id] = p.Name
		if p.ID != id {
			c.add("project "+p.Name, "it lies under the id %s, but says %s", id, p.ID)
		}
		if st, err := os.Stat(c.s.Dir(id)); err != nil || !st.IsDir() {
			c.add("project "+p.Name, "its folder %s is gone", c.s.Dir(id))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := eachRecord(tx, func(project, kind, id string, v []byte) error {
		c.record(tx, project, kind, id, v)
		return nil
	}); err != nil {
		return err
	}
	orphans, err := c.s.orphans(tx)
	for _, blob := range orphans {
		c.add("bytes "+blob, "no record names them; the next start removes them")
	}
	return err
}

func (c *checker) record(tx *bolt.Tx, project, kind, id string, v []byte) {
	place := kind + " " + id
	if name, ok := c.projects[project]; ok {
		place += " of project " + name
	} else {
		c.add(place, "its project %s does not exist", project)
	}
	var rec Record
	if err := unpack(v, &rec); err != nil {
		c.add(place, "%v", err)
		return
	}
	if rec.Project != project || rec.Kind != kind || rec.ID != id {
		c.add(place, "it says that it is %s %s of project %s", rec.Kind, rec.ID, rec.Project)
	}
	if rec.Blob == "" {
		return
	}
	chunks := tx.Bucket(bucketBytes).Bucket([]byte(rec.Blob))
	if chunks == nil {
		c.add(place, "its %d bytes are gone", rec.Size)
		return
	}
	hash, size, n := sha256.New(), int64(0), uint64(0)
	err := chunks.ForEach(func(k, v []byte) error {
		if string(k) != string(chunkKey(n)) {
			return fmt.Errorf("chunk %d is gone", n)
		}
		b, err := unseal(v)
		if err != nil {
			return fmt.Errorf("chunk %d, from byte %d: %w", n, size, err)
		}
		hash.Write(b)
		size += int64(len(b))
		n++
		return nil
	})
	switch {
	case err != nil:
		c.add(place, "%v", err)
	case size != rec.Size:
		c.add(place, "%s", sizes(size, rec.Size))
	case hex.EncodeToString(hash.Sum(nil)) != rec.SHA256:
		c.add(place, "%v", errSeal)
	}
}

// structure is bbolt's own check: pages used twice, lost or out of order.
// Of many breaks the first few say enough.
func (c *checker) structure(tx *bolt.Tx) error {
	n := 0
	for err := range tx.Check() {
		if n++; n <= 10 {
			c.add(fileName, "%v", err)
		}
	}
	if n > 10 {
		c.add(fileName, "and %d more breaks in its structure", n-10)
	}
	return nil
}
