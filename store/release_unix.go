//go:build unix

package store

import (
	"os"
	"syscall"
)

// release lets go of bbolt's lock on f. Closing f would not do: a mapping
// that bbolt left behind keeps the lock alive.
func release(f *os.File) {
	syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
	f.Close()
}
