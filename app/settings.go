package app

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"shoptwin/core"
	"shoptwin/store/duck"
)

// Settings are choices for this machine, kept beside the projects; the zero
// value is the default of each.
type Settings struct {
	Language string `json:"language"` // en or zh-CN; "": as the system
	Theme    string `json:"theme"`    // light or dark; "": as the system
	TextSize int    `json:"textSize"` // percent of the usual size, 100 to 200; 0: 100
	Numbers  string `json:"numbers"`  // how 1234.5 is written: "1,234.5" (or ""), "1.234,5", "1 234,5", "1234.5"
	Dates    string `json:"dates"`    // iso, dmy or mdy; "": as it is spoken
	Money    string `json:"money"`    // sign before amounts, such as €; "": none, as files do not say
	MemoryMB int    `json:"memoryMB"` // that Shoptwin may use; 0: 2 GB for tables, and for trainings what they need
	Threads  int    `json:"threads"`  // processors to work on; 0: all
	Gate     string `json:"gate"`     // what exports must pass: strict, loose; "": what fails for sure closes it
}

const (
	settingsFile = "settings.json"
	// leastMB is what the program, its page and DuckDB cannot do without.
	leastMB = 1024
	// tablesMB is DuckDB's memory unless settings leave less.
	tablesMB = 2048
)

var (
	languages   = []string{"", "en", "zh-CN"}
	themes      = []string{"", "light", "dark"}
	numberForms = []string{"", "1,234.5", "1.234,5", "1 234,5", "1234.5"}
	dateForms   = []string{"", "iso", "dmy", "mdy"}
)

func (s Settings) check() error {
	for _, c := range []struct {
		what, is string
		of       []string
	}{{"language", s.Language, languages}, {"theme", s.Theme, themes}, {"form of numbers", s.Numbers, numberForms}, {"form of dates", s.Dates, dateForms}} {
		if !slices.Contains(c.of, c.is) {
			return core.Errorf(core.Invalid, "%q is no %s", c.is, c.what).WithHint("choose one of %q", c.of[1:])
		}
	}
	if err := checkGate(s.Gate); err != nil {
		return err
	}
	switch {
	case s.TextSize != 0 && (s.TextSize < 100 || s.TextSize > 200):
		return core.Errorf(core.Invalid, "text of %d %% cannot be read, or does not fit", s.TextSize).WithHint("choose 100 to 200")
	case len([]rune(s.Money)) > 4:
		return core.Errorf(core.Invalid, "%q is no sign of a currency", s.Money).WithHint("give at most four letters, such as € or CHF")
	case s.MemoryMB != 0 && s.MemoryMB < leastMB:
		return core.Errorf(core.Invalid, "%d MB are too little to work with", s.MemoryMB).WithHint("leave at least %d", leastMB)
	case s.Threads < 0:
		return core.Errorf(core.Invalid, "%d threads", s.Threads).WithHint("give 1 or more, or 0 for all")
	}
	return nil
}

// Settings returns what was chosen for this machine.
func (a *App) Settings() Settings {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.settings
}

// SaveSettings keeps settings and goes by them from now on, but for the memory
// of tables that jobs work with: they get it when they are opened next.
func (a *App) SaveSettings(s Settings) (Settings, error) {
	if err := s.check(); err != nil {
		return a.Settings(), err
	}
	err := writeFile(filepath.Join(a.store.Home(), settingsFile), 0o600, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(s)
	})
	if err != nil {
		return a.Settings(), err
	}
	a.mu.Lock()
	memory := s.MemoryMB != a.settings.MemoryMB
	a.settings = s
	a.mu.Unlock()
	a.goBy(s)
	if memory {
		// While a job runs, the databases stay open as they are.
		_ = a.jobs.Alone("", func() error { return a.closeData("") })
	}
	return s, nil
}

// readSettings returns what is kept; a file that is missing or cannot be read
// is as one that says nothing.
func readSettings(home string) (s Settings) {
	b, err := os.ReadFile(filepath.Join(home, settingsFile))
	if err != nil || json.Unmarshal(b, &s) != nil || s.check() != nil {
		return Settings{}
	}
	return s
}

// limits are those of the process before settings changed them.
var limits = struct {
	memory  int64 // GOMEMLIMIT
	threads int
}{debug.SetMemoryLimit(-1), core.Threads()}

// goBy makes the process keep to the settings. They are the same for every
// home that it opens: the last one counts.
func (a *App) goBy(s Settings) {
	core.SetThreads(min(cmp.Or(s.Threads, limits.threads), limits.threads))
	memory := limits.memory
	if s.MemoryMB > 0 {
		memory = min(memory, int64(s.MemoryMB-duckMB(s))<<20)
	}
	debug.SetMemoryLimit(memory)
}

// duckMB is DuckDB's share of the memory: two fifths, as trainings need more.
func duckMB(s Settings) int {
	if s.MemoryMB == 0 {
		return tablesMB
	}
	return min(tablesMB, s.MemoryMB*2/5)
}

// closeData closes the database of a project, or of all for "". They are
// opened again when they are needed.
func (a *App) closeData(project string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var errs []error
	for id, db := range a.open {
		if project == "" || id == project {
			errs = append(errs, db.Close())
			delete(a.open, id)
		}
	}
	return errors.Join(errs...)
}

func (a *App) duckOptions() duck.Options {
	return duck.Options{MemoryMB: duckMB(a.settings), Threads: core.Threads()}
}

// Storage is what lies in the home folder, in bytes.
type Storage struct {
	Home     string `json:"home"`
	Projects int    `json:"projects"`
	All      int64  `json:"all"`
	Tables   int64  `json:"tables"`  // real rows, in the projects' DuckDB files
	Learned  int64  `json:"learned"` // models, runs, plans
	Exports  int64  `json:"exports"` // files that were written for download
	Uploads  int64  `json:"uploads"` // files that came through the page
	Removed  int    `json:"removed"` // projects and things in the trash
	Free     int64  `json:"free"`    // on the disk; -1 where that is not known
	Old      string `json:"old"`     // where moving left a copy; "" if there is none
	OldBytes int64  `json:"oldBytes"`
}

// What [App.CleanUp] can take away.
const (
	cleanExports = "exports"
	cleanUploads = "uploads"
	cleanRemoved = "removed"
	cleanRoom    = "room" // that deleted things left in the store
	cleanOld     = "old"  // copy that moving the home left
)

// inboxFolder is where front ends keep what was uploaded.
const inboxFolder = "inbox"

// Storage adds up what lies in the home folder.
func (a *App) Storage() (out Storage, err error) {
	home := a.store.Home()
	all, err := a.store.Projects()
	if err != nil {
		return out, err
	}
	out = Storage{Home: home, Projects: len(all), Free: freeBytes(home)}
	filepath.WalkDir(home, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return nil // what has gone since takes no room
		}
		info, err := e.Info()
		if err != nil {
			return nil
		}
		n := info.Size()
		out.All += n
		rel, _ := filepath.Rel(home, path)
		switch parts := splitPath(rel); {
		case parts[0] == inboxFolder:
			out.Uploads += n
		case len(parts) > 3 && parts[0] == "projects" && parts[2] == "out":
			out.Exports += n
		case parts[0] == "projects":
			out.Tables += n
		default:
			out.Learned += n
		}
		return nil
	})
	if out.Old = a.oldCopy(); out.Old != "" {
		out.OldBytes = folderSize(out.Old)
	}
	out.Removed, err = a.store.InTrash()
	return out, err
}

func splitPath(rel string) (parts []string) {
	for rel != "" && rel != "." {
		dir, file := filepath.Split(filepath.Clean(rel))
		parts = append(parts, file)
		rel = filepath.Clean(dir)
		if dir == "" {
			break
		}
	}
	slices.Reverse(parts)
	if len(parts) == 0 {
		parts = []string{""}
	}
	return parts
}

// CleanUp deletes exports, uploads, what was removed, or the room that deleted
// things left, for good, and returns how many bytes that freed. A running job
// gives Conflict, as it may be reading or writing them.
func (a *App) CleanUp(what string) (freed int64, err error) {
	before := folderSize(a.store.Home())
	if what == cleanOld {
		old := a.oldCopy()
		if old == "" {
			return 0, core.Errorf(core.NotFound, "there is no old copy of the data")
		}
		before = folderSize(old)
		clearHome(old)
		return before - folderSize(old), fileError(os.Remove(filepath.Join(a.store.Home(), cameFile)), a.store.Home())
	}
	err = a.jobs.Alone("", func() error {
		all, err := a.store.Projects()
		if err != nil {
			return err
		}
		switch what {
		case cleanExports:
			for _, p := range all {
				if err := os.RemoveAll(filepath.Join(a.store.Dir(p.ID), "out")); err != nil {
					return fileError(err, a.store.Dir(p.ID))
				}
			}
			return nil
		case cleanUploads:
			return fileError(os.RemoveAll(filepath.Join(a.store.Home(), inboxFolder)), a.store.Home())
		case cleanRemoved:
			a.mu.Lock()
			defer a.mu.Unlock()
			_, err := a.emptyTrash()
			return err
		case cleanRoom:
			_, _, err := a.store.Compact()
			return err
		}
		return core.Errorf(core.Invalid, "%q cannot be cleaned up", what)
	})
	return max(0, before-folderSize(a.store.Home())), err
}
