package serve

import (
	"path/filepath"
	"strings"
	"testing"
)

// A page in a browser may name a server, but no file of this machine.
func TestIsServer(t *testing.T) {
	for from, want := range map[string]bool{
		"postgres://ada@host/shop":                             true,
		"mysql://ada@host:3307/shop?tls=true":                  true,
		"sqlserver://sa@host/shop":                             true,
		"postgres://ada@host/shop?sslrootcert=/etc/passwd":     false,
		"postgres://ada@host/shop?sslrootc%65rt=/etc/passwd":   false,
		"sqlserver://sa@host/shop?trustservercertificate=%2fx": false,
		"sqlite:///etc/passwd":                                 false,
		"/home/ada/shop.db":                                    false,
		"postgres://ada:secret@host/shop":                      false,
		"":                                                     false,
	} {
		if got := isServer(from); got != want {
			t.Errorf("%s: %v", from, got)
		}
	}
}

// The files of a folder are uploaded one beside the other, and nowhere else.
func TestUploadFolder(t *testing.T) {
	h := &handler{}
	h.Inbox = filepath.Join(t.TempDir(), "inbox")
	c := confined{inbox: h.Inbox}
	dir, err := h.uploadFolder("../tills 2024", "")
	if err != nil || filepath.Base(dir) != "tills 2024" || !c.uploadedFolder(dir) {
		t.Fatal(dir, err)
	}
	for _, name := range []string{"a.csv", "b.csv"} {
		into, err := h.uploadFolder("", dir)
		if err != nil {
			t.Fatal(err)
		}
		if path, err := h.receive(name, into, strings.NewReader("x\n1\n")); err != nil || path != filepath.Join(dir, name) {
			t.Error(path, err)
		}
	}
	if _, err := h.receive("a.csv", dir, strings.NewReader("x\n2\n")); err == nil {
		t.Error("a second file of one name took the place of the first")
	}
	for _, other := range []string{h.Inbox, filepath.Dir(dir), filepath.Join(dir, "a.csv"), filepath.Join(dir, ".."), t.TempDir(), "/etc"} {
		if _, err := h.uploadFolder("", other); err == nil {
			t.Errorf("%s was taken", other)
		}
	}
}
