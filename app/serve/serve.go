// Package serve shows Shoptwin's front end in a browser of the same machine,
// for machines without a webview. [Handler] is the part it shares with the
// window; [Serve] adds a listener on loopback and the checks that keep other
// programs, other users and other web pages out.
package serve

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"syscall"
	"time"

	"shoptwin/core"
)

// Options say what to serve.
type Options struct {
	API   API
	Front fs.FS // the built front end, index.html at its root
	// Inbox is the folder that keeps uploads until the next start; "" takes
	// none.
	Inbox     string
	MaxUpload int64 // bytes of one upload; 0: 16 GB

	Listen string           // address on loopback; "": 127.0.0.1:0, any free port
	Ready  func(url string) // called once with the address to open, which works once

	// Patience is how long a client may take for its headers, and be silent
	// while its body is awaited; 0: 10 s.
	Patience time.Duration
	// Idle ends Serve when the page has not asked for so long and no job is
	// under way; 0 never does. An open page asks every few seconds.
	Idle time.Duration
}

// Serve answers until ctx is cancelled or nobody has asked for opt.Idle, then
// lets running requests end for up to 5 s and returns nil. An address that is
// not on loopback gives Invalid, one in use Conflict.
func Serve(ctx context.Context, opt Options) error {
	if opt.Listen == "" {
		opt.Listen = "127.0.0.1:0"
	}
	ln, err := listen(opt.Listen)
	if err != nil {
		return err
	}
	opt.API = confined{opt.API, opt.Inbox}
	defer EmptyInbox(opt.Inbox) // what was uploaded are real rows
	if opt.Patience == 0 {
		opt.Patience = 10 * time.Second
	}
	g := newGuard(ln.Addr().(*net.TCPAddr).Port, Handler(opt))
	g.patience = opt.Patience
	if opt.Idle > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
		go func() {
			g.idle(ctx, opt.Idle, opt.API.Jobs)
			cancel()
		}()
	}
	server := &http.Server{
		Handler:           g,
		ReadHeaderTimeout: opt.Patience,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          log.New(io.Discard, "", 0), // broken connections are no news
	}
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if server.Shutdown(grace) != nil {
			server.Close()
		}
	})
	defer stop()
	if opt.Ready != nil {
		opt.Ready(g.url(ln.Addr().String()))
	}
	if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return core.Wrap(err, "%s", ln.Addr())
	}
	return nil
}

func listen(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, core.Errorf(core.Invalid, "address %q: %w", addr, err).WithHint("such as 127.0.0.1:8080")
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, core.Errorf(core.Invalid, "%s is not an address of this machine alone", addr).
			WithHint("use 127.0.0.1: what you see here is not for the network")
	}
	ln, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, core.Errorf(core.Conflict, "another program listens on %s", addr).
			WithHint("choose another port, or 0 for any that is free")
	}
	if err != nil {
		return nil, core.Wrap(err, "address %s", addr)
	}
	return ln, nil
}
