package serve

import (
	"os"
	"path/filepath"
	"strings"

	"shoptwin/app"
	"shoptwin/core"
)

// confined is the API for a page in a browser. Such a page has no dialog that
// names files of this machine: it imports what it uploaded and downloads what
// it exported. So it may name no other file; a page that was made to run a
// stranger's script could otherwise read or write all that its user can.
type confined struct {
	API
	inbox string
}

// StartImport imports uploads, and tables of servers, alone.
func (c confined) StartImport(req app.ImportRequest) (string, error) {
	for _, file := range req.Files {
		if !c.uploaded(file) && !c.uploadedFolder(file) && !isServer(file) {
			return "", core.Errorf(core.Invalid, "%q was not uploaded here", file).
				WithHint("choose the file again; `shoptwin import` and the window take any file of this machine")
		}
	}
	return c.API.StartImport(req)
}

// PlanMove and StartMove name a folder, which only the window and the command
// line may.
func (c confined) PlanMove(string) (app.MovePlan, error) { return app.MovePlan{}, c.noMove() }

// StartMove is refused; see PlanMove.
func (c confined) StartMove(string, bool) (string, error) { return "", c.noMove() }

func (c confined) noMove() error {
	return core.Errorf(core.Unsupported, "a page in a browser cannot name a folder to move the data to").WithHint("close Shoptwin and run: shoptwin move FOLDER")
}

// Look looks at uploads and servers alone.
func (c confined) Look(from string, r app.Reading, password string, rows int) (app.SourceLook, error) {
	if !c.uploaded(from) && !c.uploadedFolder(from) && !isServer(from) {
		return app.SourceLook{}, core.Errorf(core.Invalid, "%q was not uploaded here", from).
			WithHint("choose the file again; `shoptwin look` and the window take any file")
	}
	return c.API.Look(from, r, password, rows)
}

// isServer says whether from is the address of a database server. Its options
// may name no file of this machine.
func isServer(from string) bool {
	_, options, _ := strings.Cut(strings.ToLower(from), "?")
	return app.IsDatabase(from) && !strings.Contains(options, "cert") && !strings.Contains(options, "%")
}

// uploadedFolder says whether dir is one that [handler.uploadFolder] made.
func (c confined) uploadedFolder(dir string) bool {
	return c.within(dir, os.FileMode.IsDir)
}

// uploaded says whether file is one that [handler.receive] wrote.
func (c confined) uploaded(file string) bool {
	return c.within(file, os.FileMode.IsRegular)
}

// within says whether path stands right in one of the inbox's folders, and is
// of that kind itself.
func (c confined) within(file string, kind func(os.FileMode) bool) bool {
	if c.inbox == "" || file != filepath.Clean(file) {
		return false
	}
	dir, name := filepath.Split(file)
	box, folder := filepath.Split(filepath.Clean(dir))
	if filepath.Clean(box) != filepath.Clean(c.inbox) || !strings.HasPrefix(folder, folderPrefix) || name == "" {
		return false
	}
	st, err := os.Lstat(file)
	return err == nil && kind(st.Mode())
}

// downloads returns an error if a page names where to write; who else does is
// said as "`shoptwin export` and the window write".
func downloads(path, others string) error {
	if path == "" {
		return nil
	}
	return core.Errorf(core.Invalid, "a page in a browser may not write %q", path).WithHint("leave the path out and download the file; %s to any folder", others)
}

// StartExport writes into the project's folder alone.
func (c confined) StartExport(req app.ExportRequest) (string, error) {
	if err := downloads(req.Path, "`shoptwin export` and the window write"); err != nil {
		return "", err
	}
	return c.API.StartExport(req)
}

// ReadCalendar reads uploads alone.
func (c confined) ReadCalendar(req app.PlannedRequest) (app.Planned, error) {
	if !c.uploaded(req.File) {
		return app.Planned{}, core.Errorf(core.Invalid, "%q was not uploaded here", req.File).
			WithHint("choose the file again; `shoptwin promo whatif --calendar` and the window take any file")
	}
	return c.API.ReadCalendar(req)
}

// SaveCalendar writes into the project's folder alone.
func (c confined) SaveCalendar(req app.CalendarRequest) (app.Exported, error) {
	if err := downloads(req.Path, "`shoptwin promo plan --out` and the window write"); err != nil {
		return app.Exported{}, err
	}
	return c.API.SaveCalendar(req)
}

// StartImportProject imports uploads alone.
func (c confined) StartImportProject(path string) (string, error) {
	if !c.uploaded(path) {
		return "", core.Errorf(core.Invalid, "%q was not uploaded here", path).
			WithHint("choose the file again; `shoptwin project import` and the window take any file of this machine")
	}
	return c.API.StartImportProject(path)
}

// StartExportTables writes into the project's folder alone.
func (c confined) StartExportTables(req app.TablesExport) (string, error) {
	if err := downloads(req.Path, "`shoptwin export` and the window write"); err != nil {
		return "", err
	}
	return c.API.StartExportTables(req)
}

// StartExportProject and ExportEvents write into the project's folder alone.
func (c confined) StartExportProject(req app.ArchiveRequest) (string, error) {
	if err := downloads(req.Path, "`shoptwin project export` and the window write"); err != nil {
		return "", err
	}
	return c.API.StartExportProject(req)
}

func (c confined) ExportEvents(req app.EventsExport) (app.Exported, error) {
	if err := downloads(req.Path, "`shoptwin runs tensorboard` writes"); err != nil {
		return app.Exported{}, err
	}
	return c.API.ExportEvents(req)
}
