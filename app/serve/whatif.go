package serve

import (
	"bytes"
	"io"
	"io/fs"
	"net/http"
)

// Pages without their data, as the front end's build leaves them.
const (
	WhatIfPage    = "whatif.html"
	RecommendPage = "recommend.html"
)

// Shell is a built page without its data; nil where it was not built.
func Shell(front fs.FS, page string) []byte {
	b, err := fs.ReadFile(front, page)
	if err != nil {
		return nil
	}
	return b
}

// whatIf answers with the project's plans as a file of its own.
func (h *handler) whatIf(w http.ResponseWriter, r *http.Request) {
	h.page(w, r, "what-if.html", func(lang string, to io.Writer) error {
		return h.API.WhatIfHTML(r.PathValue("project"), lang, Shell(h.Front, WhatIfPage), to)
	})
}

// recommendations answers with what the project's newest recommender found as a
// file of its own.
func (h *handler) recommendations(w http.ResponseWriter, r *http.Request) {
	h.page(w, r, "recommendations.html", func(lang string, to io.Writer) error {
		return h.API.RecommendHTML(r.PathValue("project"), lang, Shell(h.Front, RecommendPage), to)
	})
}

// page answers with a page that runs scripts: it is kept, never shown, under
// this address. Opened from a disk it is nobody's page and knows no cookie.
func (h *handler) page(w http.ResponseWriter, r *http.Request, name string, write func(lang string, to io.Writer) error) {
	lang := r.URL.Query().Get("lang")
	if lang == "" {
		lang = "en"
	}
	var b bytes.Buffer // a page that fails midway must not look whole
	if err := write(lang, &b); err != nil {
		failText(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Write(b.Bytes())
}
