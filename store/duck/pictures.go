package duck

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	_ "image/gif" // sizes of pictures
	_ "image/jpeg"
	_ "image/png"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/source"
)

// A folder of pictures is a table with a row for each: where it lies, and what
// may join it to products, its name. Models that look at pictures read the
// files themselves.

var pictureEndings = []string{".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif", ".heic"}

var pictureColumns = []string{"picture", "name", "folder", "format", "width", "height", "bytes", "path"}

// picturesBelow lists the pictures of a folder in which there is no table.
func picturesBelow(root *os.Root) (list []string, err error) {
	err = fs.WalkDir(root.FS(), ".", func(at string, d fs.DirEntry, err error) error {
		base := path.Base(at)
		switch {
		case err != nil:
			return fileError(err, at)
		case at != "." && strings.HasPrefix(base, "."), base == "__MACOSX":
			if d.IsDir() {
				return fs.SkipDir
			}
		case !d.Type().IsRegular():
		case source.IsTable(base), isParquetName(base):
			list = nil
			return fs.SkipAll
		case slices.Contains(pictureEndings, strings.ToLower(path.Ext(base))):
			list = append(list, at)
		}
		return nil
	})
	return list, err
}

// readPictures hands over a row for each picture. Width and height are missing
// where a format is not known here or the file is damaged. at is the folder.
func readPictures(ctx context.Context, root *os.Root, at string, list []string, opt source.Options, sink source.Sink, report func(core.Progress)) (source.Info, string, error) {
	p, sum := source.NewPump(ctx, opt, sink), sha256.New()
	finish := func(err error) (source.Info, string, error) {
		info, end := p.End()
		info.Format, info.Encoding = "pictures", "utf-8"
		if err == nil {
			err = end
		}
		return info, hex.EncodeToString(sum.Sum(nil)), err
	}
	if full, err := filepath.Abs(at); err == nil {
		at = full
	}
	if err := p.Header(pictureColumns); err != nil {
		return finish(err)
	}
	unread := 0
	for i, name := range list {
		if err := ctx.Err(); err != nil {
			return finish(err)
		}
		f, err := root.Open(filepath.FromSlash(name))
		if err != nil {
			return finish(fileError(err, name))
		}
		st, err := f.Stat()
		size, format, known := image.Config{}, "", error(nil)
		if err == nil {
			size, format, known = image.DecodeConfig(f)
		}
		_ = f.Close() // only read
		if err != nil {
			return finish(fileError(err, name))
		}
		base, folder := path.Base(name), path.Dir(name)
		row := [][]byte{[]byte(name), []byte(strings.TrimSuffix(base, path.Ext(base))), nil, []byte(format), nil, nil, strconv.AppendInt(nil, st.Size(), 10), []byte(filepath.Join(at, filepath.FromSlash(name)))}
		if folder != "." {
			row[2] = []byte(folder)
		}
		if known == nil {
			row[4], row[5] = strconv.AppendInt(nil, int64(size.Width), 10), strconv.AppendInt(nil, int64(size.Height), 10)
		} else {
			unread++
			row[3] = []byte(strings.TrimPrefix(strings.ToLower(path.Ext(base)), "."))
		}
		_, _ = fmt.Fprintln(sum, string(bytes.Join(row[:7], []byte("\t")))) // a hash takes all
		if err := p.Row(row); err != nil {
			return finish(err)
		}
		if report != nil && i%256 == 0 {
			report(core.Progress{Stage: "import", Done: int64(i), Total: int64(len(list)), Unit: "rows"})
		}
	}
	if unread > 0 {
		p.Note(fmt.Sprintf("Of %d pictures width and height are not known: they are of a format that is not read here, or damaged.", unread))
	}
	return finish(nil)
}
