package app

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"

	"shoptwin/core"
)

// A home that was moved leaves MovedFile behind, which says where it is now;
// one that is being moved has arrivingFile at the new place, which says where
// it is until then. Writing the first is the moment at which it moves: whoever
// is killed before goes on at the old place, after it at the new one.
const (
	MovedFile    = "moved.json"
	arrivingFile = "arriving.json"
	cameFile     = "came.json" // at the new place: where the old copy was left
)

// moved is what either of the files holds.
type moved struct {
	To     string `json:"to,omitempty"`
	From   string `json:"from,omitempty"`
	Remove bool   `json:"remove,omitempty"` // what is left at the old place
}

func readMoved(dir, file string) (m moved, ok bool) {
	b, err := os.ReadFile(filepath.Join(dir, file))
	return m, err == nil && json.Unmarshal(b, &m) == nil && (m.To != "" || m.From != "")
}

func writeMoved(dir, file string, m moved) error {
	return writeFile(filepath.Join(dir, file), 0o600, func(w io.Writer) error { return json.NewEncoder(w).Encode(m) })
}

// homeOf follows a folder to where its home was moved, and finishes what a
// killed move left: half a copy is deleted, and so is an old place that was to
// be removed. NotFound where the new place is not there, such as on a disk that
// is not plugged in.
func homeOf(dir string) (string, error) {
	at, err := filepath.Abs(dir)
	if err != nil {
		return dir, nil // the store says what is wrong
	}
	for range 16 {
		if in, ok := readMoved(at, arrivingFile); ok && in.From != "" {
			out, ok := readMoved(in.From, MovedFile)
			if !ok || filepath.Clean(out.To) != at {
				clearHome(at)
				at = in.From
				continue
			}
			arrived(at, in.From, out.Remove)
		}
		out, ok := readMoved(at, MovedFile)
		if !ok {
			return at, nil
		}
		if st, err := os.Stat(out.To); err != nil || !st.IsDir() {
			return "", core.Errorf(core.NotFound, "the data were moved from %s to %s, which is not there", at, out.To).
				WithHint("plug in its disk, or name another folder with --home")
		}
		at = filepath.Clean(out.To)
	}
	return "", core.Errorf(core.Invalid, "the folder %s was moved in a circle", dir).WithHint("delete %s in it", MovedFile)
}

// arrived does what is left to do once the home is at its new place. Whoever is
// killed meanwhile does it again.
func arrived(at, from string, remove bool) {
	os.Remove(filepath.Join(at, MovedFile)) // of an earlier move away from here
	os.Remove(filepath.Join(at, cameFile))
	if remove {
		clearHome(from)
	} else {
		_ = writeMoved(at, cameFile, moved{From: from}) // else nobody offers to delete it
	}
	os.Remove(filepath.Join(at, arrivingFile))
}

// clearHome deletes what a home consists of, and nothing else.
func clearHome(dir string) {
	for _, name := range homeParts(dir) {
		os.RemoveAll(filepath.Join(dir, name))
	}
	half, _ := filepath.Glob(filepath.Join(dir, halfPrefix+"*"))
	for _, name := range half {
		os.Remove(name)
	}
	os.Remove(filepath.Join(dir, arrivingFile))
}

// homeParts are the names in dir that are a home's.
func homeParts(dir string) (names []string) {
	all, _ := os.ReadDir(dir)
	for _, e := range all {
		switch name := e.Name(); {
		case name == "projects" && e.IsDir(), name == inboxFolder && e.IsDir(), name == settingsFile, name == cameFile, name == "window.json", name == "shoptwin.db", strings.HasPrefix(name, "shoptwin.db."):
			names = append(names, name)
		}
	}
	return names
}
