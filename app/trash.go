package app

import (
	"context"
	"slices"
	"strings"

	"shoptwin/core"
	"shoptwin/store"
	"shoptwin/store/duck"
)

// What a person removes can be brought back until Shoptwin is closed: then it
// is deleted for good. The Delete methods delete at once.

// removable are the kinds of record that a person can remove.
var removable = []string{kindDataset, kindModel, kindRun, kindPromo, kindScenario, kindRecipe, kindRecommender}

// RemoveProject puts a project out of sight. A project with a running job
// gives Conflict. See [App.RestoreProject].
func (a *App) RemoveProject(project string) (ProjectInfo, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return ProjectInfo{}, err
	}
	if a.claims.has("", p.ID) {
		return ProjectInfo{}, core.Errorf(core.Conflict, "%q is not whole yet", p.Name).WithHint("wait for it, or cancel the job that makes it")
	}
	info, err := a.info(p)
	if err != nil {
		return info, err
	}
	return info, a.closedFor(p, func() error { return a.store.RemoveProject(p.ID) })
}

// RestoreProject brings a removed project back, with a number behind its name
// where another took that meanwhile.
func (a *App) RestoreProject(id string) (ProjectInfo, error) {
	p, err := a.store.RestoreProject(id)
	if err != nil {
		return ProjectInfo{}, err
	}
	return a.info(p)
}

// Remove puts a dataset, run, recipe, scenario, model, response ("promo") or
// recommender of a project out of sight; of a run its model, too. It returns
// the record's id, by which [App.Restore] brings it back. A dataset is found
// by its name as well.
func (a *App) Remove(project, kind, id string) (string, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return "", err
	}
	if !slices.Contains(removable, kind) {
		return "", core.Errorf(core.Invalid, "nothing of the kind %q can be removed", kind)
	}
	switch kind {
	case kindDataset:
		_, d, err := a.dataset(p.ID, id)
		if err != nil {
			return "", err
		}
		if err := a.tablesAtRest(p); err != nil {
			return "", err
		}
		id = d.ID
	case kindRun:
		_, run, err := a.run(p.ID, id)
		if err != nil {
			return "", err
		}
		id = run.ID
		if err := a.store.Remove(p.ID, kindModel, run.Model); err != nil && core.KindOf(err) != core.NotFound {
			return "", err
		}
	}
	return id, a.store.Remove(p.ID, kind, id)
}

// Restore brings back what [App.Remove] removed. A dataset whose name another
// took meanwhile is gone: NotFound.
func (a *App) Restore(project, kind, id string) error {
	p, err := a.store.Project(project)
	if err != nil {
		return err
	}
	if err := a.store.Restore(p.ID, kind, id); err != nil {
		return err
	}
	if kind != kindRun {
		return nil
	}
	_, run, err := a.run(p.ID, id)
	if err != nil {
		return err
	}
	err = a.store.Restore(p.ID, kindModel, run.Model)
	if core.KindOf(err) == core.NotFound {
		return nil
	}
	return err
}

// RenameRun gives a run another name.
func (a *App) RenameRun(project, run, name string) (RunInfo, error) {
	p, r, err := a.run(project, run)
	if err != nil {
		return r, err
	}
	name = strings.TrimSpace(name)
	if name == "" || len(name) > 200 {
		return r, core.Errorf(core.Invalid, "%q cannot be the name of a run", name).WithHint("give 1 to 200 letters")
	}
	all, err := a.runs(p.ID)
	if err != nil {
		return r, err
	}
	if slices.ContainsFunc(all, func(o RunInfo) bool { return o.ID != r.ID && o.Name == name }) {
		return r, core.Errorf(core.Conflict, "project %q has a run %q already", p.Name, name).WithHint("choose another name")
	}
	rec, err := a.store.Get(p.ID, kindRun, r.ID)
	if err != nil {
		return r, err
	}
	r.Name, rec.Name = name, name
	_, err = a.put(rec, r)
	return r, err
}

// tablesAtRest is Conflict while tables of the project are being made.
func (a *App) tablesAtRest(p store.Project) error {
	for _, j := range a.jobs.List() {
		if j.Project == p.ID && (j.Kind == "import" || j.Kind == "prepare") && !j.State.ended() {
			return core.Errorf(core.Conflict, "tables of project %q are being made (%s)", p.Name, j.Title).WithHint("wait for the job to end, or cancel it")
		}
	}
	return nil
}

// removedTable says whether a table belongs to a dataset in the trash.
func (a *App) removedTable(project, table string) bool {
	all, err := a.store.Removed(project, kindDataset)
	return err != nil || slices.ContainsFunc(all, func(r store.Record) bool { return strings.EqualFold(r.Name, table) })
}

// forgetRemoved deletes for good what lies in the trash as a dataset of that
// name, whose table is about to be dropped.
func (a *App) forgetRemoved(project, name string) error {
	all, err := a.store.Removed(project, kindDataset)
	for _, r := range all {
		if strings.EqualFold(r.Name, name) && err == nil {
			err = a.store.Delete(project, kindDataset, r.ID)
		}
	}
	return err
}

// emptyTrash deletes for good what was removed, tables of open databases
// included: other databases drop theirs when they are opened next. The caller
// holds a.mu, or the only reference.
func (a *App) emptyTrash() (n int, err error) {
	for project, db := range a.open {
		all, err := a.store.Removed(project, kindDataset)
		if err != nil {
			return 0, err
		}
		for _, r := range all {
			dropTable(db, r.Name)
		}
	}
	return a.store.EmptyTrash()
}

// dropTable drops a table that no record names any more; if that fails, the
// next to open the database does it.
func dropTable(db *duck.DB, name string) { _ = db.Drop(context.Background(), name) }
