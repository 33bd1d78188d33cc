package store

import (
	"encoding/json"
	"regexp"
	"time"

	bolt "go.etcd.io/bbolt"

	"shoptwin/core"
)

// Kinds of records that Shoptwin keeps. Any other word of small letters will
// do, too.
const (
	Dataset  = "dataset"
	Recipe   = "recipe"
	Model    = "model"
	Run      = "run"
	Scenario = "scenario"
)

// Record is one thing of a project: what is known of it, and perhaps bytes.
type Record struct {
	ID      string          `json:"id"`      // "" on Put: the store gives one
	Project string          `json:"project"` // id
	Kind    string          `json:"kind"`
	Name    string          `json:"name"`
	Created time.Time       `json:"created"` // zero on Put: now, or as it was
	Meta    json.RawMessage `json:"meta,omitempty"`
	Parents []string        `json:"parents,omitempty"` // ids of what it was made from
	Size    int64           `json:"size"`              // of its bytes; the store sets it
	SHA256  string          `json:"sha256,omitempty"`  // of its bytes, hex; "" without bytes; the store sets it
	Blob    string          `json:"blob,omitempty"`    // where its bytes lie; the store's own
	Removed time.Time       `json:"removed,omitzero"`  // when it was put into the trash; zero: it was not
}

// Put writes a record. One of the same project, kind and id is replaced, and
// its bytes, if it has any, are kept. It returns the record as it is stored.
// An unknown project gives NotFound, an id in use by another kind Conflict.
func (s *Store) Put(rec Record) (Record, error) {
	rec, err := s.complete(rec)
	if err != nil {
		return Record{}, err
	}
	err = s.update(func(tx *bolt.Tx) error {
		old, err := replaced(tx, rec)
		if err != nil {
			return err
		}
		rec.Size, rec.SHA256, rec.Blob = old.Size, old.SHA256, old.Blob
		return put(tx, &rec, old)
	})
	return rec, err
}

// Get returns a record; NotFound if there is none.
func (s *Store) Get(project, kind, id string) (rec Record, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		if rec, err = get(tx, project, kind, id); err == nil && !rec.Removed.IsZero() {
			rec, err = Record{}, core.Errorf(core.NotFound, "project %s has no %s %q any more", project, kind, id)
		}
		return err
	})
	return rec, err
}

// List returns the records of a kind, by id: those the store named in order
// of creation, without those in the trash. A project or kind without records
// gives none.
func (s *Store) List(project, kind string) ([]Record, error) {
	all, err := s.list(project, kind)
	return having(all, func(r Record) bool { return r.Removed.IsZero() }), err
}

// list is List with what lies in the trash.
func (s *Store) list(project, kind string) (recs []Record, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		b := kindBucket(tx, project, kind)
		if b == nil {
			return nil
		}
		return b.ForEach(func(k, v []byte) error {
			var rec Record
			if err := unpack(v, &rec); err != nil {
				return damaged(s.path(), "record "+kind+" "+string(k)+": "+err.Error())
			}
			recs = append(recs, rec)
			return nil
		})
	})
	return recs, err
}

// Delete removes a record and its bytes; NotFound if there is none. Records
// that name it as a parent keep that name.
func (s *Store) Delete(project, kind, id string) error {
	return s.update(func(tx *bolt.Tx) error {
		rec, err := get(tx, project, kind, id)
		if err != nil {
			return err
		}
		if err := deleteBlob(tx, rec.Blob); err != nil {
			return err
		}
		return kindBucket(tx, project, kind).Delete([]byte(id))
	})
}

var (
	goodKind = regexp.MustCompile(`^[a-z][a-z_]{0,30}$`)
	goodID   = regexp.MustCompile(`^[A-Za-z0-9._-]{1,100}$`)
)

// complete gives a record its id and refuses what could not be stored.
func (s *Store) complete(rec Record) (Record, error) {
	if rec.ID == "" {
		rec.ID = s.ids.next(time.Now())
	}
	switch {
	case !goodKind.MatchString(rec.Kind):
		return Record{}, core.Errorf(core.Invalid, "record %q: the kind %q is not a word of small letters", rec.Name, rec.Kind)
	case !goodID.MatchString(rec.ID):
		return Record{}, core.Errorf(core.Invalid, "%s %q: the id %q has letters other than A-Z a-z 0-9 . _ -", rec.Kind, rec.Name, rec.ID)
	case len(rec.Meta) > 0 && !json.Valid(rec.Meta):
		return Record{}, core.Errorf(core.Invalid, "%s %q: its metadata are not JSON", rec.Kind, rec.Name)
	}
	return rec, nil
}

// replaced returns the record that rec replaces, or an empty one.
func replaced(tx *bolt.Tx, rec Record) (Record, error) {
	if tx.Bucket(bucketProjects).Get([]byte(rec.Project)) == nil {
		return Record{}, noProject(rec.Project)
	}
	old, err := find(tx, rec.Project, rec.ID)
	switch {
	case core.KindOf(err) == core.NotFound:
		return Record{}, nil
	case err != nil:
		return Record{}, err
	case old.Kind != rec.Kind:
		return Record{}, core.Errorf(core.Conflict, "%s %s cannot be stored: the id belongs to a %s", rec.Kind, rec.ID, old.Kind)
	}
	return old, nil
}

// put writes rec in the place of old.
func put(tx *bolt.Tx, rec *Record, old Record) error {
	if rec.Created.IsZero() {
		rec.Created = old.Created
	}
	if rec.Created.IsZero() {
		rec.Created = now()
	}
	b := tx.Bucket(bucketRecords)
	for _, name := range []string{rec.Project, rec.Kind} {
		var err error
		if b, err = b.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	return b.Put([]byte(rec.ID), pack(*rec))
}

// kindBucket returns the bucket of the records of a kind, or nil.
func kindBucket(tx *bolt.Tx, project, kind string) *bolt.Bucket {
	b := tx.Bucket(bucketRecords).Bucket([]byte(project))
	if b == nil {
		return nil
	}
	return b.Bucket([]byte(kind))
}

func get(tx *bolt.Tx, project, kind, id string) (rec Record, err error) {
	var v []byte
	if b := kindBucket(tx, project, kind); b != nil && id != "" {
		v = b.Get([]byte(id))
	}
	if v == nil {
		return Record{}, core.Errorf(core.NotFound, "project %s has no %s %q", project, kind, id)
	}
	if err := unpack(v, &rec); err != nil {
		return Record{}, damaged(tx.DB().Path(), "record "+kind+" "+id+": "+err.Error())
	}
	return rec, nil
}

// find returns the record of that id, of whatever kind.
func find(tx *bolt.Tx, project, id string) (rec Record, err error) {
	err = core.Errorf(core.NotFound, "project %s has no record %q", project, id)
	kinds := tx.Bucket(bucketRecords).Bucket([]byte(project))
	if kinds == nil {
		return rec, err
	}
	c := kinds.Cursor()
	for kind, _ := c.First(); kind != nil; kind, _ = c.Next() {
		found, err := get(tx, project, string(kind), id)
		if core.KindOf(err) != core.NotFound {
			return found, err
		}
	}
	return rec, err
}
