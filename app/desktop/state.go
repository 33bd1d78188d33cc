package desktop

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"shoptwin/app"
)

// state is how the window lay when it was closed, in the home folder.
type state struct {
	X         int  `json:"x"`
	Y         int  `json:"y"`
	Width     int  `json:"width"`
	Height    int  `json:"height"`
	Maximised bool `json:"maximised"`
}

const (
	stateFile   = "window.json"
	leastWidth  = 1100
	leastHeight = 700
)

var usual = state{X: -1, Y: -1, Width: 1440, Height: 900}

// readState returns the kept state, or the usual one.
func readState(home string) state {
	b, err := os.ReadFile(filepath.Join(home, stateFile))
	s := usual
	if err != nil || json.Unmarshal(b, &s) != nil || s.Width < leastWidth || s.Height < leastHeight || s.Width > 20000 || s.Height > 20000 {
		return usual
	}
	return s
}

// keep writes the state; that it cannot is no reason not to close.
func (s state) keep(home string) {
	_ = app.WriteFile(filepath.Join(home, stateFile), func(w io.Writer) error { return json.NewEncoder(w).Encode(s) })
}

// on is the state on a screen of that size: a window that would lie outside
// of it, as when a second screen was taken away, is shown where it is usual.
func (s state) on(width, height int) state {
	s.Width, s.Height = min(s.Width, max(width, leastWidth)), min(s.Height, max(height, leastHeight))
	if s.X < 0 || s.Y < 0 || s.X > width-200 || s.Y > height-100 {
		s.X, s.Y = -1, -1
	}
	return s
}

// requestFile is where a second program leaves the archive that it was asked
// to open, for the first, which has the home.
const requestFile = "open-request"

// HandOver asks the program that has the home to open an archive, and says
// whether it has taken notice.
func HandOver(home, archive string) bool {
	path := filepath.Join(home, requestFile)
	if app.WriteFile(path, func(w io.Writer) error { _, err := io.WriteString(w, archive); return err }) != nil {
		return false
	}
	for range 30 {
		time.Sleep(100 * time.Millisecond)
		if _, err := os.Stat(path); os.IsNotExist(err) {
			return true
		}
	}
	os.Remove(path)
	return false
}

// requested takes a request, "" when there is none.
func requested(home string) string {
	path := filepath.Join(home, requestFile)
	b, err := os.ReadFile(path)
	if err != nil || os.Remove(path) != nil {
		return ""
	}
	archive := strings.TrimSpace(string(b))
	if !filepath.IsAbs(archive) || !strings.EqualFold(filepath.Ext(archive), app.ArchiveEnding) {
		return ""
	}
	return archive
}
