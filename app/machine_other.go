//go:build !linux && !darwin && !windows

package app

func memoryBytes() int64 { return 0 }

func freeBytes(string) int64 { return -1 }
