package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// served is a running `shoptwin serve`, asked as its page asks.
type served struct {
	cmd          *exec.Cmd
	enter, base  string
	cookie       string
	ended        chan struct{}
	said         *bytes.Buffer
	untilAnswers float64 // seconds from the start to the first answer
}

// serve starts the program on home and enters.
func (b *bench) serve(home string, args ...string) (*served, error) {
	s := &served{cmd: exec.Command(b.bin, append([]string{"serve", "--json", "--home", home}, args...)...), ended: make(chan struct{}), said: &bytes.Buffer{}}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.cmd.Stderr = s.said
	begun := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	go func() { _ = s.cmd.Wait(); close(s.ended) }()
	var ready struct{ URL string }
	if err == nil {
		err = json.Unmarshal([]byte(line), &ready)
	}
	if err != nil || ready.URL == "" {
		s.kill()
		return nil, fmt.Errorf("serve: %v %s %s", err, line, s.said)
	}
	s.enter = ready.URL
	s.base, _, _ = strings.Cut(ready.URL, "/enter")
	resp, err := http.Get(ready.URL)
	if err != nil {
		s.kill()
		return nil, err
	}
	resp.Body.Close()
	s.untilAnswers = time.Since(begun).Seconds()
	s.cookie, _, _ = strings.Cut(resp.Header.Get("Set-Cookie"), ";")
	return s, nil
}

// call runs one method of the page's; out may be nil.
func (s *served) call(out any, method string, args ...any) error {
	if args == nil {
		args = []any{}
	}
	body, err := json.Marshal(args)
	if err != nil {
		return err
	}
	code, text, err := s.ask("POST", "/api/"+method, string(body), nil)
	if err != nil {
		return err
	}
	var reply struct {
		Result json.RawMessage
		Error  *struct{ Kind, Message, Hint string }
	}
	if err := json.Unmarshal([]byte(text), &reply); err != nil {
		return fmt.Errorf("%s: %d %.200s", method, code, text)
	}
	if reply.Error != nil {
		return fmt.Errorf("%s: %s: %s", method, reply.Error.Kind, reply.Error.Message)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(reply.Result, out)
}

// ask sends a request as the page does, but for what change does to it.
func (s *served) ask(method, path, body string, change func(*http.Request)) (code int, text string, err error) {
	r, err := http.NewRequest(method, s.base+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Cookie", s.cookie)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Content-Type", "application/json")
	if method != http.MethodGet {
		r.Header.Set("Origin", s.base)
	}
	if change != nil {
		change(r)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(answer), err
}

func (s *served) kill() {
	_ = s.cmd.Process.Kill()
	<-s.ended
}

// end interrupts it as Ctrl-C does; it says whether that was enough.
func (s *served) end() bool {
	_ = s.cmd.Process.Signal(os.Interrupt)
	select {
	case <-s.ended:
		return true
	case <-time.After(20 * time.Second):
		s.kill()
		return false
	}
}

// strangers: what the running server refuses, from outside; and that it ends
// when nobody asks.
func (b *bench) strangers() error {
	home := filepath.Join(b.dir, "strangers")
	s, err := b.serve(home, "--idle", "15s")
	if err != nil {
		return err
	}
	defer s.kill()
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	var wrong []string
	tried := 0
	for _, c := range []struct {
		name, method, path, body string
		change                   func(*http.Request)
		want                     int
	}{
		{"our page", "POST", "/api/Projects", "[]", nil, 200},
		{"no cookie", "GET", "/", "", header("Cookie", ""), 401},
		{"a wrong cookie", "GET", "/", "", header("Cookie", "shoptwin=guess"), 401},
		{"a wrong token", "GET", "/enter?token=guess", "", header("Cookie", ""), 403},
		{"the token again", "GET", strings.TrimPrefix(s.enter, s.base), "", header("Cookie", ""), 403},
		{"a foreign host", "GET", "/", "", host("shop.example"), 421},
		{"a foreign origin", "POST", "/api/Projects", "[]", header("Origin", "http://shop.example"), 403},
		{"no origin", "POST", "/api/Projects", "[]", func(r *http.Request) { r.Header.Del("Origin") }, 403},
		{"a cross-site fetch", "GET", "/api/Projects", "", header("Sec-Fetch-Site", "cross-site"), 403},
		{"a form of another page", "POST", "/api/Projects", "[]", header("Content-Type", "text/plain"), 415},
		{"an oversized body", "POST", "/api/Projects", "[\"" + strings.Repeat("x", 9<<20) + "\"]", nil, 413},
		{"a path that climbs", "GET", "/..%2f..%2f..%2fetc%2fpasswd", "", nil, 404},
		{"a download that climbs", "GET", "/download/p/..%2f..%2fshoptwin.db", "", nil, 404},
		{"an import of any file", "POST", "/api/StartImport", `[{"project":"p","files":["/etc/passwd"]}]`, nil, 400},
		{"an unknown method", "POST", "/api/Close", "[]", nil, 404},
	} {
		tried++
		code, text, err := s.ask(c.method, c.path, c.body, c.change)
		if err != nil || code != c.want || strings.Contains(text, "root:") {
			wrong = append(wrong, fmt.Sprintf("%s: %d %v, not %d", c.name, code, err, c.want))
		}
	}
	b.add("serve: strangers", fmt.Sprintf("%d kinds of request; not as they should be: %q", tried, wrong), "all refused but the page's", len(wrong) == 0)

	// Clients that send nothing, slowly.
	address := strings.TrimPrefix(s.base, "http://")
	const slow = 100
	cut := make(chan bool, slow)
	begun := time.Now()
	for range slow {
		go func() {
			c, err := net.Dial("tcp", address)
			if err != nil {
				cut <- false
				return
			}
			defer c.Close()
			_ = c.SetDeadline(time.Now().Add(40 * time.Second))
			go func() {
				for range 400 {
					if _, err := io.WriteString(c, "G"); err != nil {
						return
					}
					time.Sleep(100 * time.Millisecond)
				}
			}()
			_, err = io.Copy(io.Discard, c)
			ne, late := err.(net.Error)
			cut <- !late || !ne.Timeout()
		}()
	}
	answered := 0.0
	for range 20 {
		at := time.Now()
		if err := s.call(nil, "Projects"); err != nil {
			return err
		}
		answered = max(answered, time.Since(at).Seconds())
	}
	all := 0
	for range slow {
		if <-cut {
			all++
		}
	}
	cutAfter := time.Since(begun).Seconds()
	b.timed("serve: 100 slow clients", fmt.Sprintf("%d cut off after %.0f s; our page waited at most %.2f s meanwhile", all, cutAfter, answered), "all within 14 s, our page under 1 s", all == slow && cutAfter < 14 && answered < 1)

	select {
	case <-s.ended:
		b.add("serve: nobody asks", fmt.Sprintf("it ended by itself, exit %d", s.cmd.ProcessState.ExitCode()), "exit 0", s.cmd.ProcessState.ExitCode() == 0)
	case <-time.After(40 * time.Second):
		b.add("serve: nobody asks", "it still runs", "ends 15 s after the last request", false)
	}
	return nil
}
