package serve

import (
	"net/http"
	"strings"
	"testing"
)

// TestGuard sends real requests that differ in one thing from what our own
// page sends. None but the good ones may reach the app.
func TestGuard(t *testing.T) {
	s := start(t, nil).open()
	for _, tt := range []struct {
		name   string
		method string
		path   string
		change func(*http.Request)
		code   int
	}{
		{"good call", "POST", "/api/LeaveAt", nil, 200},
		{"good page", "GET", "/", nil, 200},
		{"typed address", "GET", "/", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "none") }, 200},
		{"older browser", "POST", "/api/LeaveAt", func(r *http.Request) { r.Header.Del("Sec-Fetch-Site") }, 200},
		{"as localhost", "GET", "/", func(r *http.Request) { r.Host = strings.Replace(r.URL.Host, "127.0.0.1", "localhost", 1) }, 200},

		{"rebound DNS name", "GET", "/", func(r *http.Request) { r.Host = strings.Replace(r.URL.Host, "127.0.0.1", "evil.example", 1) }, 421},
		{"rebound DNS name, its own origin", "POST", "/api/LeaveAt", func(r *http.Request) {
			r.Host = "evil.example"
			r.Header.Set("Origin", "http://evil.example")
		}, 421},
		{"host without port", "GET", "/", func(r *http.Request) { r.Host = "127.0.0.1" }, 421},
		{"host with another port", "GET", "/", func(r *http.Request) { r.Host = "127.0.0.1:1" }, 421},
		{"no host", "GET", "/", func(r *http.Request) { r.Host = "127.0.0.1." }, 421},
		{"rebound, entering", "GET", s.enter, func(r *http.Request) { r.Host = "evil.example" }, 421},

		{"other origin", "POST", "/api/LeaveAt", func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, 403},
		{"other port", "POST", "/api/LeaveAt", func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:1") }, 403},
		{"localhost asks 127.0.0.1", "POST", "/api/LeaveAt", func(r *http.Request) {
			r.Header.Set("Origin", strings.Replace(s.base, "127.0.0.1", "localhost", 1))
		}, 403},
		{"https origin", "POST", "/api/LeaveAt", func(r *http.Request) { r.Header.Set("Origin", "https"+strings.TrimPrefix(s.base, "http")) }, 403},
		{"sandboxed page", "POST", "/api/LeaveAt", func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		{"no origin", "POST", "/api/LeaveAt", func(r *http.Request) { r.Header.Del("Origin") }, 403},
		{"two origins", "POST", "/api/LeaveAt", func(r *http.Request) { r.Header.Add("Origin", "http://evil.example") }, 403},
		{"other origin reads", "GET", "/promo/p%201", func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, 403},
		{"cross-site image", "GET", "/promo/p%201", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		{"page on another port", "GET", "/promo/p%201", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, 403},
		{"cross-site call", "POST", "/api/LeaveAt", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		{"typed call", "POST", "/api/LeaveAt", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "none") }, 403},
		{"plain text call", "POST", "/api/LeaveAt", func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 415},
		{"call by GET", "GET", "/api/LeaveAt", nil, 404},
		{"cross-origin upload", "POST", "/upload?name=a.csv", func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, 403},
		{"preflight", "OPTIONS", "/api/LeaveAt", func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, 403},

		{"climbing out", "GET", "/../../etc/passwd", nil, 404},
		{"climbing out, encoded", "GET", "/%2e%2e/%2e%2e/etc/passwd", nil, 404},
		{"climbing out, slashes encoded", "GET", "/..%2f..%2fetc%2fpasswd", nil, 404},
		{"climbing out with backslashes", "GET", `/..%5c..%5cetc`, nil, 404},
		{"download that climbs out", "GET", "/download/p/..%2f..%2fetc%2fpasswd", nil, 404},
		{"download of dots", "GET", "/download/p/%2e%2e", nil, 404},
		{"download with backslashes", "GET", "/download/p/..%5cx.csv", nil, 404},
		{"download of a hidden file", "GET", "/download/p/.secret", nil, 404},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.fake.calls = nil
			r := s.request(tt.method, tt.path, `["p","s"]`)
			cookies := s.browser.Jar.Cookies(r.URL)
			if tt.change != nil {
				tt.change(r)
			}
			if r.Host != r.URL.Host && r.Host != "" { // a browser would not send them; an attacker's might
				r.AddCookie(cookies[0])
			}
			code, body, head := s.do(r)
			if code != tt.code {
				t.Errorf("%d %s, want %d", code, body, tt.code)
			}
			if reached := len(s.fake.calls) > 0; reached && code != 200 {
				t.Errorf("the app got %q", s.fake.calls)
			}
			if head.Get("Access-Control-Allow-Origin") != "" || head.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("headers %v", head)
			}
		})
	}
	big := s.request("POST", "/api/LeaveAt", `["`+strings.Repeat("x", maxCall)+`"]`)
	if code, body, _ := s.do(big); code != 413 {
		t.Errorf("an oversize call: %d %s", code, body)
	}
}

func TestToken(t *testing.T) {
	s := start(t, nil)
	cookieless := func(path string) (int, http.Header) {
		t.Helper()
		r := s.request("GET", path, "")
		r.Header.Set("Sec-Fetch-Site", "none")
		resp, err := (&http.Client{}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode, resp.Header
	}
	for path, want := range map[string]int{
		"/": 401, "/api/About": 401, "/promo/p": 401, "/shoptwin.wasm": 401,
		"/enter": 403, "/enter?token=": 403, "/enter?token=guess": 403,
	} {
		if code, head := cookieless(path); code != want || head.Get("Set-Cookie") != "" {
			t.Errorf("%s before entering: %d", path, code)
		}
	}
	prefetch := s.request("GET", s.enter, "")
	prefetch.Header.Set("Sec-Purpose", "prefetch")
	if code, _, _ := s.do(prefetch); code != 403 {
		t.Errorf("prefetch: %d", code)
	}
	code, head := cookieless(s.enter)
	cookie := head.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
		if code != 200 || !strings.Contains(cookie, want) {
			t.Errorf("entering: %d, cookie %q lacks %s", code, cookie, want)
		}
	}
	if strings.Contains(cookie, s.enter[strings.Index(s.enter, "=")+1:]) {
		t.Error("the cookie holds the token")
	}
	if code, head := cookieless(s.enter); code != 403 || head.Get("Set-Cookie") != "" {
		t.Errorf("the token a second time: %d", code)
	}
	for name, header := range map[string]string{
		"good":            strings.Split(cookie, ";")[0],
		"wrong value":     strings.Split(cookie, "=")[0] + "=guess",
		"of another port": "shoptwin-1=" + strings.Split(strings.Split(cookie, ";")[0], "=")[1],
	} {
		r := s.request("GET", "/", "")
		r.Header.Set("Cookie", header)
		want := 401
		if name == "good" {
			want = 200
		}
		if code, body, _ := s.do(r); code != want {
			t.Errorf("cookie, %s: %d %s", name, code, body)
		}
	}
	// Loading the address again with the cookie is no harm.
	r := s.request("GET", s.enter, "")
	r.Header.Set("Cookie", strings.Split(cookie, ";")[0])
	if code, _, _ := s.do(r); code != 200 {
		t.Errorf("the address again, with the cookie: %d", code)
	}
}
