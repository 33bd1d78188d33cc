// Package desktop is Shoptwin's window: the front end in the webview of the
// operating system, the app's methods bound to it, and native dialogs.
//
// The window is built with the tags desktop, production and webkit2_41. Any
// other build has [Open] return an error that says so, and links no GTK.
package desktop

import (
	"io/fs"

	"shoptwin/app/serve"
)

// Options say what the window shows.
type Options struct {
	API   serve.API
	Front fs.FS  // the built front end, index.html at its root
	Inbox string // folder for files that are dropped on the page
	// Archive is a project's archive to open at first; "" for none.
	Archive string
}
