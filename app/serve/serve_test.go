package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"shoptwin/app"
	"shoptwin/core"
	"shoptwin/core/promo"
	"shoptwin/core/table"
)

// fake is an app of which only a few methods work; the others would panic.
type fake struct {
	API
	mu    sync.Mutex
	calls []string
	dir   string
}

func (f *fake) note(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, fmt.Sprintf(format, args...))
}

func (f *fake) About() app.About                     { return app.About{Version: "9", Threads: 2} }
func (f *fake) Projects() ([]app.ProjectInfo, error) { return []app.ProjectInfo{{ID: "p1"}}, nil }
func (f *fake) LeaveAt(project, screen string) error {
	f.note("leave %s %s", project, screen)
	return nil
}
func (f *fake) DeleteProject(project string) error {
	return core.Errorf(core.NotFound, "there is no project %q", project).WithHint("look again")
}
func (f *fake) SetRole(project, dataset, column string, role table.Role) (app.Dataset, error) {
	f.note("role %s %s %s %v", project, dataset, column, role)
	return app.Dataset{Name: dataset}, nil
}
func (f *fake) Curve(project, item, store string, feature, display bool) ([]promo.CurvePoint, error) {
	f.note("curve %s %s %s %v %v", project, item, store, feature, display)
	return nil, nil
}
func (f *fake) PromoModel(project string, w io.Writer) error {
	if project != "p 1" {
		return core.Errorf(core.NotFound, "project %q has no response", project)
	}
	_, err := io.WriteString(w, "model bytes")
	return err
}
func (f *fake) ReportHTML(project, run, lang string, w io.Writer) error {
	io.WriteString(w, "<p>half")
	if run == "broken" {
		return core.Errorf(core.Invalid, "run %s is damaged", run)
	}
	_, err := fmt.Fprintf(w, " and half of %s %s %s", project, run, lang)
	return err
}
func (f *fake) WhatIfHTML(project, lang string, shell []byte, w io.Writer) error {
	if project != "p" {
		return core.Errorf(core.NotFound, "project %q has no response", project)
	}
	_, err := fmt.Fprintf(w, "%s of %s in %s", shell, project, lang)
	return err
}
func (f *fake) RecommendHTML(project, lang string, shell []byte, w io.Writer) error {
	if project != "p" {
		return core.Errorf(core.NotFound, "project %q has no recommender", project)
	}
	_, err := fmt.Fprintf(w, "%s for %s in %s", shell, project, lang)
	return err
}
func (f *fake) DownloadPath(project, file string) (string, error) {
	f.note("download %s %s", project, file)
	return filepath.Join(f.dir, file), nil
}

// site is a server under test and a browser that entered it.
type site struct {
	*testing.T
	fake    *fake
	enter   string // address with the token
	base    string // http://127.0.0.1:port
	browser *http.Client
	inbox   string
}

func start(t *testing.T, change func(*Options)) *site {
	t.Helper()
	s := &site{T: t, fake: &fake{dir: t.TempDir()}, inbox: filepath.Join(t.TempDir(), "inbox")}
	opt := Options{API: s.fake, Inbox: s.inbox, Front: fstest.MapFS{
		"index.html":         {Data: []byte("<!doctype html>page")},
		"assets/app-123.js":  {Data: []byte("run()")},
		"shoptwin.wasm":      {Data: []byte("\x00asm")},
		"whatif.html":        {Data: []byte("plans")},
		"recommend.html":     {Data: []byte("lists")},
		".keep":              {Data: []byte("secret")},
		"assets/strange.abc": {Data: []byte("<script>")},
	}}
	if change != nil {
		change(&opt)
	}
	ctx, stop := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	opt.Ready = func(url string) { ready <- url }
	go func() { done <- Serve(ctx, opt) }()
	select {
	case s.enter = <-ready:
	case err := <-done:
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	s.base = s.enter[:strings.Index(s.enter, "/enter")]
	jar, _ := cookiejar.New(nil)
	s.browser = &http.Client{Jar: jar}
	return s
}

// open enters with the token.
func (s *site) open() *site {
	s.Helper()
	if code, body, _ := s.do(s.request("GET", s.enter, "")); code != 200 || !strings.Contains(body, "refresh") {
		s.Fatalf("entering: %d %s", code, body)
	}
	return s
}

// request is one as a browser on our own page sends it.
func (s *site) request(method, url, body string) *http.Request {
	s.Helper()
	if strings.HasPrefix(url, "/") {
		url = s.base + url
	}
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	if method != "GET" {
		r.Header.Set("Origin", s.base)
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

func (s *site) do(r *http.Request) (int, string, http.Header) {
	s.Helper()
	resp, err := s.browser.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	return resp.StatusCode, string(b), resp.Header
}

func TestCalls(t *testing.T) {
	s := start(t, nil).open()
	for _, tt := range []struct {
		method, args string
		code         int
		want         string // in the answer
		call         string // that the app got
	}{
		{"About", `[]`, 200, `{"result":{"version":"9","home":"","threads":2,`, ""},
		{"Projects", `[]`, 200, `"id":"p1"`, ""},
		{"LeaveAt", `["p1","data"]`, 200, `{"result":null}`, "leave p1 data"},
		{"SetRole", `["p1","d","c","measure"]`, 200, `"name":"d"`, "role p1 d c measure"},
		{"Curve", `["p1","i","s",true,false]`, 200, `{"result":null}`, "curve p1 i s true false"},
		{"DeleteProject", `["x"]`, 404, `{"error":{"kind":"not found","message":"there is no project \"x\"","hint":"look again"}}`, ""},
		{"SetRole", `["p1","d","c","king"]`, 400, `argument 4`, ""},
		{"LeaveAt", `["p1"]`, 400, `1 arguments came, the method takes 2`, ""},
		{"LeaveAt", `["p1",3]`, 400, `argument 2`, ""},
		{"LeaveAt", `{"a":1}`, 400, `no JSON array`, ""},
		{"LeaveAt", ``, 400, `no JSON array`, ""},
		{"Report", `["p1","r"]`, 500, `a fault of Shoptwin`, ""}, // the fake panics
		{"PromoModel", `["p1"]`, 404, `no method`, ""},           // in the app, but not offered
		{"Close", `[]`, 404, `no method`, ""},
		{"about", `[]`, 404, `no method`, ""},
	} {
		s.fake.calls = nil
		code, body, head := s.do(s.request("POST", "/api/"+tt.method, tt.args))
		if code != tt.code || !strings.Contains(body, tt.want) || strings.Join(s.fake.calls, "; ") != tt.call {
			t.Errorf("%s%s: %d %s, app got %q", tt.method, tt.args, code, body, s.fake.calls)
		}
		if !json.Valid([]byte(body)) || head.Get("Content-Type") != "application/json" || head.Get("Cache-Control") != "no-store" {
			t.Errorf("%s%s: %q %v", tt.method, tt.args, body, head)
		}
	}
}

// TestMethodTable: every method of Calls is offered, and nothing else.
func TestMethodTable(t *testing.T) {
	offered := methods(&fake{})
	calls := reflect.TypeFor[Calls]()
	for i := range calls.NumMethod() {
		if name := calls.Method(i).Name; offered[name] == nil {
			t.Errorf("%s is not offered", name)
		}
	}
	if len(offered) != calls.NumMethod() {
		t.Errorf("%d methods are offered, the app has %d", len(offered), calls.NumMethod())
	}
}

func TestFiles(t *testing.T) {
	s := start(t, nil).open()
	os.WriteFile(filepath.Join(s.fake.dir, "out é.csv"), []byte("a,b\n"), 0o600)
	for _, tt := range []struct {
		path  string
		code  int
		body  string
		kind  string
		cache string
	}{
		{"/", 200, "page", "text/html; charset=utf-8", "no-store"},
		{"/index.html", 200, "page", "text/html; charset=utf-8", "no-store"},
		{"/assets/app-123.js", 200, "run()", "text/javascript; charset=utf-8", "private, max-age=31536000, immutable"},
		{"/shoptwin.wasm", 200, "asm", "application/wasm", "no-store"},
		{"/assets/strange.abc", 200, "<script>", "application/octet-stream", "private, max-age=31536000, immutable"},
		{"/.keep", 404, "", "", ""},
		{"/assets/", 404, "", "", ""},
		{"/nothing.js", 404, "", "", ""},
		{"/promo/p%201", 200, "model bytes", "application/octet-stream", "no-store"},
		{"/promo/none", 404, `"kind":"not found"`, "application/json", "no-store"},
		{"/report/p/r?lang=zh-CN", 200, "<p>half and half of p r zh-CN", "text/html; charset=utf-8", "no-store"},
		{"/report/p/r", 200, "p r en", "text/html; charset=utf-8", "no-store"},
		{"/whatif/p?lang=zh-CN", 200, "plans of p in zh-CN", "application/octet-stream", "no-store"},
		{"/whatif/none", 404, "has no response", "text/plain; charset=utf-8", "no-store"},
		{"/whatif.html", 404, "", "", ""},
		{"/recommendations/p", 200, "lists for p in en", "application/octet-stream", "no-store"},
		{"/recommendations/none", 404, "has no recommender", "text/plain; charset=utf-8", "no-store"},
		{"/recommend.html", 404, "", "", ""},
		{"/report/p/broken", 400, "run broken is damaged", "text/plain; charset=utf-8", "no-store"},
		{"/download/p/out%20%C3%A9.csv", 200, "a,b\n", "application/octet-stream", "no-store"},
		{"/download/p/none.csv", 404, "", "", ""},
	} {
		code, body, head := s.do(s.request("GET", tt.path, ""))
		if code != tt.code || !strings.Contains(body, tt.body) || tt.kind != "" && head.Get("Content-Type") != tt.kind ||
			tt.cache != "" && head.Get("Cache-Control") != tt.cache {
			t.Errorf("%s: %d %q %v", tt.path, code, body, head)
		}
		csp := head.Get("Content-Security-Policy")
		wasm := strings.Contains(csp, "'wasm-unsafe-eval'")
		if report := strings.HasPrefix(tt.path, "/report") && code == 200; !strings.HasPrefix(csp, "default-src 'none'") || wasm == report ||
			head.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", tt.path, head)
		}
		if strings.HasPrefix(tt.path, "/report/p/broken") && strings.Contains(body, "half") {
			t.Errorf("%s: half a report was shown: %s", tt.path, body)
		}
	}
	if code, _, _ := s.do(s.request("POST", "/index.html", "")); code != 405 {
		t.Errorf("POST of a file: %d", code)
	}
}

func TestNotBuilt(t *testing.T) {
	s := start(t, func(o *Options) { o.Front = fstest.MapFS{".keep": {}} }).open()
	if code, body, _ := s.do(s.request("GET", "/", "")); code != 200 || !strings.Contains(body, "make build") {
		t.Errorf("%d %s", code, body)
	}
}

func TestUpload(t *testing.T) {
	s := start(t, func(o *Options) {
		o.MaxUpload = 1000
		os.MkdirAll(filepath.Join(o.Inbox, "upload-old"), 0o700)
		os.MkdirAll(filepath.Join(o.Inbox, "other"), 0o700)
	}).open()
	if _, err := os.Stat(filepath.Join(s.inbox, "upload-old")); !os.IsNotExist(err) {
		t.Errorf("an old upload: %v", err)
	}
	if _, err := os.Stat(filepath.Join(s.inbox, "other")); err != nil {
		t.Errorf("what is no upload: %v", err)
	}
	seen := map[string]bool{}
	for _, name := range []string{"sales.csv", "sales.csv", "../../etc/passwd", `..\..\boot.ini`, "", "/", "..", "a\x00b\n.csv"} {
		r := s.request("POST", "/upload", "a,b\n")
		r.URL.RawQuery = "name=" + strings.NewReplacer("\x00", "%00", "\n", "%0A").Replace(name)
		code, body, _ := s.do(r)
		var answer struct{ Result string }
		json.Unmarshal([]byte(body), &answer)
		b, err := os.ReadFile(answer.Result)
		if rel, _ := filepath.Rel(s.inbox, answer.Result); code != 200 || err != nil || string(b) != "a,b\n" ||
			strings.HasPrefix(rel, "..") || strings.Count(rel, string(filepath.Separator)) != 1 || seen[rel] {
			t.Errorf("%q: %d %s %v", name, code, body, err)
		} else {
			seen[rel] = true
		}
	}
	big := strings.Repeat("x", 1001)
	for _, length := range []int64{int64(len(big)), -1} { // announced, and chunked
		before, _ := os.ReadDir(s.inbox)
		r := s.request("POST", "/upload?name=big.csv", big)
		r.ContentLength = length
		code, body, _ := s.do(r)
		after, _ := os.ReadDir(s.inbox)
		if code != 413 || !strings.Contains(body, "more than 1000 bytes") || len(after) != len(before) {
			t.Errorf("an oversize file: %d %s, %d folders became %d", code, body, len(before), len(after))
		}
	}
}

func TestNoInbox(t *testing.T) {
	s := start(t, func(o *Options) { o.Inbox = "" }).open()
	if code, body, _ := s.do(s.request("POST", "/upload?name=a", "x")); code != 415 {
		t.Errorf("%d %s", code, body)
	}
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"sales.csv":                       "sales.csv",
		"销售 2024.csv.gz":                  "销售 2024.csv.gz",
		`C:\fakepath\sales.csv`:           "sales.csv",
		"../x.csv":                        "x.csv",
		"..":                              "upload",
		"":                                "upload",
		".bashrc":                         "bashrc",
		"-rf":                             "rf",
		"a:b|c?.csv":                      "a_b_c_.csv",
		"con.csv":                         "_con.csv",
		"trail. ":                         "trail",
		"\xff.csv":                        "_.csv",
		strings.Repeat("é", 100) + ".csv": strings.Repeat("é", 58) + ".csv",
	} {
		if got := cleanName(in); got != want || cleanName(got) != got {
			t.Errorf("cleanName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestListensOnLoopbackOnly(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.168.1.1:0", "example.org:80", "nonsense"} {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		err := Serve(ctx, Options{API: &fake{}, Listen: addr, Ready: func(string) { t.Errorf("%s: it listens", addr) }})
		cancel()
		if err == nil || core.KindOf(err) != core.Invalid {
			t.Errorf("%s: %v", addr, err)
		}
	}
	s := start(t, nil)
	err := Serve(context.Background(), Options{API: &fake{}, Listen: strings.TrimPrefix(s.base, "http://")})
	if core.KindOf(err) != core.Conflict {
		t.Errorf("a port in use: %v", err)
	}
}
