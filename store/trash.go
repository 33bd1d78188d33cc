package store

import (
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"

	"shoptwin/core"
)

// What is removed lies in the trash: it is in no list and cannot be found,
// but it can be restored until the trash is emptied.

// RemoveProject puts a project, with all it holds, into the trash. Its name is
// free from then on.
func (s *Store) RemoveProject(id string) error {
	_, err := s.changeProject(id, func(_ *bolt.Tx, p *Project) error {
		p.Removed = now()
		return nil
	})
	return err
}

// RestoreProject takes a project out of the trash again, with a number behind
// its name where that is taken by now. One that was never removed is returned
// as it is; NotFound if the trash was emptied.
func (s *Store) RestoreProject(id string) (p Project, err error) {
	err = s.update(func(tx *bolt.Tx) error {
		if p, err = projectByID(tx, id); err != nil || p.Removed.IsZero() {
			return err
		}
		p.Removed = Project{}.Removed
		if p.Name, err = freeName(tx, p.Name, p.ID); err != nil {
			return err
		}
		return tx.Bucket(bucketProjects).Put([]byte(p.ID), pack(p))
	})
	return p, err
}

// freeName is name, or the first of "name 2", "name 3" that no project has.
func freeName(tx *bolt.Tx, name, except string) (string, error) {
	free := name
	for n := 2; ; n++ {
		err := nameFree(tx, free, except)
		if core.KindOf(err) != core.Conflict {
			return free, err
		}
		free = fmt.Sprintf("%s %d", name, n)
	}
}

// Remove puts a record into the trash. Its id stays in use.
func (s *Store) Remove(project, kind, id string) error {
	return s.changeRecord(project, kind, id, func(rec *Record) { rec.Removed = now() })
}

// Restore takes a record out of the trash again.
func (s *Store) Restore(project, kind, id string) error {
	return s.changeRecord(project, kind, id, func(rec *Record) { rec.Removed = Record{}.Removed })
}

func (s *Store) changeRecord(project, kind, id string, change func(*Record)) error {
	return s.update(func(tx *bolt.Tx) error {
		rec, err := get(tx, project, kind, id)
		if err != nil {
			return err
		}
		change(&rec)
		return put(tx, &rec, rec)
	})
}

// Removed returns the records of a kind that lie in the trash, by id.
func (s *Store) Removed(project, kind string) ([]Record, error) {
	all, err := s.list(project, kind)
	return having(all, func(r Record) bool { return !r.Removed.IsZero() }), err
}

func having(all []Record, want func(Record) bool) (some []Record) {
	for _, rec := range all {
		if want(rec) {
			some = append(some, rec)
		}
	}
	return some
}

// EmptyTrash deletes what was removed, for good, and returns of how many
// projects and records that was. The DuckDB files of removed projects must be
// closed.
func (s *Store) EmptyTrash() (n int, err error) {
	var gone []string
	err = s.update(func(tx *bolt.Tx) error {
		all, err := projects(tx)
		if err != nil {
			return err
		}
		for _, p := range all {
			if !p.Removed.IsZero() {
				gone = append(gone, p.ID)
			}
		}
		var records []Record
		err = eachRecord(tx, func(_, _, _ string, v []byte) error {
			var rec Record
			if unpack(v, &rec) == nil && !rec.Removed.IsZero() { // a damaged one is not known to be removed
				records = append(records, rec)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, rec := range records {
			if err := deleteBlob(tx, rec.Blob); err != nil {
				return err
			}
			if err := kindBucket(tx, rec.Project, rec.Kind).Delete([]byte(rec.ID)); err != nil {
				return err
			}
		}
		n = len(gone) + len(records)
		for _, id := range gone {
			if err := deleteProject(tx, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(gone) == 0 {
		return n, err
	}
	return n, s.emptyTrash()
}

// projectByID finds a project in the trash, too.
func projectByID(tx *bolt.Tx, id string) (p Project, err error) {
	v := tx.Bucket(bucketProjects).Get([]byte(id))
	if v == nil {
		return p, noProject(id)
	}
	if err := unpack(v, &p); err != nil {
		return p, damaged(tx.DB().Path(), "project "+id+": "+err.Error())
	}
	return p, nil
}

// InTrash counts the projects and records in the trash.
func (s *Store) InTrash() (n int, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		all, err := projects(tx)
		for _, p := range all {
			if !p.Removed.IsZero() {
				n++
			}
		}
		if err != nil {
			return err
		}
		return eachRecord(tx, func(_, _, _ string, v []byte) error {
			var rec Record
			if unpack(v, &rec) == nil && !rec.Removed.IsZero() {
				n++
			}
			return nil
		})
	})
	return n, err
}

// AddProject makes a project that lies in the trash until it is restored, when
// it gets its name, with a number where that is taken by then: so it can be
// filled out of sight.
func (s *Store) AddProject(name, leftOff string) (Project, error) {
	name, err := cleanName(name)
	if err != nil {
		return Project{}, err
	}
	now := now()
	p := Project{ID: s.ids.next(now), Name: name, Created: now, Opened: now, LeftOff: leftOff, Removed: now}
	if err := os.MkdirAll(s.Dir(p.ID), 0o700); err != nil {
		return Project{}, place(err, s.Dir(p.ID))
	}
	err = s.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketProjects).Put([]byte(p.ID), pack(p)) })
	if err != nil {
		os.Remove(s.Dir(p.ID))
		return Project{}, err
	}
	return p, nil
}

// DeleteRemoved deletes one project in the trash for good.
func (s *Store) DeleteRemoved(id string) error {
	err := s.update(func(tx *bolt.Tx) error {
		p, err := projectByID(tx, id)
		if err != nil || p.Removed.IsZero() {
			return err
		}
		return deleteProject(tx, id)
	})
	if err != nil {
		return err
	}
	return s.emptyTrash()
}

// Kinds returns the kinds of record that a project has.
func (s *Store) Kinds(project string) (kinds []string, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketRecords).Bucket([]byte(project))
		if b == nil {
			return nil
		}
		return b.ForEachBucket(func(kind []byte) error {
			kinds = append(kinds, string(kind))
			return nil
		})
	})
	return kinds, err
}
