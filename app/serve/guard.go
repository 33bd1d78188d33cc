package serve

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"shoptwin/app"
)

// guard lets only the browser in that opened the address with the token.
//
// Any web page can send requests to 127.0.0.1, and any program on the machine
// can connect to it. So a request must name this host (a page whose DNS name
// was rebound to 127.0.0.1 names its own), must not come from another site or
// another port (cookies do not tell ports apart), and must carry the cookie
// that the token was traded for, once.
type guard struct {
	next   http.Handler
	hosts  map[string]bool
	cookie string // name
	token  string // in the address that is shown to the user
	secret string // in the cookie
	used   atomic.Bool
	asked  atomic.Int64 // when our page asked last, in nanoseconds since begun
	begun  time.Time

	patience time.Duration // see Options.Patience
}

func newGuard(port int, next http.Handler) *guard {
	g := &guard{next: next, hosts: map[string]bool{}, cookie: fmt.Sprintf("shoptwin-%d", port), token: rand.Text(), secret: rand.Text(), begun: time.Now()}
	for _, name := range []string{"127.0.0.1", "localhost", "[::1]"} {
		g.hosts[fmt.Sprintf("%s:%d", name, port)] = true
		if port == 80 {
			g.hosts[name] = true
		}
	}
	return g
}

func (g *guard) url(addr string) string { return "http://" + addr + "/enter?token=" + g.token }

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !g.hosts[r.Host] {
		refuse(w, http.StatusMisdirectedRequest, "This address is not Shoptwin's.")
		return
	}
	if r.URL.Path == "/enter" {
		g.enter(w, r)
		return
	}
	reading := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch site := r.Header.Get("Sec-Fetch-Site"); {
	case site == "same-origin", site == "none" && reading, site == "": // older browsers send none
	default:
		refuse(w, http.StatusForbidden, "Another page may not ask Shoptwin.")
		return
	}
	origin, sent := r.Header["Origin"]
	if sent || !reading {
		if len(origin) != 1 || origin[0] != "http://"+r.Host {
			refuse(w, http.StatusForbidden, "Another page may not ask Shoptwin.")
			return
		}
	}
	if !g.known(r) {
		refuse(w, http.StatusUnauthorized, "Open Shoptwin with the address that `shoptwin serve` shows. It works once: start it again for a new one.")
		return
	}
	g.asked.Store(int64(time.Since(g.begun)))
	r.Body = &awaited{r.Body, http.NewResponseController(w), g.patience}
	g.next.ServeHTTP(w, r)
	g.asked.Store(int64(time.Since(g.begun)))
}

// awaited is a body of which something must come every now and then.
type awaited struct {
	io.ReadCloser
	conn  *http.ResponseController
	quiet time.Duration
}

func (a *awaited) Read(p []byte) (int, error) {
	if err := a.conn.SetReadDeadline(time.Now().Add(a.quiet)); err != nil {
		return 0, err
	}
	return a.ReadCloser.Read(p)
}

// idle returns when our page has not asked for so long and none of jobs is
// under way, or when ctx is done. A stranger's requests do not count.
func (g *guard) idle(ctx context.Context, long time.Duration, jobs func() []app.Job) {
	tick := time.NewTicker(max(long/20, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if slices.ContainsFunc(jobs(), func(j app.Job) bool { return j.State == app.Running || j.State == app.Paused }) {
			g.asked.Store(int64(time.Since(g.begun))) // the time counts from the job's end
		} else if time.Since(g.begun)-time.Duration(g.asked.Load()) > long {
			return
		}
	}
}

// enter trades the token for the cookie. The page that answers goes on by
// itself: a redirect would not carry a SameSite=Strict cookie if the address
// was clicked on another page.
func (g *guard) enter(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method != http.MethodGet || r.Header.Get("Sec-Purpose") != "": // a browser's prefetch must not spend it
		refuse(w, http.StatusForbidden, "This address is opened, not fetched.")
		return
	case g.known(r): // the page was loaded again
	case !same(r.URL.Query().Get("token"), g.token) || !g.used.CompareAndSwap(false, true):
		refuse(w, http.StatusForbidden, "This address was used already, or is not complete. Start `shoptwin serve` again for a new one.")
		return
	}
	http.SetCookie(w, &http.Cookie{Name: g.cookie, Value: g.secret, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	safe(w)
	fmt.Fprint(w, `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shoptwin</title><meta http-equiv="refresh" content="0;url=/"><a href="/">Shoptwin</a></html>`)
}

func (g *guard) known(r *http.Request) bool {
	c, err := r.Cookie(g.cookie)
	return err == nil && same(c.Value, g.secret)
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func refuse(w http.ResponseWriter, code int, say string) {
	safe(w)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Connection", "close") // nothing more of a body is waited for
	w.WriteHeader(code)
	fmt.Fprintln(w, say)
}

func safe(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}
