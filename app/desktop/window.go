//go:build (desktop && production) || bindings

package desktop

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	dialog "github.com/wailsapp/wails/v2/pkg/runtime"

	"shoptwin/app"
	"shoptwin/app/serve"
	"shoptwin/core"
)

// Window is what the page in the window can call: the app's methods, and what
// only a window can do.
type Window struct {
	serve.Calls
	files         serve.Files
	home, archive string          // archive is what to open at first
	front         fs.FS           // the built pages
	ctx           context.Context // Wails' own, for dialogs
}

// PickFiles lets the person choose files to import and returns their paths;
// none if they change their mind.
func (w *Window) PickFiles() ([]string, error) {
	return dialog.OpenMultipleFilesDialog(w.ctx, dialog.OpenDialogOptions{Filters: []dialog.FileFilter{
		{DisplayName: "Tables (CSV, Excel, Parquet, JSON, XML, zip, SQLite)", Pattern: "*.csv;*.tsv;*.txt;*.xlsx;*.parquet;*.json;*.jsonl;*.ndjson;*.xml;*.gz;*.zip;*.sqlite;*.sqlite3;*.db"},
		{DisplayName: "All files", Pattern: "*"},
	}})
}

// PickFolder lets the person choose a folder of tables and returns its path; ""
// if they change their mind.
func (w *Window) PickFolder() (string, error) {
	return dialog.OpenDirectoryDialog(w.ctx, dialog.OpenDialogOptions{})
}

// PickArchive lets the person choose an archive of a project and returns its
// path; "" if they change their mind.
func (w *Window) PickArchive() (string, error) {
	return dialog.OpenFileDialog(w.ctx, dialog.OpenDialogOptions{Filters: []dialog.FileFilter{{DisplayName: "Shoptwin", Pattern: "*" + app.ArchiveEnding}}})
}

// Opened returns the archive that the program was started with, once.
func (w *Window) Opened() string {
	archive := w.archive
	w.archive = ""
	return archive
}

// PickSave asks where to write a file and returns its path; "" if the person
// changes their mind.
func (w *Window) PickSave(name string) (string, error) {
	return dialog.SaveFileDialog(w.ctx, dialog.SaveDialogOptions{DefaultFilename: filepath.Base(name), CanCreateDirectories: true})
}

// shown are the endings that OpenPath hands to other programs. None of them
// is run by the operating system.
var shown = []string{".html", ".csv", ".tsv", ".txt", ".json", ".jsonl", ".xlsx", ".parquet", ".gz", ".png", ".pdf"}

// OpenPath shows a folder, or a file of data or a report, in the program that
// the operating system has for it.
func (w *Window) OpenPath(path string) error {
	st, err := os.Stat(path)
	switch {
	case err != nil:
		return core.Errorf(core.NotFound, "%w", err)
	case !filepath.IsAbs(path), !st.IsDir() && !(st.Mode().IsRegular() && slices.Contains(shown, strings.ToLower(filepath.Ext(path)))):
		return core.Errorf(core.Unsupported, "%s is neither a folder nor a file of data", path)
	}
	name, args := "xdg-open", []string{path}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", path}
	}
	cmd := exec.Command(name, args...)
	if err := cmd.Start(); err != nil {
		return core.Wrap(err, "%s could not be shown", path).WithHint("open it yourself")
	}
	go cmd.Wait()
	return nil
}

// OpenReport shows a run's report in the browser, where it can be printed
// and kept. It is written to the folder for temporary files.
func (w *Window) OpenReport(project, run, lang string) error {
	var b bytes.Buffer
	if err := w.files.ReportHTML(project, run, lang, &b); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "shoptwin-report-")
	if err != nil {
		return core.Wrap(err, "the report could not be written")
	}
	path := filepath.Join(dir, "report.html")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		return core.Wrap(err, "the report could not be written")
	}
	return w.OpenPath(path)
}

// SaveWhatIf asks where to keep the project's plans as a page that answers by
// itself, and writes it there; "" if the person changes their mind.
func (w *Window) SaveWhatIf(project, lang string) (string, error) {
	path, err := w.PickSave("what-if.html")
	if path == "" || err != nil {
		return "", err
	}
	return path, app.WriteFile(path, func(to io.Writer) error {
		return w.files.WhatIfHTML(project, lang, serve.Shell(w.front, serve.WhatIfPage), to)
	})
}

// SaveRecommendations does the same for what the project's newest recommender
// found.
func (w *Window) SaveRecommendations(project, lang string) (string, error) {
	path, err := w.PickSave("recommendations.html")
	if path == "" || err != nil {
		return "", err
	}
	return path, app.WriteFile(path, func(to io.Writer) error {
		return w.files.RecommendHTML(project, lang, serve.Shell(w.front, serve.RecommendPage), to)
	})
}
