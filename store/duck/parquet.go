package duck

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/recipe"
	"shoptwin/core/source"
	"shoptwin/core/table"
)

// isParquet looks at the first bytes of a file, maybe gzipped, and goes back
// to its start.
func isParquet(f *os.File) (parquet, packed bool, err error) {
	var magic [4]byte
	n, err := io.ReadFull(f, magic[:])
	if err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		packed = true
		if _, err = f.Seek(0, io.SeekStart); err != nil {
			return false, false, err
		}
		if z, zerr := gzip.NewReader(bufio.NewReader(f)); zerr == nil {
			n, _ = io.ReadFull(z, magic[:]) // broken gzip is reported when it is read
		}
	} else if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return false, false, err
	}
	_, err = f.Seek(0, io.SeekStart)
	return bytes.Equal(magic[:n], []byte("PAR1")), packed, err
}

// importParquet lets DuckDB read a copy of the file (a link, where the system
// has them) in its own folder, the only place it can read from.
func (db *DB) importParquet(ctx context.Context, c *conn, f *os.File, packed bool, opt source.Options, report func(core.Progress), imp *Imported) error {
	sum := sha256.New()
	dir, err := os.MkdirTemp(db.dir, "parquet-")
	if err != nil {
		return fileError(err, db.dir)
	}
	defer func() { _ = os.RemoveAll(dir) }() // Close removes what stays
	copied := filepath.Join(dir, "file.parquet")
	in := source.Counted(ctx, io.TeeReader(f, sum), opt.Size, report)
	if packed {
		err = unpack(ctx, in, copied, opt)
	} else if err = linkTo(f.Name(), copied); err != nil {
		err = writeFile(copied, in)
	}
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return err
	}
	imp.SHA256 = hex.EncodeToString(sum.Sum(nil))
	imp.Info = source.Info{Format: "parquet", Encoding: "utf-8", Gzip: packed, Bytes: opt.Size}
	if err := checkParquet(copied, opt.Name); err != nil {
		return err
	}
	return c.parquetRows(ctx, "read_parquet("+literal(copied)+")", "", copied, opt, imp)
}

// parquetRows makes the dataset of what DuckDB reads as file. first, if not "",
// is SQL of a text column that stands before the others.
func (c *conn) parquetRows(ctx context.Context, file, first, copied string, opt source.Options, imp *Imported) error {
	rows, err := c.cells(ctx, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM "+file+")")
	if err != nil {
		return parquetError(err, copied, opt.Name)
	}
	var names []string
	for _, r := range rows {
		names = append(names, r[0].text)
	}
	if err := checkWidth(opt.Name, len(names)); err != nil {
		return err
	}
	clean := ownNames(source.CleanNames(names))
	d := &dataset{}
	counts, err := c.cells(ctx, "SELECT CAST(count(*) AS VARCHAR) FROM "+file)
	if err != nil {
		return parquetError(err, copied, opt.Name)
	}
	if d.Rows, _ = strconv.ParseInt(counts[0][0].text, 10, 64); d.Rows == 0 {
		return core.Errorf(core.Invalid, "%s has a header (%s) but no rows", opt.Name, strings.Join(clean, ", ")).WithHint("export it again with its rows")
	}
	list := []string{"row_number() OVER () - 1 AS " + rowColumn}
	if first != "" {
		name := source.CleanNames(append(slices.Clone(clean), "file"))[len(clean)]
		list = append(list, first+" AS "+ident(name))
		d.Columns = append(d.Columns, ColumnInfo{Field: table.Field{Name: name, Kind: table.Text}})
	}
	for i, r := range rows {
		col, err := c.parquetColumn(ctx, file, r[0].text, r[1].text, d.Rows)
		if err != nil {
			return parquetError(err, copied, opt.Name)
		}
		col.info.Name = clean[i]
		list = append(list, col.expr+" AS "+ident(clean[i]))
		d.Columns = append(d.Columns, col.info)
		if clean[i] != names[i] {
			imp.Info.Notes = append(imp.Info.Notes, fmt.Sprintf("Column %q is now %q.", names[i], clean[i]))
		}
	}
	imp.Info.Rows = d.Rows
	for _, col := range d.Columns {
		imp.Info.Header = append(imp.Info.Header, col.Name)
	}
	if first != "" {
		file = strings.TrimSuffix(file, ")") + ", filename = '_row file')"
	}
	err = c.create(ctx, imp, d, "SELECT "+strings.Join(list, ", ")+" FROM "+file, "")
	return parquetError(err, copied, opt.Name)
}

// parquetColumn maps a column of the file. Numbers that float64 cannot hold
// exactly become text, so do booleans; nested values become JSON.
func (c *conn) parquetColumn(ctx context.Context, file, name, kind string, rows int64) (column, error) {
	x := ident(name)
	col := column{expr: "CAST(" + x + " AS VARCHAR)", info: ColumnInfo{Field: table.Field{Kind: table.Text}}}
	asked := func(sql string) (string, error) {
		rows, err := c.cells(ctx, "SELECT CAST("+sql+" AS VARCHAR) FROM "+file)
		if err != nil {
			return "", err
		}
		return rows[0][0].text, nil
	}
	numeric := func(decimals int) { col.info.Kind, col.info.Decimals = table.Number, decimals }
	base, _, _ := strings.Cut(kind, "(")
	switch {
	case strings.HasSuffix(kind, "]"), base == "STRUCT", base == "MAP", base == "UNION", base == "VARIANT":
		col.expr = "CAST(to_json(" + x + ") AS VARCHAR)"
	case base == "TINYINT", base == "SMALLINT", base == "INTEGER", base == "UTINYINT", base == "USMALLINT", base == "UINTEGER":
		col.expr = "CAST(" + x + " AS DOUBLE)"
		numeric(0)
	case base == "BIGINT", base == "UBIGINT", base == "HUGEINT", base == "UHUGEINT":
		large, err := asked(fmt.Sprintf("count(*) FILTER (%s >= %d OR %s <= -%d)", x, exact, x, exact))
		if err != nil || large != "0" {
			return col, err
		}
		col.expr = "CAST(" + x + " AS DOUBLE)"
		numeric(0)
	case base == "DECIMAL":
		var width, scale int
		if _, err := fmt.Sscanf(kind, "DECIMAL(%d,%d)", &width, &scale); err != nil {
			return col, err
		}
		if width > 15 {
			large, err := asked(fmt.Sprintf("count(*) FILTER (abs(CAST(%s AS DOUBLE)) >= 9e15 / 10 ** %d)", x, scale))
			if err != nil || large != "0" {
				return col, err
			}
		}
		col.expr = "CAST(" + x + " AS DOUBLE)"
		numeric(scale)
	case base == "DOUBLE", base == "FLOAT":
		v := x
		if base == "FLOAT" { // 0.1 stays 0.1
			v = "CAST(CAST(" + x + " AS VARCHAR) AS DOUBLE)"
		}
		col.expr = fmt.Sprintf("CASE WHEN %s THEN %s END", recipe.Sound(x), v)
		decimals, err := asked(recipe.DecimalsOf(col.expr))
		if err != nil {
			return col, err
		}
		n, err := strconv.Atoi(decimals)
		if err != nil {
			return col, err
		}
		numeric(n)
	case base == "BOOLEAN":
		col.expr = "CASE WHEN " + x + " THEN 'true' WHEN NOT " + x + " THEN 'false' END"
	case base == "DATE":
		col.expr = "CAST(" + x + " AS TIMESTAMP)"
		col.info.Kind, col.info.Layout = table.Time, "2006-01-02"
	case strings.HasPrefix(base, "TIMESTAMP"):
		t := "CAST(" + x + " AS TIMESTAMP)"
		unit, err := asked(fmt.Sprintf("coalesce(max(CASE WHEN %[1]s IS NULL OR epoch_us(%[1]s) %% 86400000000 = 0 THEN 0 WHEN epoch_us(%[1]s) %% 1000000 = 0 THEN 1 WHEN epoch_us(%[1]s) %% 1000 = 0 THEN 2 ELSE 3 END), 0)", t))
		if err != nil {
			return col, err
		}
		col.expr = "CASE WHEN isfinite(" + t + ") THEN " + t + " END"
		col.info.Kind = table.Time
		col.info.Layout = map[string]string{"0": "2006-01-02", "1": "2006-01-02 15:04:05", "2": "2006-01-02 15:04:05.000", "3": "2006-01-02 15:04:05.000000"}[unit]
	case base == "VARCHAR":
		// Text stays text, as its maker wanted; dates are dates in any dress.
		col.expr = "CASE WHEN trim(" + x + ") NOT IN (" + missingList() + ") THEN " + x + " END"
		from := "(SELECT file_row_number AS _row, " + col.expr + " AS x FROM " + strings.TrimSuffix(file, ")") + ", file_row_number = true))"
		sample, err := c.cells(ctx, fmt.Sprintf("SELECT x FROM %s WHERE x IS NOT NULL AND _row %% %d = 0", from, max(1, rows/sampleRows)))
		if err != nil {
			return col, err
		}
		texts := make([]string, len(sample))
		for i, row := range sample {
			texts[i] = row[0].text
		}
		if g := guessKind(name, texts); g.layout != nil {
			return col, c.inferTime(ctx, &col, col.expr, from, g)
		}
	}
	return col, nil
}

func missingList() string {
	var words []string
	for _, w := range source.MissingWords() {
		words = append(words, literal(w))
	}
	return strings.Join(words, ", ")
}

// checkParquet looks for the mark at both ends, so that a file cut short is
// told from one that is broken inside.
func checkParquet(path, name string) error {
	f, err := os.Open(path)
	if err != nil {
		return fileError(err, path)
	}
	defer func() { _ = f.Close() }() // only read
	var magic [4]byte
	if st, err := f.Stat(); err == nil && st.Size() >= 12 {
		if _, err := f.ReadAt(magic[:], st.Size()-4); err == nil && string(magic[:]) == "PAR1" {
			return nil
		}
	}
	return core.Errorf(core.Invalid, "%s is a Parquet file whose end is missing", name).
		WithHint("copy or download it again")
}

// parquetError names the file, not the copy of it that DuckDB reads.
func parquetError(err error, copied, name string) error {
	if err == nil || core.KindOf(err) != core.Internal {
		return err
	}
	said := strings.ReplaceAll(err.Error(), copied, name)
	return &core.Error{Kind: core.Invalid, Message: name + " is a damaged Parquet file: " + said, Hint: "copy or export it again", Err: err}
}

// unpack writes a gzipped file unpacked, refusing a bomb.
func unpack(ctx context.Context, r io.Reader, path string, opt source.Options) error {
	z, err := gzip.NewReader(bufio.NewReader(r))
	if err != nil {
		return core.Errorf(core.Invalid, "%s is damaged gzip: %w", opt.Name, err).WithHint("copy or download it again")
	}
	limit := int64(1 << 40)
	if !opt.TrustSize {
		limit = 512<<20 + 250*opt.Size
	}
	if err := writeFile(path, io.LimitReader(z, limit)); err != nil {
		if ctx.Err() != nil || core.KindOf(err) == core.Full {
			return err
		}
		return core.Errorf(core.Invalid, "%s is damaged gzip: %w", opt.Name, err).WithHint("copy or download it again")
	}
	if st, err := os.Stat(path); err == nil && st.Size() >= limit {
		return core.Errorf(core.Invalid, "%s unpacks to more than %d MB, which no honest file does", opt.Name, limit>>20).
			WithHint("if you trust it, unpack it first and import the unpacked file")
	}
	return nil
}

// linkTo links the file itself, not a symbolic link that leads to it from
// where it stands.
func linkTo(file, link string) error {
	real, err := filepath.EvalSymlinks(file)
	if err != nil {
		return err
	}
	return os.Link(real, link)
}

func writeFile(path string, r io.Reader) error {
	w, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return fileError(err, path)
	}
	_, err = io.Copy(w, r)
	if e := w.Close(); err == nil {
		err = e
	}
	if err != nil && strings.Contains(err.Error(), "no space left") {
		return fileError(err, path)
	}
	return err
}
