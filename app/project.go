package app

import (
	"io"
	"os"
	"path/filepath"
	"slices"

	"shoptwin/core"
	"shoptwin/store"
)

// The kinds of record that a project holds.
const (
	kindDataset  = "dataset"
	kindModel    = "model"
	kindRun      = "run"
	kindPromo    = "promo"
	kindScenario = "scenario"
	kindPause    = "checkpoint"
	kindRecipe   = "recipe"
	kindDraft    = "draft"
	kindUnderway = "underway"
)

// Projects lists all projects, the one opened last first.
func (a *App) Projects() ([]ProjectInfo, error) {
	all, err := a.store.Projects()
	if err != nil {
		return nil, err
	}
	out := make([]ProjectInfo, len(all))
	for i, p := range all {
		if out[i], err = a.info(p); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (a *App) info(p store.Project) (ProjectInfo, error) {
	info := ProjectInfo{ID: p.ID, Name: p.Name, Created: p.Created, Opened: p.Opened, LeftOff: p.LeftOff}
	_, err := list(a, p.ID, kindDataset, func(_ store.Record, d *Dataset) {
		info.Tables++
		info.Rows += d.Rows
	})
	info.Bytes = folderSize(a.store.Dir(p.ID))
	return info, err
}

func folderSize(dir string) (bytes int64) {
	filepath.WalkDir(dir, func(_ string, e os.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			if info, err := e.Info(); err == nil {
				bytes += info.Size()
			}
		}
		return nil
	})
	return bytes
}

// CreateProject makes an empty project of that name.
func (a *App) CreateProject(name string) (ProjectInfo, error) {
	p, err := a.store.CreateProject(name)
	if err != nil {
		return ProjectInfo{}, err
	}
	return a.info(p)
}

// OpenProject returns all that the screens show of a project and marks it as
// opened now.
func (a *App) OpenProject(idOrName string) (ProjectView, error) {
	p, err := a.store.Project(idOrName)
	if err != nil {
		return ProjectView{}, err
	}
	if p, err = a.store.TouchProject(p.ID, ""); err != nil {
		return ProjectView{}, err
	}
	return a.view(p)
}

func (a *App) view(p store.Project) (v ProjectView, err error) {
	if v.ProjectInfo, err = a.info(p); err != nil {
		return v, err
	}
	if v.Datasets, err = a.datasets(p.ID); err != nil {
		return v, err
	}
	v.Models, err = list(a, p.ID, kindModel, func(rec store.Record, m *ModelInfo) {
		m.ID, m.Created, m.Bytes, m.SHA256 = rec.ID, rec.Created, rec.Size, rec.SHA256
	})
	if err != nil {
		return v, err
	}
	if v.Runs, err = a.runs(p.ID); err != nil {
		return v, err
	}
	slices.Reverse(v.Runs)
	promos, err := a.promos(p.ID)
	if err != nil {
		return v, err
	}
	if len(promos) > 0 {
		v.Promo = &promos[len(promos)-1]
	}
	v.Scenarios, err = a.scenarios(p.ID)
	return v, err
}

// LeaveAt remembers the screen on which work in the project stopped.
func (a *App) LeaveAt(project, screen string) error {
	p, err := a.store.Project(project)
	if err != nil {
		return err
	}
	_, err = a.store.TouchProject(p.ID, screen)
	return err
}

// RenameProject gives a project another name.
func (a *App) RenameProject(project, name string) (ProjectInfo, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return ProjectInfo{}, err
	}
	if p, err = a.store.RenameProject(p.ID, name); err != nil {
		return ProjectInfo{}, err
	}
	return a.info(p)
}

// DeleteProject deletes a project with its tables, models and scenarios. A
// project with a running job gives Conflict.
func (a *App) DeleteProject(project string) error {
	p, err := a.store.Project(project)
	if err != nil {
		return err
	}
	if a.claims.has("", p.ID) {
		return core.Errorf(core.Conflict, "%q is not whole yet", p.Name).WithHint("wait for it, or cancel the job that makes it")
	}
	return a.deleteProject(p)
}

func (a *App) deleteProject(p store.Project) error {
	return a.closedFor(p, func() error { return a.store.DeleteProject(p.ID) })
}

// closedFor runs do while no job works on a project and its database is closed.
func (a *App) closedFor(p store.Project, do func() error) error {
	return a.jobs.Alone(p.ID, func() error {
		a.mu.Lock()
		defer a.mu.Unlock()
		if db := a.open[p.ID]; db != nil {
			db.Close()
			delete(a.open, p.ID)
		}
		return do()
	})
}

// Backup writes a tar archive of the whole home to w, imported rows included;
// unpacked into an empty folder it is a home again. A running job gives
// Conflict, as its rows may lie half-written.
func (a *App) Backup(w io.Writer) error {
	return a.jobs.Alone("", func() error {
		a.mu.Lock()
		defer a.mu.Unlock()
		for id, db := range a.open { // closed databases are whole on disk
			if err := db.Close(); err != nil {
				return err
			}
			delete(a.open, id)
		}
		return a.store.Backup(w)
	})
}

// Check reads everything stored and returns what is wrong with it; nothing
// when all is well.
func (a *App) Check() ([]store.Problem, error) { return a.store.Check() }

// BackupTo writes [App.Backup] to a file, which appears only when it is whole.
func (a *App) BackupTo(path string) (size int64, err error) {
	if err := writeFile(path, 0o600, a.Backup); err != nil { // it holds real rows
		return 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, fileError(err, path)
	}
	return info.Size(), nil
}
