//go:build unix

package duck

import (
	"os"
	"syscall"
)

// lockFile locks f until it is closed; it fails when somebody else has it.
func lockFile(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
