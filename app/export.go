package app

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"shoptwin/core"
	"shoptwin/core/quality"
	"shoptwin/core/synth"
	"shoptwin/core/table"
	"shoptwin/store"
)

// Exported is a file that was written.
type Exported struct {
	Path   string        `json:"path"`
	Rows   int           `json:"rows"`
	Size   int64         `json:"size"`
	Effect *synth.Effect `json:"effect,omitempty"` // of what was asked for, nil if nothing was
}

// Export writes synthetic rows of a run's model, or the rows of a dataset, to
// a file. The file appears when it is whole, or not at all.
func (a *App) Export(ctx context.Context, req ExportRequest, report func(core.Progress)) (Exported, error) {
	if req.Dataset != "" {
		return a.exportDataset(ctx, req, report)
	}
	p, run, err := a.run(req.Project, req.Run)
	if err != nil {
		return Exported{}, err
	}
	if err := a.passGate(p.ID, run); err != nil {
		return Exported{}, err
	}
	if req.Path == "" {
		if req.Path, err = a.outPath(p.ID, fileName(run.Dataset)+"_synthetic_"+fileName(run.Name), req.Format); err != nil {
			return Exported{}, err
		}
	}
	if req.Rows <= 0 {
		req.Rows = run.Rows
	}
	if req.Seed == 0 {
		req.Seed = run.Seed
	}
	if run.Customers > 0 {
		return a.exportCustomers(ctx, p, run, req, staged(report, "export"))
	}
	m, err := a.synthesizer(p, run.Model)
	if err != nil {
		return Exported{}, err
	}
	if m, err = m.With(synth.Want{Where: req.Where, Share: req.Share, Shares: req.Shares}); err != nil {
		return Exported{}, err
	}
	return exportRows(ctx, m, req.From, req.Rows, req.Seed, req.Path, req.Format, req.NoGuard, staged(report, "export"))
}

// fileName makes of a name one that every file system takes, in no other
// folder.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || strings.ContainsRune(` /\<>:"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	for len(name) > 80 {
		_, n := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-n]
	}
	return strings.TrimLeft(name, ".-~_")
}

// exportRows samples n rows from row number from on straight into a file, in
// constant memory.
func exportRows(ctx context.Context, m *synth.Model, from, n int, seed uint64, path, format string, noGuard bool, report func(core.Progress)) (Exported, error) {
	out, err := exportFile(path, format, "synthetic", noGuard, func(emit func(*table.Table) error) error {
		return m.Range(ctx, from, from+n, seed, 65536, emit, report)
	})
	if e := m.Effect(); len(e.Kinds) > 0 {
		out.Effect = &e
	}
	return out, err
}

// WriteFile writes a file beside path and renames it once it is whole and on
// disk, so that path never holds half of it.
func WriteFile(path string, write func(io.Writer) error) error {
	return writeFile(path, 0o666, write)
}

// halfPrefix marks files that are not whole yet.
const halfPrefix = ".shoptwin-"

// writeFile is [WriteFile] for a file of that mode, less the user's umask.
func writeFile(path string, mode os.FileMode, write func(io.Writer) error) error {
	f, err := os.OpenFile(filepath.Join(filepath.Dir(path), halfPrefix+rand.Text()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return fileError(err, path)
	}
	defer os.Remove(f.Name())
	if err = write(f); err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return fileError(err, path)
}

// fileError names the file and the way out for errors of the file system, and
// leaves others as they are.
func fileError(err error, path string) error {
	var known *core.Error
	var sys *os.PathError
	switch {
	case err == nil:
		return nil
	case core.KindOf(err) == core.Full || errors.Is(err, syscall.ENOSPC):
		return &core.Error{Kind: core.Full, Message: path + ": the disk is full, nothing was written", Hint: "free some space, or choose another folder", Err: err}
	case errors.As(err, &known):
		return err
	case errors.Is(err, os.ErrPermission):
		return core.Errorf(core.Invalid, "%s may not be written here", path).WithHint("choose another folder, or change its permissions")
	case errors.Is(err, os.ErrNotExist):
		return core.Errorf(core.NotFound, "%s: there is no such folder", path).WithHint("make it first, or choose another")
	case errors.As(err, &sys):
		return core.Errorf(core.Invalid, "%s: %w", path, sys.Err).WithHint("choose another file or folder")
	}
	return err
}

// run finds a run by its id or name; "" is the newest.
func (a *App) run(project, idOrName string) (store.Project, RunInfo, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return p, RunInfo{}, err
	}
	all, err := a.runs(p.ID)
	if err != nil {
		return p, RunInfo{}, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		if r := all[i]; idOrName == "" || r.ID == idOrName || r.Name == idOrName {
			return p, r, nil
		}
	}
	if idOrName == "" {
		return p, RunInfo{}, core.Errorf(core.NotFound, "project %q has no run yet", p.Name).WithHint("train a synthesizer first")
	}
	return p, RunInfo{}, core.Errorf(core.NotFound, "project %q has no run %q", p.Name, idOrName)
}

func (a *App) synthesizer(p store.Project, model string) (*synth.Model, error) {
	r, err := a.store.OpenBytes(p.ID, model)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return synth.Read(r)
}

// Report is the verdict on a run.
func (a *App) Report(project, run string) (*quality.Report, error) {
	p, r, err := a.run(project, run)
	if err != nil {
		return nil, err
	}
	body, err := a.store.OpenBytes(p.ID, r.ID)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	var out quality.Report
	if err := json.NewDecoder(body).Decode(&out); err != nil {
		return nil, core.Errorf(core.Internal, "the report of %s cannot be read: %w", r.Name, err)
	}
	return &out, nil
}

// ReportHTML writes the verdict on a run as one self-contained page in lang,
// "en" or "zh-CN".
func (a *App) ReportHTML(project, run, lang string, w io.Writer) error {
	r, err := a.Report(project, run)
	if err != nil {
		return err
	}
	return quality.WriteHTML(w, r, lang)
}

// SampleRows returns a few synthetic rows of a run's model as text.
func (a *App) SampleRows(project, run string, n int, seed uint64) (Page, error) {
	p, r, err := a.run(project, run)
	if err != nil {
		return Page{}, err
	}
	n = min(max(n, 1), 1000)
	if r.Customers > 0 {
		return a.sampleCustomers(p, r, n, seed)
	}
	m, err := a.synthesizer(p, r.Model)
	if err != nil {
		return Page{}, err
	}
	t, err := m.Sample(n, seed)
	if err != nil {
		return Page{}, err
	}
	return pageOf(t), nil
}

func pageOf(t *table.Table) Page {
	page := Page{Total: int64(t.Rows()), Rows: make([][]string, t.Rows())}
	for _, c := range t.Columns {
		page.Header = append(page.Header, c.Name)
	}
	for i := range page.Rows {
		row := make([]string, len(t.Columns))
		for j, c := range t.Columns {
			row[j] = c.Cell(i)
		}
		page.Rows[i] = row
	}
	return page
}

// DownloadPath returns the path of a file that the project exported, by its
// bare name; NotFound for any other.
func (a *App) DownloadPath(project, file string) (string, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return "", err
	}
	path := filepath.Join(a.store.Dir(p.ID), "out", file)
	info, err := os.Lstat(path)
	if file != filepath.Base(file) || strings.HasPrefix(file, ".") || err != nil || !info.Mode().IsRegular() {
		return "", core.Errorf(core.NotFound, "project %q has no exported file %q", p.Name, file)
	}
	return path, nil
}
