package app

import (
	"context"
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"strings"

	"shoptwin/core"
	"shoptwin/core/export"
	"shoptwin/core/table"
	"shoptwin/store/duck"
	"shoptwin/store/remote"
)

// exportFile writes the rows that draw emits, chunk by chunk, to a file of any
// format: format, or what path ends in. name is the table's, for the formats
// that have one. The file appears when it is whole, or not at all.
func exportFile(path, format, name string, noGuard bool, draw func(emit func(*table.Table) error) error) (Exported, error) {
	out := Exported{Path: path}
	ending := path
	if format != "" {
		ending = "x." + format
	}
	f, gz, err := export.FormatOf(ending)
	if err != nil {
		return out, err
	}
	var w export.Writer
	rows := func(begin func([]table.Field) (export.Writer, error)) (err error) {
		err = draw(func(t *table.Table) error {
			if w == nil {
				if w, err = begin(t.Schema()); err != nil {
					return err
				}
			}
			out.Rows += t.Rows()
			return w.Write(t)
		})
		if w == nil {
			if err == nil {
				err = core.Errorf(core.Invalid, "no rows were asked for")
			}
			return err
		}
		if e := w.Close(); err == nil {
			err = e
		}
		return err
	}
	switch f {
	case export.SQLite, export.DuckDB:
		err = writePath(path, func(half string) error {
			return rows(func(schema []table.Field) (export.Writer, error) {
				if f == export.DuckDB {
					return duck.NewWriter(half, name, schema)
				}
				return remote.NewWriter(half, name, schema)
			})
		})
	default:
		opt := export.Options{Format: f, Gzip: gz, NoFormulaGuard: noGuard, Table: name, Dialect: export.DialectOf(ending)}
		err = WriteFile(path, func(file io.Writer) error {
			return rows(func(schema []table.Field) (export.Writer, error) { return export.New(file, schema, opt) })
		})
	}
	if info, e := os.Stat(path); err == nil && e == nil {
		out.Size = info.Size()
	}
	return out, err
}

// writePath lets write make a file beside path, and renames it once it is
// whole.
func writePath(path string, write func(half string) error) error {
	dir := filepath.Dir(path)
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		return core.Errorf(core.NotFound, "%s: there is no such folder", path).WithHint("make it first, or choose another")
	}
	half := filepath.Join(dir, halfPrefix+rand.Text())
	defer func() {
		for _, end := range []string{"", ".wal", "-journal"} {
			os.Remove(half + end)
		}
	}()
	err := write(half)
	if err == nil {
		err = os.Rename(half, path)
	}
	if err != nil && strings.Contains(err.Error(), halfPrefix) {
		err = core.Errorf(core.Invalid, "%s cannot be written", path).WithHint("choose another folder, or change its permissions")
	}
	return fileError(err, path)
}

// exportDataset writes a dataset's rows to a file.
func (a *App) exportDataset(ctx context.Context, req ExportRequest, report func(core.Progress)) (Exported, error) {
	p, d, err := a.dataset(req.Project, req.Dataset)
	if err != nil {
		return Exported{}, err
	}
	db, err := a.data(p)
	if err != nil {
		return Exported{}, err
	}
	if req.Path == "" { // named so that nobody takes it for a twin
		if req.Path, err = a.outPath(p.ID, fileName(d.Name)+"_REAL_ROWS", req.Format); err != nil {
			return Exported{}, err
		}
	}
	report = staged(report, "export")
	done := int64(0)
	return exportFile(req.Path, req.Format, d.Name, req.NoGuard, func(emit func(*table.Table) error) error {
		return db.Each(ctx, d.Name, 65536, func(t *table.Table) error {
			if err := emit(t); err != nil {
				return err
			}
			if done += int64(t.Rows()); report != nil {
				report(core.Progress{Stage: "export", Done: done, Total: d.Rows, Unit: "rows"})
			}
			return nil
		})
	})
}

// outPath is a file in the project's own folder.
func (a *App) outPath(project, name, format string) (string, error) {
	if format == "" {
		format = "csv"
	}
	if _, _, err := export.FormatOf("x." + format); err != nil || strings.ContainsAny(format, `/\`) {
		return "", core.Errorf(core.Unsupported, "there is no format %q", format).WithHint("choose csv, tsv, parquet, json, jsonl, xlsx, sqlite, duckdb or sql")
	}
	dir := filepath.Join(a.store.Dir(project), "out")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fileError(err, dir)
	}
	return filepath.Join(dir, name+"."+format), nil
}
