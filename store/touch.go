package store

import (
	"errors"
	"maps"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"shoptwin/core"
)

// touches are when projects were opened and where work stopped, as far as that
// is not yet on disk. A disk that others keep busy takes 100 ms and more for a
// transaction, and a person who opens a project waits for nothing that is
// hers: so these changes alone are written behind the call.
type touches struct {
	mu      sync.Mutex
	waiting map[string]touch // by project
	written chan struct{}    // closed when all are; nil while none waits
}

type touch struct {
	opened  time.Time
	leftOff string // "" leaves it as it is
}

// onto is p as t has it, unless p is newer.
func (t touch) onto(p Project) Project {
	if !t.opened.Before(p.Opened) {
		p.Opened = t.opened
		if t.leftOff != "" {
			p.LeftOff = t.leftOff
		}
	}
	return p
}

// TouchProject marks a project as opened now and remembers the screen; an
// empty screen leaves that as it is. Every call from now on sees it; it is on
// disk soon after, at the latest when the store is closed.
func (s *Store) TouchProject(id, leftOff string) (Project, error) {
	p, err := s.Project(id)
	if err != nil {
		return Project{}, err
	}
	t := &s.touches
	t.mu.Lock()
	defer t.mu.Unlock()
	mine := t.waiting[p.ID]
	if mine.opened = now(); mine.opened.Before(p.Opened) {
		mine.opened = p.Opened // somebody set the clock back
	}
	if leftOff != "" {
		mine.leftOff = leftOff
	}
	t.waiting[p.ID] = mine
	if t.written == nil {
		t.written = make(chan struct{})
		go s.writeTouches()
	}
	return mine.onto(p), nil
}

// seen returns what waits. Who calls it before reading the file misses none.
func (t *touches) seen() map[string]touch {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.waiting)
}

// settle returns when nothing waits.
func (t *touches) settle() {
	t.mu.Lock()
	written := t.written
	t.mu.Unlock()
	if written != nil {
		<-written
	}
}

// writeTouches writes until nothing waits. What cannot be written, as on a full
// disk, is lost: whoever keeps something of value there is told why.
func (s *Store) writeTouches() {
	t := &s.touches
	for {
		some := t.seen()
		s.update(func(tx *bolt.Tx) error {
			for id, mine := range some {
				p, err := findProject(tx, id)
				if e := (*core.Error)(nil); errors.As(err, &e) && e.Kind == core.NotFound {
					continue // deleted since
				}
				if err == nil {
					err = tx.Bucket(bucketProjects).Put([]byte(p.ID), pack(mine.onto(p)))
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		t.mu.Lock()
		for id, mine := range some {
			if t.waiting[id] == mine {
				delete(t.waiting, id)
			}
		}
		if len(t.waiting) == 0 {
			close(t.written)
			t.written = nil
			t.mu.Unlock()
			return
		}
		t.mu.Unlock()
	}
}
