package app

import (
	"encoding/binary"
	"syscall"
)

// memoryBytes is this machine's memory; 0 where that is not known.
func memoryBytes() int64 {
	s, err := syscall.Sysctl("hw.memsize")
	if err != nil {
		return 0
	}
	b := append([]byte(s), make([]byte, 8)...) // without the zero at its end
	return int64(binary.LittleEndian.Uint64(b))
}

// freeBytes is the room on the disk of a folder; -1 where that is not known.
func freeBytes(dir string) int64 {
	var st syscall.Statfs_t
	if syscall.Statfs(dir, &st) != nil {
		return -1
	}
	return int64(st.Bavail) * int64(st.Bsize)
}
