// Package frontend holds the built front end. dist is made by `make web`; it
// is empty but for .keep in a fresh clone, so that Go builds without it.
package frontend

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files returns the built front end, index.html at its root. There is no index
// if it was not built.
func Files() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // dist is a constant and valid path
	}
	return sub
}
