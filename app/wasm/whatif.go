//go:build whatif

package main

// others are the models that a report has no use for.
type others struct{}
