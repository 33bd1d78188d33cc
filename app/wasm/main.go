//go:build js && wasm

package main

import "unsafe"

var (
	loaded page
	in     = make([]byte, 64<<10)
	out    []byte
)

// main leaves the exports below to the page.
func main() { select {} }

// input makes room for n bytes and answers where they go.
//
//go:wasmexport input
func input(n int32) unsafe.Pointer {
	if int(n) > len(in) {
		in = make([]byte, n)
	}
	return unsafe.Pointer(unsafe.SliceData(in))
}

// output answers where the last result stands.
//
//go:wasmexport output
func output() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(out)) }

func run(f function, n int32) int32 {
	out = answer(f, in[:n], out[:0])
	return int32(len(out))
}
