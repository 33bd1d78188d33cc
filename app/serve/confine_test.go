package serve

import (
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shoptwin/app"
)

func (f *fake) StartImport(app.ImportRequest) (string, error) { return "job", nil }
func (f *fake) StartExport(app.ExportRequest) (string, error) { return "job", nil }

// What a page that runs somebody else's script may not do.
func TestPageNamesNoFiles(t *testing.T) {
	s := start(t, nil).open()
	_, body, _ := s.do(s.request("POST", "/upload?name=sales.csv", "a,b\n1,2\n"))
	var up struct{ Result string }
	if err := json.Unmarshal([]byte(body), &up); err != nil || up.Result == "" {
		t.Fatalf("%s %v", body, err)
	}
	secret := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(secret, []byte("k\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(filepath.Dir(up.Result), "link.csv")
	if err := os.Symlink(secret, link); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, method string
		arg          map[string]any
		ok           bool
	}{
		{"its upload", "StartImport", map[string]any{"project": "p", "files": []string{up.Result}}, true},
		{"no file", "StartImport", map[string]any{"project": "p"}, true}, // the app says so
		{"another file", "StartImport", map[string]any{"files": []string{secret}}, false},
		{"an upload and another", "StartImport", map[string]any{"files": []string{up.Result, secret}}, false},
		{"out of the inbox", "StartImport", map[string]any{"files": []string{filepath.Dir(up.Result) + "/../../../etc/passwd"}}, false},
		{"dots", "StartImport", map[string]any{"files": []string{filepath.Dir(up.Result) + "/../" + filepath.Base(filepath.Dir(up.Result)) + "/sales.csv"}}, false},
		{"a link in the inbox", "StartImport", map[string]any{"files": []string{link}}, false},
		{"the inbox", "StartImport", map[string]any{"files": []string{s.inbox}}, false},
		{"a folder in it", "StartImport", map[string]any{"files": []string{filepath.Dir(up.Result)}}, false},
		{"a relative path", "StartImport", map[string]any{"files": []string{"sales.csv"}}, false},
		{"nothing", "StartImport", map[string]any{"files": []string{""}}, false},
		{"a device", "StartImport", map[string]any{"files": []string{"/dev/zero"}}, false},
		{"an export", "StartExport", map[string]any{"project": "p", "format": "csv"}, true},
		{"an export elsewhere", "StartExport", map[string]any{"project": "p", "path": "/tmp/x.csv"}, false},
	} {
		args, err := json.Marshal([]any{tt.arg})
		if err != nil {
			t.Fatal(err)
		}
		code, body, _ := s.do(s.request("POST", "/api/"+tt.method, string(args)))
		if tt.ok != (code == 200) || !tt.ok && (code != 400 || !strings.Contains(body, "hint")) {
			t.Errorf("%s: %d %s", tt.name, code, body)
		}
	}
}

func TestUploadsGoAtTheEnd(t *testing.T) {
	var inbox string
	t.Run("session", func(t *testing.T) {
		s := start(t, nil).open()
		inbox = s.inbox
		if code, body, _ := s.do(s.request("POST", "/upload?name=sales.csv", "a,b\n")); code != 200 {
			t.Fatal(body)
		}
	})
	if left, _ := os.ReadDir(inbox); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// Headers beyond any browser's are refused, and a stranger's body is not
// waited for.
func TestStrangersAreCutShort(t *testing.T) {
	s := start(t, nil)
	host := strings.TrimPrefix(s.base, "http://")
	for name, tt := range map[string]struct{ request, want string }{
		"large headers": {"GET / HTTP/1.1\r\nHost: " + host + "\r\nX: " + strings.Repeat("x", 40<<10) + "\r\n\r\n", " 431 "},
		"slow body":     {"POST /upload?name=a HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + s.base + "\r\nContent-Length: 1000000\r\n\r\nx", " 401 "},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := net.Dial("tcp", host)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(5 * time.Second))
			go io.WriteString(c, tt.request)
			b, err := io.ReadAll(c) // until the server hangs up
			if first, _, _ := strings.Cut(string(b), "\r\n"); !strings.Contains(first, tt.want) {
				t.Errorf("%q %v", first, err)
			}
			if ne, ok := err.(net.Error); ok && ne.Timeout() {
				t.Error("the server waits on")
			}
		})
	}
}
