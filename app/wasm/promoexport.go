//go:build js && wasm && !kin

package main

//go:wasmexport loadPromo
func loadPromo(n int32) int32 { return run(loaded.loadPromo, n) }

//go:wasmexport panel
func panel(n int32) int32 { return run(loaded.panel, n) }

//go:wasmexport whatIf
func whatIf(n int32) int32 { return run(loaded.whatIf, n) }

//go:wasmexport compare
func compare(n int32) int32 { return run(loaded.compare, n) }

//go:wasmexport curve
func curve(n int32) int32 { return run(loaded.curve, n) }
