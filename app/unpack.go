package app

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"shoptwin/core"
	"shoptwin/store"
)

// ImportProject makes a project of an archive that [App.ExportProject] wrote;
// name "" takes its own, with a number where that is taken. The project
// appears when all of it is there and was verified. An archive that is
// damaged, that holds what its manifest does not name, or that would unpack to
// far more than it is gives Invalid and leaves nothing behind; one of a newer
// Shoptwin gives Unsupported.
func (a *App) ImportProject(ctx context.Context, path, name string, report func(core.Progress)) (ProjectInfo, error) {
	in, err := openArchive(path)
	if err != nil {
		return ProjectInfo{}, err
	}
	defer in.Close()
	if name == "" {
		name = in.Name
	}
	p, err := a.store.AddProject(name, in.LeftOff)
	if err != nil {
		return ProjectInfo{}, err
	}
	// Until it is whole the project lies in the trash: of a program that is
	// killed meanwhile nothing stays.
	err = a.unpack(ctx, p, in, staged(report, "import"))
	if err == nil {
		err = a.whole(p, in.manifest)
	}
	if err != nil {
		return ProjectInfo{}, errors.Join(err, a.discard(p.ID))
	}
	return a.RestoreProject(p.ID)
}

// archive is an opened one, whose manifest was checked against its files.
type archive struct {
	manifest
	path  string
	zip   *zip.ReadCloser
	files map[string]*zip.File
}

func (in *archive) Close() error { return in.zip.Close() }

func badArchive(path, format string, args ...any) error {
	return core.Errorf(core.Invalid, "%s is no archive of a project: "+format, append([]any{filepath.Base(path)}, args...)...).
		WithHint("write it again with Shoptwin, or get another copy")
}

func openArchive(path string) (*archive, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, fileError(err, path)
	}
	z, err := zip.OpenReader(path)
	if errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrAlgorithm) || errors.Is(err, zip.ErrInsecurePath) || errors.Is(err, io.ErrUnexpectedEOF) {
		if z != nil {
			z.Close()
		}
		return nil, badArchive(path, "%v", err)
	}
	if err != nil {
		return nil, fileError(err, path)
	}
	in := &archive{path: path, zip: z, files: map[string]*zip.File{}}
	if err := in.check(st.Size()); err != nil {
		z.Close()
		return nil, err
	}
	return in, nil
}

var archivedID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// check reads the manifest and compares it with what is there. Nothing but
// what it names is ever opened, and no name in the archive becomes one of a
// file on disk.
func (in *archive) check(size int64) error {
	bad := func(format string, args ...any) error { return badArchive(in.path, format, args...) }
	var total uint64
	for _, f := range in.zip.File {
		if in.files[f.Name] != nil {
			return bad("%q is in it twice", f.Name)
		}
		in.files[f.Name] = f
		if total += f.UncompressedSize64; total > uint64(size)*maxRatio+ratioSlack || f.UncompressedSize64 > 1<<50 {
			return bad("its %d bytes would unpack to %d and more", size, total)
		}
	}
	head := in.files[manifestName]
	if head == nil {
		return bad("it has no %s", manifestName)
	}
	if head.UncompressedSize64 > maxManifest {
		return bad("its %s has %d bytes", manifestName, head.UncompressedSize64)
	}
	r, err := head.Open()
	if err != nil {
		return bad("%v", err)
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxManifest+1))
	if err != nil || len(text) > maxManifest {
		return bad("its %s cannot be read: %v", manifestName, err)
	}
	if err := json.Unmarshal(text, &in.manifest); err != nil {
		return bad("its %s is not JSON: %v", manifestName, err)
	}
	switch {
	case in.Format != archiveFormat:
		return bad("its format is %q", in.Format)
	case in.Version > archiveVersion:
		return core.Errorf(core.Unsupported, "%s was written by a newer Shoptwin (%s)", filepath.Base(in.path), in.Program).WithHint("install that version or a newer one")
	case in.Version < 1:
		return bad("its version is %d", in.Version)
	case len(in.Records) > maxRecords:
		return bad("it has %d records", len(in.Records))
	}
	want := map[string]*archivedFile{manifestName: nil}
	ids := map[string]bool{}
	for _, rec := range in.Records {
		if !archivedID.MatchString(rec.ID) || ids[rec.ID] {
			return bad("a record has the id %q", rec.ID)
		}
		ids[rec.ID] = true
		if rec.Bytes != nil {
			want[recordsFolder+rec.ID] = rec.Bytes
		}
	}
	if in.Tables != nil {
		want[tablesName] = in.Tables
	}
	if in.Tables != nil && !in.Rows {
		return bad("it holds rows and says that it does not")
	}
	for name := range in.files {
		if _, ok := want[name]; !ok {
			return bad("it holds %q, which its %s does not name", name, manifestName)
		}
	}
	for name, file := range want {
		switch f := in.files[name]; {
		case f == nil:
			return bad("%s is missing", name)
		case file != nil && (file.Size < 0 || f.UncompressedSize64 != uint64(file.Size)):
			return bad("%s has %d bytes instead of %d", name, f.UncompressedSize64, file.Size)
		case f.Mode()&os.ModeType != 0:
			return bad("%s is no plain file", name)
		}
	}
	return nil
}

// open returns a reader of a file that fails, at its end at the latest, when it
// is not what the manifest says.
func (in *archive) open(ctx context.Context, name string, want *archivedFile, seen func(int)) (io.ReadCloser, error) {
	r, err := in.files[name].Open()
	if err != nil {
		return nil, badArchive(in.path, "%s: %v", name, err)
	}
	s := &summed{ctx: ctx, r: io.LimitReader(r, want.Size+1), hash: sha256.New(), seen: seen}
	return &verified{summed: s, close: r, want: want, bad: func(what error) error { return badArchive(in.path, "%s %v", name, what) }}, nil
}

type verified struct {
	*summed
	close io.Closer
	want  *archivedFile
	bad   func(error) error
}

var errSum = errors.New("does not have the checksum that it should")

func (v *verified) Read(b []byte) (int, error) {
	n, err := v.summed.Read(b)
	switch {
	case v.n > v.want.Size:
		return 0, v.bad(errSum)
	case err == io.EOF && (v.n != v.want.Size || v.sum() != v.want.SHA256):
		return 0, v.bad(errSum)
	case err != nil && err != io.EOF && v.ctx.Err() == nil:
		return 0, v.bad(err)
	}
	return n, err
}

func (v *verified) Close() error { return v.close.Close() }

// unpack fills a project with what an archive holds.
func (a *App) unpack(ctx context.Context, p store.Project, in *archive, report func(core.Progress)) error {
	var done, total int64
	if in.Tables != nil {
		total = in.Tables.Size
	}
	for _, rec := range in.Records {
		if rec.Bytes != nil {
			total += rec.Bytes.Size
		}
	}
	seen := func(n int) {
		done += int64(n)
		report(core.Progress{Done: done, Total: total, Unit: "bytes"})
	}
	for _, rec := range in.Records {
		if err := ctx.Err(); err != nil {
			return err
		}
		r := store.Record{ID: rec.ID, Project: p.ID, Kind: rec.Kind, Name: rec.Name, Created: rec.Created, Meta: rec.Meta, Parents: rec.Parents}
		if rec.Bytes == nil {
			if _, err := a.store.Put(r); err != nil {
				return err
			}
			continue
		}
		from, err := in.open(ctx, recordsFolder+rec.ID, rec.Bytes, seen)
		if err != nil {
			return err
		}
		_, err = a.store.PutBytes(r, from)
		from.Close()
		if err != nil {
			return err
		}
	}
	if in.Tables == nil {
		return nil
	}
	from, err := in.open(ctx, tablesName, in.Tables, seen)
	if err != nil {
		return err
	}
	defer from.Close()
	return writeFile(a.store.DataPath(p.ID), 0o600, func(w io.Writer) error {
		_, err := io.Copy(w, from)
		return err
	})
}

// whole checks that what was unpacked is a project: all of it can be read as
// the screens do, and every dataset has its table.
func (a *App) whole(p store.Project, m manifest) error {
	v, err := a.view(p)
	if err != nil {
		return core.Errorf(core.Invalid, "the archive holds no whole project: %w", err)
	}
	if !m.Rows || len(v.Datasets) == 0 {
		return nil
	}
	db, err := a.data(p)
	if err != nil {
		return err
	}
	for _, d := range v.Datasets {
		if d.NoRows {
			continue
		}
		if _, rows, _, err := db.Info(context.Background(), d.Name); err != nil || rows != d.Rows {
			return core.Errorf(core.Invalid, "the archive holds no whole project: table %q has %d rows of %d (%v)", d.Name, rows, d.Rows, err)
		}
	}
	return nil
}

// discard deletes a project that nobody has seen.
func (a *App) discard(id string) error {
	if err := a.closeData(id); err != nil {
		return err
	}
	return a.store.DeleteRemoved(id)
}

// ArchiveInfo is what an archive says of itself.
type ArchiveInfo struct {
	Name    string `json:"name"`
	Made    string `json:"made"`
	Program string `json:"program"`
	Rows    bool   `json:"rows"`
	Tables  int    `json:"tables"`
	Runs    int    `json:"runs"`
}

// LookArchive reads what an archive says of itself, and checks that it holds
// what it says; sums are checked when it is imported.
func (a *App) LookArchive(path string) (ArchiveInfo, error) {
	in, err := openArchive(path)
	if err != nil {
		return ArchiveInfo{}, err
	}
	defer in.Close()
	out := ArchiveInfo{Name: in.Name, Made: in.Made.Format("2006-01-02"), Program: in.Program, Rows: in.Rows}
	for _, rec := range in.Records {
		switch rec.Kind {
		case kindDataset:
			out.Tables++
		case kindRun:
			out.Runs++
		}
	}
	return out, nil
}

// StartExportProject runs [App.ExportProject] as a job.
func (a *App) StartExportProject(req ArchiveRequest) (string, error) {
	p, err := a.store.Project(req.Project)
	if err != nil {
		return "", err
	}
	// It is no job of the project, which is to be left alone meanwhile.
	return a.start("archive", "", p.Name, func(ctx context.Context, report func(core.Progress)) (any, error) {
		return a.ExportProject(ctx, req, report)
	})
}

// StartImportProject runs [App.ImportProject] as a job.
func (a *App) StartImportProject(path string) (string, error) {
	if !strings.EqualFold(filepath.Ext(path), ArchiveEnding) {
		return "", core.Errorf(core.Invalid, "%s is no archive of a project", filepath.Base(path)).WithHint("names of archives end in %s", ArchiveEnding)
	}
	return a.start("unarchive", "", filepath.Base(path), func(ctx context.Context, report func(core.Progress)) (any, error) {
		return a.ImportProject(ctx, path, "", report)
	})
}

// outFile is the path of a file for download, whose folder is made.
func (a *App) outFile(project, name string) (string, error) {
	dir := filepath.Join(a.store.Dir(project), "out")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fileError(err, dir)
	}
	return filepath.Join(dir, name), nil
}
