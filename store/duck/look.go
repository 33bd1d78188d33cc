package duck

import (
	"context"
	"os"
	"path/filepath"

	"shoptwin/core"
	"shoptwin/core/source"
)

// Look reads the beginning of a file, or of the files of a folder, as
// [DB.Import] would read all of it: n rows at most. The error may come with
// what was found until then, such as the files of a zip that are of several
// shapes. Of a Parquet file only that it is one is told.
func Look(ctx context.Context, path string, opt source.Options, n int) (source.Glance, error) {
	var g source.Glance
	if opt.Name == "" {
		opt.Name = filepath.Base(path)
	}
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		root, err := os.OpenRoot(path)
		if err != nil {
			return g, fileError(err, path)
		}
		defer func() { _ = root.Close() }() // only read
		if pictures, err := picturesBelow(root); err == nil && len(pictures) > 0 {
			info, _, err := readPictures(ctx, root, path, pictures, opt, g.Sink(n), nil)
			return g, g.Done(info, err)
		}
		parts, notes, err := tablesBelow(root, opt.Name)
		if err != nil {
			return g, err
		}
		if isParquetName(parts[0].Name) {
			g.Info = source.Info{Format: "parquet", Encoding: "utf-8", Notes: notes}
			for _, p := range parts {
				g.Info.Members, g.Info.Bytes = append(g.Info.Members, p.Name), g.Info.Bytes+p.Size
			}
			return g, nil
		}
		info, err := source.ReadParts(ctx, parts, opt, g.Sink(n), nil)
		info.Notes = append(notes, info.Notes...)
		for _, p := range parts {
			info.Members = append(info.Members, p.Name)
		}
		return g, g.Done(info, err)
	}
	f, size, err := openFile(path)
	if err != nil {
		return g, err
	}
	defer func() { _ = f.Close() }() // only read
	parquet, packed, err := isParquet(f)
	if err != nil {
		return g, core.Wrap(err, "%s", opt.Name)
	}
	if parquet {
		g.Info = source.Info{Format: "parquet", Encoding: "utf-8", Gzip: packed, Bytes: size}
		return g, nil
	}
	opt.Size, opt.At = size, f
	info, err := source.Read(ctx, f, opt, g.Sink(n), nil)
	return g, g.Done(info, err)
}
