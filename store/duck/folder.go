package duck

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"shoptwin/core"
	"shoptwin/core/source"
)

const maxFolderFiles = 10_000

// importFolder reads all tables below a folder as one, in order of their
// names; see [source.ReadParts]. One of pictures is a list of them. The folder is opened as a root: no symbolic
// link leads out of it, whenever it is made.
func (db *DB) importFolder(ctx context.Context, c *conn, path string, opt source.Options, report func(core.Progress), imp *Imported) error {
	root, err := os.OpenRoot(path)
	if err != nil {
		return fileError(err, path)
	}
	defer func() { _ = root.Close() }() // only read
	pictures, err := picturesBelow(root)
	if err != nil {
		return err
	}
	if len(pictures) > 0 {
		return db.importRows(ctx, c, opt.Name, func(sink source.Sink) (info source.Info, err error) {
			info, imp.SHA256, err = readPictures(ctx, root, path, pictures, opt, sink, report)
			return info, err
		}, imp)
	}
	parts, notes, err := tablesBelow(root, opt.Name)
	if err != nil {
		return err
	}
	opt.Size = 0
	if isParquetName(parts[0].Name) {
		err := db.importParquets(ctx, c, parts, opt, report, imp)
		imp.Info.Notes = append(notes, imp.Info.Notes...)
		return err
	}
	err = db.importRows(ctx, c, opt.Name, func(sink source.Sink) (source.Info, error) {
		info, err := source.ReadParts(ctx, parts, opt, sink, report)
		info.Notes = append(notes, info.Notes...)
		return info, err
	}, imp)
	if err != nil {
		return err
	}
	imp.SHA256, err = hashParts(ctx, parts)
	return err
}

// tablesBelow lists the tables in a folder, all of them Parquet or none. What is
// not read is said.
func tablesBelow(root *os.Root, name string) (parts []source.Part, notes []string, err error) {
	var links, others []string
	err = fs.WalkDir(root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		base := filepath.Base(path)
		switch {
		case err != nil:
			return fileError(err, path)
		case path != "." && strings.HasPrefix(base, "."), base == "__MACOSX":
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		case d.Type()&fs.ModeSymlink != 0:
			if _, err := root.Stat(path); err != nil {
				return core.Errorf(core.Invalid, "%s/%s is a link that leads out of the folder, or to nothing", name, path).
					WithHint("put the file itself into the folder, or remove the link")
			}
			links = append(links, path)
			return nil
		case !d.Type().IsRegular():
			return nil
		case !source.IsTable(base) && !isParquetName(base):
			others = append(others, path)
			return nil
		}
		st, err := d.Info()
		if err != nil {
			return fileError(err, path)
		}
		if parts = append(parts, source.Part{Name: path, Size: st.Size(), Open: func() (io.ReadCloser, error) {
			f, err := root.Open(filepath.FromSlash(path))
			if err != nil {
				return nil, fileError(err, path)
			}
			return f, nil
		}}); len(parts) > maxFolderFiles {
			return core.Errorf(core.Invalid, "%s holds more than %d tables", name, maxFolderFiles).WithHint("import the folders below it one by one")
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	parquet := 0
	for _, p := range parts {
		if isParquetName(p.Name) {
			parquet++
		}
	}
	if parquet > 0 && parquet < len(parts) {
		return nil, nil, core.Errorf(core.Invalid, "the folder %s holds %d Parquet files and %d others", name, parquet, len(parts)-parquet).
			WithHint("put the Parquet files into a folder of their own")
	}
	if len(parts) == 0 {
		return nil, nil, core.Errorf(core.Invalid, "the folder %s holds no table that can be read together with others", name).
			WithHint("it may hold CSV, TSV, Excel, JSON, JSON Lines and XML files, packed or not, or Parquet files, or pictures")
	}
	for _, left := range []struct {
		why  string
		what []string
	}{{"Not read, as they are links to other files of the folder", links}, {"Not read, as they are no tables", others}} {
		if len(left.what) > 0 {
			more := ""
			if n := len(left.what); n > 5 {
				left.what, more = left.what[:5], fmt.Sprintf(" and %d more", n-5)
			}
			notes = append(notes, left.why+": "+strings.Join(left.what, ", ")+more+".")
		}
	}
	return parts, notes, nil
}

// hashParts is one hash over names and contents.
func hashParts(ctx context.Context, parts []source.Part) (string, error) {
	sum := sha256.New()
	for _, p := range parts {
		_, _ = fmt.Fprintf(sum, "%q %d\n", p.Name, p.Size) // a hash takes all
		f, err := p.Open()
		if err != nil {
			return "", err
		}
		_, err = io.Copy(sum, source.Counted(ctx, f, 0, nil))
		_ = f.Close() // only read
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
