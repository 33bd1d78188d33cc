package serve

import (
	"os"
	"path/filepath"
	"testing"

	"shoptwin/app"
	"shoptwin/core"
)

func (f *fake) StartImportProject(path string) (string, error) {
	f.note("unpack %s", path)
	return "j", nil
}
func (f *fake) StartExportProject(req app.ArchiveRequest) (string, error) {
	f.note("pack %s", req.Project)
	return "j", nil
}
func (f *fake) ExportEvents(app.EventsExport) (app.Exported, error) { return app.Exported{}, nil }

// A page in a browser packs and unpacks in its own folders alone.
func TestPageNamesNoArchives(t *testing.T) {
	inbox := t.TempDir()
	path := filepath.Join(inbox, folderPrefix+"1", "a.shoptwin")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := confined{&fake{}, inbox}
	if _, err := c.StartImportProject(path); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"/etc/passwd", filepath.Join(inbox, "a.shoptwin"), path + "/../../../x", ""} {
		if _, err := c.StartImportProject(bad); core.KindOf(err) != core.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := c.StartExportProject(app.ArchiveRequest{Project: "p", Path: "/tmp/x"}); core.KindOf(err) != core.Invalid {
		t.Error(err)
	}
	if _, err := c.StartExportProject(app.ArchiveRequest{Project: "p"}); err != nil {
		t.Error(err)
	}
	if _, err := c.ExportEvents(app.EventsExport{Path: "x"}); core.KindOf(err) != core.Invalid {
		t.Error(err)
	}
}
