package app

import (
	"archive/zip"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"shoptwin/core"
	"shoptwin/store"
)

// An archive is a project in one file: a zip file that holds manifest.json,
// the bytes of records as records/ID, and the project's tables as data.duckdb.
// The manifest names every other file with its size and SHA-256; an archive
// that holds anything else is refused.

// ArchiveEnding is how names of archives end.
const ArchiveEnding = ".shoptwin"

const (
	archiveFormat  = "shoptwin project"
	archiveVersion = 1
	manifestName   = "manifest.json"
	tablesName     = "data.duckdb"
	recordsFolder  = "records/"

	maxManifest = 64 << 20
	maxRecords  = 100_000
	// An archive may unpack to this many times its size, and slack more: what
	// Shoptwin writes shrinks less.
	maxRatio, ratioSlack = 200, 64 << 20
)

// manifest is what an archive says of itself.
type manifest struct {
	Format  string        `json:"format"`
	Version int           `json:"version"`
	Program string        `json:"program"` // version of Shoptwin that wrote it
	Made    time.Time     `json:"made"`
	Name    string        `json:"name"`
	LeftOff string        `json:"leftOff,omitempty"`
	Rows    bool          `json:"rows"`             // whether real rows are inside
	Tables  *archivedFile `json:"tables,omitempty"` // nil without rows
	Records []archived    `json:"records"`
}

type archivedFile struct {
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// archived is a record; its bytes, if it has any, are the file records/ID.
type archived struct {
	Kind    string          `json:"kind"`
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	Created time.Time       `json:"created"`
	Meta    json.RawMessage `json:"meta,omitempty"`
	Parents []string        `json:"parents,omitempty"`
	Bytes   *archivedFile   `json:"bytes,omitempty"`
}

// ArchiveRequest writes a project to one file. Path "" keeps it in the
// project's folder for download.
type ArchiveRequest struct {
	Project string `json:"project"`
	Path    string `json:"path,omitempty"`
	// NoRows leaves real rows out, and all that is about single rows: tables,
	// set aside rows, cells quoted in remarks, interrupted trainings, keys of
	// pseudonyms, and recommenders, which hold customers' lists.
	NoRows bool `json:"noRows,omitempty"`
}

// Archived is an archive that was written.
type Archived struct {
	Path    string `json:"path"`
	Size    int64  `json:"size"`
	Rows    bool   `json:"rows"`
	Records int    `json:"records"`
}

// withRows are kinds of record that an archive without rows leaves out.
var withRows = []string{kindPause, kindSecret, kindRecommender, kindDraft, kindUnderway}

// ExportProject writes a project to an archive, which appears when it is whole
// or not at all. While its tables are copied nothing else can read them. A
// running job of the project gives Conflict. Files that it exported are left
// out: they can be written again.
func (a *App) ExportProject(ctx context.Context, req ArchiveRequest, report func(core.Progress)) (Archived, error) {
	p, err := a.store.Project(req.Project)
	if err != nil {
		return Archived{}, err
	}
	if req.Path == "" {
		if req.Path, err = a.outFile(p.ID, fileName(p.Name)+ArchiveEnding); err != nil {
			return Archived{}, err
		}
	}
	out := Archived{Path: req.Path, Rows: !req.NoRows}
	mode := os.FileMode(0o600) // it holds real rows
	if req.NoRows {
		mode = 0o666
	}
	err = a.jobs.Alone(p.ID, func() error {
		return writeFile(req.Path, mode, func(w io.Writer) error {
			out.Records, err = a.writeArchive(ctx, p, !req.NoRows, w, staged(report, "export"))
			return err
		})
	})
	if err != nil {
		return Archived{}, err
	}
	if info, err := os.Stat(req.Path); err == nil {
		out.Size = info.Size()
	}
	return out, nil
}

// archivedRecords returns what goes into an archive, oldest first, with the
// metadata that go with it.
func (a *App) archivedRecords(p store.Project, rows bool) ([]store.Record, error) {
	kinds, err := a.store.Kinds(p.ID)
	if err != nil {
		return nil, err
	}
	var out []store.Record
	for _, kind := range kinds {
		if !rows && slices.Contains(withRows, kind) {
			continue
		}
		all, err := a.store.List(p.ID, kind)
		if err != nil {
			return nil, err
		}
		for _, rec := range all {
			if kind == kindDataset && !rows {
				if rec.Meta, err = withoutCells(rec.Meta); err != nil {
					return nil, err
				}
			}
			out = append(out, rec)
		}
	}
	return out, nil
}

// withoutCells is a dataset's description without remarks that quote cells,
// marked as one without rows.
func withoutCells(meta json.RawMessage) (json.RawMessage, error) {
	var d Dataset
	if err := json.Unmarshal(meta, &d); err != nil {
		return nil, err
	}
	d.NoRows, d.Rejected = true, 0
	d.Info.Rejected, d.Info.Notes = 0, nil
	for i := range d.Columns {
		d.Columns[i].Problems = nil
	}
	return json.Marshal(d)
}

// writeArchive writes the archive. Sizes and sums must be known before the
// manifest, which comes first: so tables are read twice.
func (a *App) writeArchive(ctx context.Context, p store.Project, rows bool, w io.Writer, report func(core.Progress)) (records int, err error) {
	all, err := a.archivedRecords(p, rows)
	if err != nil {
		return 0, err
	}
	m := manifest{Format: archiveFormat, Version: archiveVersion, Program: Version, Made: now(), Name: p.Name, LeftOff: p.LeftOff, Rows: rows, Records: []archived{}}
	total := int64(0)
	for _, rec := range all {
		r := archived{Kind: rec.Kind, ID: rec.ID, Name: rec.Name, Created: rec.Created, Meta: rec.Meta, Parents: rec.Parents}
		if rec.SHA256 != "" {
			r.Bytes = &archivedFile{rec.Size, rec.SHA256}
			total += rec.Size
		}
		m.Records = append(m.Records, r)
	}
	tables := a.store.DataPath(p.ID)
	if rows {
		// Closed, it is whole on disk, and nobody opens it before it is copied.
		back, err := a.takeAway(p)
		if err != nil {
			return 0, err
		}
		defer back()
		m.Tables, err = sumOf(ctx, tables)
		if err != nil {
			return 0, err
		}
		if m.Tables != nil {
			total += m.Tables.Size
		}
	}
	out := zip.NewWriter(w)
	out.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	head, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return 0, err
	}
	var done int64
	add := func(name string, want *archivedFile, from io.Reader) error {
		f, err := out.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: m.Made})
		if err != nil {
			return err
		}
		in := &summed{ctx: ctx, r: from, hash: sha256.New(), seen: func(n int) {
			if want != nil {
				done += int64(n)
				report(core.Progress{Done: done, Total: total, Unit: "bytes"})
			}
		}}
		if _, err := io.Copy(f, in); err != nil {
			return err
		}
		if want != nil && (in.n != want.Size || in.sum() != want.SHA256) {
			return core.Errorf(core.Conflict, "%s of project %q changed while it was copied", name, p.Name).WithHint("try again")
		}
		return nil
	}
	if err := add(manifestName, nil, strings.NewReader(string(head))); err != nil {
		return 0, err
	}
	for _, rec := range m.Records {
		if rec.Bytes == nil {
			continue
		}
		err := func() error {
			r, err := a.store.OpenBytes(p.ID, rec.ID)
			if err != nil {
				return err
			}
			defer r.Close()
			return add(recordsFolder+rec.ID, rec.Bytes, r)
		}()
		if err != nil {
			return 0, err
		}
	}
	if m.Tables != nil {
		f, err := os.Open(tables)
		if err != nil {
			return 0, fileError(err, tables)
		}
		defer f.Close()
		if err := add(tablesName, m.Tables, f); err != nil {
			return 0, err
		}
	}
	return len(m.Records), out.Close()
}

// takeAway closes a project's database and keeps it closed until back is called.
func (a *App) takeAway(p store.Project) (back func(), err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.away[p.ID] {
		return nil, core.Errorf(core.Conflict, "project %q is being copied already", p.Name).WithHint("wait for it")
	}
	if db := a.open[p.ID]; db != nil {
		if err := db.Close(); err != nil {
			return nil, err
		}
		delete(a.open, p.ID)
	}
	a.away[p.ID] = true
	return func() {
		a.mu.Lock()
		delete(a.away, p.ID)
		a.mu.Unlock()
	}, nil
}

// sumOf is size and SHA-256 of a file; nil where there is none.
func sumOf(ctx context.Context, path string) (*archivedFile, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fileError(err, path)
	}
	defer f.Close()
	in := &summed{ctx: ctx, r: f, hash: sha256.New(), seen: func(int) {}}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return nil, fileError(err, path)
	}
	return &archivedFile{in.n, in.sum()}, nil
}

// summed counts and sums what is read through it, until ctx ends.
type summed struct {
	ctx  context.Context
	r    io.Reader
	hash hash.Hash
	n    int64
	seen func(n int)
}

func (c *summed) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(b)
	c.n += int64(n)
	c.hash.Write(b[:n])
	c.seen(n)
	return n, err
}

func (c *summed) sum() string { return hex.EncodeToString(c.hash.Sum(nil)) }
