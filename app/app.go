// Package app is what a person does with Shoptwin: one method of [App] per
// thing done, over core and store. It knows no window, no HTTP and no
// terminal; those call it.
//
// Long work takes a context and a report func; front ends run it as a job
// with the Start methods and watch it with [Jobs].
package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/promo"
	"shoptwin/core/recommend"
	"shoptwin/store"
	"shoptwin/store/duck"
)

// Version is set by the build.
var Version = "dev"

// App works on one home folder, which it holds alone until Close.
type App struct {
	store *store.Store
	jobs  Jobs

	claims claims // names of what is being made

	noting  sync.Mutex      // guards running, and holds where it must agree with the notes kept
	running map[string]bool // ids of the notes on jobs under way, see lasting

	mu       sync.Mutex
	settings Settings
	open     map[string]*duck.DB     // by project id
	away     map[string]bool         // projects whose databases must stay closed
	models   map[string]*promo.Model // response models in use, by project and record id

	recommenders map[string]*recommend.Model // as models
	shoppers     *shoppers                   // those asked last
	secrets      sync.Mutex                  // held while a key is looked up or made
}

// DefaultHome is $SHOPTWIN_HOME, or shoptwin in the user's data folder.
func DefaultHome() (string, error) {
	if home := os.Getenv("SHOPTWIN_HOME"); home != "" {
		return home, nil
	}
	if runtime.GOOS != "windows" && runtime.GOOS != "darwin" {
		if data := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(data) {
			return filepath.Join(data, "shoptwin"), nil
		}
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, ".local", "share", "shoptwin"), nil
		}
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return "", core.Errorf(core.NotFound, "this machine names no home folder").WithHint("give one with --home")
	}
	return filepath.Join(config, "shoptwin"), nil
}

// Open opens the home folder, making it when it is new, or where it was moved
// to. A home that another
// program holds gives Conflict.
func Open(home string) (*App, error) {
	home, err := homeOf(home)
	if err != nil {
		return nil, err
	}
	s, err := store.Open(home)
	if err != nil {
		return nil, err
	}
	a := &App{store: s, open: map[string]*duck.DB{}, away: map[string]bool{}, running: map[string]bool{}, models: map[string]*promo.Model{}, recommenders: map[string]*recommend.Model{}}
	if _, err := a.emptyTrash(); err != nil {
		s.Close()
		return nil, err
	}
	a.tidy()
	if a.settings = readSettings(s.Home()); a.settings != (Settings{}) {
		a.goBy(a.settings)
	}
	return a, nil
}

// filesPrefix marks folders of a project whose files are of use only while
// they are imported.
const filesPrefix = "files-"

// tidy removes what a killed program left half-made in the projects' folders.
func (a *App) tidy() {
	sweep := func(dir, prefix string) {
		old, _ := os.ReadDir(dir)
		for _, f := range old {
			if strings.HasPrefix(f.Name(), prefix) {
				os.RemoveAll(filepath.Join(dir, f.Name()))
			}
		}
	}
	all, _ := a.store.Projects()
	for _, p := range all {
		dir := a.store.Dir(p.ID)
		sweep(dir, filesPrefix)
		sweep(filepath.Join(dir, "out"), halfPrefix)
	}
}

// Close cancels running jobs, waits for them, and lets go of the home.
func (a *App) Close() error {
	a.jobs.Close()
	a.mu.Lock()
	defer a.mu.Unlock()
	_, _ = a.emptyTrash() // the next Open tries again
	for id, db := range a.open {
		db.Close()
		delete(a.open, id)
	}
	return a.store.Close()
}

// About tells what the frame shows of program and machine.
func (a *App) About() About {
	return About{
		Version: Version, Home: a.store.Home(), Threads: core.Threads(), Engine: nn.Engine(),
		System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(), Processors: limits.threads, Memory: memoryBytes(),
	}
}

// Jobs lists the jobs of this session, newest first.
func (a *App) Jobs() []Job { return a.jobs.List() }

// GetJob returns one job as it stands.
func (a *App) GetJob(id string) (Job, error) { return a.jobs.Get(id) }

// CancelJob stops a job within one batch of its work.
func (a *App) CancelJob(id string) (Job, error) { return a.jobs.Cancel(id) }

// PauseJob holds a running job at its next report.
func (a *App) PauseJob(id string) (Job, error) { return a.jobs.Pause(id) }

// ResumeJob lets a paused job go on.
func (a *App) ResumeJob(id string) (Job, error) { return a.jobs.Resume(id) }

// data returns the project's database, opening it at first use.
func (a *App) data(p store.Project) (*duck.DB, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if db := a.open[p.ID]; db != nil {
		return db, nil
	}
	if a.away[p.ID] {
		return nil, core.Errorf(core.Conflict, "the tables of project %q are being copied", p.Name).WithHint("wait for it to end")
	}
	db, err := duck.Open(a.store.DataPath(p.ID), a.duckOptions())
	if err != nil {
		return nil, core.Wrap(err, "project %q", p.Name)
	}
	db.Secret, db.Generate = func(name string) ([]byte, error) { return a.secret(p, name) }, generate
	a.dropOrphans(p, db)
	a.open[p.ID] = db
	return db, nil
}

// put stores v as the meta data of a record.
func (a *App) put(rec store.Record, v any) (store.Record, error) {
	meta, err := json.Marshal(v)
	if err != nil {
		return rec, err
	}
	rec.Meta = meta
	return a.store.Put(rec)
}

// list decodes the meta data of a project's records of one kind, oldest
// first; with sees each record beside its value.
func list[T any](a *App, project, kind string, with func(store.Record, *T)) ([]T, error) {
	records, err := a.store.List(project, kind)
	if err != nil {
		return nil, err
	}
	out := make([]T, len(records))
	for i, rec := range records {
		if err := json.Unmarshal(rec.Meta, &out[i]); err != nil {
			return nil, core.Errorf(core.Internal, "%s %s of project %s cannot be read: %w", kind, rec.ID, project, err)
		}
		with(rec, &out[i])
	}
	return out, nil
}

// staged returns a report func that gives everything told to it the stage's
// name; nil when nobody listens.
func staged(report func(core.Progress), stage string) func(core.Progress) {
	if report == nil {
		return func(core.Progress) {}
	}
	return func(p core.Progress) { p.Stage = stage; report(p) }
}
