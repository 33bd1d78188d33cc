package serve

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"

	"shoptwin/app"
	"shoptwin/core"
)

const (
	maxCall   = 8 << 20  // bytes of the arguments of one call
	maxUpload = 16 << 30 // bytes of one file, unless Options say otherwise
)

// Handler answers everything that the front end asks for: its own files, the
// calls, models, reports, downloads and uploads. It trusts who asks: [Serve]
// puts its checks before it, and the window lets nobody else in.
func Handler(opt Options) http.Handler {
	h := &handler{Options: opt, methods: methods(opt.API)}
	if h.MaxUpload == 0 {
		h.MaxUpload = maxUpload
	}
	EmptyInbox(h.Inbox)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/{method}", h.call)
	mux.HandleFunc("POST /upload", h.upload)
	mux.HandleFunc("GET /promo/{project}", h.promo)
	mux.HandleFunc("GET /recommend/{project}", h.recommend)
	mux.HandleFunc("POST /recommend/{project}", h.recommend)
	mux.HandleFunc("GET /relations/{project}", h.relations)
	mux.HandleFunc("GET /report/{project}/{run}", h.report)
	mux.HandleFunc("GET /whatif/{project}", h.whatIf)
	mux.HandleFunc("GET /recommendations/{project}", h.recommendations)
	mux.HandleFunc("GET /download/{project}/{file}", h.download)
	mux.HandleFunc("GET /", h.file)
	return headers(mux)
}

type handler struct {
	Options
	methods map[string]method
}

// The page may run its own scripts and wasm, and load from nowhere else.
// Styles may be inline: components set them on elements.
const pageCSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; frame-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// A report runs nothing and loads nothing; the page may show it in a frame.
const reportCSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; " +
	"frame-ancestors 'self'; sandbox allow-popups"

func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", pageCSP)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// call runs one method.
func (h *handler) call(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	f, ok := h.methods[name]
	if !ok {
		fail(w, core.Errorf(core.NotFound, "the program has no method %q", name))
		return
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		fail(w, core.Errorf(core.Unsupported, "%s: the arguments must be application/json, not %q", name, kind))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCall))
	if err != nil {
		fail(w, bodyError(err, name))
		return
	}
	var args []json.RawMessage
	if err := json.Unmarshal(body, &args); err != nil {
		fail(w, core.Errorf(core.Invalid, "%s: the arguments are no JSON array: %w", name, err))
		return
	}
	result, err := run(f, args)
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, http.StatusOK, map[string]any{"result": result})
}

// run turns a panic of one call into its error: the others go on.
func run(f method, args []json.RawMessage) (result any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = core.Errorf(core.Internal, "a fault of Shoptwin: %v", r)
		}
	}()
	return f(args)
}

func (h *handler) promo(w http.ResponseWriter, r *http.Request) {
	var b bytes.Buffer
	if err := h.API.PromoModel(r.PathValue("project"), &b); err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Write(b.Bytes())
}

func (h *handler) report(w http.ResponseWriter, r *http.Request) {
	lang := r.URL.Query().Get("lang")
	if lang == "" {
		lang = "en"
	}
	var b bytes.Buffer // a report that fails midway must not look whole
	if err := h.API.ReportHTML(r.PathValue("project"), r.PathValue("run"), lang, &b); err != nil {
		failText(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", reportCSP)
	w.Write(b.Bytes())
}

func (h *handler) download(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	if name != cleanName(name) {
		failText(w, core.Errorf(core.NotFound, "there is no export %q", name))
		return
	}
	path, err := h.API.DownloadPath(r.PathValue("project"), name)
	if err != nil {
		failText(w, err)
		return
	}
	f, err := os.Open(path)
	if err != nil {
		failText(w, core.Errorf(core.NotFound, "%w", err))
		return
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() {
		failText(w, core.Errorf(core.NotFound, "there is no export %q", name))
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	http.ServeContent(w, r, "", st.ModTime(), f)
}

// types are set by name, not guessed from bytes or read from the machine's
// registry, where Windows may have .js as text.
var types = map[string]string{
	".html":  "text/html; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".css":   "text/css; charset=utf-8",
	".json":  "application/json",
	".map":   "application/json",
	".wasm":  "application/wasm",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".ico":   "image/x-icon",
	".woff2": "font/woff2",
	".txt":   "text/plain; charset=utf-8",
}

// file answers with a file of the built front end.
func (h *handler) file(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "index.html"
	}
	var b []byte
	err := fs.ErrNotExist
	if hidden := strings.HasPrefix(path.Base(name), ".") || name == WhatIfPage || name == RecommendPage; fs.ValidPath(name) && !hidden {
		b, err = fs.ReadFile(h.Front, name)
	}
	switch {
	case err != nil && name == "index.html":
		b = []byte(notBuilt)
	case err != nil:
		http.NotFound(w, r)
		return
	case strings.HasPrefix(name, "assets/"): // their names change with their content
		w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	}
	kind := types[path.Ext(name)]
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", fmt.Sprint(len(b)))
	w.Write(b)
}

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shoptwin</title>
<body style="font:14px/1.5 system-ui,sans-serif;margin:3rem;max-width:40rem">
<h1 style="font-size:20px">This build has no page</h1>
<p>The program was built before its front end. Run <code>make build</code> (or <code>make desktop</code> for
the window) in Shoptwin's source folder, then start it again.</p></body></html>
`

// status is how a kind of error is told over HTTP.
var status = map[core.Kind]int{
	core.Internal:    http.StatusInternalServerError,
	core.Invalid:     http.StatusBadRequest,
	core.NotFound:    http.StatusNotFound,
	core.Conflict:    http.StatusConflict,
	core.Unsupported: http.StatusUnsupportedMediaType,
	core.Full:        http.StatusInsufficientStorage,
	core.Cancelled:   499, // nginx's number for a request that was given up
}

func fail(w http.ResponseWriter, err error) {
	code := status[core.KindOf(err)]
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		code = http.StatusRequestEntityTooLarge
	}
	reply(w, code, map[string]any{"error": app.ProblemOf(err)})
}

// failText is fail for what a person opens rather than a script.
func failText(w http.ResponseWriter, err error) {
	p := app.ProblemOf(err)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status[core.KindOf(err)])
	fmt.Fprintf(w, "%s\n%s\n", p.Message, p.Hint)
}

func reply(w http.ResponseWriter, code int, v any) {
	b, err := json.Marshal(v)
	if err != nil { // such as a NaN, which JSON cannot say
		code = http.StatusInternalServerError
		b, _ = json.Marshal(map[string]any{"error": app.ProblemOf(core.Errorf(core.Internal, "the answer is no JSON: %w", err))})
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	w.Write(b)
}

func bodyError(err error, what string) error {
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return core.Errorf(core.Invalid, "%s: more than %d bytes came: %w", what, tooLarge.Limit, err)
	}
	return core.Errorf(core.Cancelled, "%s: the request broke off: %w", what, err)
}
