package serve

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"shoptwin/app"
)

// TestSlowClients opens many connections that send their headers byte by
// byte, or begin a body and fall silent. Our page is answered meanwhile, and
// each of them is cut off.
func TestSlowClients(t *testing.T) {
	const patience = 500 * time.Millisecond
	s := start(t, func(o *Options) { o.Patience = patience }).open()
	host := strings.TrimPrefix(s.base, "http://")
	cookie := s.browser.Jar.Cookies(s.request("GET", "/", "").URL)[0]
	own := fmt.Sprintf("Host: %s\r\nOrigin: %s\r\nCookie: %s=%s\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n[", host, s.base, cookie.Name, cookie.Value)
	const each = 100
	cut := make(chan time.Duration, 3*each)
	for _, request := range []string{
		"GET / HTTP/1.1\r\nHost: " + host + "\r\nX: " + strings.Repeat("x", 1000), // dripped
		"POST /api/LeaveAt HTTP/1.1\r\n" + own,
		"POST /upload?name=a.csv HTTP/1.1\r\n" + own,
	} {
		for range each {
			go func() {
				begun := time.Now()
				defer func() { cut <- time.Since(begun) }()
				c, err := net.Dial("tcp", host)
				if err != nil {
					t.Error(err)
					return
				}
				defer c.Close()
				c.SetDeadline(time.Now().Add(20 * time.Second))
				if strings.HasPrefix(request, "POST") {
					io.WriteString(c, request)
				} else {
					go func() {
						for i := range request {
							if _, err := io.WriteString(c, request[i:i+1]); err != nil {
								return
							}
							time.Sleep(20 * time.Millisecond)
						}
					}()
				}
				if _, err := io.Copy(io.Discard, c); err != nil {
					if e, ok := err.(net.Error); ok && e.Timeout() {
						t.Error("a slow client was never cut off")
					}
				}
			}()
		}
	}
	for range 10 {
		begun := time.Now()
		if code, body, _ := s.do(s.request("POST", "/api/About", "[]")); code != 200 {
			t.Errorf("beside slow clients: %d %s", code, body)
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("beside slow clients our page waits %v", took)
		}
	}
	for range 3 * each {
		if took := <-cut; took > 10*time.Second {
			t.Errorf("a slow client was cut off after %v only", took)
		}
	}
}

// A body that comes slowly but steadily is taken: a slow disk is no attack.
func TestSteadyBody(t *testing.T) {
	s := start(t, func(o *Options) { o.Patience = time.Second }).open()
	out, in := io.Pipe()
	go func() {
		for range 15 {
			io.WriteString(in, "1,2\n")
			time.Sleep(100 * time.Millisecond)
		}
		in.Close()
	}()
	r := s.request("POST", "/upload?name=a.csv", "")
	r.Body, r.ContentLength = out, -1
	if code, body, _ := s.do(r); code != 200 {
		t.Errorf("%d %s", code, body)
	}
}

// busy is an app whose jobs the test sets.
type busy struct {
	fake
	running atomic.Bool
}

func (b *busy) Jobs() []app.Job {
	if b.running.Load() {
		return []app.Job{{State: app.Running}, {State: app.Done}}
	}
	return []app.Job{{State: app.Done}}
}

// TestIdle: a server that nobody asks ends by itself; not while a job runs,
// while the page is open, and not kept up by strangers.
func TestIdle(t *testing.T) {
	const idle = time.Second
	api := &busy{}
	api.running.Store(true)
	ready, done := make(chan string, 1), make(chan error, 1)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() {
		done <- Serve(ctx, Options{API: api, Front: fstest.MapFS{}, Idle: idle, Ready: func(url string) { ready <- url }})
	}()
	enter := <-ready
	base := enter[:strings.Index(enter, "/enter")]
	alive := func(why string) {
		t.Helper()
		select {
		case err := <-done:
			t.Fatalf("it ended %s: %v", why, err)
		default:
		}
	}
	time.Sleep(2 * idle)
	alive("while a job ran")
	api.running.Store(false)

	resp, err := http.Get(enter)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	cookie, _, _ := strings.Cut(resp.Header.Get("Set-Cookie"), ";")
	for range 12 { // 1.2 s of asking
		r, err := http.NewRequest("GET", base+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Cookie", cookie)
		if resp, err := http.DefaultClient.Do(r); err != nil || resp.StatusCode != 200 {
			t.Fatal(resp, err)
		} else {
			resp.Body.Close()
		}
		time.Sleep(100 * time.Millisecond)
	}
	alive("while the page was open")

	strangers := time.After(10 * time.Second)
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
			return
		case <-strangers:
			t.Fatal("strangers keep it up")
		case <-time.After(50 * time.Millisecond):
			if resp, err := http.Get(base + "/"); err == nil {
				resp.Body.Close()
			}
		}
	}
}
