package duck

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/source"
)

// Import reads the file at path, or all files of a folder, into a new dataset:
// every cell as text first, then each column as what all its cells are. Rows that cannot be read are
// kept beside it, see [DB.Rejects]. The dataset appears whole or not at all,
// whatever happens; once ctx is cancelled Import ends within moments.
//
// Errors: Conflict when name is taken, Invalid for a file that is empty,
// broken or of an unknown form, NotFound, Full.
func (db *DB) Import(ctx context.Context, name, path string, opt source.Options, report func(core.Progress)) (Imported, error) {
	c, err := db.connect()
	if err != nil {
		return Imported{}, err
	}
	defer c.close() // the temporary tables go with it
	if err := c.free(ctx, name); err != nil {
		return Imported{}, err
	}
	if opt.Name == "" {
		opt.Name = filepath.Base(path)
	}
	opt.TempDir = db.dir
	imp := Imported{Table: name}
	if st, serr := os.Stat(path); serr == nil && st.IsDir() {
		err = db.importFolder(ctx, c, path, opt, report, &imp)
	} else {
		err = db.importFile(ctx, c, path, opt, report, &imp)
	}
	if err != nil && ctx.Err() != nil {
		return Imported{}, ctx.Err()
	}
	if err != nil {
		return Imported{}, importError(err, path)
	}
	return imp, nil
}

// ImportRows makes a new dataset of rows that read hands to the sink it is
// given, as [source.Pump] does; see [DB.Import]. from names their place in
// errors.
func (db *DB) ImportRows(ctx context.Context, name, from string, read func(source.Sink) (source.Info, error)) (Imported, error) {
	c, err := db.connect()
	if err != nil {
		return Imported{}, err
	}
	defer c.close() // the temporary tables go with it
	if err := c.free(ctx, name); err != nil {
		return Imported{}, err
	}
	imp := Imported{Table: name}
	err = db.importRows(ctx, c, from, read, &imp)
	if err != nil && ctx.Err() != nil {
		return Imported{}, ctx.Err()
	}
	if err != nil {
		return Imported{}, importError(err, from)
	}
	return imp, nil
}

func (db *DB) importFile(ctx context.Context, c *conn, path string, opt source.Options, report func(core.Progress), imp *Imported) error {
	f, size, err := openFile(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	opt.Size = size
	parquet, packed, err := isParquet(f)
	if err != nil {
		return err
	}
	if parquet {
		return db.importParquet(ctx, c, f, packed, opt, report, imp)
	}
	opt.At = f
	sum := sha256.New()
	r := io.TeeReader(f, sum)
	err = db.importRows(ctx, c, opt.Name, func(sink source.Sink) (source.Info, error) {
		info, err := source.Read(ctx, r, opt, sink, report)
		if err == nil {
			_, err = io.Copy(io.Discard, source.Counted(ctx, r, 0, nil)) // what a reader left, for the hash
		}
		return info, err
	}, imp)
	imp.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return err
}

func openFile(path string) (*os.File, int64, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, 0, fileError(err, path)
	}
	if !st.Mode().IsRegular() {
		return nil, 0, core.Errorf(core.Unsupported, "%s is a device or pipe, not a file", filepath.Base(path)).
			WithHint("save its content as a file first")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, fileError(err, path)
	}
	return f, st.Size(), nil
}

// importError keeps errors for people and names the file in others.
func importError(err error, path string) error {
	var e *core.Error
	if errors.As(err, &e) && e.Kind != core.Internal {
		return err
	}
	var p *os.PathError
	if errors.As(err, &p) {
		return fileError(p.Err, path)
	}
	return core.Wrap(err, "importing %s", filepath.Base(path))
}

// importRows stages the cells of any format but Parquet.
func (db *DB) importRows(ctx context.Context, c *conn, from string, read func(source.Sink) (source.Info, error), imp *Imported) error {
	var rows *stage
	rejects, err := c.newStage(ctx, "rejected", 4)
	if err != nil {
		return err
	}
	defer func() {
		_ = rejects.close(context.WithoutCancel(ctx)) // closed before, unless there is an error already
		if rows != nil {
			_ = rows.close(context.WithoutCancel(ctx))
		}
	}()
	var header []string
	imp.Info, err = read(source.Sink{
		Header: func(names []string) (err error) {
			if err := checkWidth(from, len(names)); err != nil {
				return err
			}
			header = ownNames(names)
			if rows == nil {
				rows, err = c.newStage(ctx, "stage", len(names))
				return err
			}
			return rows.widen(ctx, len(names))
		},
		Row: func(_ int64, cells [][]byte) error { return rows.append(ctx, cells) },
		Reject: func(j source.Reject) error {
			return rejects.append(ctx, [][]byte{strconv.AppendInt(nil, j.Line, 10), []byte(j.Column), []byte(j.Reason), []byte(j.Raw)})
		},
	})
	if err != nil {
		return err
	}
	if err := rows.close(ctx); err != nil {
		return err
	}
	if err := rejects.close(ctx); err != nil {
		return err
	}
	imp.Info.Header = header
	columns, err := c.infer(ctx, header, rows.total)
	if err != nil {
		return err
	}
	list := []string{rowColumn}
	for _, col := range columns {
		list = append(list, col.expr+" AS "+ident(col.info.Name))
	}
	d := &dataset{Rows: rows.total, Rejected: rejects.total}
	var commas []string
	for _, col := range columns {
		d.Columns = append(d.Columns, col.info)
		if col.comma {
			commas = append(commas, col.info.Name)
		}
	}
	if len(commas) > 0 {
		imp.Info.Notes = append(imp.Info.Notes, "Numbers are written with a decimal comma in "+strings.Join(commas, ", ")+".")
	}
	return c.create(ctx, imp, d, "SELECT "+strings.Join(list, ", ")+" FROM temp.stage",
		"SELECT CAST(c0 AS BIGINT) AS line, coalesce(c1, '') AS col, c2 AS reason, coalesce(c3, '') AS raw FROM temp.rejected ORDER BY "+rowColumn)
}

// maxColumns is how many columns a dataset may have. Each is looked at by
// itself, so that many more would take hours.
const maxColumns = 4096

func checkWidth(name string, columns int) error {
	if columns <= maxColumns {
		return nil
	}
	return core.Errorf(core.Invalid, "%s has %d columns; at most %d can be imported", name, columns, maxColumns).
		WithHint("keep the columns you need; a column for each product or day is better written as a row for each")
}

// create makes the tables of a new dataset in one transaction, and counts
// missing and distinct cells on the way.
func (c *conn) create(ctx context.Context, imp *Imported, d *dataset, rows, rejects string) error {
	c.db.write.Lock()
	defer c.db.write.Unlock()
	defer c.db.version.Add(1)
	err := c.tx(ctx, func() error {
		if err := c.free(ctx, imp.Table); err != nil {
			return err
		}
		if err := c.exec(ctx, "CREATE TABLE main."+ident(imp.Table)+" AS "+rows); err != nil {
			return err
		}
		if rejects != "" {
			if err := c.exec(ctx, "CREATE TABLE rejects."+ident(imp.Table)+" AS "+rejects); err != nil {
				return err
			}
		}
		if err := c.describe(ctx, imp.Table, d); err != nil {
			return err
		}
		return c.keep(ctx, imp.Table, d)
	})
	imp.Columns, imp.Rows, imp.Rejected = d.Columns, d.Rows, d.Rejected
	return err
}

// ownNames keeps the name of the row column free: a column of that name gets a
// number.
func ownNames(names []string) []string {
	return source.CleanNames(append([]string{rowColumn}, names...))[1:]
}
