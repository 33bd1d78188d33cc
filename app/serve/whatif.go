package serve

import (
	"bytes"
	"io/fs"
	"net/http"
)

// Shell is the built page of plans without its data; nil where it was not
// built.
func Shell(front fs.FS) []byte {
	b, err := fs.ReadFile(front, "whatif.html")
	if err != nil {
		return nil
	}
	return b
}

// whatIf answers with the project's plans as a file of its own. It runs
// scripts, so it is kept, never shown, under this address: opened from a disk
// it is nobody's page and knows no cookie.
func (h *handler) whatIf(w http.ResponseWriter, r *http.Request) {
	lang := r.URL.Query().Get("lang")
	if lang == "" {
		lang = "en"
	}
	var b bytes.Buffer // a page that fails midway must not look whole
	if err := h.API.WhatIfHTML(r.PathValue("project"), lang, Shell(h.Front), &b); err != nil {
		failText(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="what-if.html"`)
	w.Write(b.Bytes())
}
