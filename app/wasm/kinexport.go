//go:build js && wasm && !whatif

package main

//go:wasmexport loadKin
func loadKin(n int32) int32 { return run(loaded.loadKin, n) }

//go:wasmexport kin
func kin(n int32) int32 { return run(loaded.relatives, n) }
