package store

import (
	"encoding/json"
	"io"
	"time"

	"shoptwin/core"
)

// Kinds of records that Shoptwin keeps. The store accepts any other word.
const (
	Dataset  = "dataset"
	Recipe   = "recipe"
	Model    = "model"
	Run      = "run"
	Scenario = "scenario"
)

// Record is one thing of a project: what is known of it, and perhaps bytes.
type Record struct {
	ID      string          `json:"id"` // given by the store when empty
	Project string          `json:"project"`
	Kind    string          `json:"kind"`
	Name    string          `json:"name"`
	Created time.Time       `json:"created"` // given by the store when zero
	Meta    json.RawMessage `json:"meta,omitempty"`
	Parents []string        `json:"parents,omitempty"` // ids of what it was made from
	Size    int64           `json:"size"`              // of the bytes
	SHA256  string          `json:"sha256,omitempty"`  // of the bytes, hex; "" without bytes
	Blob    string          `json:"blob,omitempty"`    // where the bytes lie; the store's own
}

// Put writes a record and keeps the bytes it has, if it has any.
func (s *Store) Put(rec Record) (Record, error) { return Record{}, core.Errorf(core.Unsupported, "soon") }

// PutBytes writes a record together with its bytes.
func (s *Store) PutBytes(rec Record, r io.Reader) (Record, error) {
	return Record{}, core.Errorf(core.Unsupported, "soon")
}

// OpenBytes reads a record's bytes.
func (s *Store) OpenBytes(project, id string) (io.ReadCloser, error) {
	return nil, core.Errorf(core.Unsupported, "soon")
}

// Get returns a record. List lists a kind in order of creation.
func (s *Store) Get(project, kind, id string) (Record, error) {
	return Record{}, core.Errorf(core.Unsupported, "soon")
}

// List returns the records of a kind in order of their ids: oldest first.
func (s *Store) List(project, kind string) ([]Record, error) {
	return nil, core.Errorf(core.Unsupported, "soon")
}

// Delete removes a record and its bytes.
func (s *Store) Delete(project, kind, id string) error {
	return core.Errorf(core.Unsupported, "soon")
}

// Problem is something that Check found.
type Problem struct {
	Place string `json:"place"`
	Say   string `json:"say"`
}
