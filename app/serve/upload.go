package serve

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"shoptwin/core"
)

// upload streams one file into the inbox and answers its path, which an
// import request may name. It appears whole or not at all.
func (h *handler) upload(w http.ResponseWriter, r *http.Request) {
	name := cleanName(r.URL.Query().Get("name"))
	if h.Inbox == "" {
		fail(w, core.Errorf(core.Unsupported, "%s: this program takes no uploads", name))
		return
	}
	dir, err := h.uploadFolder(r.URL.Query().Get("folder"), r.URL.Query().Get("beside"))
	if err != nil {
		fail(w, err)
		return
	}
	path, err := h.receive(name, dir, http.MaxBytesReader(w, r.Body, h.MaxUpload))
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, http.StatusOK, map[string]any{"result": path})
}

// folderPrefix marks the folders that hold one upload each.
const folderPrefix = "upload-"

// EmptyInbox removes what the page uploaded; "" is no inbox.
func EmptyInbox(inbox string) {
	if inbox == "" {
		return
	}
	old, _ := os.ReadDir(inbox)
	for _, f := range old {
		if strings.HasPrefix(f.Name(), folderPrefix) {
			os.RemoveAll(filepath.Join(inbox, f.Name()))
		}
	}
}

// uploadFolder is where a file of a folder goes: a new folder of that name, or
// beside others of it, whose folder is an earlier answer; "" for a file alone.
func (h *handler) uploadFolder(name, beside string) (string, error) {
	if beside != "" {
		if !(confined{inbox: h.Inbox}).uploadedFolder(beside) {
			return "", core.Errorf(core.Invalid, "%q was not uploaded here", beside).WithHint("choose the folder again")
		}
		return beside, nil
	}
	if name == "" {
		return "", nil
	}
	if err := os.MkdirAll(h.Inbox, 0o700); err != nil {
		return "", diskError(err, name)
	}
	dir, err := os.MkdirTemp(h.Inbox, folderPrefix)
	if err == nil {
		dir = filepath.Join(dir, cleanName(name))
		err = os.Mkdir(dir, 0o700)
	}
	if err != nil {
		return "", diskError(err, name)
	}
	return dir, nil
}

// receive writes body to the file name in the folder into, or in one of its own
// where that is "".
func (h *handler) receive(name, into string, body io.Reader) (path string, err error) {
	if err := os.MkdirAll(h.Inbox, 0o700); err != nil {
		return "", diskError(err, name)
	}
	dir := into
	if dir == "" {
		if dir, err = os.MkdirTemp(h.Inbox, folderPrefix); err != nil {
			return "", diskError(err, name)
		}
	}
	path = filepath.Join(dir, name)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", diskError(err, name)
	}
	defer func() {
		switch {
		case err != nil && into == "":
			os.RemoveAll(dir)
		case err != nil:
			os.Remove(path)
		}
	}()
	in := &source{r: body}
	_, err = io.Copy(f, in)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	switch {
	case in.err != nil:
		return "", bodyError(in.err, name)
	case err != nil:
		return "", diskError(err, name)
	}
	return path, nil
}

// source remembers whether reading failed, so that a request that breaks off
// is not taken for a full disk.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

func diskError(err error, name string) error {
	e := core.Wrap(err, "%s could not be kept", name)
	if errors.Is(err, syscall.ENOSPC) {
		e.Kind = core.Full
		return e.WithHint("make room on the disk of Shoptwin's home folder")
	}
	return e
}

// cleanName makes a file name of what a browser sent: no folder, nothing that
// a file system or a shell could misread, at most 120 bytes, its ending kept.
func cleanName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	name = strings.TrimLeft(strings.TrimRight(name, ". "), ".-~ ")
	ext := filepath.Ext(name)
	if ext == ".gz" || ext == ".zst" {
		ext = filepath.Ext(strings.TrimSuffix(name, ext)) + ext
	}
	if len(ext) > 40 {
		ext = ""
	}
	base := strings.TrimSuffix(name, ext)
	for len(base)+len(ext) > 120 {
		_, n := utf8.DecodeLastRuneInString(base)
		base = base[:len(base)-n]
	}
	if base == "" {
		base = "upload"
	}
	switch stem, _, _ := strings.Cut(strings.ToUpper(base), "."); stem {
	case "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "LPT1", "LPT2", "LPT3": // devices on Windows
		base = "_" + base
	}
	return base + ext
}
