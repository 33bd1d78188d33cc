package store

import (
	"os"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	bolt "go.etcd.io/bbolt"

	"shoptwin/core"
)

// Project is one body of work: its tables, models and scenarios belong
// together and are deleted together.
type Project struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"` // unique, letter case aside
	Created time.Time `json:"created"`
	Opened  time.Time `json:"opened"`
	LeftOff string    `json:"leftOff,omitempty"` // screen where work stopped
	Removed time.Time `json:"removed,omitzero"`  // when it was put into the trash; zero: it was not
}

// CreateProject makes a project and its folder. The name is trimmed; one that
// is taken gives Conflict, an empty or over-long one (80 letters) Invalid.
func (s *Store) CreateProject(name string) (Project, error) {
	name, err := cleanName(name)
	if err != nil {
		return Project{}, err
	}
	now := now()
	p := Project{ID: s.ids.next(now), Name: name, Created: now, Opened: now}
	if err := os.MkdirAll(s.Dir(p.ID), 0o700); err != nil {
		return Project{}, place(err, s.Dir(p.ID))
	}
	err = s.update(func(tx *bolt.Tx) error {
		if err := nameFree(tx, name, ""); err != nil {
			return err
		}
		return tx.Bucket(bucketProjects).Put([]byte(p.ID), pack(p))
	})
	if err != nil {
		os.Remove(s.Dir(p.ID))
		return Project{}, err
	}
	return p, nil
}

// Projects lists all projects, the one opened last first.
func (s *Store) Projects() ([]Project, error) {
	var all []Project
	touched := s.touches.seen()
	err := s.view(func(tx *bolt.Tx) (err error) {
		all, err = projects(tx)
		all = slices.DeleteFunc(all, func(p Project) bool { return !p.Removed.IsZero() })
		return err
	})
	for i, p := range all {
		all[i] = touched[p.ID].onto(p)
	}
	slices.SortFunc(all, func(a, b Project) int {
		if c := b.Opened.Compare(a.Opened); c != 0 {
			return c
		}
		return strings.Compare(b.ID, a.ID)
	})
	return all, err
}

// Project finds a project by its id or its name, letter case aside.
func (s *Store) Project(idOrName string) (p Project, err error) {
	touched := s.touches.seen()
	err = s.view(func(tx *bolt.Tx) error {
		p, err = findProject(tx, idOrName)
		return err
	})
	return touched[p.ID].onto(p), err
}

// RenameProject gives a project another name, under CreateProject's rules.
func (s *Store) RenameProject(id, name string) (Project, error) {
	name, err := cleanName(name)
	if err != nil {
		return Project{}, err
	}
	return s.changeProject(id, func(tx *bolt.Tx, p *Project) error {
		p.Name = name
		return nameFree(tx, name, p.ID)
	})
}

// DeleteProject removes a project with all its records, bytes and its folder.
// Its DuckDB file must be closed. Killed midway, the next Open goes on.
func (s *Store) DeleteProject(id string) error {
	err := s.update(func(tx *bolt.Tx) error {
		p, err := findProject(tx, id)
		if err != nil {
			return err
		}
		return deleteProject(tx, p.ID)
	})
	if err != nil {
		return err
	}
	return s.emptyTrash()
}

// deleteProject deletes all but the folder, which emptyTrash removes.
func deleteProject(tx *bolt.Tx, id string) error {
	err := eachRecord(tx, func(project, _, _ string, v []byte) error {
		var rec Record
		if project != id || unpack(v, &rec) != nil {
			return nil // of a damaged record the next Open finds the bytes
		}
		return deleteBlob(tx, rec.Blob)
	})
	if err != nil {
		return err
	}
	if b := tx.Bucket(bucketRecords); b.Bucket([]byte(id)) != nil {
		if err := b.DeleteBucket([]byte(id)); err != nil {
			return err
		}
	}
	if err := tx.Bucket(bucketTrash).Put([]byte(id), nil); err != nil {
		return err
	}
	return tx.Bucket(bucketProjects).Delete([]byte(id))
}

// emptyTrash removes the folders of deleted projects; see EmptyTrash for what
// was removed, but can be restored.
func (s *Store) emptyTrash() error {
	var ids []string
	err := s.view(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketTrash).ForEach(func(id, _ []byte) error {
			ids = append(ids, string(id))
			return nil
		})
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := os.RemoveAll(s.Dir(id)); err != nil {
			return place(err, s.Dir(id))
		}
		if err := s.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketTrash).Delete([]byte(id)) }); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) changeProject(id string, change func(*bolt.Tx, *Project) error) (p Project, err error) {
	touched := s.touches.seen()
	err = s.update(func(tx *bolt.Tx) error {
		if p, err = findProject(tx, id); err != nil {
			return err
		}
		if err := change(tx, &p); err != nil {
			return err
		}
		return tx.Bucket(bucketProjects).Put([]byte(p.ID), pack(p))
	})
	return touched[p.ID].onto(p), err
}

func projects(tx *bolt.Tx) (all []Project, err error) {
	err = tx.Bucket(bucketProjects).ForEach(func(id, v []byte) error {
		var p Project
		if err := unpack(v, &p); err != nil {
			return damaged(tx.DB().Path(), "project "+string(id)+": "+err.Error())
		}
		all = append(all, p)
		return nil
	})
	return all, err
}

func findProject(tx *bolt.Tx, idOrName string) (Project, error) {
	all, err := projects(tx)
	if err != nil {
		return Project{}, err
	}
	all = slices.DeleteFunc(all, func(p Project) bool { return !p.Removed.IsZero() })
	for _, p := range all {
		if p.ID == idOrName {
			return p, nil
		}
	}
	for _, p := range all {
		if strings.EqualFold(p.Name, strings.TrimSpace(idOrName)) {
			return p, nil
		}
	}
	return Project{}, noProject(idOrName)
}

func noProject(idOrName string) error {
	return core.Errorf(core.NotFound, "there is no project %q", idOrName).
		WithHint("`shoptwin projects list` names them")
}

func nameFree(tx *bolt.Tx, name, except string) error {
	all, err := projects(tx)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.ID != except && p.Removed.IsZero() && (strings.EqualFold(p.Name, name) || p.ID == name) {
			return core.Errorf(core.Conflict, "there is a project %q already", p.Name).WithHint("choose another name")
		}
	}
	return nil
}

func cleanName(name string) (string, error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return "", core.Errorf(core.Invalid, "a project needs a name")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return "", core.Errorf(core.Invalid, "the project name %q has unprintable letters", name)
	case utf8.RuneCountInString(name) > 80:
		return "", core.Errorf(core.Invalid, "the project name %.20q… has %d letters, at most 80 fit", name, utf8.RuneCountInString(name))
	}
	return name, nil
}
