package duck

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"shoptwin/core"
	"shoptwin/core/source"
)

// isParquetName says whether a file's name ends like that of Parquet.
func isParquetName(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, ".parquet") || strings.HasSuffix(name, ".pq")
}

// importParquets reads Parquet files of one shape as one table, in their order,
// with a first column that names the file. The shape is the set of columns, in
// any order and case; opt.Union takes other ones, too. Where types differ the
// wider one is taken.
func (db *DB) importParquets(ctx context.Context, c *conn, parts []source.Part, opt source.Options, report func(core.Progress), imp *Imported) error {
	dir, err := os.MkdirTemp(db.dir, "parquet-")
	if err != nil {
		return fileError(err, db.dir)
	}
	defer func() { _ = os.RemoveAll(dir) }() // Close removes what stays
	imp.Info = source.Info{Format: "parquet", Encoding: "utf-8"}
	var total, done int64
	for _, p := range parts {
		total += p.Size
	}
	var files, names []string
	var shape []string
	for i, p := range parts {
		copied := filepath.Join(dir, fmt.Sprintf("%06d.parquet", i))
		before := done
		if err := copyPart(ctx, p, copied, func(now core.Progress) {
			if report != nil {
				now.Done, now.Total = before+now.Done, total
				report(now)
			}
		}); err != nil {
			return err
		}
		done += p.Size
		full := opt.Name + "/" + p.Name
		if err := checkParquet(copied, full); err != nil {
			return err
		}
		rows, err := c.cells(ctx, "SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet("+literal(copied)+"))")
		if err != nil {
			return parquetError(err, copied, full)
		}
		count, err := c.count(ctx, "read_parquet("+literal(copied)+")")
		if err != nil {
			return parquetError(err, copied, full)
		}
		var columns []string
		for _, r := range rows {
			columns = append(columns, strings.ToLower(r[0].text))
		}
		slices.Sort(columns)
		if i == 0 {
			shape = columns
		} else if !opt.Union && !slices.Equal(shape, columns) {
			return core.Errorf(core.Invalid, "%s: the files are not of one shape; %s has %s; %s has %s", opt.Name, parts[0].Name, quotedList(shape), p.Name, quotedList(columns)).
				WithHint("import them one by one, or take all, with missing cells where a file lacks a column (--union)")
		}
		files, names = append(files, literal(copied)), append(names, literal(strings.ToValidUTF8(p.Name, "\ufffd")))
		imp.Info.Files = append(imp.Info.Files, source.PartInfo{Name: p.Name, Encoding: "utf-8", Rows: count})
		imp.Info.Bytes += p.Size
	}
	// The number of a file stands before its ending.
	file := fmt.Sprintf(`list_extract([%s], CAST(substr("_row file", length("_row file") - 13, 6) AS INTEGER) + 1)`, strings.Join(names, ", "))
	if err := c.parquetRows(ctx, "read_parquet(["+strings.Join(files, ", ")+"], union_by_name = true)", file, dir, opt, imp); err != nil {
		return err
	}
	imp.SHA256, err = hashParts(ctx, parts)
	return err
}

func quotedList(names []string) string {
	quoted := make([]string, 0, 12)
	for _, n := range names[:min(len(names), 12)] {
		quoted = append(quoted, fmt.Sprintf("%q", n))
	}
	if len(names) > 12 {
		quoted = append(quoted, "…")
	}
	return strings.Join(quoted, ", ")
}

func copyPart(ctx context.Context, p source.Part, path string, report func(core.Progress)) error {
	f, err := p.Open()
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	return writeFile(path, source.Counted(ctx, f, p.Size, report))
}
