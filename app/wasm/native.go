//go:build !(js && wasm)

package main

import (
	"fmt"
	"os"
)

// main of a native build only says where this program runs; the tests are
// native too.
func main() {
	fmt.Fprintln(os.Stderr, "this program runs in a page: build it with GOOS=js GOARCH=wasm")
	os.Exit(2)
}
