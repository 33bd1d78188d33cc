//go:build js && wasm && !whatif && !kin

package main

//go:wasmexport loadSynth
func loadSynth(n int32) int32 { return run(loaded.loadSynth, n) }

//go:wasmexport sample
func sample(n int32) int32 { return run(loaded.sample, n) }
